//! `cargo xtask`: builds, tests, checks and shows the house.
//!
//! Invariants
//! - It compiles on a machine that has nothing but Rust, because it is what installs the rest: it depends on no product
//!   crate and on nothing that needs a C library.
//! - It decides from tables (`packages`, `house::arrows`, `demo::day`) and then does.
//! - Whatever it installs or starts, it names first and says why.
//!
//! Never add here: product logic, a second way to do what a product program does, a rule that only this tool knows.

mod bench;
mod check;
mod checkout;
mod demo;
mod failure;
mod fuzz;
mod house;
mod node;
mod packages;
mod parts;
mod phones;
mod program;
mod screens;
mod tally;
mod terminal;
mod test;
mod torture;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::checkout::Checkout;
use crate::failure::Failure;

/// Builds, tests, checks and shows Plantroom.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, run every test there is, and end with one line that counts them
    Test,
    /// Make a demo hospital with a day's orders and open the worker's app
    Demo {
        /// Serve the worker's app on loopback and print its address instead of opening a window
        #[arg(long)]
        no_window: bool,
        /// Keep the demo hospital in this folder and go on with it next time
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Formatting, lints, screens, licences and the house rules
    Check {
        /// Also check the app's types for phones (some minutes the first time)
        #[arg(long)]
        phones: bool,
    },
    /// Write the TypeScript types that come from the Rust types
    Codegen,
    /// Measure the figures against bare baselines, as JSON on standard output
    Bench {
        /// For the program itself; `-- --help` tells
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Simulate devices, a server and a bad network over many seeds, or tell the story of one
    Simulate {
        /// For the program itself; `-- --help` tells
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Kill the real programs thousands of times, spoil what they say, fill their disks and cut their power
    Torture {
        /// For the program itself; `-- --help` tells
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Feed every decoder with bytes that reach new code
    Fuzz {
        /// Minutes for each target
        #[arg(long, default_value_t = 20)]
        minutes: u64,
        /// Bring what reaches new code into the project instead, as few and small inputs as possible
        #[arg(long)]
        keep: bool,
        /// All of them without
        targets: Vec<String>,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(code) => code,
        Err(failure) => {
            terminal::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode, Failure> {
    let checkout = Checkout::here()?;
    match task {
        Task::Test => test::run(&checkout),
        Task::Demo { no_window, data } => demo::run(&checkout, no_window, data).map(|()| ExitCode::SUCCESS),
        Task::Check { phones } => check::run(&checkout, phones),
        Task::Codegen => check::write_types(&checkout).map(|()| ExitCode::SUCCESS),
        Task::Bench { arguments } => bench::run(&checkout, "bench", &arguments).map(|()| ExitCode::SUCCESS),
        Task::Torture { arguments } => torture::run(&checkout, &arguments).map(|()| ExitCode::SUCCESS),
        Task::Fuzz { minutes, keep, targets } => fuzz::run(&checkout, &fuzz::Asked { minutes, targets, keep }),
        Task::Simulate { arguments } => bench::run(&checkout, "simulate", &arguments).map(|()| ExitCode::SUCCESS),
    }
}
