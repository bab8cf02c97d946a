//! Telephone numbers: digits, and the signs people put between them.

use super::{Meaning, Understood, narrowed, spreadsheet_damage};
use crate::finding::{Reason, Remark};

/// 3 to 20 digits, with `+`, spaces, hyphens and brackets.
pub(crate) fn telephone(cell: &str) -> Meaning<String> {
    let (plain, note) = narrowed(cell);
    if let Some(damage) = spreadsheet_damage(&plain) {
        return Err(vec![damage]);
    }
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let signs = plain
        .strip_prefix('+')
        .unwrap_or(&plain)
        .chars()
        .all(|character| character.is_ascii_digit() || matches!(character, ' ' | '-' | '(' | ')'));
    let begins = plain.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '('));
    if signs && begins && (3..=20).contains(&digits) {
        return Ok(Understood::with(plain, note));
    }
    Err(vec![
        Remark::refused(Reason::NotATelephoneNumber, "This is not a telephone number")
            .suggest("Write digits only, or leave the cell empty"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: Result<(), Reason>) {
        assert_eq!(telephone(cell).map(|_| ()).map_err(|remarks| remarks[0].code), expected, "{cell:?}");
    }

    #[test]
    fn telephones() {
        for cell in ["13642181363", "+86 136-4218-1363", "(010) 6512 3456", "8120", "１３６４２１８１３６３"] {
            check(cell, Ok(()));
        }
        for cell in ["无", "1364218136x", "12", "+", "123456789012345678901", "-13642181363"] {
            check(cell, Err(Reason::NotATelephoneNumber));
        }
        check("1.36422E+10", Err(Reason::ScientificNotation));
        check("=1+1", Err(Reason::Formula));
    }
}
