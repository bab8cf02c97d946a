//! `cargo xtask simulate`: many seeds of the simulation, the whole story of one, or the mistakes that it has to notice.
#![allow(clippy::print_stdout, reason = "a program for people")]

mod mutations;
mod report;
mod seeds;

use std::process::ExitCode;

use clap::Parser;

/// Plays simulations of several phones, a server and a bad network, and checks that nothing is lost.
#[derive(Parser)]
struct Arguments {
    /// Tell the whole story of this seed; a failing one is told as short as it can be made.
    seed: Option<u64>,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// How many seeds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// Give the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Put mistakes in on purpose, one at a time, and look for the seed that shows each.
    #[arg(long)]
    mutations: bool,
}

fn main() -> ExitCode {
    let Arguments { seed, from, seeds, json, mutations } = Arguments::parse();
    let all_is_well = match seed {
        Some(seed) => report::tell(seed),
        None if mutations => mutations::look(from, seeds, json),
        None => report::many(from, seeds, json),
    };
    if all_is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
