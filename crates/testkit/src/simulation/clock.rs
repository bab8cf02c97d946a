//! Time that passes only when the simulation says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::time::{Clock, UtcMillis};

/// When every simulation begins: 2026-11-21 08:00 in the hospital.
const BEGINNING: i64 = 1_795_219_200_000;

/// The true time, shared by everybody, and how wrong this clock is; a clone is the same clock.
#[derive(Debug, Clone)]
pub struct SimulatedClock {
    truth: Arc<AtomicI64>,
    offset_ms: Arc<AtomicI64>,
}

impl SimulatedClock {
    /// A true clock at the beginning.
    pub fn new() -> Self {
        Self { truth: Arc::new(AtomicI64::new(BEGINNING)), offset_ms: Arc::default() }
    }

    /// A clock beside it that is wrong by so many milliseconds.
    pub fn wrong_by(&self, offset_ms: i64) -> Self {
        Self { truth: Arc::clone(&self.truth), offset_ms: Arc::new(AtomicI64::new(offset_ms)) }
    }

    /// Another clock that is as wrong as this one.
    pub fn copied(&self) -> Self {
        self.wrong_by(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Somebody sets this clock.
    pub fn jump(&self, milliseconds: i64) {
        self.offset_ms.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// What time it is in truth.
    pub fn truth(&self) -> UtcMillis {
        UtcMillis(self.truth.load(Ordering::Relaxed))
    }

    /// How long the simulation has lasted, in milliseconds.
    pub fn passed(&self) -> i64 {
        self.truth().since(UtcMillis(BEGINNING))
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
        self.truth().plus(self.offset_ms.load(Ordering::Relaxed))
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

    #[test]
    fn only_the_clock_that_is_set_jumps() {
        let truth = SimulatedClock::new();
        let (set, other) = (truth.wrong_by(1), truth.wrong_by(1));
        set.jump(-1_000);
        assert_eq!((set.now(), other.now()), (UtcMillis(BEGINNING - 999), UtcMillis(BEGINNING + 1)));
        assert_eq!((set.truth(), set.copied().now()), (truth.now(), set.now()));
    }
}
