//! Answers on standard output, one sentence of a failure on standard error, and the exit code.

use std::io::Write;
use std::process::ExitCode;

use device::reply::{Answer, Reply, SyncStatus};
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

/// Exit code for a command line that cannot be understood: EX_USAGE of sysexits.h. Other codes mean that something was done.
const WRONG_COMMAND_LINE: u8 = 64;

/// Prints what `--help` and `--version` say, or what is wrong with the command line: nothing was done then.
pub fn print_usage(error: &clap::Error) -> ExitCode {
    // Nobody may be reading any more; the exit code still tells.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(WRONG_COMMAND_LINE) } else { ExitCode::SUCCESS }
}

/// Prints one line and hands it over at once.
///
/// # Errors
/// When it cannot be written; that is said on standard error, because what the line tells has happened all the same.
pub fn print_line(line: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).inspect_err(|error| {
        // Both streams may be closed by now; the exit code still tells.
        let _ =
            writeln!(std::io::stderr(), "the answer cannot be written to standard output: {error}; what was done stays done; ask again");
    })
}

fn print_answer(answer: &Answer) -> ExitCode {
    match print_line(&serde_json::to_string(answer).unwrap_or_default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Says on standard error what the hospital has and what has no effect there yet, for nothing else of a good exchange does.
pub fn print_what_waits(status: &SyncStatus) {
    if status.held > 0 {
        let _ = writeln!(
            std::io::stderr(),
            "{} entries are held at the hospital 服务器暂存: they wait for earlier ones, or for the dispatcher to review them; \
             get_order says which and why; nothing is to be done here",
            status.held
        );
    }
    if status.set_aside > 0 {
        let _ = writeln!(
            std::io::stderr(),
            "{} entries have no effect 未生效; get_order says which and why; ask the dispatcher to review them",
            status.set_aside
        );
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
