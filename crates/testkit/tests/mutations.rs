//! Every mistake that is put in on purpose is noticed: a simulation that notices nothing proves nothing.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use testkit::simulation::Mutation;
use testkit::simulation::seeds::{in_order, seek};

/// Three times as many as the one that is noticed last needs; `docs/guarantees.md` says how many each does.
const SEEDS: u64 = 270;

#[test]
fn every_mistake_is_noticed() {
    let mut unnoticed = Vec::new();
    let jobs = std::thread::available_parallelism().unwrap().get();
    in_order(
        Mutation::ALL.into_iter(),
        jobs,
        |mutation| seek(mutation, 0, SEEDS),
        |sought| {
            if sought.found.is_none() {
                unnoticed.push(sought.mutation);
            }
        },
    );
    assert_eq!(unnoticed, [], "these were not noticed in {SEEDS} seeds");
}
