//! What happened, counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// The counts of a run.
        #[derive(Debug, Default)]
        pub struct Figures {
            $($(#[$doc])* pub $name: AtomicU64,)*
            refusals: Mutex<BTreeMap<String, u64>>,
            failures: Mutex<Vec<String>>,
            notes: Mutex<Vec<String>>,
        }

        impl Figures {
            fn counts(&self) -> serde_json::Map<String, Value> {
                let mut counts = serde_json::Map::new();
                $(counts.insert(stringify!($name).to_owned(), json!(self.$name.load(Ordering::Relaxed)));)*
                counts
            }
        }
    };
}

figures! {
    /// Rounds that ended with a look at everything.
    rounds,
    /// Servers ended with `kill -9`.
    kills_of_servers,
    /// Programs with commands on standard input, ended so.
    kills_of_devices_at_commands,
    /// Exchanges ended so.
    kills_of_devices_at_exchanges,
    /// Writing commands that a device acknowledged.
    commands_acknowledged,
    /// Commands that a device refused by its rules.
    commands_refused,
    /// Commands whose process was gone before it replied: given again.
    commands_unanswered,
    /// Commands given again after they had been acknowledged, with the reply compared.
    commands_repeated,
    /// Requests that the centre acknowledged.
    centre_requests_acknowledged,
    /// Requests of the centre that met a dead or full server, given again.
    centre_requests_unanswered,
    /// Exchanges that came to an end.
    exchanges_ended,
    /// Exchanges that failed with a word of why.
    exchanges_failed,
    /// Requests and answers of the exchanges that came to an end.
    round_trips,
    /// Connections through the proxy.
    connections,
    /// Connections that the proxy cut on the way there.
    messages_cut,
    /// Answers of which a part came.
    answers_cut,
    /// Answers that nobody got.
    answers_swallowed,
    /// Connections whose bytes came in pieces, late.
    messages_delayed,
    /// Requests that came to the server again after everything was over.
    messages_doubled,
    /// Requests with a changed byte.
    requests_corrupted,
    /// Answers with a changed byte.
    answers_corrupted,
    /// File systems that were full for a while.
    full_disks,
    /// Commands and requests that were refused because the disk was full.
    refused_for_a_full_disk,
    /// Times at which the power was cut.
    power_cuts,
    /// Facts that were looked for on the server after all of it.
    facts_looked_for,
    /// Orders that were compared between the server and a device.
    orders_compared,
}

/// The most failures that are kept in words.
const MOST_FAILURES_TOLD: usize = 40;

impl Figures {
    /// One more.
    pub fn count(figure: &AtomicU64) {
        Self::add(figure, 1);
    }

    /// So many more.
    pub fn add(figure: &AtomicU64, more: u64) {
        figure.fetch_add(more, Ordering::Relaxed);
    }

    /// Programs killed so far.
    pub fn kills(&self) -> u64 {
        let kills = [&self.kills_of_servers, &self.kills_of_devices_at_commands, &self.kills_of_devices_at_exchanges];
        kills.iter().map(|kills| kills.load(Ordering::Relaxed)).sum()
    }

    /// A promise that was not kept.
    pub fn fail(&self, what: impl Into<String>) {
        let what = what.into();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() < MOST_FAILURES_TOLD && !failures.contains(&what) {
            failures.push(what);
        }
    }

    /// A command was refused by the rules of the trade.
    pub fn refused(&self, what: String) {
        Self::count(&self.commands_refused);
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let count = refusals.entry(what).or_default();
        *count = count.saturating_add(1);
    }

    /// Something that could not be done here.
    pub fn note(&self, what: impl Into<String>) {
        let what = what.into();
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.contains(&what) {
            notes.push(what);
        }
    }

    /// Every promise that was not kept, in words.
    pub fn failures(&self) -> Vec<String> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything, for programs.
    pub fn to_json(&self, took: Duration) -> Value {
        let mut all = self.counts();
        all.insert("seconds".to_owned(), json!(took.as_secs()));
        all.insert("kills".to_owned(), json!(self.kills()));
        all.insert("refusals".to_owned(), json!(*self.refusals.lock().unwrap_or_else(PoisonError::into_inner)));
        all.insert("left_out".to_owned(), json!(*self.notes.lock().unwrap_or_else(PoisonError::into_inner)));
        all.insert("failures".to_owned(), json!(self.failures()));
        Value::Object(all)
    }
}
