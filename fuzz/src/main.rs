//! The fuzzer: libFuzzer feeds one target of `testkit::fuzzing` with bytes and keeps those that reach new code.
//!
//! What a target does is in the test kit, where every test run feeds it with what was found so far. Never add any of it here.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use testkit::fuzzing::{TARGETS, Target, examples, target};

/// Names the target; one program has them all, because linking it takes minutes.
const TARGET: &str = "PLANTROOM_FUZZ_TARGET";
/// Names a folder into which the target's examples are put, to begin with.
const EXAMPLES: &str = "PLANTROOM_FUZZ_EXAMPLES";

static CHOSEN: OnceLock<Target> = OnceLock::new();

fn chosen() -> Target {
    let wanted = std::env::var(TARGET).unwrap_or_default();
    target(&wanted).unwrap_or_else(|| {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        panic!("{TARGET} is {wanted:?}, which is none of {names:?}")
    })
}

/// Before the fuzzer reads its folders.
fn begin() {
    let target = CHOSEN.get_or_init(chosen);
    let Some(folder) = std::env::var_os(EXAMPLES) else { return };
    for (number, example) in examples::of(target.name).into_iter().enumerate() {
        std::fs::write(std::path::Path::new(&folder).join(number.to_string()), example).expect("the folder for examples can be written to");
    }
}

fuzz_target!(init: begin(), |bytes: &[u8]| (CHOSEN.get_or_init(chosen).read)(bytes));
