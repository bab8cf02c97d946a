//! `cargo xtask fuzz`: feeds every decoder that outside bytes reach with bytes that reach new code. libFuzzer does the finding;
//! its instrumentation is a set of stable compiler flags, so that no other toolchain is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::program::Program;
use crate::terminal;

/// What the compiler adds to every branch and comparison.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0";
/// Programs that run while something is built are built without it, which takes a target of its own.
const MACHINE: &str = "x86_64-unknown-linux-gnu";
/// An input that takes longer hangs, in seconds.
const LONGEST: u32 = 25;
/// An input that takes more memory is a finding, in MiB.
const MOST_MEMORY: u32 = 2_048;

/// What is fuzzed, and for how long.
pub struct Asked {
    /// Minutes for each target.
    pub minutes: u64,
    /// All of them when empty.
    pub targets: Vec<String>,
    /// Bring what reaches new code into the committed corpus, and nothing else.
    pub keep: bool,
}

/// Fuzzes one target after the other and prints a line of figures for each. Fails when something was found.
///
/// # Errors
/// When the fuzzer cannot be built, or there is no such target.
pub fn run(checkout: &Checkout, asked: &Asked) -> Result<ExitCode, Failure> {
    let targets = chosen(checkout, &asked.targets)?;
    terminal::heading("Building the fuzzer");
    build(checkout)?;
    let mut found = false;
    for target in targets {
        terminal::heading(format_args!("{} {target}", if asked.keep { "Keeping" } else { "Fuzzing" }));
        let place = Place::of(checkout, &target)?;
        found |= if asked.keep { keep(checkout, &place)? } else { !fuzz(checkout, &place, asked.minutes)? };
    }
    Ok(if found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Every target has a folder in the corpus.
fn chosen(checkout: &Checkout, asked: &[String]) -> Result<Vec<String>, Failure> {
    let corpus = checkout.path("fuzz/corpus");
    let names = fs::read_dir(&corpus).map_err(|error| Failure::new(format!("{}: {error}", corpus.display())))?;
    let mut all: Vec<String> = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    all.sort();
    if let Some(unknown) = asked.iter().find(|name| !all.contains(name)) {
        return Err(Failure::new(format!("{unknown} is no target; there are {}", all.join(", "))));
    }
    Ok(if asked.is_empty() { all } else { asked.to_vec() })
}

fn build(checkout: &Checkout) -> Result<(), Failure> {
    let manifest = checkout.path("fuzz/Cargo.toml");
    let arguments = ["build", "--release", "--target", MACHINE, "--manifest-path"];
    let building = checkout.cargo(&arguments).arguments([&manifest]).environment("RUSTFLAGS", INSTRUMENTATION);
    building.environment("CARGO_TARGET_DIR", folder(checkout)).run()
}

fn folder(checkout: &Checkout) -> PathBuf {
    checkout.target().join("fuzz")
}

/// Where the inputs of a target lie.
struct Place {
    target: String,
    /// In the project.
    committed: PathBuf,
    /// What the test kit knows.
    examples: PathBuf,
    /// What was found here, and stays here.
    grown: PathBuf,
    /// Inputs that break something.
    findings: PathBuf,
}

impl Place {
    fn of(checkout: &Checkout, target: &str) -> Result<Self, Failure> {
        let own = |name: &str| folder(checkout).join(name).join(target);
        let place = Self {
            target: target.to_owned(),
            committed: checkout.path("fuzz/corpus").join(target),
            examples: own("examples"),
            grown: own("corpus"),
            findings: own("findings"),
        };
        for folder in [&place.examples, &place.grown, &place.findings] {
            fs::create_dir_all(folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
        }
        Ok(place)
    }

    fn fuzzer(&self, checkout: &Checkout) -> Program {
        let program = Program::new(folder(checkout).join(MACHINE).join("release/fuzz"));
        program.environment("PLANTROOM_FUZZ_TARGET", &self.target).environment("PLANTROOM_FUZZ_EXAMPLES", &self.examples)
    }
}

/// True when nothing was found.
fn fuzz(checkout: &Checkout, place: &Place, minutes: u64) -> Result<bool, Failure> {
    let seconds = minutes.saturating_mul(60);
    let limits = [
        format!("-max_total_time={seconds}"),
        format!("-timeout={LONGEST}"),
        format!("-rss_limit_mb={MOST_MEMORY}"),
        "-print_final_stats=1".to_owned(),
        format!("-artifact_prefix={}/", place.findings.display()),
    ];
    let fuzzer = place.fuzzer(checkout).arguments(&limits).arguments([&place.grown, &place.committed, &place.examples]);
    let mut executions = String::new();
    let outcome = fuzzer.run_by_line(|line| {
        if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            executions = count.trim().to_owned();
        }
        // A finding is told in full; of the rest, that it goes on.
        if !line.starts_with('#') || line.contains("pulse") {
            terminal::line(line);
        }
    });
    let executions = executions.parse::<u64>().unwrap_or(0);
    terminal::result(json!({ "target": place.target, "seconds": seconds, "executions": executions, "found": outcome.is_err() }));
    if outcome.is_err() {
        terminal::complain(format_args!(
            "something was found: {} has the input; put it into {} once it is mended",
            place.findings.display(),
            place.committed.display()
        ));
    }
    Ok(outcome.is_ok())
}

/// Brings what reaches new code beyond the committed corpus into it; false, because that finds nothing.
fn keep(checkout: &Checkout, place: &Place) -> Result<bool, Failure> {
    let before = count(&place.committed);
    place.fuzzer(checkout).arguments(["-merge=1"]).arguments([&place.committed, &place.grown, &place.examples]).run()?;
    terminal::line(format_args!("{}: {before} inputs before, {} now", place.target, count(&place.committed)));
    Ok(false)
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}
