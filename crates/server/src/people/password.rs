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
/// Wrong passwords in a row before the first wait.
const FREE_ATTEMPTS: u32 = 5;
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

/// The failures after one more: from the fifth on a wait that doubles each time. An attempt counts until it proves right.
pub fn after_failure(before: Failures, now: UtcMillis) -> Failures {
    let count = before.count.saturating_add(1);
    let doublings = count.saturating_sub(FREE_ATTEMPTS).min(MOST_DOUBLINGS);
    let wait = if count < FREE_ATTEMPTS { 0 } else { FIRST_WAIT_MS.saturating_mul(1_i64 << doublings) };
    Failures { count, locked_until: now.plus(wait) }
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
            failures = after_failure(failures, UtcMillis(0));
            waits.push(failures.locked_until.0 / 1_000);
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240]);
    }
}
