//! `cargo xtask fuzz`: feeds every decoder that outside bytes reach with bytes that reach new code. libFuzzer does the finding;
//! its instrumentation is a set of stable compiler flags, so that no other toolchain is needed.

mod place;
mod told;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::packages::{self, Use};
use crate::program::Program;
use crate::terminal;
use place::Place;
use told::Told;

/// Compiles our own crates for the fuzzer.
const INSTRUMENTED: &str = "fuzz/instrumented";
/// An input that takes longer hangs, in seconds.
const LONGEST: u32 = 25;
/// An input that takes more memory is a finding, in MiB.
const MOST_MEMORY: u32 = 2_048;
/// An input that is kept in the project has at most so many bytes.
const LARGEST_KEPT: u32 = 16_384;

/// What is fuzzed, and for how long.
pub struct Asked {
    /// Minutes for each target.
    pub minutes: u64,
    /// All of them when empty.
    pub targets: Vec<String>,
    /// Bring what reaches code that the examples do not into the project, and nothing else.
    pub keep: bool,
}

/// Fuzzes one target after the other and prints a line of figures for each. Fails when something was found.
///
/// # Errors
/// When the fuzzer cannot be built, does not see what code is reached, or there is no such target.
pub fn run(checkout: &Checkout, asked: &Asked) -> Result<ExitCode, Failure> {
    let targets = chosen(checkout, &asked.targets)?;
    let fuzzer = Fuzzer::build(checkout)?;
    let mut found = false;
    for target in targets {
        terminal::heading(format_args!("{} {target}", if asked.keep { "Keeping" } else { "Fuzzing" }));
        let place = Place::of(checkout, &fuzzer.folder, &target)?;
        if asked.keep {
            fuzzer.keep(&place)?;
        } else {
            found |= fuzzer.fuzz(&place, asked.minutes)?;
        }
    }
    Ok(if found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Every target has a folder in the corpus.
fn chosen(checkout: &Checkout, asked: &[String]) -> Result<Vec<String>, Failure> {
    let all = place::names(&checkout.path("fuzz/corpus"))?;
    if let Some(unknown) = asked.iter().find(|name| !all.contains(name)) {
        return Err(Failure::new(format!("{unknown} is no target; there are {}", all.join(", "))));
    }
    Ok(if asked.is_empty() { all } else { asked.to_vec() })
}

/// The fuzzer, built.
struct Fuzzer {
    /// Everything that belongs to it and not to the project.
    folder: PathBuf,
    program: PathBuf,
}

impl Fuzzer {
    fn build(checkout: &Checkout) -> Result<Self, Failure> {
        terminal::heading("Building the fuzzer");
        packages::provide(&[Use::Building])?;
        let building = checkout.cargo(&["build", "-p", "testkit", "--bin", "fuzz", "--features", "fuzzer"]);
        building.environment("RUSTC_WORKSPACE_WRAPPER", checkout.path(INSTRUMENTED)).run()?;
        Ok(Self { program: checkout.built("fuzz"), folder: checkout.target().join("fuzz") })
    }

    fn program(&self, place: &Place) -> Program {
        let program = Program::new(&self.program).environment("PLANTROOM_FUZZ_TARGET", &place.target);
        program.environment("PLANTROOM_FUZZ_EXAMPLES", &place.examples).environment("PLANTROOM_FUZZ_WORDS", &place.words)
    }

    /// True when something was found.
    fn fuzz(&self, place: &Place, minutes: u64) -> Result<bool, Failure> {
        let limits = [
            format!("-max_total_time={}", minutes.saturating_mul(60)),
            format!("-timeout={LONGEST}"),
            format!("-rss_limit_mb={MOST_MEMORY}"),
            format!("-dict={}", place.words.display()),
            format!("-artifact_prefix={}/", place.findings.display()),
            "-print_final_stats=1".to_owned(),
            "-print_funcs=0".to_owned(),
        ];
        let (mut told, began) = (Told::default(), Instant::now());
        let fuzzer = self.program(place).arguments(&limits).arguments([&place.grown, &place.committed, &place.examples]);
        let outcome = fuzzer.run_by_line(|line| {
            if told.read(line) {
                terminal::line(line);
            }
        });
        self.note(place, &told, began.elapsed().as_secs(), outcome.is_err())?;
        if outcome.is_err() {
            terminal::complain(format_args!(
                "something was found: {} has the input; give it a name of its own in {} once it is mended",
                place.findings.display(),
                place.committed.display()
            ));
        }
        Ok(outcome.is_err())
    }

    /// A line of figures, shown and kept beside the fuzzer.
    fn note(&self, place: &Place, told: &Told, seconds: u64, found: bool) -> Result<(), Failure> {
        if told.reached == 0 && !found {
            return Err(Failure::new("the fuzzer does not see what code is reached: the instrumentation does not work with this compiler"));
        }
        let figures = json!({
            "target": place.target, "seconds": seconds, "executions": told.executions, "inputs": told.inputs,
            "reached_at_first": told.reached_at_first, "reached": told.reached, "peak_mib": told.peak_mib, "found": found,
        });
        terminal::result(&figures);
        let file = self.folder.join("figures.jsonl");
        let written = fs::File::options().create(true).append(true).open(&file).and_then(|mut file| writeln!(file, "{figures}"));
        written.map_err(|error| Failure::new(format!("{}: {error}", file.display())))
    }

    /// Replaces the committed inputs by as few and small ones as reach all code that is reached beyond the examples.
    fn keep(&self, place: &Place) -> Result<(), Failure> {
        let before = place.committed_inputs()?.len();
        let chosen = place.begin_choosing()?;
        // Asked for its words it writes its examples too, and does nothing else.
        self.program(place).arguments(["-help=1"]).output()?;
        place.copy_examples(&chosen)?;
        let how = ["-merge=1".to_owned(), "-use_counters=0".to_owned(), format!("-max_len={LARGEST_KEPT}")];
        self.program(place).arguments(&how).arguments([&chosen, &place.committed, &place.grown]).output()?;
        place.commit(&chosen)?;
        let inputs = place.committed_inputs()?;
        let bytes: u64 = inputs.iter().filter_map(|file| Some(fs::metadata(file).ok()?.len())).sum();
        terminal::line(format_args!("{}: {before} inputs before, {} now, {bytes} bytes", place.target, inputs.len()));
        Ok(())
    }
}
