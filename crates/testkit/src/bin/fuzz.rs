//! `cargo xtask fuzz`: libFuzzer feeds one target of `testkit::fuzzing` with bytes and keeps those that reach new code.
//!
//! What a target does is in the library, where every test run feeds it with what was found so far. Never add any of it here.
#![no_main]
#![allow(clippy::panic, reason = "whoever starts it wrongly is told so")]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use testkit::fuzzing::{TARGETS, Target, examples, target};

/// Names the target; one program has them all, because linking it takes minutes.
const TARGET: &str = "PLANTROOM_FUZZ_TARGET";
/// Names a folder into which the target's examples are put, to begin with.
const EXAMPLES: &str = "PLANTROOM_FUZZ_EXAMPLES";
/// Names the file into which words are put that no chance would guess.
const WORDS: &str = "PLANTROOM_FUZZ_WORDS";

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
    if let Some(folder) = std::env::var_os(EXAMPLES) {
        for (number, example) in examples::of(target.name).into_iter().enumerate() {
            write(&Path::new(&folder).join(number.to_string()), &example);
        }
    }
    if let Some(file) = std::env::var_os(WORDS) {
        let lines: String = examples::words(target.name).iter().map(|word| format!("\"{word}\"\n")).collect();
        write(&PathBuf::from(file), lines.as_bytes());
    }
}

fn write(file: &Path, bytes: &[u8]) {
    std::fs::write(file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

fuzz_target!(init: begin(), |bytes: &[u8]| (CHOSEN.get_or_init(chosen).read)(bytes));
