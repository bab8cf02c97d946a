//! The supplier's barcode: EAN-13 (GS1 General Specifications, 7.9 check digit).

use super::{Meaning, Understood, narrowed, spreadsheet_damage};
use crate::finding::{Reason, Remark};

/// Thirteen digits of which the last checks the others.
pub(crate) fn ean13(cell: &str) -> Meaning<String> {
    let (plain, note) = narrowed(cell);
    if let Some(damage) = spreadsheet_damage(&plain) {
        return Err(vec![damage]);
    }
    if plain.len() != 13 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(vec![not_thirteen_digits(&plain)]);
    }
    let expected = with_check_digit(&plain);
    if expected == plain {
        return Ok(Understood::with(plain, note));
    }
    Err(vec![
        Remark::refused(Reason::BadCheckDigit, "The last digit of this EAN-13 does not fit the others (校验位)")
            .suggest(format!("Scan the code again; {expected} would fit")),
    ])
}

fn not_thirteen_digits(plain: &str) -> Remark {
    let remark = Remark::refused(Reason::NotABarcode, "A supplier barcode is an EAN-13 of thirteen digits");
    let padded = format!("0{plain}");
    let lost_zero = plain.len() == 12 && plain.bytes().all(|byte| byte.is_ascii_digit()) && with_check_digit(&padded) == padded;
    remark.suggest(if lost_zero { padded } else { "Scan the code again, or leave the cell empty".to_owned() })
}

/// The first twelve digits with the digit that belongs after them: weights 1 and 3 in turn.
fn with_check_digit(digits: &str) -> String {
    let first = digits.get(..12).unwrap_or(digits);
    let sum: u32 = first
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| digit.saturating_mul(weight))
        .sum();
    let check = 10_u32.saturating_sub(sum % 10) % 10;
    format!("{first}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: Result<&str, (Reason, &str)>) {
        let found = ean13(cell).map(|understood| understood.value);
        let found = found.map_err(|remarks| (remarks[0].code, remarks[0].suggestion.clone().unwrap_or_default()));
        assert_eq!(found, expected.map(str::to_owned).map_err(|(code, suggestion)| (code, suggestion.to_owned())), "{cell:?}");
    }

    #[test]
    fn barcodes() {
        const AGAIN: &str = "Scan the code again, or leave the cell empty";
        check("6904965695674", Ok("6904965695674"));
        check("６９０４９６５６９５６７４", Ok("6904965695674"));
        check("6904965695675", Err((Reason::BadCheckDigit, "Scan the code again; 6904965695674 would fit")));
        check("036000291452", Err((Reason::NotABarcode, "0036000291452")));
        check("690496569567", Err((Reason::NotABarcode, AGAIN)));
        check("无", Err((Reason::NotABarcode, AGAIN)));
        check("6.90497E+12", Err((Reason::ScientificNotation, "Format the column as text (文本) and enter the number again")));
    }
}
