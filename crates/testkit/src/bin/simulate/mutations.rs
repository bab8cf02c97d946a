//! Whether the promises notice mistakes.

use serde_json::{Value, json};
use testkit::simulation::Mutation;
use testkit::simulation::seeds::{Sought, in_order, seek};

/// Looks for each mistake, or the one of this name, in at most `seeds` seeds; whether all were noticed.
pub fn look(only: Option<&str>, (from, seeds): (u64, u64), jobs: usize, json: bool) -> bool {
    let is_meant = |mutation: &Mutation| only.is_none_or(|name| format!("{mutation:?}") == name);
    let mut all: Vec<Sought> = Vec::new();
    in_order(
        Mutation::ALL.into_iter().filter(is_meant),
        jobs,
        |mutation| seek(mutation, from, seeds),
        |sought| {
            eprintln!("{}", in_words(&sought));
            all.push(sought);
        },
    );
    if json {
        println!("{}", Value::Array(all.iter().map(figure).collect()));
    }
    !all.is_empty() && all.iter().all(|sought| sought.found.is_some())
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
