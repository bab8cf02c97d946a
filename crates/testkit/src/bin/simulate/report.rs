//! What people are told about seeds.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::simulation::seeds::{in_order, play_seed, shortened};
use testkit::simulation::tally::Tally;
use testkit::simulation::{Broken, Told};

/// How often progress is said.
const PROGRESS_EVERY: u64 = 1_000;

/// Tells the story of one seed; whether every promise was kept.
pub fn tell(seed: u64) -> bool {
    match play_seed(seed, None) {
        Ok(told) => {
            told.story.iter().for_each(|line| println!("{line}"));
            println!("seed {seed}: every promise was kept; trace {:016x}", told.trace);
            true
        }
        Err(broken) => {
            let (steps, broken) = shortened(seed).unwrap_or((0, *broken));
            broken.story.iter().for_each(|line| println!("{line}"));
            println!("{}\nmade short: {steps} steps are enough", Broken { story: Vec::new(), ..broken });
            false
        }
    }
}

/// Plays many seeds and gives the figures, with every failing story as short as it can be made; whether every promise was kept.
pub fn many(from: u64, seeds: u64, jobs: usize, json: bool) -> bool {
    let began = Instant::now();
    let mut figures = Figures { from, seeds, tally: Tally::default(), failures: Vec::new(), took: Duration::ZERO };
    let mut played = 0_u64;
    in_order(from..from.saturating_add(seeds), jobs, played_and_shortened, |result| {
        match result {
            Ok(told) => figures.tally.add(&told.tally),
            Err(failure) => {
                eprintln!("{}\nmade short: {} steps are enough", failure.broken, failure.steps);
                figures.failures.push(failure);
            }
        }
        played = played.saturating_add(1);
        if played.checked_rem(PROGRESS_EVERY) == Some(0) {
            eprintln!("{played} of {seeds} seeds, {} broken", figures.failures.len());
        }
    });
    figures.took = began.elapsed();
    println!("{}", if json { figures.as_json().to_string() } else { figures.in_words() });
    figures.failures.is_empty()
}

/// A seed that breaks a promise, as short as it could be made.
struct Failure {
    steps: usize,
    broken: Broken,
}

fn played_and_shortened(seed: u64) -> Result<Told, Failure> {
    play_seed(seed, None).map_err(|broken| {
        let (steps, broken) = shortened(seed).unwrap_or((0, *broken));
        Failure { steps, broken }
    })
}

/// What came of many seeds.
struct Figures {
    from: u64,
    seeds: u64,
    tally: Tally,
    failures: Vec<Failure>,
    took: Duration,
}

impl Figures {
    fn as_json(&self) -> Value {
        let failures = self.failures.iter().map(|Failure { steps, broken }| {
            json!({ "seed": broken.seed, "promise": broken.promise, "what": broken.what, "steps": steps, "story": broken.story })
        });
        json!({
            "from": self.from,
            "seeds": self.seeds,
            "events": self.tally.events,
            "device_days": self.tally.device_days(),
            "faults": self.tally.faults,
            "failures": failures.collect::<Vec<_>>(),
            "seconds": self.took.as_secs(),
        })
    }

    fn in_words(&self) -> String {
        let Self { from, seeds, tally, failures, took } = self;
        let (events, days) = (tally.events, tally.device_days());
        let mut lines =
            vec![format!("{seeds} seeds from {from} on in {} s: {events} events, {days} simulated device-days", took.as_secs())];
        lines.extend(tally.faults.iter().map(|(fault, times)| format!("  {fault}: {times}")));
        lines.extend(failures.iter().map(|Failure { broken, .. }| format!("  broken: seed {}: {}", broken.seed, broken.promise)));
        if failures.is_empty() {
            lines.push("every promise was kept".to_owned());
        }
        lines.join("\n")
    }
}
