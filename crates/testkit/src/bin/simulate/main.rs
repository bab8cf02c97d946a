//! `cargo xtask simulate`: many seeds of the simulation, the whole story of one, or the mistakes that it has to notice.
#![allow(clippy::print_stdout, reason = "a program for people")]

mod mutations;
mod report;

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
    /// How many seeds are played at once, each on one thread; as many as there are processors where not given.
    #[arg(long)]
    jobs: Option<usize>,
    /// Give the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Put mistakes in on purpose, one at a time, and look for the seed that shows each.
    #[arg(long)]
    mutations: bool,
    /// Of these mistakes only the one with this name.
    #[arg(long, requires = "mutations")]
    only: Option<String>,
}

fn main() -> ExitCode {
    let Arguments { seed, from, seeds, jobs, json, mutations, only } = Arguments::parse();
    let jobs = jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get));
    let all_is_well = match seed {
        Some(seed) => report::tell(seed),
        None if mutations => mutations::look(only.as_deref(), (from, seeds), jobs, json),
        None => report::many(from, seeds, jobs, json),
    };
    if all_is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
