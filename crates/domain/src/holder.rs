//! Whose a staff number is. Numbers are reissued, and the staff list may say so late (`domain.md`, "numbers are reissued"), so
//! what hangs on a number (a password, a session, a device, an enrolment code) remembers the person it was given to, and what was
//! recorded under a number is told of whoever held it then ([`holder_on`], [`HeldNumber`]; `docs/decisions/021-a-history-tells-of-whoever-held-the-number-then.md`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::identity::StaffNo;
use crate::reference::DirectoryEntry;
use crate::time::{HospitalZone, UtcMillis};

/// Who held a number when something was given to them under it, as the staff list stood at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberHolder {
    /// Name.
    pub name: String,
    /// First day of the period that held.
    pub valid_from: NaiveDate,
}

impl NumberHolder {
    /// The person of an entry.
    pub fn of(entry: &DirectoryEntry) -> Self {
        Self { name: entry.name.clone(), valid_from: entry.validity.valid_from }
    }

    /// The entry that holds on `day`, if this person has held the number from their own period to that day: in that period, or
    /// in ones of the same name that follow each other without a day between them, as when somebody moves to another department.
    /// A name that is another under the same first day was corrected; so was a first day under the same name, where no
    /// period begins on the old one any more. `periods` are those of the number as the list says now, oldest first.
    pub fn still_on<'a>(&self, periods: &'a [DirectoryEntry], day: NaiveDate) -> Option<&'a DirectoryEntry> {
        let holder = periods.iter().rev().find(|entry| entry.validity.contains(day))?;
        let one_person = unbroken_until(periods, holder);
        let is_own = match periods.iter().find(|entry| entry.validity.valid_from == self.valid_from) {
            Some(own) => one_person.contains(&own),
            None => one_person.iter().any(|entry| entry.name == self.name),
        };
        is_own.then_some(holder)
    }

    /// The periods of this person, also those that are over: by the first day, and by the names that belong to it. Where the
    /// next holder has the same name, theirs are among them.
    pub fn periods_among<'a>(&'a self, periods: &'a [DirectoryEntry]) -> impl Iterator<Item = &'a DirectoryEntry> {
        let own = periods.iter().find(|entry| entry.validity.valid_from == self.valid_from);
        let names = [Some(self.name.as_str()), own.map(|entry| entry.name.as_str())];
        periods.iter().filter(move |entry| names.contains(&Some(entry.name.as_str())))
    }

    /// Whether the two are one person by the list as it stands now: some period is both's.
    pub fn shares_a_period(&self, other: &Self, periods: &[DirectoryEntry]) -> bool {
        self.periods_among(periods).any(|own| other.periods_among(periods).any(|of_other| of_other == own))
    }
}

/// A number as one person holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldNumber {
    /// The number.
    pub staff_no: StaffNo,
    /// The first instant at which the number was this person's, where it was somebody else's before; `None` where nobody held it before.
    pub since: Option<UtcMillis>,
}

impl HeldNumber {
    /// The number as the person of `entry` holds it. `periods` are those of the number, oldest first.
    pub fn of(entry: &DirectoryEntry, periods: &[DirectoryEntry], zone: HospitalZone) -> Self {
        let since = held_only_since(periods, entry).map(|day| zone.begins(day));
        Self { staff_no: entry.staff_no.clone(), since }
    }

    /// Whether what was done under the number, or given to it, at `at` is this person's.
    pub fn was_held_at(&self, at: UtcMillis) -> bool {
        self.since.is_none_or(|since| since <= at)
    }
}

/// A number that nobody held before.
impl From<StaffNo> for HeldNumber {
    fn from(staff_no: StaffNo) -> Self {
        Self { staff_no, since: None }
    }
}

/// Whose number it was on `day`, for telling of what happened then: whoever held it; between two holders, or after the last, the one
/// before; of what is older than the list the first. `None` only for a number without periods. `periods` are those of the number,
/// oldest first.
pub fn holder_on(periods: &[DirectoryEntry], day: NaiveDate) -> Option<&DirectoryEntry> {
    let held = periods.iter().rev().find(|entry| entry.validity.contains(day));
    held.or_else(|| periods.iter().rev().find(|entry| entry.validity.valid_from <= day)).or_else(|| periods.first())
}

/// Whether the number was one person's on both days.
pub fn is_one_person(periods: &[DirectoryEntry], earlier: NaiveDate, later: NaiveDate) -> bool {
    match (holder_on(periods, earlier), holder_on(periods, later)) {
        (Some(before), Some(after)) => unbroken_until(periods, after).contains(&before),
        _ => true,
    }
}

/// The first day on which the number was the person's of `entry`, where somebody else held it before; `None` where nobody did. `periods` are
/// those of the number, oldest first.
pub fn held_only_since(periods: &[DirectoryEntry], entry: &DirectoryEntry) -> Option<NaiveDate> {
    let first = unbroken_until(periods, entry).last().map(|first| first.validity.valid_from)?;
    periods.iter().any(|other| other.validity.valid_from < first).then_some(first)
}

/// The times for which the list says that whoever held the number had left: from the end of a period to before the next one, or for
/// ever. First and last instant. Before the first period it was nobody's yet. `periods` are those of the number, oldest first.
pub fn times_after_leaving(periods: &[DirectoryEntry], zone: HospitalZone) -> Vec<(UtcMillis, UtcMillis)> {
    let next = periods.iter().skip(1).map(|entry| zone.begins(entry.validity.valid_from).plus(-1)).chain([UtcMillis(i64::MAX)]);
    let after = |entry: &DirectoryEntry| entry.validity.valid_to.and_then(|last| last.succ_opt()).map(|day| zone.begins(day));
    periods
        .iter()
        .zip(next)
        .filter_map(|(entry, last)| after(entry).map(|first| (first, last)))
        .filter(|(first, last)| first <= last)
        .collect()
}

/// The last of them and what comes before it under the same name without a day between.
fn unbroken_until<'a>(periods: &'a [DirectoryEntry], last: &'a DirectoryEntry) -> Vec<&'a DirectoryEntry> {
    let (mut first, mut unbroken) = (last, vec![last]);
    for earlier in periods.iter().rev() {
        if earlier.name == first.name && earlier.validity.valid_to.and_then(|day| day.succ_opt()) == Some(first.validity.valid_from) {
            unbroken.push(earlier);
            first = earlier;
        }
    }
    unbroken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::DepartmentCode;
    use crate::reference::Validity;
    use crate::role::Role;

    type Period = (&'static str, &'static str, Option<&'static str>);

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn entry((name, from, to): Period) -> DirectoryEntry {
        DirectoryEntry {
            staff_no: StaffNo::from("020007"),
            name: name.to_owned(),
            department_code: DepartmentCode::from("001002"),
            role: Role::Requester,
            team_code: None,
            validity: Validity { valid_from: day(from), valid_to: to.map(day) },
        }
    }

    #[track_caller]
    fn check((name, from): (&str, &str), now: &[Period], still: bool) {
        let periods: Vec<DirectoryEntry> = now.iter().copied().map(entry).collect();
        let holder = NumberHolder { name: name.to_owned(), valid_from: day(from) };
        assert_eq!(holder.still_on(&periods, day("2026-11-22")).is_some(), still, "{holder:?} by {now:?}");
    }

    #[test]
    fn a_number_is_the_same_person_s_as_long_as_the_list_says() {
        let given = ("潘勇", "2018-01-01");
        check(given, &[("潘勇", "2018-01-01", None)], true);
        check(given, &[("潘永", "2018-01-01", None)], true);
        check(given, &[("潘勇", "2018-03-01", None)], true);
        check(given, &[("潘勇", "2018-01-01", Some("2026-11-21")), ("潘勇", "2026-11-22", None)], true);
        check(given, &[("潘永", "2018-01-01", Some("2020-12-31")), ("潘永", "2021-01-01", None)], true);
        check(given, &[("潘勇", "2018-01-01", Some("2026-11-21"))], false);
        check(given, &[], false);
    }

    #[test]
    fn a_reissued_number_is_another_s_however_late_the_list_says_so() {
        let given = ("潘勇", "2018-01-01");
        for first_day in ["2026-11-22", "2026-11-15", "2018-01-03"] {
            let last_day = day(first_day).pred_opt().unwrap();
            let reissued = [("潘勇", "2018-01-01", Some(last_day)), ("白露", "2018-01-01", None)];
            let [mut last, mut next] = reissued.map(|(name, from, _)| entry((name, from, None)));
            last.validity.valid_to = Some(last_day);
            next.validity.valid_from = day(first_day);
            let (holder, new) = (NumberHolder { name: given.0.to_owned(), valid_from: day(given.1) }, NumberHolder::of(&next));
            let periods = [last, next];
            assert_eq!(holder.still_on(&periods, day("2026-11-22")), None, "{first_day}");
            assert!(new.still_on(&periods, day("2026-11-22")).is_some(), "{first_day}");
        }
        check(given, &[("潘勇", "2018-01-01", Some("2026-11-19")), ("潘勇", "2026-11-21", None)], false);
        check(given, &[("白露", "2026-11-01", None)], false);
    }

    #[test]
    fn one_person_is_known_through_a_corrected_name_and_the_next_holder_is_another() {
        let periods = [entry(("潘勇", "2018-01-01", Some("2026-11-14"))), entry(("白露", "2026-11-15", None))];
        let holder = |name: &str, from| NumberHolder { name: name.to_owned(), valid_from: day(from) };
        let given = holder("潘永", "2018-01-01");
        for (other, one_person) in [
            (holder("潘勇", "2018-01-01"), true),
            (holder("潘勇", "2019-01-01"), true),
            (holder("白露", "2026-11-15"), false),
            (holder("白路", "2026-11-15"), false),
        ] {
            assert_eq!(given.shares_a_period(&other, &periods), one_person, "{other:?}");
        }
    }

    #[test]
    fn whoever_got_a_reissued_number_holds_it_from_their_first_day_on() {
        let check = |periods: &[Period], since: Option<&str>| {
            let periods: Vec<DirectoryEntry> = periods.iter().copied().map(entry).collect();
            assert_eq!(held_only_since(&periods, periods.last().unwrap()), since.map(day), "{periods:?}");
        };
        check(&[("潘勇", "2018-01-01", None)], None);
        check(&[("潘勇", "2018-01-01", Some("2026-11-14")), ("潘勇", "2026-11-15", None)], None);
        check(&[("潘勇", "2018-01-01", Some("2026-11-14")), ("白露", "2026-11-15", None)], Some("2026-11-15"));
        check(
            &[("潘勇", "2018-01-01", Some("2020-12-31")), ("白露", "2021-01-01", Some("2026-11-14")), ("白露", "2026-11-15", None)],
            Some("2021-01-01"),
        );
        check(&[("潘勇", "2018-01-01", Some("2020-12-31")), ("潘勇", "2026-11-15", None)], Some("2026-11-15"));
    }

    #[test]
    fn what_happened_is_told_of_whoever_held_the_number_then() {
        let check = |periods: &[Period], on: &str, expected: Option<&str>| {
            let periods: Vec<DirectoryEntry> = periods.iter().copied().map(entry).collect();
            assert_eq!(holder_on(&periods, day(on)).map(|entry| entry.name.as_str()), expected, "{on} by {periods:?}");
        };
        let reissued = [("潘勇", "2018-01-01", Some("2026-11-18")), ("白露", "2026-11-20", None)];
        for (on, name) in [
            ("2017-12-31", "潘勇"),
            ("2018-01-01", "潘勇"),
            ("2026-11-18", "潘勇"),
            ("2026-11-19", "潘勇"),
            ("2026-11-20", "白露"),
            ("2026-11-22", "白露"),
        ] {
            check(&reissued, on, Some(name));
        }
        check(&[("潘勇", "2018-01-01", Some("2026-11-18"))], "2026-11-22", Some("潘勇"));
        check(&[], "2026-11-22", None);
    }

    #[test]
    fn a_number_changed_hands_between_two_days_or_did_not() {
        let check = |periods: &[Period], earlier: &str, later: &str, expected: bool| {
            let periods: Vec<DirectoryEntry> = periods.iter().copied().map(entry).collect();
            assert_eq!(is_one_person(&periods, day(earlier), day(later)), expected, "{earlier} to {later} by {periods:?}");
        };
        let reissued = [("潘勇", "2018-01-01", Some("2026-11-18")), ("白露", "2026-11-20", None)];
        check(&reissued, "2026-11-17", "2026-11-18", true);
        check(&reissued, "2026-11-17", "2026-11-20", false);
        check(&reissued, "2026-11-19", "2026-11-20", false);
        check(&reissued, "2026-11-20", "2026-11-22", true);
        check(&[("潘勇", "2018-01-01", Some("2026-11-18")), ("潘勇", "2026-11-19", None)], "2026-11-17", "2026-11-22", true);
        check(&[("潘勇", "2018-01-01", Some("2026-11-18")), ("潘勇", "2026-11-20", None)], "2026-11-17", "2026-11-22", false);
        check(&[], "2026-11-17", "2026-11-22", true);
    }

    #[test]
    fn what_was_given_to_a_number_is_its_holder_s_from_their_first_day_on() {
        let zone = HospitalZone::default();
        let periods = [("潘勇", "2018-01-01", Some("2026-11-18")), ("白露", "2026-11-20", None)].map(entry);
        let check = |entry: &DirectoryEntry, on: &str, expected: bool| {
            assert_eq!(HeldNumber::of(entry, &periods, zone).was_held_at(zone.begins(day(on))), expected, "{} on {on}", entry.name);
        };
        check(&periods[1], "2026-11-20", true);
        check(&periods[1], "2026-11-19", false);
        check(&periods[0], "2026-11-17", true);
        check(&periods[0], "2017-11-17", true);
        assert!(HeldNumber::from(StaffNo::from("020007")).was_held_at(UtcMillis(0)));
    }

    #[test]
    fn whoever_left_is_away_until_somebody_has_the_number_again() {
        let zone = HospitalZone::default();
        let check = |periods: &[Period], away: &[&str], there: &[&str]| {
            let entries: Vec<DirectoryEntry> = periods.iter().copied().map(entry).collect();
            let times = times_after_leaving(&entries, zone);
            let is_away = |at: UtcMillis| times.iter().any(|(first, last)| *first <= at && at <= *last);
            for (days, expected) in [(away, true), (there, false)] {
                for on in days {
                    let first = zone.begins(day(on));
                    let last = zone.begins(day(on).succ_opt().unwrap()).plus(-1);
                    assert_eq!((is_away(first), is_away(last)), (expected, expected), "{on} by {periods:?}");
                }
            }
        };
        check(&[("潘勇", "2018-01-01", None)], &[], &["2017-12-31", "2018-01-01", "2026-11-22"]);
        check(&[("潘勇", "2018-01-01", Some("2026-11-18"))], &["2026-11-19", "2036-01-01"], &["2017-12-31", "2026-11-18"]);
        let reissued = [("潘勇", "2018-01-01", Some("2026-11-18")), ("白露", "2026-11-20", Some("2026-11-30"))];
        check(&reissued, &["2026-11-19", "2026-12-01"], &["2026-11-18", "2026-11-20", "2026-11-30"]);
        check(&[("潘勇", "2018-01-01", Some("2026-11-18")), ("潘勇", "2026-11-19", None)], &[], &["2026-11-18", "2026-11-19"]);
        check(&[], &[], &["2026-11-18"]);
    }

    #[test]
    fn the_periods_of_somebody_are_found_when_they_are_over() {
        let periods = [
            entry(("潘勇", "2018-01-01", Some("2020-12-31"))),
            entry(("潘勇", "2021-01-01", Some("2026-11-14"))),
            entry(("白露", "2026-11-15", None)),
        ];
        for (name, from) in [("潘勇", "2021-01-01"), ("潘永", "2021-01-01"), ("潘勇", "2019-01-01")] {
            let holder = NumberHolder { name: name.to_owned(), valid_from: day(from) };
            assert_eq!(holder.periods_among(&periods).count(), 2, "{holder:?}");
        }
    }
}
