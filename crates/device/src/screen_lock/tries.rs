//! How long the next PIN waits after wrong ones, and when no PIN opens the device any more.
//!
//! The wrong tries are counted in the store, the waiting in time that this program has run: a clock that is set forward does not
//! shorten a wait, and a program that is started anew begins the wait anew.

use std::time::Duration;

/// So many wrong PINs in a row, and none opens the device any more.
pub const MOST_TRIES: u32 = 10;
/// Wrong PINs in a row from which on the next one waits.
const FREE_TRIES: u32 = 5;
/// The first wait; each further one is twice as long, eight minutes at the end.
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// How long the next try waits after so many wrong ones in a row.
pub fn wait_after(wrong_tries: u32) -> Duration {
    match wrong_tries.checked_sub(FREE_TRIES) {
        Some(doublings) => FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doublings)),
        None => Duration::ZERO,
    }
}

/// Since when this program knows of how many wrong tries, in time that it has run.
#[derive(Debug, Clone, Copy, Default)]
pub struct KnownTries {
    wrong_tries: Option<u32>,
    since: Duration,
}

impl KnownTries {
    /// What is left of the wait at the program's time `now`; zero when the next PIN may be tried.
    pub fn wait_left(&mut self, wrong_tries: u32, now: Duration) -> Duration {
        if self.wrong_tries != Some(wrong_tries) {
            // What was counted before the program began waits from its beginning.
            let since = if self.wrong_tries.is_none() { Duration::ZERO } else { now };
            *self = Self { wrong_tries: Some(wrong_tries), since };
        }
        wait_after(wrong_tries).saturating_sub(now.saturating_sub(self.since))
    }
}

/// Tries that are left before the device is blocked.
pub fn tries_left(wrong_tries: u32) -> u32 {
    MOST_TRIES.saturating_sub(wrong_tries)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_wait_grows() {
        let waits: Vec<u64> = (0..MOST_TRIES).map(|wrong_tries| wait_after(wrong_tries).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480]);
    }

    #[test]
    fn a_wait_passes_with_the_time_that_the_program_runs() {
        let mut known = KnownTries::default();
        assert_eq!(known.wait_left(4, seconds(100)), seconds(0));
        assert_eq!(known.wait_left(5, seconds(110)), seconds(30));
        assert_eq!(known.wait_left(5, seconds(125)), seconds(15));
        assert_eq!(known.wait_left(5, seconds(140)), seconds(0));
        assert_eq!(known.wait_left(6, seconds(150)), seconds(60));
    }

    #[test]
    fn a_program_that_is_started_anew_begins_the_wait_anew() {
        assert_eq!(KnownTries::default().wait_left(9, seconds(0)), seconds(480));
        assert_eq!(KnownTries::default().wait_left(9, seconds(80)), seconds(400));
    }
}
