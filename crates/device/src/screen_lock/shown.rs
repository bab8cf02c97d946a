//! The lock as a status shows it.

use std::time::Duration;

use crate::reply::LockState;

/// The lock as a status shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockShown {
    /// For whoever owns the files.
    pub state: LockState,
    /// Wrong PINs that are left; `None` without a PIN.
    pub tries_left: Option<u32>,
    /// Until the next one may be tried.
    pub wait: Duration,
}

/// Whole seconds, so that nobody who waits them is told to wait again.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0))
}
