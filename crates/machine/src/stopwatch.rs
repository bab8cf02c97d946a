//! The program's own time.

use std::time::{Duration, Instant};

/// The time that a program has run: nobody can set it, and it begins anew with the program.
pub trait Stopwatch: Send + Sync {
    /// Since the beginning. A machine that sleeps may let it stand still.
    fn elapsed(&self) -> Duration;
}

/// The stopwatch of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemStopwatch(Instant);

impl SystemStopwatch {
    /// Begins now.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Stopwatch for SystemStopwatch {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
