//! Checks of what people type.

use domain::fault::{Fault, FaultCodeName};

/// The most characters of a description, cause, remedy or reason.
pub const MOST_CHARACTERS: usize = 1_000;

/// The text without space around it, when it is neither empty nor too long and has no control characters but line ends
/// and tabs: those reach paper and other programs, as they do from a device, which keeps the same rule.
///
/// # Errors
/// [`FaultCodeName::FieldInvalid`], with `details.field`.
pub fn text(field: &str, value: &str, most: usize) -> Result<String, Fault> {
    let trimmed = value.trim();
    let characters = trimmed.chars().count();
    let unreadable = trimmed.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'));
    if characters == 0 || characters > most || unreadable {
        let message = format!("{field} has 1 to {most} readable characters; nothing was changed");
        return Err(Fault::new(FaultCodeName::FieldInvalid, message).with(serde_json::json!({ "field": field, "most": most })));
    }
    Ok(trimmed.to_owned())
}

/// A reason, without which nothing is refused, given back or cancelled.
///
/// # Errors
/// [`FaultCodeName::ReasonRequired`] when it is empty, [`FaultCodeName::FieldInvalid`] when it is too long.
pub fn reason(value: &str) -> Result<String, Fault> {
    if value.trim().is_empty() {
        return Err(Fault::new(FaultCodeName::ReasonRequired, "say why; nothing was changed"));
    }
    text("reason", value, MOST_CHARACTERS)
}
