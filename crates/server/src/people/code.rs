//! One-time codes: short enough to type, read back without confusing letters and digits.

use domain::fault::Fault;

use crate::occasion::{Occasion, sha256};

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Fifty bits: not to be guessed in the day that a code lives.
const CHARACTERS: usize = 10;

/// A new code, as `ABCDE-FGHJK`.
///
/// # Errors
/// As the randomness fails.
pub fn new_code(occasion: &Occasion<'_>) -> Result<String, Fault> {
    let random: [u8; CHARACTERS] = occasion.secret()?;
    let characters: String = random.iter().map(|byte| character(*byte)).collect();
    let (first, second) = characters.split_at_checked(CHARACTERS / 2).unwrap_or((&characters, ""));
    Ok(format!("{first}-{second}"))
}

/// The hash under which a code is kept, of the code as people may have typed it: small letters, spaces, O for 0, I or L for 1.
pub fn code_hash(typed: &str) -> Vec<u8> {
    let meant: String = typed.chars().filter(|character| character.is_ascii_alphanumeric()).map(understood).collect();
    sha256(meant.as_bytes())
}

fn character(byte: u8) -> char {
    CROCKFORD.get(usize::from(byte & 31)).copied().map_or('0', char::from)
}

fn understood(typed: char) -> char {
    match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_understood_as_people_type_it() {
        for typed in ["A1B0C-D2E3F", "a1b0c d2e3f", "AIBOCD2E3F", "alboc-d2e3f"] {
            assert_eq!(code_hash(typed), code_hash("A1B0CD2E3F"), "{typed}");
        }
        assert_ne!(code_hash("A1B0CD2E3G"), code_hash("A1B0CD2E3F"));
    }
}
