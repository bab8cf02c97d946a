//! `cargo xtask simulate`: many seeds of the simulation, or the whole story of one.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use testkit::simulation::{Broken, play};

/// Plays simulations of several phones, a server and a bad network, and checks that nothing is lost.
#[derive(Parser)]
struct Arguments {
    /// Tell the whole story of this seed.
    seed: Option<u64>,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// How many seeds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
}

/// How often progress is said.
const PROGRESS_EVERY: u64 = 100;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let played = match arguments.seed {
        Some(seed) => tell(seed),
        None => play_many(arguments.from, arguments.seeds),
    };
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(broken) => {
            println!("{broken}");
            ExitCode::FAILURE
        }
    }
}

fn tell(seed: u64) -> Result<(), Broken> {
    let (story, what) = match play_in_memory(seed) {
        Ok(story) => (story, Ok(())),
        Err(broken) => (broken.story.clone(), Err(Broken { story: Vec::new(), ..broken })),
    };
    story.iter().for_each(|line| println!("{line}"));
    what.inspect(|()| println!("seed {seed}: every promise was kept"))
}

fn play_many(from: u64, seeds: u64) -> Result<(), Broken> {
    for (played, seed) in (1u64..).zip(from..from.saturating_add(seeds)) {
        play_in_memory(seed)?;
        if played.checked_rem(PROGRESS_EVERY) == Some(0) {
            println!("{played} of {seeds} seeds");
        }
    }
    println!("{seeds} seeds from {from} on: every promise was kept");
    Ok(())
}

fn play_in_memory(seed: u64) -> Result<Vec<String>, Broken> {
    let folder = tempfile::tempdir_in(place()).map_err(|error| Broken { seed, what: format!("no folder: {error}"), story: Vec::new() })?;
    play(seed, folder.path())
}

/// Memory where there is some: a simulation waits for its disk thousands of times and never loses power.
fn place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}
