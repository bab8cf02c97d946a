//! The system's clock and the program's own time: the only place of the device that reads them.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::time::{Clock, UtcMillis};

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UtcMillis {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UtcMillis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

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
