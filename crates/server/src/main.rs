//! `plantroom-server`: serve, import, give out enrolment codes, set passwords.

mod commands;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::{Command, run};

/// The hospital's server of Plantroom 后勤维修.
#[derive(Parser)]
#[command(name = "plantroom-server", version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// Exit code for a command line that cannot be understood: EX_USAGE of sysexits.h. Other codes mean that something was done.
const WRONG_COMMAND_LINE: u8 = 64;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .init();
    match CommandLine::try_parse() {
        Ok(line) => run(line.command),
        Err(error) => usage(&error),
    }
}

/// What `--help` and `--version` say, or what is wrong with the command line: nothing was done then.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody may be reading any more; the exit code still tells.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(WRONG_COMMAND_LINE) } else { ExitCode::SUCCESS }
}
