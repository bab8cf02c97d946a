//! Answers on standard output, one sentence of a failure on standard error, and the exit code.

use std::io::Write;
use std::process::ExitCode;

use device::reply::{Answer, Reply};
use domain::fault::FaultCodeName;

/// Prints the outcome of `enroll` or `sync`: the answer itself, or the error envelope.
pub fn print_reply(reply: &Reply) -> ExitCode {
    match reply {
        Reply::Ok(answer) => print_answer(answer),
        Reply::Error(fault) => {
            // Both streams may be closed by now; the exit code still tells.
            let _ = print_line(&serde_json::to_string(reply).unwrap_or_default());
            let _ = writeln!(std::io::stderr(), "{}: {fault}", fault.code.as_str());
            exit_code(fault.code)
        }
    }
}

/// Prints one line and hands it over at once.
///
/// # Errors
/// When nobody reads any more.
pub fn print_line(line: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

fn print_answer(answer: &Answer) -> ExitCode {
    match print_line(&serde_json::to_string(answer).unwrap_or_default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Exit codes of the outside contract.
fn exit_code(code: FaultCodeName) -> ExitCode {
    match code {
        FaultCodeName::ServerUnreachable => ExitCode::from(3),
        FaultCodeName::CredentialRevoked => ExitCode::from(4),
        _ => ExitCode::FAILURE,
    }
}
