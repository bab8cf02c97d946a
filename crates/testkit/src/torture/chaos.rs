//! What everybody in a round shares.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Programs;
use super::figures::Figures;
use super::hospital::Hospital;
use super::ledger::Ledger;
use crate::simulation::random::Chance;

/// A round while it runs.
pub struct Round<'a> {
    /// Who is tortured.
    pub programs: &'a Programs,
    /// The hospital's places.
    pub hospital: &'a Hospital,
    /// What was acknowledged.
    pub ledger: &'a Ledger,
    /// What was counted.
    pub figures: &'a Figures,
    over: AtomicBool,
}

impl<'a> Round<'a> {
    /// A round that begins.
    pub fn new(programs: &'a Programs, hospital: &'a Hospital, ledger: &'a Ledger, figures: &'a Figures) -> Self {
        Self { programs, hospital, ledger, figures, over: AtomicBool::new(false) }
    }

    /// Everybody is to stop after what they are at.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Whether it goes on.
    pub fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }
}

/// Somebody takes so much time. Nothing is waited for with it that could say when it has happened.
#[allow(clippy::disallowed_methods, reason = "people think, disks are full for a while, packets are late")]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// A span between the two, short ones as often as long ones of each order of magnitude.
pub fn between(chance: &mut Chance, shortest_ms: u64, longest_ms: u64) -> Duration {
    let mut longest = longest_ms;
    while longest > shortest_ms.saturating_mul(2) && chance.percent(40) {
        longest = longest.saturating_div(2);
    }
    let width = usize::try_from(longest.saturating_sub(shortest_ms)).unwrap_or(0).saturating_add(1);
    let within = u64::try_from(chance.below(width.saturating_mul(1_000))).unwrap_or(0);
    Duration::from_micros(shortest_ms.saturating_mul(1_000).saturating_add(within))
}
