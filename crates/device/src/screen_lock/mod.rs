//! The lock of the screen (`architecture.md`, "Trust": a PIN locks the screen after idle and never derives the key;
//! `docs/decisions/011`): what a PIN is, how often it may be tried, and which pages of the app are open.
//!
//! - A try is counted durably before it is judged: whoever kills the program in between has used it up.
//! - Nothing is deleted and nothing waits because of the lock: what was recorded is sent meanwhile.

pub mod pages;
mod pin;
pub mod shown;
pub mod tries;

use std::sync::PoisonError;
use std::time::Duration;

use domain::fault::{Fault, FaultCodeName};
use store::device::{ScreenLock, Session};

use crate::device::{Device, identity_of};
use crate::reply::LockState;
use crate::worker::Worker;
use shown::{LockShown, whole_seconds};
use tries::{tries_left, wait_after};

impl Device {
    /// Sets the first PIN, or changes it.
    ///
    /// # Errors
    /// `pin_unfit`; where there is one already those of [`Self::try_pin`]; `not_enrolled`, `store_damaged`.
    pub(crate) fn set_pin(&self, pin: &str, current: Option<&str>) -> Result<(), Fault> {
        let staff_no = self.read(|session| Ok(Worker::of(session, &identity_of(session)?, self.now())?.number.staff_no))?;
        pin::check_fit(pin, staff_no.as_str())?;
        let before = self.read(|session| Ok(session.screen_lock()?))?;
        if before.is_some() {
            self.try_pin(current.unwrap_or_default())?;
        }
        let new = ScreenLock { pin: pin::hash(pin, self.randomness.as_ref())?, wrong_tries: 0 };
        self.write(|session| {
            // Another page may have set one meanwhile.
            if before.is_none() && session.screen_lock()?.is_some() {
                return Err(not_the_pin(self.wrong_tries(session)?));
            }
            Ok(session.put_screen_lock(&new)?)
        })
    }

    /// Whether it is the PIN; where none is set, everything is.
    ///
    /// # Errors
    /// `pin_wrong`, `pin_wait`, `pin_blocked`, and those of the store: a try that cannot be counted is none.
    pub(crate) fn try_pin(&self, typed: &str) -> Result<(), Fault> {
        let Some(counted) = self.write(|session| self.count_try(session))? else { return Ok(()) };
        if !pin::is_right(typed, &counted.pin)? {
            // The wait begins now, and not when somebody next asks for it.
            self.wait_left(counted.wrong_tries);
            return Err(not_the_pin(counted.wrong_tries));
        }
        self.write(|session| match session.screen_lock()? {
            // Changed meanwhile: what is counted now belongs to the new one.
            Some(lock) if lock.pin == counted.pin => Ok(session.put_screen_lock(&ScreenLock { wrong_tries: 0, ..lock })?),
            _ => Ok(()),
        })
    }

    /// Counts a try as a wrong one, which it is until it proves right; the lock with it.
    fn count_try(&self, session: &Session<'_>) -> Result<Option<ScreenLock>, Fault> {
        let Some(lock) = session.screen_lock()? else { return Ok(None) };
        if tries_left(lock.wrong_tries) == 0 {
            return Err(blocked());
        }
        let wait = self.wait_left(lock.wrong_tries);
        if !wait.is_zero() {
            return Err(waiting(wait));
        }
        let counted = ScreenLock { wrong_tries: lock.wrong_tries.saturating_add(1), ..lock };
        session.put_screen_lock(&counted)?;
        Ok(Some(counted))
    }

    fn wrong_tries(&self, session: &Session<'_>) -> Result<u32, Fault> {
        Ok(session.screen_lock()?.map_or(0, |lock| lock.wrong_tries))
    }

    fn wait_left(&self, wrong_tries: u32) -> Duration {
        let now = self.stopwatch.elapsed();
        self.known_tries.lock().unwrap_or_else(PoisonError::into_inner).wait_left(wrong_tries, now)
    }

    /// Whether a PIN is set.
    pub(crate) fn has_pin(&self) -> Result<bool, Fault> {
        self.read(|session| Ok(session.screen_lock()?.is_some()))
    }

    /// The lock as a status shows it to whoever owns the files.
    pub(crate) fn lock_shown(&self, session: &Session<'_>) -> Result<LockShown, Fault> {
        let lock = session.screen_lock()?;
        let wait = lock.as_ref().map_or(Duration::ZERO, |lock| self.wait_left(lock.wrong_tries));
        Ok(LockShown {
            state: if lock.is_some() { LockState::Open } else { LockState::None },
            tries_left: lock.map(|lock| tries_left(lock.wrong_tries)),
            wait,
        })
    }
}

fn not_the_pin(wrong_tries: u32) -> Fault {
    if tries_left(wrong_tries) == 0 {
        return blocked();
    }
    let message = "the PIN is wrong; nothing is lost, and what waits is sent meanwhile; try again, or have the device enrolled anew for the same person";
    Fault::new(FaultCodeName::PinWrong, message).with(serde_json::json!({
        "tries_left": tries_left(wrong_tries),
        "wait_seconds": whole_seconds(wait_after(wrong_tries)),
    }))
}

fn waiting(wait: Duration) -> Fault {
    let seconds = whole_seconds(wait);
    Fault::new(FaultCodeName::PinWait, format!("too many wrong PINs; nothing is lost; try again in {seconds} seconds"))
        .with(serde_json::json!({ "wait_seconds": seconds }))
}

fn blocked() -> Fault {
    Fault::new(
        FaultCodeName::PinBlocked,
        "too many wrong PINs; all work is kept and sent; enrol this device with a new code for the same person, and set a new PIN",
    )
}
