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

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .init();
    run(CommandLine::parse().command)
}
