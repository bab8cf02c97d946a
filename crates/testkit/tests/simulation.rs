//! Some hundreds of seeds of the simulation. A failing seed is named; `cargo xtask
//! simulate -- SEED` tells its story, as short as it can be made. A seed tells another story once the simulation can do something
//! new, so that whatever a seed has found gets a test of its own where it was mended.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use testkit::simulation::Broken;
use testkit::simulation::seeds::play_seed;

fn check(seeds: std::ops::Range<u64>) {
    let broken: Vec<Box<Broken>> = seeds.filter_map(|seed| play_seed(seed, None).err()).collect();
    assert!(broken.is_empty(), "{} seeds break promises; the first: {}", broken.len(), broken[0]);
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let told = |seed| play_seed(seed, None).unwrap();
    assert_eq!(told(7), told(7));
    assert_ne!(told(7).trace, told(8).trace);
}

/// Seeds of one test: some for each of the machine's processors.
const SEEDS: u64 = 75;

#[test]
fn the_first_seeds_keep_every_promise() {
    check(0..SEEDS);
}

#[test]
fn the_second_seeds_keep_every_promise() {
    check(1_000..1_000 + SEEDS);
}

#[test]
fn the_third_seeds_keep_every_promise() {
    check(2_000..2_000 + SEEDS);
}

#[test]
fn the_fourth_seeds_keep_every_promise() {
    check(3_000..3_000 + SEEDS);
}
