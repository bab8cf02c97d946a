//! Real examples, and examples with something wrong in them, through every decoder that outside bytes reach: nothing may panic.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use testkit::fuzzing::spoil::spoiled;
use testkit::fuzzing::{TARGETS, examples, target};
use testkit::simulation::random::Chance;

/// Enough for a few of each kind of mistake. `PLANTROOM_SPOILED` sets another number.
const SPOILED: u64 = 150;

fn check(name: &str) {
    let target = target(name).unwrap();
    let examples = examples::of(name);
    assert!(!examples.is_empty(), "{name} has no examples");
    examples.iter().for_each(|example| (target.read)(example));
    let wanted = std::env::var("PLANTROOM_SPOILED").ok().and_then(|number| number.parse().ok());
    let mut seed = Chance::of(20_261_122);
    for _ in 0..wanted.unwrap_or(SPOILED) {
        let input = spoiled(&examples, &mut seed);
        let read = std::panic::catch_unwind(|| (target.read)(&input));
        assert!(read.is_ok(), "{name} panics at {:?}", String::from_utf8_lossy(&input));
    }
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        #[test]
        fn every_target_is_among_them() {
            assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), [$(stringify!($name)),*]);
        }
    };
}

targets!(
    exchange_request,
    exchange_answer,
    order_pack,
    event,
    import_file,
    centre_request,
    taken_up_request,
    enrolment_answer,
    scanned_invitation,
    worker_command,
    stored_answer,
);
