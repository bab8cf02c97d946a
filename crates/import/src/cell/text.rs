//! Names and codes.

use super::{Meaning, Understood, formula, narrowed, spreadsheet_damage, spreadsheet_error};
use crate::finding::{Reason, Remark};

/// Characters of the longest text.
const LONGEST_TEXT: usize = 200;
/// Characters of the longest code.
const LONGEST_CODE: usize = 64;

/// A name or other text for people, at most 200 characters.
pub(crate) fn text(cell: &str) -> Meaning<String> {
    let formula = starts_like_a_formula(cell).then(|| formula(cell));
    checked(cell, formula.into_iter().chain(spreadsheet_error(cell)).chain(too_long(cell, LONGEST_TEXT)).collect())
}

/// A floor: text, but -1层 is one and no formula.
pub(crate) fn floor(cell: &str) -> Meaning<String> {
    let below_ground = cell
        .strip_prefix(['-', '－'])
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()) && rest.chars().all(char::is_alphanumeric));
    if below_ground { checked(cell, too_long(cell, LONGEST_TEXT).into_iter().collect()) } else { text(cell) }
}

fn checked(cell: &str, remarks: Vec<Remark>) -> Meaning<String> {
    if remarks.is_empty() { Ok(Understood::plainly(cell.to_owned())) } else { Err(remarks) }
}

fn starts_like_a_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn too_long(cell: &str, longest: usize) -> Option<Remark> {
    let length = cell.chars().count();
    let reason = || format!("{length} characters are more than the {longest} allowed");
    (length > longest).then(|| Remark::refused(Reason::TooLong, reason()).suggest("Shorten it"))
}

/// A code of the hospital: kept as written, leading zeros included, without spaces inside.
pub(crate) fn code(cell: &str) -> Meaning<String> {
    let (plain, note) = narrowed(cell);
    let formula = starts_like_a_formula(&plain).then(|| formula(&plain));
    let damage = formula.or_else(|| spreadsheet_damage(&plain)).or_else(|| not_a_code(&plain));
    let remarks: Vec<Remark> = damage.into_iter().chain(too_long(&plain, LONGEST_CODE)).collect();
    if remarks.is_empty() { Ok(Understood::with(plain, note)) } else { Err(remarks) }
}

/// An employee number: a code, and none that a program made of a number.
pub(crate) fn staff_number(cell: &str) -> Meaning<String> {
    let (plain, _) = narrowed(cell);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let shortened = plain.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| is_digits(mantissa) && is_digits(exponent));
    if shortened {
        let reason = "A program shortened this number, digits are lost";
        return Err(vec![
            Remark::refused(Reason::ScientificNotation, reason).suggest("Format the column as text (文本) and enter the number again"),
        ]);
    }
    code(cell)
}

fn not_a_code(plain: &str) -> Option<Remark> {
    if let Some(suggestion) = without_spreadsheet_marks(plain) {
        return Some(Remark::refused(Reason::BadCode, "A spreadsheet left its mark on this code").suggest(suggestion));
    }
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | '/' | '#');
    let odd = plain.chars().find(|character| !allowed(*character))?;
    let kept: String = plain.chars().filter(|character| allowed(*character)).collect();
    let remark = Remark::refused(Reason::BadCode, format!("A code has letters, digits and - _ . / # only, not {odd:?}"));
    Some(remark.suggest_if((!kept.is_empty()).then_some(kept)))
}

/// `'020007` and `20007.0` are what spreadsheets and scripts make of numbers.
fn without_spreadsheet_marks(plain: &str) -> Option<String> {
    let whole = plain.strip_suffix(".0").filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    plain.strip_prefix(['\'', '’', '‘']).or(whole).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parse: fn(&str) -> Meaning<String>, cell: &str, expected: Result<&str, &[Reason]>) {
        let found = parse(cell).map(|understood| understood.value);
        let found = found.map_err(|remarks| remarks.into_iter().map(|remark| remark.code).collect::<Vec<_>>());
        assert_eq!(found, expected.map(str::to_owned).map_err(<[_]>::to_vec), "{cell:?}");
    }

    #[test]
    fn staff_numbers() {
        for cell in ["025518", "W5588", "E5", "5E", "1e5x"] {
            check(staff_number, cell, Ok(cell));
        }
        for cell in ["1e5", "20E3", "１ｅ５", "3.0E+04"] {
            check(staff_number, cell, Err(&[Reason::ScientificNotation]));
        }
    }

    #[test]
    fn texts() {
        let long = "名".repeat(200);
        check(text, "角阀 3/4\" (DN15)", Ok("角阀 3/4\" (DN15)"));
        check(text, &long, Ok(&long));
        check(text, &format!("{long}x"), Err(&[Reason::TooLong]));
        for cell in ["=1+1", "+A1", "-1", "@SUM(A1)", "＝1"] {
            check(text, cell, Err(&[Reason::Formula]));
        }
        check(text, &format!("={long}"), Err(&[Reason::Formula, Reason::TooLong]));
        check(text, "#N/A", Err(&[Reason::SpreadsheetError]));
        check(floor, "-1层", Ok("-1层"));
        check(floor, "-2F", Ok("-2F"));
        check(floor, "-1+cmd|' /C calc'!A0", Err(&[Reason::Formula]));
    }

    #[test]
    fn codes() {
        check(code, "020007", Ok("020007"));
        check(code, "ＢＪ００１", Ok("BJ001"));
        check(code, "B-12/3_a.b", Ok("B-12/3_a.b"));
        check(code, "水管", Ok("水管"));
        for cell in ["BJ 001", "'020007", "20007.0", "a,b", "a\"b"] {
            check(code, cell, Err(&[Reason::BadCode]));
        }
        check(code, "2.0007E+04", Err(&[Reason::ScientificNotation]));
        check(code, "=\"020007\"", Err(&[Reason::Formula]));
        check(code, "-5", Err(&[Reason::Formula]));
        check(code, "########", Err(&[Reason::SpreadsheetError]));
        assert_eq!(code("=\"020007\"").unwrap_err()[0].suggestion.as_deref(), Some("020007"));
    }
}
