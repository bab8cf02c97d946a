//! One-time codes: short enough to type, of letters and digits that nobody confuses once they are read back
//! ([`sync::enrolment_code`]).

use domain::fault::Fault;

use crate::occasion::Occasion;

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

fn character(byte: u8) -> char {
    CROCKFORD.get(usize::from(byte & 31)).copied().map_or('0', char::from)
}
