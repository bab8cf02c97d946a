//! Passwords: Argon2id, and a growing wait after wrong ones.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::fault::{Fault, FaultCodeName};
use domain::time::UtcMillis;
use store::server::accounts::Failures;

use crate::occasion::Occasion;

/// Fewest characters of a password.
pub const FEWEST_CHARACTERS: usize = 8;
/// Most bytes of a password: hashing must not become a way to keep the server busy.
pub const MOST_BYTES: usize = 1024;
/// Wrong passwords in a row from one place before the first wait there.
pub const FREE_FROM_ONE_PLACE: u32 = 5;
/// Wrong passwords in a row from everywhere together before the first wait wherever the person has not signed in lately: one who
/// tries from many places must not have five attempts at each.
pub const FREE_FROM_EVERYWHERE: u32 = 50;
/// The first wait.
const FIRST_WAIT_MS: i64 = 30_000;
/// Doublings until the longest wait (32 minutes).
const MOST_DOUBLINGS: u32 = 6;

/// The password in PHC notation.
///
/// # Errors
/// [`FaultCodeName::FieldInvalid`] for one that is too short or too long.
pub fn hash(password: &str, occasion: &Occasion<'_>) -> Result<String, Fault> {
    if password.chars().count() < FEWEST_CHARACTERS || password.len() > MOST_BYTES {
        let message = format!("a password has at least {FEWEST_CHARACTERS} characters and at most {MOST_BYTES} bytes; nothing was changed");
        return Err(Fault::new(FaultCodeName::FieldInvalid, message).with(serde_json::json!({ "field": "password" })));
    }
    let salt: [u8; 16] = occasion.secret()?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map_err(failed)?;
    Ok(hash.to_string())
}

/// Whether the password is the one that was hashed. Without a hash the same work is done, so that nobody can tell by the
/// time which numbers have a password.
///
/// # Errors
/// When a stored hash is none.
pub fn verify(password: &str, phc: Option<&str>) -> Result<bool, Fault> {
    if password.len() > MOST_BYTES {
        return Ok(false);
    }
    let Some(phc) = phc else {
        let unused = Argon2::default().hash_password_with_salt(password.as_bytes(), &[0; 16]);
        return unused.map(|_| false).map_err(failed);
    };
    let hash = PasswordHash::new(phc).map_err(failed)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The failures after one more: from the last free one on a wait that doubles each time. An attempt counts until it proves right.
pub fn after_failure(before: Failures, free: u32, now: UtcMillis) -> Failures {
    let count = before.count.saturating_add(1);
    Failures { count, locked_until: now.plus(wait_after(count, free)) }
}

/// How long a number has to wait now, in milliseconds; 0 where it need not. A wait that is longer than so many failures
/// bring was counted by a clock that has been set back since, and is over: nobody is kept out for the year that it was ahead.
pub fn wait_of(failures: Failures, free: u32, now: UtcMillis) -> i64 {
    let wait = failures.locked_until.since(now);
    if wait > 0 && wait <= wait_after(failures.count, free) { wait } else { 0 }
}

/// The wait that so many failures in a row bring, in milliseconds.
fn wait_after(failures: u32, free: u32) -> i64 {
    let doublings = failures.saturating_sub(free).min(MOST_DOUBLINGS);
    if failures < free { 0 } else { FIRST_WAIT_MS.saturating_mul(1_i64 << doublings) }
}

fn failed(error: impl std::fmt::Display) -> Fault {
    Fault::new(FaultCodeName::Internal, format!("the password could not be checked: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_password_waits_and_each_further_one_longer() {
        let mut failures = Failures { count: 0, locked_until: UtcMillis(0) };
        let mut waits = Vec::new();
        for _ in 0..8 {
            failures = after_failure(failures, FREE_FROM_ONE_PLACE, UtcMillis(0));
            waits.push(failures.locked_until.0 / 1_000);
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240]);
    }

    #[test]
    fn no_wait_is_longer_than_half_an_hour() {
        let failures = after_failure(Failures { count: u32::MAX, locked_until: UtcMillis(0) }, FREE_FROM_ONE_PLACE, UtcMillis(0));
        assert_eq!(failures.locked_until.0 / domain::time::MINUTE_MS, 32);
    }

    #[test]
    fn a_wait_ends_with_its_time_and_with_a_clock_that_is_set_back() {
        let failures = Failures { count: 5, locked_until: UtcMillis(1_000_000) };
        for (now, expected) in [(970_000, 30_000), (999_999, 1), (1_000_000, 0), (969_999, 0), (-1, 0)] {
            assert_eq!(wait_of(failures, FREE_FROM_ONE_PLACE, UtcMillis(now)), expected, "{now}");
        }
    }
}
