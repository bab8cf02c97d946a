//! One thing by its code, as of a day where it is effective-dated.

use chrono::NaiveDate;
use domain::identity::{CampusCode, DepartmentCode, FaultCode, LocationCode, PartCode, StaffNo, TeamCode, WarehouseCode};
use domain::reference::{Department, DirectoryEntry, FaultClass, Location, ServiceLevel, SparePart, Team, Warehouse};
use domain::urgency::Urgency;
use rusqlite::Connection;

use super::table::{many, one};
use crate::shared::column::identifier;
use crate::shared::error::StoreError;

/// Every period of a number, oldest first: numbers are reissued.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn staff_periods(connection: &Connection, staff_no: &StaffNo) -> Result<Vec<DirectoryEntry>, StoreError> {
    many(connection, "staff_no = ?1 ORDER BY valid_from", [staff_no.as_str()])
}

/// Whose number it was on `day`.
///
/// # Errors
/// As the database fails.
pub fn staff_on(connection: &Connection, staff_no: &StaffNo, day: NaiveDate) -> Result<Option<DirectoryEntry>, StoreError> {
    let condition = "staff_no = ?1 AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to >= ?2) ORDER BY valid_from DESC LIMIT 1";
    one(connection, condition, [staff_no.as_str(), &day.to_string()])
}

/// The people of a team on `day`, by number.
///
/// # Errors
/// As the database fails.
pub fn staff_of_team(connection: &Connection, team: &TeamCode, day: NaiveDate) -> Result<Vec<DirectoryEntry>, StoreError> {
    let condition = "team_code = ?1 AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to >= ?2) ORDER BY staff_no";
    many(connection, condition, [team.as_str(), &day.to_string()])
}

/// A department by code.
///
/// # Errors
/// As the database fails.
pub fn department(connection: &Connection, code: &DepartmentCode) -> Result<Option<Department>, StoreError> {
    one(connection, "department_code = ?1", [code.as_str()])
}

/// A place by code.
///
/// # Errors
/// As the database fails.
pub fn location(connection: &Connection, code: &LocationCode) -> Result<Option<Location>, StoreError> {
    one(connection, "location_code = ?1", [code.as_str()])
}

/// A fault class by code.
///
/// # Errors
/// As the database fails.
pub fn fault_class(connection: &Connection, code: &FaultCode) -> Result<Option<FaultClass>, StoreError> {
    one(connection, "fault_code = ?1", [code.as_str()])
}

/// A team by code.
///
/// # Errors
/// As the database fails.
pub fn team(connection: &Connection, code: &TeamCode) -> Result<Option<Team>, StoreError> {
    one(connection, "team_code = ?1", [code.as_str()])
}

/// The teams that a person leads, as leader or deputy, by code.
///
/// # Errors
/// As the database fails.
pub fn teams_led_by(connection: &Connection, staff_no: &StaffNo) -> Result<Vec<Team>, StoreError> {
    many(connection, "leader_staff_no = ?1 OR deputy_staff_no = ?1 ORDER BY team_code", [staff_no.as_str()])
}

/// The limits of an urgency as the hospital has set them.
///
/// # Errors
/// As the database fails.
pub fn service_level(connection: &Connection, urgency: Urgency) -> Result<Option<ServiceLevel>, StoreError> {
    one(connection, "urgency = ?1", [identifier(&urgency)])
}

/// A part by code.
///
/// # Errors
/// As the database fails.
pub fn part(connection: &Connection, code: &PartCode) -> Result<Option<SparePart>, StoreError> {
    one(connection, "part_code = ?1", [code.as_str()])
}

/// The parts that a scan may mean: the part of that code, else all with that supplier's barcode.
///
/// # Errors
/// As the database fails.
pub fn parts_of_scan(connection: &Connection, scan: &str) -> Result<Vec<SparePart>, StoreError> {
    match part(connection, &PartCode::from(scan))? {
        Some(part) => Ok(vec![part]),
        None => many(connection, "supplier_barcode = ?1 ORDER BY part_code", [scan]),
    }
}

/// A store of parts by code.
///
/// # Errors
/// As the database fails.
pub fn warehouse(connection: &Connection, code: &WarehouseCode) -> Result<Option<Warehouse>, StoreError> {
    one(connection, "warehouse_code = ?1", [code.as_str()])
}

/// The store that scans draw from by default: the first of the campus.
///
/// # Errors
/// As the database fails.
pub fn first_warehouse(connection: &Connection, campus: &CampusCode) -> Result<Option<Warehouse>, StoreError> {
    one(connection, "campus_code = ?1 ORDER BY warehouse_code LIMIT 1", [campus.as_str()])
}
