//! Time that passes only when the simulation says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::time::{Clock, UtcMillis};

/// When every simulation begins: 2026-11-21 08:00 in the hospital.
const BEGINNING: i64 = 1_795_219_200_000;

/// The true time, shared by everybody; a clone shares it too.
#[derive(Debug, Clone)]
pub struct SimulatedClock {
    truth: Arc<AtomicI64>,
    offset_ms: i64,
}

impl SimulatedClock {
    /// A true clock at the beginning.
    pub fn new() -> Self {
        Self { truth: Arc::new(AtomicI64::new(BEGINNING)), offset_ms: 0 }
    }

    /// A clock beside it that is wrong by so many milliseconds.
    pub fn wrong_by(&self, offset_ms: i64) -> Self {
        Self { truth: Arc::clone(&self.truth), offset_ms }
    }

    /// Lets time pass for everybody.
    pub fn pass(&self, milliseconds: i64) {
        self.truth.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

impl Default for SimulatedClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.truth.load(Ordering::Relaxed)).plus(self.offset_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_for_a_wrong_clock_as_for_the_true_one() {
        let truth = SimulatedClock::new();
        let wrong = truth.wrong_by(-5);
        truth.pass(100);
        assert_eq!((truth.now(), wrong.now()), (UtcMillis(BEGINNING + 100), UtcMillis(BEGINNING + 95)));
    }
}
