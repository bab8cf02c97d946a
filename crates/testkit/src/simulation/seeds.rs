//! Playing seeds: each in a folder that is gone afterwards, and many at once, each on one thread.

use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::broken::Broken;
use super::mutation::Mutation;
use super::plan::{Planned, plan};
use super::play::{Told, play_plan};
use super::shrink::shrink;
use crate::memory::place;

/// Plays a seed.
///
/// # Errors
/// The promise that was broken.
pub fn play_seed(seed: u64, mutation: Option<Mutation>) -> Result<Told, Box<Broken>> {
    play_in_memory(seed, &plan(seed), mutation)
}

/// The shortest plan of a failing seed that could be found, and how it breaks.
pub fn shortened(seed: u64) -> Option<(usize, Broken)> {
    let (left, broken) = shrink(plan(seed), |plan: &[Planned]| play_in_memory(seed, plan, None).err().map(|broken| *broken))?;
    Some((left.len(), broken))
}

/// A mistake that was looked for.
#[derive(Debug)]
pub struct Sought {
    /// Which.
    pub mutation: Mutation,
    /// Seeds that were played, the failing one included.
    pub seeds: u64,
    /// What showed it; `None` where nothing did.
    pub found: Option<Broken>,
}

/// Plays seeds from `from` on with a mistake in them until one shows it, at most `seeds`.
pub fn seek(mutation: Mutation, from: u64, seeds: u64) -> Sought {
    for (played, seed) in (1u64..).zip(from..from.saturating_add(seeds)) {
        if let Err(broken) = play_seed(seed, Some(mutation)) {
            return Sought { mutation, seeds: played, found: Some(*broken) };
        }
    }
    Sought { mutation, seeds, found: None }
}

/// Does `deed` with every item on so many threads, and hands what comes of it to `take` in the order of the items.
pub fn in_order<T: Send, R: Send>(items: impl Iterator<Item = T> + Send, jobs: usize, deed: impl Fn(T) -> R + Sync, take: impl FnMut(R)) {
    let items = Mutex::new(items.enumerate());
    let (done, results) = channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (done, items, deed) = (done.clone(), &items, &deed);
            scope.spawn(move || do_all(items, deed, &done));
        }
        drop(done);
        hand_over(results.iter(), take);
    });
}

fn do_all<T, R>(items: &Mutex<impl Iterator<Item = (usize, T)>>, deed: impl Fn(T) -> R, done: &Sender<(usize, R)>) {
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    while let Some((place, item)) = next() {
        if done.send((place, deed(item))).is_err() {
            return;
        }
    }
}

fn hand_over<R>(results: impl Iterator<Item = (usize, R)>, mut take: impl FnMut(R)) {
    let (mut early, mut next) = (BTreeMap::new(), 0_usize);
    for (place, result) in results {
        early.insert(place, result);
        while let Some(result) = early.remove(&next) {
            take(result);
            next = next.saturating_add(1);
        }
    }
}

fn play_in_memory(seed: u64, plan: &[Planned], mutation: Option<Mutation>) -> Result<Told, Box<Broken>> {
    let no_folder = |error| Broken { seed, promise: "everything_works", what: format!("no folder: {error}"), story: Vec::new() };
    let folder = tempfile::tempdir_in(place()).map_err(no_folder)?;
    Ok(play_plan(seed, plan, folder.path(), mutation)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_of_many_is_handed_over_in_order() {
        for jobs in [0, 1, 3] {
            let mut taken = Vec::new();
            in_order(0..100_u64, jobs, |number| number * 2, |doubled| taken.push(doubled));
            assert_eq!(taken, (0..100).map(|number| number * 2).collect::<Vec<_>>());
        }
    }
}
