//! What people are told about seeds.

use serde_json::{Value, json};
use testkit::simulation::Broken;
use testkit::simulation::tally::Tally;

use super::seeds::{play, shortened};

/// How often progress is said.
const PROGRESS_EVERY: u64 = 1_000;

/// Tells the story of one seed; whether every promise was kept.
pub fn tell(seed: u64) -> bool {
    match play(seed, None) {
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

/// Plays many seeds and gives the figures; whether every promise was kept.
pub fn many(from: u64, seeds: u64, json: bool) -> bool {
    let mut tally = Tally::default();
    let mut failures: Vec<Broken> = Vec::new();
    for (played, seed) in (1u64..).zip(from..from.saturating_add(seeds)) {
        match play(seed, None) {
            Ok(told) => tally.add(&told.tally),
            Err(broken) => {
                eprintln!("{broken}");
                failures.push(*broken);
            }
        }
        if played.checked_rem(PROGRESS_EVERY) == Some(0) {
            eprintln!("{played} of {seeds} seeds, {} broken", failures.len());
        }
    }
    println!("{}", if json { figures(from, seeds, &tally, &failures).to_string() } else { in_words(from, seeds, &tally, &failures) });
    failures.is_empty()
}

fn figures(from: u64, seeds: u64, tally: &Tally, failures: &[Broken]) -> Value {
    let failures: Vec<Value> =
        failures.iter().map(|broken| json!({ "seed": broken.seed, "promise": broken.promise, "what": broken.what })).collect();
    json!({
        "from": from,
        "seeds": seeds,
        "events": tally.events,
        "device_days": tally.device_days(),
        "faults": tally.faults,
        "failures": failures,
    })
}

fn in_words(from: u64, seeds: u64, tally: &Tally, failures: &[Broken]) -> String {
    let mut lines = vec![format!("{seeds} seeds from {from} on: {} events, {} simulated device-days", tally.events, tally.device_days())];
    lines.extend(tally.faults.iter().map(|(fault, times)| format!("  {fault}: {times}")));
    lines.extend(failures.iter().map(|broken| format!("  broken: seed {}: {}", broken.seed, broken.promise)));
    if failures.is_empty() {
        lines.push("every promise was kept".to_owned());
    }
    lines.join("\n")
}
