//! Playing seeds in folders that are gone afterwards.

use std::path::{Path, PathBuf};

use testkit::simulation::plan::{Planned, plan};
use testkit::simulation::shrink::shrink;
use testkit::simulation::{Broken, Mutation, Told, play_plan};

/// Plays a seed.
///
/// # Errors
/// The promise that was broken.
pub fn play(seed: u64, mutation: Option<Mutation>) -> Result<Told, Box<Broken>> {
    play_in_memory(seed, &plan(seed), mutation)
}

/// The shortest plan of a failing seed that could be found, and how it breaks.
pub fn shortened(seed: u64) -> Option<(usize, Broken)> {
    let (left, broken) = shrink(plan(seed), |plan: &[Planned]| play_in_memory(seed, plan, None).err().map(|broken| *broken))?;
    Some((left.len(), broken))
}

fn play_in_memory(seed: u64, plan: &[Planned], mutation: Option<Mutation>) -> Result<Told, Box<Broken>> {
    let no_folder = |error| Broken { seed, promise: "everything_works", what: format!("no folder: {error}"), story: Vec::new() };
    let folder = tempfile::tempdir_in(place()).map_err(no_folder)?;
    Ok(play_plan(seed, plan, folder.path(), mutation)?)
}

/// Memory where there is some: a simulation waits for its disk thousands of times and never loses power.
fn place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}
