//! Names for the codes of an order.

use std::collections::BTreeSet;

use domain::event::{Arrived, EventBody, Reassigned};
use domain::holder::holder_on;
use domain::identity::{CampusCode, DepartmentCode, FaultCode, ItemCode, LocationCode, PartCode, StaffNo, TeamCode};
use domain::recorded::Recorded;
use domain::reference::{Campus, Location};
use domain::row::OrderRow;
use domain::state::OrderState;
use domain::time::{HospitalZone, UtcMillis};
use domain::view::{Names, SummaryNames};
use rusqlite::{Connection, OptionalExtension};

use super::find;
use super::table::one;
use crate::shared::error::StoreError;

/// The names that a row of a list shows.
///
/// # Errors
/// As the database fails.
pub fn summary_names(
    connection: &Connection,
    location: &LocationCode,
    fault: &FaultCode,
    department: &DepartmentCode,
    assignee: Option<Holding<'_>>,
) -> Result<SummaryNames, StoreError> {
    Ok(SummaryNames {
        location: find::location(connection, location)?.map(|location| location_label(connection, &location)).transpose()?,
        fault: find::fault_class(connection, fault)?.map(|fault| fault.name),
        department: department_label(connection, department)?,
        assignee: assignee.map(|holding| name_at(connection, holding)).transpose()?.flatten(),
    })
}

/// A number at an instant: whose it was then.
#[derive(Debug, Clone, Copy)]
pub struct Holding<'a> {
    /// The number.
    pub number: &'a StaffNo,
    /// When.
    pub at: UtcMillis,
    /// In which days begin.
    pub zone: HospitalZone,
}

impl<'a> Holding<'a> {
    /// The technician who has the order of a row, as when they last took part.
    pub fn of_assignee(row: &'a OrderRow, zone: HospitalZone) -> Option<Self> {
        Some(Self { number: row.assignee.as_ref()?, at: row.assignee_at()?, zone })
    }
}

/// The name of whoever held a number then ([`holder_on`]).
///
/// # Errors
/// As the database fails.
pub fn name_at(connection: &Connection, holding: Holding<'_>) -> Result<Option<String>, StoreError> {
    let periods = find::staff_periods(connection, holding.number)?;
    Ok(holder_on(&periods, holding.zone.date(holding.at)).map(|entry| entry.name.clone()))
}

/// A place in words: 本部 · 外科楼 B2 空调机房. Buildings of several campuses have the same rooms.
///
/// # Errors
/// As the database fails.
pub fn location_label(connection: &Connection, location: &Location) -> Result<String, StoreError> {
    in_campus(connection, &location.campus_code, location.label())
}

/// A department in words: 本部 · 消化内科一病区. Several campuses have departments of one name, and one of them is charged. `None` for a
/// code that is not here.
///
/// # Errors
/// As the database fails.
pub fn department_label(connection: &Connection, department: &DepartmentCode) -> Result<Option<String>, StoreError> {
    let Some(department) = find::department(connection, department)? else { return Ok(None) };
    in_campus(connection, &department.campus_code, department.name).map(Some)
}

/// What is in a campus, with the campus where the hospital has more than one.
///
/// # Errors
/// As the database fails.
pub fn in_campus(connection: &Connection, campus: &CampusCode, words: String) -> Result<String, StoreError> {
    let campus: Option<Campus> = one(connection, "campus_code = ?1 AND (SELECT count(*) FROM campuses) > 1", [campus.as_str()])?;
    Ok(campus.map_or(words.clone(), |campus| campus.said(&words)))
}

/// Every name that the whole view of an order shows.
///
/// # Errors
/// As the database fails.
pub fn view_names(connection: &Connection, state: &OrderState, recorded: &[Recorded]) -> Result<Names, StoreError> {
    let mut known = ViewNames::default();
    known.look_up(connection, state, recorded)?;
    Ok(known.names)
}

/// The names of an order's view, kept while the order changes and the reference data does not.
#[derive(Debug, Clone, Default)]
pub struct ViewNames {
    names: Names,
    summary_of: Option<(LocationCode, FaultCode, DepartmentCode)>,
    team: Option<TeamCode>,
}

impl ViewNames {
    /// What was looked up.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Looks up what the view shows by now and is not known yet.
    ///
    /// # Errors
    /// As the database fails.
    pub fn look_up(&mut self, connection: &Connection, state: &OrderState, recorded: &[Recorded]) -> Result<(), StoreError> {
        let codes = state.report.as_ref().map(|report| (report.location.clone(), report.fault.clone(), report.department.clone()));
        if let Some((location, fault, department)) = codes.as_ref().filter(|_| codes != self.summary_of) {
            let summary = summary_names(connection, location, fault, department, None)?;
            (self.names.location, self.names.fault, self.names.department) = (summary.location, summary.fault, summary.department);
            self.summary_of = codes;
        }
        if state.team != self.team {
            let team = state.team.as_ref().map(|team| find::team(connection, team)).transpose()?.flatten();
            self.names.team = team.map(|team| team.name);
            self.team.clone_from(&state.team);
        }
        add_staff(connection, &mut self.names, state, recorded)?;
        add_mentioned(connection, &mut self.names, state, recorded)?;
        add_parts_and_items(connection, &mut self.names, state)
    }
}

fn add_staff(connection: &Connection, names: &mut Names, state: &OrderState, recorded: &[Recorded]) -> Result<(), StoreError> {
    let mut people: BTreeSet<&StaffNo> = recorded.iter().map(|recorded| &recorded.event.recorder).collect();
    people.extend(state.participants.keys());
    people.extend(&state.assignee);
    people.retain(|person| !names.staff.contains_key(*person));
    for person in people {
        names.staff.insert(person.clone(), find::staff_periods(connection, person)?);
    }
    Ok(())
}

/// What the history speaks of; nearly always the team and the place of the order itself, which are known already.
fn add_mentioned(connection: &Connection, names: &mut Names, state: &OrderState, recorded: &[Recorded]) -> Result<(), StoreError> {
    if let (Some(team), Some(name)) = (&state.team, &names.team) {
        names.teams.insert(team.clone(), name.clone());
    }
    if let (Some(report), Some(label)) = (&state.report, &names.location) {
        names.places.insert(report.location.clone(), label.clone());
    }
    recorded.iter().try_for_each(|recorded| add_body(connection, names, &recorded.event.body))
}

/// The names of what one event speaks of, but for people.
///
/// # Errors
/// As the database fails.
pub fn names_of_body(connection: &Connection, body: &EventBody) -> Result<Names, StoreError> {
    let mut names = Names::default();
    add_body(connection, &mut names, body)?;
    Ok(names)
}

fn add_body(connection: &Connection, names: &mut Names, body: &EventBody) -> Result<(), StoreError> {
    match body {
        EventBody::Dispatched(to) => add_team(connection, names, &to.team),
        EventBody::Reassigned(Reassigned { team: Some(team), .. }) => add_team(connection, names, team),
        EventBody::Arrived(Arrived { location: Some(place) }) => add_place(connection, names, place),
        EventBody::PartIssued(movement) | EventBody::PartReturned(movement) => add_part(connection, names, &movement.part),
        EventBody::LabourAdded(line) => add_item(connection, names, &line.item),
        _ => Ok(()),
    }
}

fn add_team(connection: &Connection, names: &mut Names, code: &TeamCode) -> Result<(), StoreError> {
    if !names.teams.contains_key(code)
        && let Some(team) = find::team(connection, code)?
    {
        names.teams.insert(code.clone(), team.name);
    }
    Ok(())
}

fn add_place(connection: &Connection, names: &mut Names, code: &LocationCode) -> Result<(), StoreError> {
    if !names.places.contains_key(code)
        && let Some(place) = find::location(connection, code)?
    {
        names.places.insert(code.clone(), location_label(connection, &place)?);
    }
    Ok(())
}

fn add_parts_and_items(connection: &Connection, names: &mut Names, state: &OrderState) -> Result<(), StoreError> {
    state.moves.iter().try_for_each(|movement| add_part(connection, names, &movement.part))?;
    state.labour.iter().try_for_each(|line| add_item(connection, names, &line.item))
}

fn add_part(connection: &Connection, names: &mut Names, code: &PartCode) -> Result<(), StoreError> {
    if !names.parts.contains_key(code)
        && let Some(part) = find::part(connection, code)?
    {
        names.parts.insert(part.part_code, (part.name, part.unit));
    }
    Ok(())
}

/// The latest name: an item keeps its code when it is renamed.
fn add_item(connection: &Connection, names: &mut Names, code: &ItemCode) -> Result<(), StoreError> {
    if names.items.contains_key(code) {
        return Ok(());
    }
    let mut statement = connection.prepare_cached("SELECT name FROM price_items WHERE item_code = ?1 ORDER BY valid_from DESC LIMIT 1")?;
    if let Some(name) = statement.query_row([code.as_str()], |row| row.get(0)).optional()? {
        names.items.insert(code.clone(), name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::reference::{SCHEMA, upsert};

    fn campus(code: &str, name: &str) -> Campus {
        Campus { campus_code: code.into(), name: name.to_owned(), address: String::new() }
    }

    #[track_caller]
    fn check(campuses: &[Campus], expected: &str) {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        upsert(&connection, campuses, 1).unwrap();
        assert_eq!(in_campus(&connection, &"C1".into(), "消化内科一病区".to_owned()).unwrap(), expected);
    }

    #[test]
    fn the_campus_is_said_where_there_is_more_than_one() {
        check(&[], "消化内科一病区");
        check(&[campus("C1", "本部院区")], "消化内科一病区");
        check(&[campus("C1", "本部院区"), campus("C2", "东湖院区")], "本部 · 消化内科一病区");
        check(&[campus("C1", "院区"), campus("C2", "东湖院区")], "院区 · 消化内科一病区");
        check(&[campus("C1", "北楼"), campus("C2", "东湖院区")], "北楼 · 消化内科一病区");
        check(&[campus("C2", "东湖院区"), campus("C3", "江北院区")], "消化内科一病区");
    }
}
