//! `cargo xtask bench`: measures the figures that the product keeps and prints them as JSON on standard output.
//!
//! The same program is the servers that it measures, each in a process of its own. It decides nothing and is no test: what
//! it prints depends on the machine, and only ratios within one run are compared with targets.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use testkit::bench::{Failure, Scale, run, serve_bare, serve_plantroom};

/// Measures Plantroom against bare baselines.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,
    /// Where stores are made, on a real disk; emptied before and after. Beside this program when absent.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Orders of the first sync.
    #[arg(long, default_value_t = 10_000)]
    orders: usize,
    /// Orders of the large store.
    #[arg(long, default_value_t = 100_000)]
    large: usize,
    /// Pairs of product and baseline.
    #[arg(long, default_value_t = 5)]
    pairs: usize,
    /// Devices of the fleet.
    #[arg(long, default_value_t = 50)]
    devices: usize,
    /// Only one measurement: first_sync, push, opening or fleet.
    #[arg(long)]
    only: Option<String>,
}

/// What this program is when it was started by itself.
#[derive(Subcommand)]
enum Role {
    /// The bare server of a folder.
    ServeBare {
        /// The folder.
        folder: PathBuf,
    },
    /// The real server of a folder.
    ServePlantroom {
        /// The folder.
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.role {
        Some(Role::ServeBare { folder }) => serve_bare(&folder),
        Some(Role::ServePlantroom { folder }) => serve_plantroom(&folder),
        None => measure(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("the measurement failed: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: Arguments) -> Result<(), Failure> {
    let folder = arguments.folder.map_or_else(beside_this_program, Ok)?;
    let Arguments { orders, large, pairs, devices, only, .. } = arguments;
    let scale = Scale { folder, orders, large, pairs, devices, only };
    let figures = run(&scale)?;
    std::fs::remove_dir_all(&scale.folder)?;
    Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&figures)?)?)
}

fn beside_this_program() -> Result<PathBuf, Failure> {
    Ok(std::env::current_exe()?.with_file_name("bench-stores"))
}
