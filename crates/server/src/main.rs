//! `plantroom-server`: serve, import, give out enrolment codes, set passwords.

// These panic where nobody reads any more, or the disk is full: `commands::say` and `complain` do not.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod commands;
mod log_lines;

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
    log_lines::begin();
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
