//! Checking what people typed or scanned.

use domain::fault::{Fault, FaultCodeName};
use domain::quantity::{LARGEST_QUANTITY, Quantity};
use serde_json::{Number, json};

/// A text of 1 to `most` characters, trimmed.
pub fn text(field: &str, typed: &str, most: usize) -> Result<String, Fault> {
    let trimmed = typed.trim();
    let unreadable = trimmed.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'));
    if trimmed.is_empty() || trimmed.chars().count() > most || unreadable {
        let message = format!("{field} needs 1 to {most} readable characters; nothing was saved");
        return Err(Fault::new(FaultCodeName::FieldInvalid, message).with(json!({ "field": field, "most": most })));
    }
    Ok(trimmed.to_owned())
}

/// A text that may be missing; spaces alone count as missing.
pub fn optional_text(field: &str, typed: Option<&str>, most: usize) -> Result<Option<String>, Fault> {
    typed.filter(|typed| !typed.trim().is_empty()).map(|typed| text(field, typed, most)).transpose()
}

/// A reason; its absence has a code of its own, because screens ask for it.
pub fn reason(typed: &str, most: usize) -> Result<String, Fault> {
    if typed.trim().is_empty() {
        return Err(Fault::new(FaultCodeName::ReasonRequired, "a reason is needed; nothing was saved"));
    }
    text("reason", typed, most)
}

/// A whole quantity.
pub fn quantity(number: &Number) -> Result<Quantity, Fault> {
    number.as_i64().and_then(|whole| Quantity::new(whole).ok()).ok_or_else(|| {
        let message = format!("{number} is not a whole quantity from 1 to {LARGEST_QUANTITY}; nothing was saved");
        Fault::new(FaultCodeName::QuantityInvalid, message).with(json!({ "least": 1, "most": LARGEST_QUANTITY }))
    })
}

/// A code as it was scanned or typed: without spaces around, full-width letters and digits made narrow, letters large.
pub fn code(typed: &str) -> String {
    typed.trim().chars().filter(|character| !character.is_whitespace()).map(narrow).collect::<String>().to_uppercase()
}

/// U+FF01 to U+FF5E are the ASCII characters in full width, as Chinese keyboards give them.
fn narrow(character: char) -> char {
    match u32::from(character) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide.saturating_sub(0xFEE0)).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_understood_as_keyboards_and_scanners_give_them() {
        for (typed, understood) in
            [("020007", "020007"), (" 020 007\n", "020007"), ("０２０００７", "020007"), ("w0012", "W0012"), ("Ｗ００１２", "W0012")]
        {
            assert_eq!(code(typed), understood);
        }
    }

    #[test]
    fn texts_have_a_length_and_no_control_characters() {
        let long = "长".repeat(11);
        for (typed, accepted) in [
            ("好", true),
            ("两\n行", true),
            ("", false),
            (" \t", false),
            ("a\u{0}b", false),
            (long.as_str(), false),
            ("十个字的上限正好是十", true),
        ] {
            assert_eq!(text("description", typed, 10).is_ok(), accepted, "{typed:?}");
        }
    }
}
