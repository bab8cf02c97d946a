//! What a PIN has to be, and how it is kept: as its Argon2id hash, in the sealed store.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::fault::{Fault, FaultCodeName};
use machine::Randomness;

/// Fewest and most digits.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 4..=8;

/// Memory in KiB and passes over it (RFC 9106; one of the equivalent choices of OWASP's cheat sheet for passwords). See
/// `docs/decisions/011` for what that takes on a cheap phone.
const MEMORY_KIB: u32 = 9 * 1024;
const PASSES: u32 = 4;

/// Whether a PIN may be taken by the person with this number.
///
/// # Errors
/// `pin_unfit` with the reason.
pub fn check_fit(pin: &str, staff_no: &str) -> Result<(), Fault> {
    match unfit(pin, staff_no) {
        None => Ok(()),
        Some(reason) => {
            let message =
                "a PIN has 4 to 8 digits, is no row such as 1234 or 0000, and no part of the own employee number; the PIN was not changed";
            Err(Fault::new(FaultCodeName::PinUnfit, message).with(serde_json::json!({ "reason": reason })))
        }
    }
}

fn unfit(pin: &str, staff_no: &str) -> Option<&'static str> {
    if !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        Some("digits")
    } else if !LENGTHS.contains(&pin.len()) {
        Some("length")
    } else if is_simple(pin.as_bytes()) {
        Some("simple")
    } else if !staff_no.is_empty() && (staff_no.contains(pin) || pin.contains(staff_no)) {
        Some("staff_no")
    } else {
        None
    }
}

/// The same step from digit to digit (1111, 1234, 8642), or the same few digits again (1212, 123123).
fn is_simple(digits: &[u8]) -> bool {
    let steps = digits.iter().zip(digits.iter().skip(1)).map(|(one, next)| i16::from(*next).saturating_sub(i16::from(*one)));
    let steps: Vec<i16> = steps.collect();
    let is_a_row = steps.iter().all(|step| Some(step) == steps.first());
    is_a_row || [2, 3, 4].iter().any(|length| digits.len() > *length && repeats(digits, *length))
}

fn repeats(digits: &[u8], length: usize) -> bool {
    digits.len().is_multiple_of(length) && digits.iter().zip(digits.iter().skip(length)).all(|(one, later)| one == later)
}

/// The hash of a PIN, in PHC notation.
///
/// # Errors
/// As the randomness fails.
pub fn hash(pin: &str, randomness: &dyn Randomness) -> Result<String, Fault> {
    let mut salt = [0; 16];
    randomness.fill(&mut salt)?;
    let parameters = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(failed)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    Ok(argon.hash_password_with_salt(pin.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// Whether it is the PIN that was hashed.
///
/// # Errors
/// When what is stored is no hash.
pub fn is_right(pin: &str, phc: &str) -> Result<bool, Fault> {
    if !LENGTHS.contains(&pin.len()) {
        return Ok(false);
    }
    let stored = PasswordHash::new(phc).map_err(failed)?;
    Ok(Argon2::default().verify_password(pin.as_bytes(), &stored).is_ok())
}

fn failed(error: impl std::fmt::Display) -> Fault {
    Fault::new(FaultCodeName::Internal, format!("the PIN cannot be hashed or compared: {error}; nothing was changed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::SystemRandomness;

    #[test]
    fn what_is_easily_guessed_is_refused() {
        for (pin, reason) in [
            ("2580", None),
            ("1357902", None),
            ("99990001", None),
            ("123", Some("length")),
            ("123456789", Some("length")),
            ("", Some("length")),
            ("12a4", Some("digits")),
            ("１２８４", Some("digits")),
            ("0000", Some("simple")),
            ("1234", Some("simple")),
            ("9876543", Some("simple")),
            ("1357", Some("simple")),
            ("1212", Some("simple")),
            ("258258", Some("simple")),
            ("25802580", Some("simple")),
            ("025518", Some("staff_no")),
            ("5518", Some("staff_no")),
            ("0255189", Some("staff_no")),
        ] {
            assert_eq!(unfit(pin, "025518"), reason, "{pin}");
        }
    }

    #[test]
    fn only_the_same_pin_is_right_and_the_hash_does_not_show_it() {
        let phc = hash("2580", &SystemRandomness).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=9216,t=4,p=1$"), "{phc}");
        assert_ne!(phc, hash("2580", &SystemRandomness).unwrap());
        for (pin, right) in [("2580", true), ("2581", false), ("", false), ("25800", false)] {
            assert_eq!(is_right(pin, &phc).unwrap(), right, "{pin}");
        }
    }
}
