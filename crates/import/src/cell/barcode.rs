//! The supplier's barcode: EAN-13, EAN-8 and UPC-A with their check digit (GS1 General Specifications, 7.9), or whatever else
//! suppliers print as Code 128, which has no check digit that could be read.

use super::{Meaning, Understood, narrowed, spreadsheet_damage};
use crate::finding::{Reason, Remark};

/// How many digits the barcodes of goods have: EAN-8, UPC-A, EAN-13.
const LENGTHS: [usize; 3] = [8, 12, 13];

/// Characters of the longest code of a supplier's own.
const LONGEST: usize = 48;

/// A code that a scanner reads. As many digits as the barcodes of goods have are one, and the last checks the others.
pub(crate) fn of_goods(cell: &str) -> Meaning<String> {
    let (plain, note) = narrowed(cell);
    if let Some(damage) = spreadsheet_damage(&plain) {
        return Err(vec![damage]);
    }
    if !LENGTHS.contains(&plain.len()) || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return of_a_supplier(plain, note);
    }
    let expected = with_check_digit(&plain);
    if expected == plain {
        return Ok(Understood::with(plain, note));
    }
    Err(vec![
        Remark::refused(Reason::BadCheckDigit, "The last digit of this barcode does not fit the others (校验位)")
            .suggest(format!("Scan the code again; {expected} would fit")),
    ])
}

/// Kept as a scan is understood: small letters and spaces do not count.
fn of_a_supplier(plain: String, narrowed: Option<Remark>) -> Meaning<String> {
    if plain.len() > LONGEST || !plain.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        let reason = format!("A supplier barcode is an EAN or UPC, or up to {LONGEST} plain letters, digits and signs");
        return Err(vec![Remark::refused(Reason::NotABarcode, reason).suggest("Scan the code again, or leave the cell empty")]);
    }
    let kept: String = plain.split_ascii_whitespace().collect::<String>().to_ascii_uppercase();
    let changed = (kept != plain).then(|| Remark::note(Reason::BarcodeUnderstood, format!("Kept as a scan is understood: {kept}")));
    Ok(Understood { value: kept, notes: narrowed.into_iter().chain(changed).collect() })
}

/// All digits but the last with the digit that belongs after them: weights 3 and 1 in turn, from the right.
fn with_check_digit(digits: &str) -> String {
    let first = digits.get(..digits.len().saturating_sub(1)).unwrap_or(digits);
    let sum: u32 = first
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| digit.saturating_mul(weight))
        .sum();
    let check = 10_u32.saturating_sub(sum % 10) % 10;
    format!("{first}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: Result<&str, (Reason, &str)>) {
        let found = of_goods(cell).map(|understood| understood.value);
        let found = found.map_err(|remarks| (remarks[0].code, remarks[0].suggestion.clone().unwrap_or_default()));
        assert_eq!(found, expected.map(str::to_owned).map_err(|(code, suggestion)| (code, suggestion.to_owned())), "{cell:?}");
    }

    #[test]
    fn barcodes() {
        const AGAIN: &str = "Scan the code again, or leave the cell empty";
        check("6904965695674", Ok("6904965695674"));
        check("６９０４９６５６９５６７４", Ok("6904965695674"));
        check("6904965695675", Err((Reason::BadCheckDigit, "Scan the code again; 6904965695674 would fit")));
        check("036000291452", Ok("036000291452"));
        check("036000291453", Err((Reason::BadCheckDigit, "Scan the code again; 036000291452 would fit")));
        check("96385074", Ok("96385074"));
        check("96385075", Err((Reason::BadCheckDigit, "Scan the code again; 96385074 would fit")));
        check("0690496569567", Err((Reason::BadCheckDigit, "Scan the code again; 0690496569565 would fit")));
        check("3600029145", Ok("3600029145"));
        check("16904965695671", Ok("16904965695671"));
        check("ABC-123", Ok("ABC-123"));
        check("abc-123 x", Ok("ABC-123X"));
        check("ＡＢＣ-123", Ok("ABC-123"));
        check(&"7".repeat(49), Err((Reason::NotABarcode, AGAIN)));
        check("=ABC", Err((Reason::Formula, "Write the value itself, not a formula")));
        check("无", Err((Reason::NotABarcode, AGAIN)));
        check("6.90497E+12", Err((Reason::ScientificNotation, "Format the column as text (文本) and enter the number again")));
    }
}
