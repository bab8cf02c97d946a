//! Whether the promises notice mistakes.

use serde_json::{Value, json};
use testkit::simulation::{Broken, Mutation};

use super::seeds::play;

/// A mistake, and the first seed that shows it.
struct Sought {
    mutation: Mutation,
    /// Seeds that were played, the failing one included.
    seeds: u64,
    found: Option<Broken>,
}

/// Looks for each mistake in at most `seeds` seeds; whether all were noticed.
pub fn look(from: u64, seeds: u64, json: bool) -> bool {
    let seek = |mutation| {
        let sought = seek(mutation, from, seeds);
        eprintln!("{}", in_words(&sought));
        sought
    };
    let sought: Vec<Sought> = Mutation::ALL.into_iter().map(seek).collect();
    if json {
        println!("{}", Value::Array(sought.iter().map(figure).collect()));
    }
    sought.iter().all(|sought| sought.found.is_some())
}

fn seek(mutation: Mutation, from: u64, seeds: u64) -> Sought {
    for (played, seed) in (1u64..).zip(from..from.saturating_add(seeds)) {
        if let Err(broken) = play(seed, Some(mutation)) {
            return Sought { mutation, seeds: played, found: Some(*broken) };
        }
    }
    Sought { mutation, seeds, found: None }
}

fn figure(sought: &Sought) -> Value {
    let name = format!("{:?}", sought.mutation);
    json!({ "mutation": name, "seeds": sought.seeds, "promise": sought.found.as_ref().map(|broken| broken.promise) })
}

fn in_words(sought: &Sought) -> String {
    match &sought.found {
        Some(broken) => format!("{:?}: seed {} of {}: {}: {}", sought.mutation, broken.seed, sought.seeds, broken.promise, broken.what),
        None => format!("{:?}: not noticed in {} seeds", sought.mutation, sought.seeds),
    }
}
