//! A person of the staff list on a day.

use chrono::NaiveDate;
use domain::holder::{HeldNumber, NumberHolder, held_only_since};
use domain::identity::{CampusCode, ContractorCode, DepartmentCode, StaffNo, TeamCode};
use domain::permissions::{OF_CONTRACTORS, OrderScope, is_administrator, scope_of};
use domain::reference::{DirectoryEntry, Team};
use domain::role::Role;
use domain::state::OrderState;
use domain::time::HospitalZone;
use domain::workflow::Actor;
use store::server::reference::{contractor, contractor_of};
use store::shared::reference;
use store::{Database, StoreError};

/// Who somebody is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// As the devices know it.
    pub entry: DirectoryEntry,
    /// The role of the staff list first, then team leader for whoever leads a team as leader or deputy, and is no administrator
    /// (`domain::permissions::ADMINISTRATORS`). A contractor's people
    /// have only the roles that are for them ([`OF_CONTRACTORS`]).
    pub roles: Vec<Role>,
    /// Whose employee the person is; `None` for the hospital's own people.
    pub contractor: Option<ContractorCode>,
    /// The team of a technician, and the teams that the person leads, by code.
    pub teams: Vec<Team>,
    /// Codes of the teams that the person leads.
    pub led: Vec<TeamCode>,
    /// The first day on which the number was this person's, where it was another's before: what happened under it earlier is not theirs.
    pub since: Option<NaiveDate>,
    /// Campus of the first team; without a team that of the department.
    pub campus: Option<CampusCode>,
}

impl Person {
    /// The person whose number it is on `day`.
    ///
    /// # Errors
    /// As the database fails.
    pub fn on(database: &Database, staff_no: &StaffNo, day: NaiveDate) -> Result<Option<Self>, StoreError> {
        let entry = periods(database, staff_no)?.into_iter().rev().find(|entry| entry.validity.contains(day));
        entry.map(|entry| Self::of(database, entry)).transpose()
    }

    /// The person whose number it is on `day`, if it is still the one to whom something was given under it.
    ///
    /// # Errors
    /// As the database fails.
    pub fn still(database: &Database, staff_no: &StaffNo, holder: &NumberHolder, day: NaiveDate) -> Result<Option<Self>, StoreError> {
        let entry = holder.still_on(&periods(database, staff_no)?, day).cloned();
        entry.map(|entry| Self::of(database, entry)).transpose()
    }

    /// The person of a directory entry.
    ///
    /// # Errors
    /// As the database fails.
    pub fn of(database: &Database, entry: DirectoryEntry) -> Result<Self, StoreError> {
        let led = if is_administrator(entry.role) { Vec::new() } else { reference::teams_led_by(database, &entry.staff_no)? };
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
        let since = held_only_since(&reference::staff_periods(database, &entry.staff_no)?, &entry);
        Ok(Self { entry, roles, contractor, teams, led, since, campus })
    }

    /// The person's number.
    pub fn staff_no(&self) -> &StaffNo {
        &self.entry.staff_no
    }

    /// The number as the person holds it.
    pub fn number(&self, zone: HospitalZone) -> HeldNumber {
        HeldNumber { staff_no: self.staff_no().clone(), since: self.since.map(|day| zone.begins(day)) }
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

    /// To whom something is given that is given to this person now.
    pub fn holder(&self) -> NumberHolder {
        NumberHolder::of(&self.entry)
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
    pub fn actors(&self, state: &OrderState, zone: HospitalZone) -> Vec<Actor> {
        let actor = |role: &Role| Actor { number: self.number(zone), role: *role, team: self.team_for(*role, state) };
        self.roles.iter().map(actor).collect()
    }

    fn team_for(&self, role: Role, state: &OrderState) -> Option<TeamCode> {
        let possible: Vec<TeamCode> = if role == Role::TeamLeader { self.led.clone() } else { self.team_codes() };
        possible.iter().find(|team| Some(*team) == state.team.as_ref()).or_else(|| possible.first()).cloned()
    }
}

/// Every period of a number, oldest first. One of a contractor's employee ends with the contract at the latest (requirement G3).
///
/// # Errors
/// As the database fails.
pub fn periods(database: &Database, staff_no: &StaffNo) -> Result<Vec<DirectoryEntry>, StoreError> {
    let mut periods = reference::staff_periods(database, staff_no)?;
    for entry in &mut periods {
        if let Some(last) = last_day_of_contract(database, staff_no, entry.validity.valid_from)? {
            entry.validity.valid_to = Some(entry.validity.valid_to.map_or(last, |own| own.min(last)));
        }
    }
    Ok(periods)
}

/// The last day of the contract that alone keeps the number from being somebody's on `day`.
///
/// # Errors
/// As the database fails.
pub fn last_day_of_contract_now(database: &Database, staff_no: &StaffNo, day: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
    match reference::staff_on(database, staff_no, day)? {
        Some(entry) => last_day_of_contract(database, staff_no, entry.validity.valid_from),
        None => Ok(None),
    }
}

fn last_day_of_contract(database: &Database, staff_no: &StaffNo, valid_from: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
    let Some(code) = contractor_of(database, staff_no, valid_from)? else { return Ok(None) };
    Ok(contractor(database, &code)?.and_then(|contractor| contractor.contract.valid_to))
}

/// How the scope of a team is written.
pub fn team_subject(team: &TeamCode) -> String {
    format!("{OF_A_TEAM}{team}")
}

const OF_A_TEAM: &str = "team:";

/// The teams among the subjects of a scope.
pub fn teams_among(subjects: &[String]) -> Vec<TeamCode> {
    subjects.iter().filter_map(|subject| subject.strip_prefix(OF_A_TEAM)).map(TeamCode::from).collect()
}

/// How the scope of a person is written.
pub fn person_subject(person: &StaffNo) -> String {
    format!("staff:{person}")
}
