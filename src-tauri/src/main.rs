//! `plantroom`: the worker's app in a window of the desktop.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// The worker's app in a window.
#[derive(Parser)]
#[command(name = "plantroom", version)]
struct Arguments {
    /// The device's store; the system's folder for this app's data when absent
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    match shell::open(Arguments::parse().data) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plantroom: the window could not be opened: {error}. Nothing that was recorded is lost.");
            ExitCode::FAILURE
        }
    }
}
