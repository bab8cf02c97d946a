//! Money, hours, areas, quantities and minutes: decimal numbers without thousands separators, kept as whole units.

use domain::money::Fen;

use super::{Meaning, Understood, narrowed, spreadsheet_damage};
use crate::finding::{Reason, Remark};

/// Yuan, hours, square metres: no price list has more, a slip of the finger does.
const LARGEST: i64 = 9_999_999;
const LARGEST_STOCK: i64 = 999_999;
const MINUTES_OF_A_YEAR: i64 = 525_600;

/// Yuan with at most two decimals, as whole fen.
pub(crate) fn money(cell: &str) -> Meaning<Fen> {
    exact(cell, 2, LARGEST).map(|understood| Understood { value: Fen(understood.value), notes: understood.notes })
}

/// Hours with at most two decimals, in hundredths.
pub(crate) fn hours(cell: &str) -> Meaning<i64> {
    exact(cell, 2, LARGEST)
}

/// Whole pieces.
pub(crate) fn pieces(cell: &str) -> Meaning<i64> {
    exact(cell, 0, LARGEST_STOCK)
}

/// Whole minutes, at most a year.
pub(crate) fn minutes(cell: &str) -> Meaning<u32> {
    let understood = exact(cell, 0, MINUTES_OF_A_YEAR)?;
    let value = u32::try_from(understood.value).map_err(|_| vec![too_large(MINUTES_OF_A_YEAR)])?;
    Ok(Understood { value, notes: understood.notes })
}

/// Square metres in tenths; finer ones are rounded with a note.
pub(crate) fn area(cell: &str) -> Meaning<i64> {
    let (plain, note) = narrowed(cell);
    let decimal = Decimal::read(&plain)?;
    let (value, rounded) = decimal.scaled(1, LARGEST)?;
    let rounding = rounded.then(|| Remark::note(Reason::Rounded, "Rounded to a tenth of a square metre"));
    Ok(Understood { value, notes: note.into_iter().chain(rounding).collect() })
}

fn exact(cell: &str, decimals: u32, largest: i64) -> Meaning<i64> {
    let (plain, note) = narrowed(cell);
    let decimal = Decimal::read(&plain)?;
    let (value, rounded) = decimal.scaled(decimals, largest)?;
    if rounded || decimal.decimals() > decimals {
        return Err(vec![too_fine(decimals).suggest_if(decimal.shortened(decimals))]);
    }
    Ok(Understood::with(value, note))
}

fn too_fine(decimals: u32) -> Remark {
    match decimals {
        0 => Remark::refused(Reason::NotWhole, "Whole numbers are counted here"),
        _ => Remark::refused(Reason::TooManyDecimals, format!("At most {decimals} decimals are kept")),
    }
}

fn too_large(largest: i64) -> Remark {
    Remark::refused(Reason::NumberTooLarge, format!("The number is larger than {largest}")).suggest("Check the number")
}

/// Digits before and after the point.
struct Decimal<'text> {
    whole: &'text str,
    fraction: &'text str,
}

impl<'text> Decimal<'text> {
    fn read(text: &'text str) -> Result<Self, Vec<Remark>> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction_digits) = (whole, if text.contains('.') { fraction } else { "" });
        if digits(whole) && digits(fraction) { Ok(Self { whole, fraction: fraction_digits }) } else { Err(vec![not_a_number(text)]) }
    }

    fn decimals(&self) -> u32 {
        u32::try_from(self.fraction.len()).unwrap_or(u32::MAX)
    }

    /// The number in units of `10^-decimals`, and whether digits beyond were rounded away.
    fn scaled(&self, decimals: u32, largest: i64) -> Result<(i64, bool), Vec<Remark>> {
        let places = usize::try_from(decimals).unwrap_or_default();
        let kept = self.fraction.get(..places).unwrap_or(self.fraction);
        let beyond = self.fraction.get(places..).unwrap_or_default();
        let whole: i64 = self.whole.parse().ok().filter(|whole| *whole <= largest).ok_or_else(|| vec![too_large(largest)])?;
        let units: i64 = format!("{whole}{kept:0<places$}").parse().map_err(|_| vec![too_large(largest)])?;
        let up = i64::from(beyond.starts_with(['5', '6', '7', '8', '9']));
        Ok((units.saturating_add(up), beyond.bytes().any(|digit| digit != b'0')))
    }

    /// The same number with fewer decimals, where nothing is lost by it.
    fn shortened(&self, decimals: u32) -> Option<String> {
        let places = usize::try_from(decimals).ok()?;
        let (kept, beyond) = (self.fraction.get(..places)?, self.fraction.get(places..)?);
        let point = if kept.is_empty() { "" } else { "." };
        beyond.bytes().all(|digit| digit == b'0').then(|| format!("{}{point}{kept}", self.whole))
    }
}

fn not_a_number(text: &str) -> Remark {
    if let Some(damage) = spreadsheet_damage(text) {
        return damage;
    }
    if is_negative(text) {
        return Remark::refused(Reason::Negative, "The number is negative").suggest("Write a number from 0 up");
    }
    let suggestion = digits_of(text);
    if text.contains(',') && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Remark::refused(Reason::ThousandsSeparator, "Numbers are written without thousands separators (千分位)")
            .suggest_if(suggestion);
    }
    Remark::refused(Reason::NotANumber, "This is not a number").suggest_if(suggestion)
}

fn is_negative(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '−', '–']).or_else(|| text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')));
    unsigned.is_some_and(|rest| {
        rest.bytes().any(|byte| byte.is_ascii_digit()) && rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    })
}

/// The number inside `¥1,200.00`, `"1,200.00"`, `40元`, `.5`, where it can be nothing else: `2,50` could be two numbers.
fn digits_of(text: &str) -> Option<String> {
    let core = text.trim_matches(['"', '\'', '¥', '￥', '元', '圆', ' ']);
    let (whole, fraction) = core.split_once('.').map_or((core, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = if whole.is_empty() { "0".to_owned() } else { without_groups(whole)? };
    match fraction {
        Some(fraction) => digits(fraction).then(|| format!("{whole}.{fraction}")),
        None => (!core.is_empty()).then_some(whole),
    }
}

/// `1,200` and `1 200` as `1200`, where every group after the first has three digits.
fn without_groups(whole: &str) -> Option<String> {
    let mut groups = whole.split([',', ' ', '\'']);
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let sound = groups.next().is_some_and(digits) && groups.all(|group| digits(group) && group.len() == 3);
    sound.then(|| whole.chars().filter(char::is_ascii_digit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: std::fmt::Debug + PartialEq>(parse: fn(&str) -> Meaning<T>, cell: &str, expected: Result<T, (Reason, Option<&str>)>) {
        let found = parse(cell).map(|understood| understood.value);
        let found = found.map_err(|remarks| (remarks[0].code, remarks[0].suggestion.clone()));
        let expected = expected.map_err(|(code, suggestion)| (code, suggestion.map(str::to_owned)));
        assert_eq!(found, expected, "{cell:?}");
    }

    #[test]
    fn money_is_whole_fen() {
        for (cell, fen) in
            [("0", 0), ("2.50", 250), ("2.5", 250), ("120", 12_000), ("１２．５", 1_250), ("0012", 1_200), ("9999999.99", 999_999_999)]
        {
            check(money, cell, Ok(Fen(fen)));
        }
        check(money, "1.005", Err((Reason::TooManyDecimals, None)));
        check(money, "1.500", Err((Reason::TooManyDecimals, Some("1.50"))));
        check(money, "1,200.00", Err((Reason::ThousandsSeparator, Some("1200.00"))));
        check(money, "\"1,200.00\"", Err((Reason::ThousandsSeparator, Some("1200.00"))));
        check(money, "2,50", Err((Reason::ThousandsSeparator, None)));
        check(money, "1 200.5", Err((Reason::NotANumber, Some("1200.5"))));
        check(money, ".5", Err((Reason::NotANumber, Some("0.5"))));
        check(money, "¥12", Err((Reason::NotANumber, Some("12"))));
        check(money, "12元", Err((Reason::NotANumber, Some("12"))));
        for cell in ["十元", "1.2.3", ".", "NaN", "1..2", "十"] {
            check(money, cell, Err((Reason::NotANumber, None)));
        }
        check(money, "-5.00", Err((Reason::Negative, Some("Write a number from 0 up"))));
        check(money, "－5", Err((Reason::Negative, Some("Write a number from 0 up"))));
        check(money, "(5.00)", Err((Reason::Negative, Some("Write a number from 0 up"))));
        check(money, "10000000", Err((Reason::NumberTooLarge, Some("Check the number"))));
        check(money, "99999999999999999999999999", Err((Reason::NumberTooLarge, Some("Check the number"))));
        check(money, "=1+1", Err((Reason::Formula, Some("Write the value itself, not a formula"))));
    }

    #[test]
    fn counts_are_whole() {
        check(pieces, "60", Ok(60));
        check(pieces, "1.5", Err((Reason::NotWhole, None)));
        check(pieces, "5.0", Err((Reason::NotWhole, Some("5"))));
        check(minutes, "1440", Ok(1440));
        check(minutes, "600000", Err((Reason::NumberTooLarge, Some("Check the number"))));
    }

    #[test]
    fn areas_are_rounded_to_tenths() {
        for (cell, tenths) in [("1622.3", 16_223), ("90", 900), ("90.449", 904), ("90.45", 905), ("99.96", 1_000)] {
            check(area, cell, Ok(tenths));
        }
        assert_eq!(area("90.45").unwrap().notes[0].code, Reason::Rounded);
    }
}
