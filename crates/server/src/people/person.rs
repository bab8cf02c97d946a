//! A person of the staff list on a day.

use chrono::NaiveDate;
use domain::identity::{CampusCode, ContractorCode, DepartmentCode, StaffNo, TeamCode};
use domain::permissions::{OF_CONTRACTORS, OrderScope, scope_of};
use domain::reference::{DirectoryEntry, Team};
use domain::role::Role;
use domain::state::OrderState;
use domain::workflow::Actor;
use store::server::reference::contractor_of;
use store::shared::reference;
use store::{Database, StoreError};

/// Who somebody is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// As the devices know it.
    pub entry: DirectoryEntry,
    /// The role of the staff list first, then team leader for whoever leads a team as leader or deputy. A contractor's people
    /// have only the roles that are for them ([`OF_CONTRACTORS`]).
    pub roles: Vec<Role>,
    /// Whose employee the person is; `None` for the hospital's own people.
    pub contractor: Option<ContractorCode>,
    /// The team of a technician, and the teams that the person leads, by code.
    pub teams: Vec<Team>,
    /// Codes of the teams that the person leads.
    pub led: Vec<TeamCode>,
    /// Campus of the first team; without a team that of the department.
    pub campus: Option<CampusCode>,
}

impl Person {
    /// The person whose number it is on `day`.
    ///
    /// # Errors
    /// As the database fails.
    pub fn on(database: &Database, staff_no: &StaffNo, day: NaiveDate) -> Result<Option<Self>, StoreError> {
        let entry = reference::staff_on(database, staff_no, day)?;
        entry.map(|entry| Self::of(database, entry)).transpose()
    }

    /// The person whose number it is on `day`, if it was the same person's on `since` already: numbers are reissued, and
    /// the next holder gets nothing of the last one's.
    ///
    /// # Errors
    /// As the database fails.
    pub fn holding_since(database: &Database, staff_no: &StaffNo, since: NaiveDate, day: NaiveDate) -> Result<Option<Self>, StoreError> {
        let entry = entry_holding_since(database, staff_no, since, day)?;
        entry.map(|entry| Self::of(database, entry)).transpose()
    }

    /// The person of a directory entry.
    ///
    /// # Errors
    /// As the database fails.
    pub fn of(database: &Database, entry: DirectoryEntry) -> Result<Self, StoreError> {
        let led = reference::teams_led_by(database, &entry.staff_no)?;
        let own = entry.team_code.as_ref().map(|team| reference::team(database, team)).transpose()?.flatten();
        let contractor = contractor_of(database, &entry.staff_no, entry.validity.valid_from)?;
        let mut roles = vec![entry.role];
        if !led.is_empty() && entry.role != Role::TeamLeader {
            roles.push(Role::TeamLeader);
        }
        if contractor.is_some() {
            roles.retain(|role| OF_CONTRACTORS.contains(role));
        }
        let teams: Vec<Team> = own.iter().filter(|own| !led.contains(own)).cloned().chain(led.iter().cloned()).collect();
        let campus = match teams.first() {
            Some(team) => Some(team.campus_code.clone()),
            None => reference::department(database, &entry.department_code)?.map(|department| department.campus_code),
        };
        let led = led.into_iter().map(|team| team.team_code).collect();
        Ok(Self { entry, roles, contractor, teams, led, campus })
    }

    /// The person's number.
    pub fn staff_no(&self) -> &StaffNo {
        &self.entry.staff_no
    }

    /// The person's department.
    pub fn department(&self) -> &DepartmentCode {
        &self.entry.department_code
    }

    /// Whether the person has any of these roles.
    pub fn has(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    /// Which orders the person sees, by any of the roles.
    pub fn scopes(&self) -> Vec<OrderScope> {
        self.roles.iter().map(|role| scope_of(*role, self.contractor.is_some())).collect()
    }

    /// Codes of [`Person::teams`].
    pub fn team_codes(&self) -> Vec<TeamCode> {
        self.teams.iter().map(|team| team.team_code.clone()).collect()
    }

    /// The subjects whose orders a device of this person sees.
    pub fn subjects(&self) -> Vec<String> {
        let teams = self.teams.iter().map(|team| team_subject(&team.team_code));
        teams.chain([person_subject(self.staff_no())]).collect()
    }

    /// The person in each role, with the team that has the order where the person works in it; as a leader only where the
    /// person leads it.
    pub fn actors(&self, state: &OrderState) -> Vec<Actor> {
        let actor = |role: &Role| Actor { staff_no: self.staff_no().clone(), role: *role, team: self.team_for(*role, state) };
        self.roles.iter().map(actor).collect()
    }

    fn team_for(&self, role: Role, state: &OrderState) -> Option<TeamCode> {
        let possible: Vec<TeamCode> = if role == Role::TeamLeader { self.led.clone() } else { self.team_codes() };
        possible.iter().find(|team| Some(*team) == state.team.as_ref()).or_else(|| possible.first()).cloned()
    }
}

/// As [`Person::holding_since`], without what teams and departments say.
///
/// # Errors
/// As the database fails.
pub fn entry_holding_since(
    database: &Database,
    staff_no: &StaffNo,
    since: NaiveDate,
    day: NaiveDate,
) -> Result<Option<DirectoryEntry>, StoreError> {
    let periods = reference::staff_periods(database, staff_no)?;
    Ok(holder_since(&periods, since, day).cloned())
}

/// The holder on `day`, if they held the number on `since`: in that period, or in ones of the same name that follow each other
/// without a day between them, as when somebody moves to another department. `periods` are one number's, oldest first.
fn holder_since(periods: &[DirectoryEntry], since: NaiveDate, day: NaiveDate) -> Option<&DirectoryEntry> {
    let holder = periods.iter().rev().find(|entry| entry.validity.contains(day))?;
    let mut first = holder;
    for earlier in periods.iter().rev() {
        if earlier.name == first.name && earlier.validity.valid_to.and_then(|last| last.succ_opt()) == Some(first.validity.valid_from) {
            first = earlier;
        }
    }
    (first.validity.valid_from <= since).then_some(holder)
}

/// How the scope of a team is written.
pub fn team_subject(team: &TeamCode) -> String {
    format!("team:{team}")
}

/// How the scope of a person is written.
pub fn person_subject(person: &StaffNo) -> String {
    format!("staff:{person}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reference::Validity;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period((name, from, to): (&str, &str, Option<&str>)) -> DirectoryEntry {
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
    fn check(periods: &[(&str, &str, Option<&str>)], since: &str, still: bool) {
        let periods: Vec<DirectoryEntry> = periods.iter().copied().map(period).collect();
        assert_eq!(holder_since(&periods, day(since), day("2026-11-22")).is_some(), still, "{periods:?} since {since}");
    }

    #[test]
    fn a_number_is_the_same_person_s_as_long_as_the_periods_say() {
        let alone = [("潘勇", "2018-01-01", None)];
        let moved = [("潘勇", "2018-01-01", Some("2020-12-31")), ("潘勇", "2021-01-01", Some("2026-11-21")), ("潘勇", "2026-11-22", None)];
        let reissued = [("潘勇", "2018-01-01", Some("2026-11-21")), ("白露", "2026-11-22", None)];
        let came_back = [("潘勇", "2018-01-01", Some("2026-11-19")), ("潘勇", "2026-11-21", None)];
        let gone = [("潘勇", "2018-01-01", Some("2026-11-21"))];
        check(&alone, "2026-11-21", true);
        check(&alone, "2026-11-22", true);
        check(&moved, "2019-06-01", true);
        check(&reissued, "2026-11-21", false);
        check(&reissued, "2026-11-22", true);
        check(&came_back, "2026-11-19", false);
        check(&came_back, "2026-11-21", true);
        check(&gone, "2026-11-21", false);
        check(&[], "2026-11-21", false);
    }
}
