//! What a confirmation is worth, with the directory of the time of confirmation (`domain.md`, "Who records, who confirms";
//! contradictions 10 and 26). Pure.

use chrono::NaiveDate;
use domain::confirmer::standing_of;
use domain::event::{ConfirmationJudged, Confirmed, Standing};
use domain::identity::{DepartmentCode, EventId, StaffNo};
use domain::reference::DirectoryEntry;

/// A claim and what is known around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The confirmation.
    pub event: EventId,
    /// What it says.
    pub confirmed: &'a Confirmed,
    /// Who recorded it.
    pub recorder: &'a StaffNo,
    /// The day of confirmation in the hospital.
    pub day: NaiveDate,
    /// The day on which the server received it.
    pub received_day: NaiveDate,
    /// The time of confirmation is uncertain (contradiction 9).
    pub time_uncertain: bool,
    /// The department that the order is for.
    pub department: Option<&'a DepartmentCode>,
}

/// Judges a claim by every period of its number, oldest first. What happened around it is flagged elsewhere ([`domain::scrutiny`]).
pub fn judge(claim: &Claim<'_>, periods: &[DirectoryEntry], directory_revision: u64) -> ConfirmationJudged {
    let holder = periods.iter().rev().find(|entry| entry.validity.contains(claim.day));
    let standing = standing(claim, periods, holder);
    let named = holder.or_else(|| ended_before(claim, periods));
    ConfirmationJudged {
        event: claim.event,
        standing,
        directory_revision,
        name: named.map(|entry| entry.name.clone()),
        department: named.map(|entry| entry.department_code.clone()),
        flags: Vec::new(),
    }
}

fn standing(claim: &Claim<'_>, periods: &[DirectoryEntry], holder: Option<&DirectoryEntry>) -> Standing {
    match holder {
        _ if &claim.confirmed.staff_no == claim.recorder => Standing::Rejected,
        // Whether it was still, or already, this person's number depends on a time that nobody can be sure of.
        Some(entry) if claim.time_uncertain && !entry.validity.contains(claim.received_day) => Standing::Unverified,
        Some(entry) => standing_of(entry, claim.department),
        None if ended_before(claim, periods).is_some() && !claim.time_uncertain => Standing::Rejected,
        None => Standing::Unverified,
    }
}

/// The last period of the number that was over by then.
fn ended_before<'a>(claim: &Claim<'_>, periods: &'a [DirectoryEntry]) -> Option<&'a DirectoryEntry> {
    periods.iter().rev().find(|entry| entry.validity.valid_to.is_some_and(|last| last < claim.day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::identity::TeamCode;
    use domain::reference::Validity;
    use domain::role::Role;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn entry(department: &str, role: Role, from: &str, to: Option<&str>) -> DirectoryEntry {
        DirectoryEntry {
            staff_no: StaffNo::from("020007"),
            name: format!("{department} {from}"),
            department_code: DepartmentCode::from(department),
            role,
            team_code: (role == Role::Technician).then(|| TeamCode::from("T01")),
            validity: Validity { valid_from: day(from), valid_to: to.map(day) },
        }
    }

    #[track_caller]
    fn check(staff_no: &str, uncertain: bool, periods: &[DirectoryEntry], expected: Standing, name: Option<&str>) {
        let confirmed = Confirmed {
            staff_no: StaffNo::from(staff_no),
            accepted: true,
            reason: None,
            name: None,
            department: None,
            standing: Standing::Unverified,
            look_ups: None,
        };
        let claim = Claim {
            event: EventId(uuid::Uuid::nil()),
            confirmed: &confirmed,
            recorder: &StaffNo::from("025518"),
            day: day("2026-11-21"),
            received_day: day("2026-11-22"),
            time_uncertain: uncertain,
            department: Some(&DepartmentCode::from("001002")),
        };
        let judged = judge(&claim, periods, 3);
        assert_eq!((judged.standing, judged.name.as_deref()), (expected, name));
    }

    #[test]
    fn a_confirmation_is_judged_with_the_directory_of_its_day() {
        let own = entry("001002", Role::Requester, "2018-01-01", None);
        let other = entry("009009", Role::Requester, "2018-01-01", None);
        let technician = entry("001002", Role::Technician, "2018-01-01", None);
        let ended = entry("001002", Role::Requester, "2018-01-01", Some("2026-11-20"));
        let last_day = entry("001002", Role::Requester, "2018-01-01", Some("2026-11-21"));
        let later = entry("001002", Role::Requester, "2026-11-22", None);
        check("020007", false, std::slice::from_ref(&own), Standing::Verified, Some("001002 2018-01-01"));
        check("020007", false, &[other], Standing::OtherDepartment, Some("009009 2018-01-01"));
        check("020007", false, &[technician], Standing::MaintenanceStaff, Some("001002 2018-01-01"));
        check("020007", true, std::slice::from_ref(&own), Standing::Verified, Some("001002 2018-01-01"));
        check("020007", true, std::slice::from_ref(&last_day), Standing::Unverified, Some("001002 2018-01-01"));
        check("020007", false, &[last_day], Standing::Verified, Some("001002 2018-01-01"));
        check("020007", false, std::slice::from_ref(&ended), Standing::Rejected, Some("001002 2018-01-01"));
        check("020007", true, std::slice::from_ref(&ended), Standing::Unverified, Some("001002 2018-01-01"));
        check("020007", false, &[ended, later.clone()], Standing::Rejected, Some("001002 2018-01-01"));
        check("020007", false, &[later], Standing::Unverified, None);
        check("020007", false, &[], Standing::Unverified, None);
        check("025518", false, &[own], Standing::Rejected, Some("001002 2018-01-01"));
    }

    #[test]
    fn a_confirmer_of_any_role_counts_as_on_a_device() {
        for (role, department) in Role::OF_PEOPLE.iter().flat_map(|role| [(role, "001002"), (role, "009009")]) {
            for team_code in [None, Some(TeamCode::from("T01"))] {
                let person = DirectoryEntry { team_code, ..entry(department, *role, "2018-01-01", None) };
                let standing = standing_of(&person, Some(&DepartmentCode::from("001002")));
                check("020007", false, std::slice::from_ref(&person), standing, Some(&person.name));
            }
        }
    }
}
