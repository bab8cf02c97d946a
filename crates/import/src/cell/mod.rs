//! What one cell means: pure functions from text to a value, each with the notes it has to make or all the reasons why not.

pub(crate) mod barcode;
pub(crate) mod choice;
pub(crate) mod date;
pub(crate) mod number;
pub(crate) mod telephone;
pub(crate) mod text;

use crate::finding::{Reason, Remark};

/// A cell that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Understood<T> {
    pub(crate) value: T,
    pub(crate) notes: Vec<Remark>,
}

impl<T> Understood<T> {
    pub(crate) fn plainly(value: T) -> Self {
        Self { value, notes: Vec::new() }
    }

    pub(crate) fn with(value: T, note: Option<Remark>) -> Self {
        Self { value, notes: note.into_iter().collect() }
    }
}

/// The value with notes, or every reason why the cell is refused.
pub(crate) type Meaning<T> = Result<Understood<T>, Vec<Remark>>;

/// A way to understand a trimmed, filled cell.
pub(crate) type Parse<T> = fn(&str) -> Meaning<T>;

/// Full-width digits, letters and signs as plain ones, with a note when there were any.
pub(crate) fn narrowed(text: &str) -> (String, Option<Remark>) {
    const FULL_WIDTH_OFFSET: u32 = 0xfee0;
    let narrow = |character: char| match character {
        '！'..='～' => u32::from(character).checked_sub(FULL_WIDTH_OFFSET).and_then(char::from_u32).unwrap_or(character),
        other => other,
    };
    let plain: String = text.chars().map(narrow).collect();
    let note = (plain != text).then(|| Remark::note(Reason::FullWidth, format!("Full-width characters were read as {plain}")));
    (plain, note)
}

/// What a number or code cannot be whatever its column: a formula, a spreadsheet's error, a number in scientific notation.
pub(crate) fn spreadsheet_damage(text: &str) -> Option<Remark> {
    spreadsheet_error(text).or_else(|| scientific_notation(text)).or_else(|| text.starts_with(['=', '@']).then(|| formula(text)))
}

/// A cell that a spreadsheet would run.
pub(crate) fn formula(text: &str) -> Remark {
    let inside = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).map(str::to_owned);
    let suggestion = inside.unwrap_or_else(|| "Write the value itself, not a formula".to_owned());
    Remark::refused(Reason::Formula, "The cell begins like a formula (公式), which a spreadsheet would run").suggest(suggestion)
}

/// #N/A, #REF!, ######## and the like.
pub(crate) fn spreadsheet_error(text: &str) -> Option<Remark> {
    const ERRORS: [&str; 9] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"];
    let filler = text.len() > 1 && text.chars().all(|character| character == '#');
    let reason = "The cell holds a spreadsheet's error and not a value";
    (filler || ERRORS.contains(&text)).then(|| Remark::refused(Reason::SpreadsheetError, reason).suggest("Write the value itself"))
}

fn scientific_notation(text: &str) -> Option<Remark> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix('+').or_else(|| exponent.strip_prefix('-'))?;
    let plain = digits(exponent) && mantissa.split('.').all(digits) && mantissa.split('.').count() <= 2;
    plain.then(|| {
        Remark::refused(Reason::ScientificNotation, "A spreadsheet shortened this number, digits are lost")
            .suggest("Format the column as text (文本) and enter the number again")
    })
}
