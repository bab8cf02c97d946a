//! One-time codes as people type them: both ends understand one code as the same, or the code that a device has asked with once
//! would be another one the next time.

use sha2::{Digest, Sha256};

/// The SHA-256 under which a code is kept, of the code as it is meant: small letters and spaces or hyphens anywhere say nothing, O is
/// 0, I and L are 1.
pub fn code_hash(typed: &str) -> Vec<u8> {
    let meant: String = typed.chars().filter(char::is_ascii_alphanumeric).map(understood).collect();
    Sha256::digest(meant.as_bytes()).to_vec()
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
