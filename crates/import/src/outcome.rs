//! Sheets to outcomes: which of the rows that stand are new, which change a stored one, which are stored already.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::checked::{CheckedFile, Rows};
use crate::kinds::Kind;
use crate::periods::{Dated, replaced_first_days};
use crate::sheet::Sheet;

/// What is to be done with the rows of a sheet.
pub(crate) struct Outcome {
    rows: Rows,
    unchanged: usize,
    added: usize,
    updated: usize,
}

/// The outcome of a sheet, if the folder has the file.
pub(crate) fn checked_file<T: Kind>(sheet: Sheet<T>, decide: impl FnOnce(&Sheet<T>) -> Outcome) -> Option<CheckedFile> {
    let file = sheet.file.clone()?;
    let Outcome { rows, unchanged, added, updated } = decide(&sheet);
    let refused_rows = sheet.drafts.len().saturating_sub(sheet.count_standing());
    let mut findings = sheet.findings;
    findings.extend(sheet.drafts.into_iter().flat_map(|draft| draft.findings));
    findings.sort_by_key(|finding| finding.line);
    Some(CheckedFile { file, rows, findings, refused_whole: sheet.refused_whole, unchanged, added, updated, refused_rows })
}

/// Rows are the same when their keys are.
pub(crate) fn outcome_by_key<T: Kind>(sheet: &Sheet<T>, stored: &[T], rows: fn(Vec<T>) -> Rows) -> Outcome {
    let by_key: HashMap<Vec<String>, &T> = stored.iter().map(|row| (row.key(), row)).collect();
    let standing = sheet.drafts.iter().filter_map(|draft| draft.standing());
    let decided = Decided::of(standing.map(|row| (row, by_key.get(&row.key()).copied())));
    decided.outcome(rows)
}

/// Rows are the same when their keys are, or when one corrects the first day of the other; the keys under which such
/// rows are stored go to `rows` too.
pub(crate) fn outcome_by_period<T: Dated>(
    sheet: &Sheet<T>,
    stored: &[T],
    rows: impl FnOnce(Vec<T>, Vec<(String, NaiveDate)>) -> Rows,
) -> Outcome {
    let by_period: HashMap<(&str, NaiveDate), &T> =
        stored.iter().map(|row| ((row.shared_code(), row.validity().valid_from), row)).collect();
    let first_days = replaced_first_days(sheet, stored);
    let standing =
        || sheet.drafts.iter().enumerate().filter_map(|(index, draft)| Some((draft.standing()?, first_days.get(&index).copied())));
    let moved =
        standing().filter_map(|(row, day)| Some((row.shared_code().to_owned(), day.filter(|day| *day != row.validity().valid_from)?)));
    let moved: Vec<(String, NaiveDate)> = moved.collect();
    let decided = Decided::of(standing().map(|(row, day)| (row, day.and_then(|day| by_period.get(&(row.shared_code(), day)).copied()))));
    decided.outcome(|changed| rows(changed, moved))
}

struct Decided<T> {
    changed: Vec<T>,
    unchanged: usize,
    added: usize,
    updated: usize,
}

impl<T: Kind> Decided<T> {
    fn of<'a>(rows: impl Iterator<Item = (&'a T, Option<&'a T>)>) -> Self
    where
        T: 'a,
    {
        let mut decided = Self { changed: Vec::new(), unchanged: 0, added: 0, updated: 0 };
        for (row, stored) in rows {
            let (count, changes) = match stored {
                None => (&mut decided.added, true),
                Some(stored) if stored == row => (&mut decided.unchanged, false),
                Some(_) => (&mut decided.updated, true),
            };
            *count = count.saturating_add(1);
            decided.changed.extend(changes.then(|| row.clone()));
        }
        decided
    }

    fn outcome(self, rows: impl FnOnce(Vec<T>) -> Rows) -> Outcome {
        Outcome { rows: rows(self.changed), unchanged: self.unchanged, added: self.added, updated: self.updated }
    }
}
