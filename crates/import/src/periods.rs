//! Rows of one code that hold at different times: numbers are reissued and prices change, but on one day only one row may hold.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::reference::Validity;

use crate::finding::{Reason, Remark};
use crate::kinds::Kind;
use crate::sheet::Sheet;

/// A kind whose code has one row for each period.
pub(crate) trait Dated: Kind {
    /// Column of the first day.
    const PERIOD_COLUMN: &'static str = "valid_from";

    /// The code that the periods share.
    fn shared_code(&self) -> &str;
    /// When the row holds.
    fn validity(&self) -> Validity;
    /// Whether a row with another first day is the stored one with that day corrected, not a new period.
    fn corrects_first_day_of(&self, stored: &Self) -> bool;
}

/// One period that holds unless somebody replaces it.
#[derive(Debug, Clone)]
struct Period {
    validity: Validity,
    place: String,
}

/// The periods of each code, as they will be stored.
type Timeline<'a> = HashMap<&'a str, Vec<Period>>;

/// Refuses rows whose period overlaps another. Rows that change a stored one come first, whatever their line, so that a file
/// may close a period and open the next in any order; of new rows the later line is refused.
pub(crate) fn refuse_overlaps<T: Dated>(sheet: &mut Sheet<T>, stored: &[T]) {
    let replaced = replaced_first_days(sheet, stored);
    let mut remarks = Vec::new();
    let mut timeline = stored_timeline(stored);
    for (index, draft) in updates_first(sheet, &replaced) {
        let Some(row) = draft.standing() else { continue };
        let own_day = replaced.get(&index).copied().unwrap_or(row.validity().valid_from);
        let periods = timeline.entry(row.shared_code()).or_default();
        let others = |period: &&Period| !(replaced.contains_key(&index) && period.validity.valid_from == own_day);
        if let Some(other) = periods.iter().filter(others).find(|period| period.validity.overlaps(&row.validity())) {
            remarks.push((index, T::PERIOD_COLUMN, row.validity().valid_from.to_string(), overlap(row, other)));
            continue;
        }
        periods.retain(|period| others(&period));
        periods.push(Period { validity: row.validity(), place: format!("line {}", draft.line) });
    }
    sheet.remark_all(remarks);
}

fn stored_timeline<T: Dated>(stored: &[T]) -> Timeline<'_> {
    let mut timeline: Timeline<'_> = HashMap::new();
    for row in stored {
        timeline.entry(row.shared_code()).or_default().push(Period { validity: row.validity(), place: "the stored row".to_owned() });
    }
    timeline
}

fn updates_first<'a, T: Dated>(
    sheet: &'a Sheet<T>,
    replaced: &HashMap<usize, NaiveDate>,
) -> impl Iterator<Item = (usize, &'a crate::sheet::Draft<T>)> {
    let (updates, additions): (Vec<_>, Vec<_>) = sheet.drafts.iter().enumerate().partition(|(index, _)| replaced.contains_key(index));
    updates.into_iter().chain(additions)
}

fn overlap<T: Dated>(row: &T, other: &Period) -> Remark {
    let until = other.validity.valid_to.map_or_else(|| "open".to_owned(), |last| last.to_string());
    let reason = format!("{} already holds from {} to {until} ({})", row.shared_code(), other.validity.valid_from, other.place);
    let day_before = row.validity().valid_from.pred_opt().filter(|last| *last >= other.validity.valid_from);
    let closing = day_before.map(|last| format!("Close the earlier period: valid_to {last} in the row from {}", other.validity.valid_from));
    Remark::refused(Reason::OverlappingPeriod, reason).suggest(closing.unwrap_or_else(|| "Choose days that no other row has".to_owned()))
}

/// For each standing row (by index) that changes a stored one: the first day under which that one is stored.
pub(crate) fn replaced_first_days<T: Dated>(sheet: &Sheet<T>, stored: &[T]) -> HashMap<usize, NaiveDate> {
    let mut by_code: HashMap<&str, Vec<&T>> = HashMap::new();
    for row in stored {
        by_code.entry(row.shared_code()).or_default().push(row);
    }
    let standing = || sheet.drafts.iter().enumerate().filter_map(|(index, draft)| Some((index, draft.standing()?)));
    let mut taken: HashSet<(&str, NaiveDate)> = standing().map(|(_, row)| (row.shared_code(), row.validity().valid_from)).collect();
    let mut replaced = HashMap::new();
    for (index, row) in standing() {
        let periods = by_code.get(row.shared_code()).map(Vec::as_slice).unwrap_or_default();
        let same_day = periods.iter().find(|stored| stored.validity().valid_from == row.validity().valid_from);
        let corrected = || {
            only(periods)
                .filter(|stored| row.corrects_first_day_of(stored) && taken.insert((stored.shared_code(), stored.validity().valid_from)))
        };
        if let Some(target) = same_day.copied().or_else(corrected) {
            replaced.insert(index, target.validity().valid_from);
        }
    }
    replaced
}

fn only<'a, T>(rows: &[&'a T]) -> Option<&'a T> {
    match rows {
        [row] => Some(row),
        _ => None,
    }
}
