//! Names for the codes of an order.

use std::collections::BTreeSet;

use domain::identity::{DepartmentCode, FaultCode, LocationCode, StaffNo};
use domain::recorded::Recorded;
use domain::reference::Location;
use domain::state::OrderState;
use domain::view::{Names, SummaryNames};
use rusqlite::{Connection, OptionalExtension};

use super::find;
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
) -> Result<SummaryNames, StoreError> {
    Ok(SummaryNames {
        location: find::location(connection, location)?.as_ref().map(Location::label),
        fault: find::fault_class(connection, fault)?.map(|fault| fault.name),
        department: find::department(connection, department)?.map(|department| department.name),
    })
}

/// Every name that the whole view of an order shows.
///
/// # Errors
/// As the database fails.
pub fn view_names(connection: &Connection, state: &OrderState, recorded: &[Recorded]) -> Result<Names, StoreError> {
    more_view_names(connection, Names::default(), state, recorded)
}

/// The same, where the names of some people, parts and items of the order are known already.
///
/// # Errors
/// As the database fails.
pub fn more_view_names(connection: &Connection, mut names: Names, state: &OrderState, recorded: &[Recorded]) -> Result<Names, StoreError> {
    if let Some(report) = &state.report {
        let summary = summary_names(connection, &report.location, &report.fault, &report.department)?;
        (names.location, names.fault, names.department) = (summary.location, summary.fault, summary.department);
    }
    if let Some(team) = &state.team {
        names.team = find::team(connection, team)?.map(|team| team.name);
    }
    add_staff(connection, &mut names, state, recorded)?;
    add_parts_and_items(connection, &mut names, state)?;
    Ok(names)
}

fn add_staff(connection: &Connection, names: &mut Names, state: &OrderState, recorded: &[Recorded]) -> Result<(), StoreError> {
    let mut people: BTreeSet<&StaffNo> = recorded.iter().map(|recorded| &recorded.event.recorder).collect();
    people.extend(&state.participants);
    people.extend(&state.assignee);
    people.retain(|person| !names.staff.contains_key(*person));
    for person in people {
        if let Some(name) = newest_name(connection, person)? {
            names.staff.insert(person.clone(), name);
        }
    }
    Ok(())
}

/// Whose number it is; of a reissued one the present holder, who is the one that can be met.
///
/// # Errors
/// As the database fails.
pub fn newest_name(connection: &Connection, person: &StaffNo) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name FROM staff WHERE staff_no = ?1 ORDER BY valid_from DESC LIMIT 1")?;
    Ok(statement.query_row([person.as_str()], |row| row.get(0)).optional()?)
}

fn add_parts_and_items(connection: &Connection, names: &mut Names, state: &OrderState) -> Result<(), StoreError> {
    for movement in &state.moves {
        if names.parts.contains_key(&movement.part) {
            continue;
        }
        if let Some(part) = find::part(connection, &movement.part)? {
            names.parts.insert(part.part_code, (part.name, part.unit));
        }
    }
    let mut statement = connection.prepare_cached("SELECT name FROM price_items WHERE item_code = ?1 ORDER BY valid_from DESC LIMIT 1")?;
    for line in &state.labour {
        if names.items.contains_key(&line.item) {
            continue;
        }
        if let Some(name) = statement.query_row([line.item.as_str()], |row| row.get(0)).optional()? {
            names.items.insert(line.item.clone(), name);
        }
    }
    Ok(())
}
