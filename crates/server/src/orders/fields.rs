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

/// The most items of a page.
const LONGEST_PAGE: usize = 200;
/// Items of a page where nothing is said.
const USUAL_PAGE: usize = 50;

/// How many items of a list are wanted: the same bounds, and the same refusal, as on a device.
///
/// # Errors
/// [`FaultCodeName::BadRequest`] out of them.
pub fn page_limit(limit: Option<usize>) -> Result<usize, Fault> {
    let limit = limit.unwrap_or(USUAL_PAGE);
    if (1..=LONGEST_PAGE).contains(&limit) {
        return Ok(limit);
    }
    Err(Fault::new(FaultCodeName::BadRequest, format!("limit is 1 to {LONGEST_PAGE}")))
}

/// What is searched for, without space around it; `None` when that is nothing.
///
/// # Errors
/// [`FaultCodeName::BadRequest`] for characters that nobody can type: with a NUL the database would look for nothing, and find all.
pub fn search_text(text: &str) -> Result<Option<&str>, Fault> {
    if text.chars().any(char::is_control) {
        return Err(Fault::new(FaultCodeName::BadRequest, "q has control characters"));
    }
    Ok(Some(text.trim()).filter(|text| !text.is_empty()))
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
