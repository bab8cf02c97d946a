//! Days: `YYYY-MM-DD`. `2026/1/5` and `2026-1-5` are understood; what could be meant otherwise is refused with a suggestion.

use chrono::{Days, NaiveDate};

use super::{Meaning, Understood, narrowed, spreadsheet_damage};
use crate::finding::{Reason, Remark};

const EARLIEST_YEAR: i32 = 1900;

/// A day.
pub(crate) fn date(cell: &str) -> Meaning<NaiveDate> {
    let (plain, note) = narrowed(cell);
    if let Some(damage) = spreadsheet_damage(&plain) {
        return Err(vec![damage]);
    }
    let separator = if plain.contains('/') { '/' } else { '-' };
    let Some((year, month, day)) = numbers(&plain, separator) else {
        return Err(vec![not_a_date(&plain)]);
    };
    let value = calendar_day(year, month, day).ok_or_else(|| vec![impossible(&plain)])?;
    let written_otherwise = value.to_string() != plain;
    let understood = written_otherwise.then(|| Remark::note(Reason::DateUnderstood, format!("Understood as {value}")));
    Ok(Understood { value, notes: note.into_iter().chain(understood).collect() })
}

/// Whether a cell could be the beginning of a date whose rest was cut off.
pub(crate) fn could_be_cut(cell: &str) -> bool {
    let digits = |part: &str, most: usize| part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = cell.split(['-', '/']);
    let plausible = [4, 2, 2].into_iter().all(|most| parts.next().is_none_or(|part| digits(part, most)));
    plausible && parts.next().is_none() && cell.len() < "2026-01-05".len()
}

/// Whether a day is the beginning of one with two digits: `2026-12-1` of `2026-12-15`.
pub(crate) fn could_lack_a_digit(cell: &str) -> bool {
    cell.len() == "2026-12-1".len() && cell.split('-').map(str::len).eq([4, 2, 1])
}

fn numbers(text: &str, separator: char) -> Option<(i32, u32, u32)> {
    let mut parts = text.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let shaped = parts.next().is_none() && digits(year, 4..=4) && digits(month, 1..=2) && digits(day, 1..=2);
    if shaped { Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)) } else { None }
}

fn calendar_day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| year >= EARLIEST_YEAR)
}

fn impossible(text: &str) -> Remark {
    Remark::refused(Reason::ImpossibleDate, format!("The calendar has no day {text}")).suggest("Write an existing day as YYYY-MM-DD")
}

fn not_a_date(text: &str) -> Remark {
    let suggestion = probable_date(text).map_or_else(|| "Write the date as YYYY-MM-DD".to_owned(), |day| day.to_string());
    Remark::refused(Reason::NotADate, "This is not a date of the form YYYY-MM-DD").suggest(suggestion)
}

/// What `2026.1.5`, `2026年1月5日`, `20260105`, `2026/1/5 0:00` or a spreadsheet's serial number probably meant.
fn probable_date(text: &str) -> Option<NaiveDate> {
    let first_word = text.split([' ', 'T']).next().unwrap_or_default();
    let unified: String = first_word
        .trim_end_matches('日')
        .chars()
        .map(|character| if matches!(character, '.' | '年' | '月' | '/') { '-' } else { character })
        .collect();
    let written = numbers(&unified, '-').and_then(|(year, month, day)| calendar_day(year, month, day));
    written.or_else(|| compact(text)).or_else(|| serial(text))
}

fn compact(text: &str) -> Option<NaiveDate> {
    let all_digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |range: std::ops::Range<usize>| text.get(range).filter(|_| all_digits);
    calendar_day(part(0..4)?.parse().ok()?, part(4..6)?.parse().ok()?, part(6..8)?.parse().ok()?)
}

/// Spreadsheets count days from 1899-12-30.
fn serial(text: &str) -> Option<NaiveDate> {
    const PLAUSIBLE: std::ops::RangeInclusive<u64> = 20_000..=80_000;
    let days: u64 = text.parse().ok().filter(|days| PLAUSIBLE.contains(days))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: Result<(&str, bool), (Reason, &str)>) {
        let found = date(cell).map(|understood| (understood.value.to_string(), !understood.notes.is_empty()));
        let found = found.map_err(|remarks| (remarks[0].code, remarks[0].suggestion.clone().unwrap_or_default()));
        let expected = expected.map(|(day, noted)| (day.to_owned(), noted)).map_err(|(code, suggestion)| (code, suggestion.to_owned()));
        assert_eq!(found, expected, "{cell:?}");
    }

    #[test]
    fn dates() {
        const HOW: &str = "Write the date as YYYY-MM-DD";
        const EXISTING: &str = "Write an existing day as YYYY-MM-DD";
        check("2026-01-05", Ok(("2026-01-05", false)));
        for cell in ["2026/1/5", "2026-1-5", "2026/01/05", "２０２６－０１－０５", "２０２６／１／５"] {
            check(cell, Ok(("2026-01-05", true)));
        }
        check("9999-12-31", Ok(("9999-12-31", false)));
        for cell in ["2026.1.5", "2026年1月5日", "20260105", "2026/1/5 0:00", "2026-01-05T00:00:00Z", "2026/1-5", "46027"] {
            check(cell, Err((Reason::NotADate, "2026-01-05")));
        }
        for cell in ["2026-02-30", "2026/13/1", "0026-01-05", "2025-02-29"] {
            check(cell, Err((Reason::ImpossibleDate, EXISTING)));
        }
        for cell in ["1/5/2026", "26/1/5", "长期", "2026-1", "--", "2026-01-05-01", "-1"] {
            check(cell, Err((Reason::NotADate, HOW)));
        }
        check("=TODAY()", Err((Reason::Formula, "Write the value itself, not a formula")));
    }

    #[test]
    fn a_cut_date_is_recognised() {
        for (cell, cut) in [
            ("2", true),
            ("2026-", true),
            ("2026-1", true),
            ("2026-12-3", true),
            ("长期", false),
            ("2026-12-31", false),
            ("20261231", false),
        ] {
            assert_eq!(could_be_cut(cell), cut, "{cell}");
        }
    }
}
