//! Enrolled devices and what they are worth.

use std::collections::BTreeSet;

use domain::holder::NumberHolder;
use domain::identity::{CampusCode, DeviceId, StaffNo};
use domain::role::Role;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};

use crate::Database;
use crate::shared::column::{Id, number_holder, signed, unsigned, uuid};
use crate::shared::error::StoreError;

/// An enrolled device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub staff_no: StaffNo,
    /// The person it was given to: the number may be reissued.
    pub holder: NumberHolder,
    /// SHA-256 of its secret.
    pub secret_sha256: Vec<u8>,
    /// Since when.
    pub enrolled_at: UtcMillis,
    /// When it was last heard.
    pub last_heard_at: Option<UtcMillis>,
    /// Since when it is revoked.
    pub revoked_at: Option<UtcMillis>,
    /// The subjects of its scope, as last noticed.
    pub scope_subjects: Vec<String>,
    /// Since which position of the log they hold: progress that began before it begins anew.
    pub scope_from: u64,
    /// The subjects of every scope it ever had.
    pub past_subjects: Vec<String>,
    /// What its person was before the lists changed, while it was theirs.
    pub past_roles: Vec<Role>,
    /// The campus whose reference data it holds.
    pub campus: Option<CampusCode>,
    /// Older reference data than this is of another campus.
    pub campus_from_revision: u64,
}

const COLUMNS: &str =
    "device_id, staff_no, holder_name, holder_from, secret_sha256, enrolled_at, last_heard_at, revoked_at, scope_subjects,
    scope_from, past_subjects, campus_code, campus_from_revision, past_roles";

/// Enrols a device.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn insert(database: &Database, device: &Device) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached(
        "INSERT INTO devices (device_id, staff_no, holder_name, holder_from, secret_sha256, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    statement.execute(params![
        Id(device.id.0),
        device.staff_no.as_str(),
        device.holder.name,
        device.holder.valid_from.to_string(),
        device.secret_sha256,
        device.enrolled_at.0
    ])?;
    Ok(())
}

/// A device by id.
///
/// # Errors
/// As the database fails.
pub fn find(database: &Database, device: DeviceId) -> Result<Option<Device>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM devices WHERE device_id = ?1"))?;
    Ok(statement.query_row([Id(device.0)], read).optional()?)
}

/// Every device, the one heard last first.
///
/// # Errors
/// As the database fails.
pub fn all(database: &Database) -> Result<Vec<Device>, StoreError> {
    let mut statement =
        database.prepare_cached(&format!("SELECT {COLUMNS} FROM devices ORDER BY last_heard_at DESC NULLS LAST, device_id"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Every device that was ever enrolled for a number, whoever held it then.
///
/// # Errors
/// As the database fails.
pub fn of_number(database: &Database, staff_no: &StaffNo) -> Result<Vec<Device>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM devices WHERE staff_no = ?1"))?;
    let rows = statement.query_map([staff_no.as_str()], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The devices of a number that were revoked by then.
///
/// # Errors
/// As the database fails.
pub fn revoked_of(database: &Database, staff_no: &StaffNo, by: UtcMillis) -> Result<Vec<DeviceId>, StoreError> {
    let mut statement = database.prepare_cached("SELECT device_id FROM devices WHERE staff_no = ?1 AND revoked_at <= ?2")?;
    let rows = statement.query_map(params![staff_no.as_str(), by.0], |row| Ok(DeviceId(uuid(row, 0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes that a device was heard.
///
/// # Errors
/// As the database fails.
pub fn heard(database: &Database, device: DeviceId, at: UtcMillis) -> Result<(), StoreError> {
    database.prepare_cached("UPDATE devices SET last_heard_at = ?2 WHERE device_id = ?1")?.execute(params![Id(device.0), at.0])?;
    Ok(())
}

/// Revokes a device; one that is revoked stays as it was.
///
/// # Errors
/// As the database fails.
pub fn revoke(database: &Database, device: DeviceId, at: UtcMillis, by: &StaffNo) -> Result<(), StoreError> {
    let mut statement =
        database.prepare_cached("UPDATE devices SET revoked_at = ?2, revoked_by = ?3 WHERE device_id = ?1 AND revoked_at IS NULL")?;
    statement.execute(params![Id(device.0), at.0, by.as_str()])?;
    Ok(())
}

/// Remembers the scope that a device has from a position of the log on.
///
/// # Errors
/// As the database fails.
pub fn set_scope(database: &Database, device: &Device, subjects: &[String], from: u64) -> Result<(), StoreError> {
    let past: BTreeSet<&str> = device.past_subjects.iter().chain(subjects).map(String::as_str).collect();
    let past: Vec<&str> = past.into_iter().collect();
    let mut statement =
        database.prepare_cached("UPDATE devices SET scope_subjects = ?2, past_subjects = ?3, scope_from = ?4 WHERE device_id = ?1")?;
    statement.execute(params![Id(device.id.0), subjects.join(" "), past.join(" "), signed(from)])?;
    Ok(())
}

/// Remembers what its person is, before that changes.
///
/// # Errors
/// As the database fails.
pub fn note_roles(database: &Database, device: &Device, roles: &[Role]) -> Result<(), StoreError> {
    let all: BTreeSet<&str> = device.past_roles.iter().chain(roles).map(|role| role.as_str()).collect();
    let all: Vec<&str> = all.into_iter().collect();
    let mut statement = database.prepare_cached("UPDATE devices SET past_roles = ?2 WHERE device_id = ?1")?;
    statement.execute(params![Id(device.id.0), all.join(" ")])?;
    Ok(())
}

/// Remembers whose campus's reference data the device gets, from a revision on.
///
/// # Errors
/// As the database fails.
pub fn set_campus(database: &Database, device: DeviceId, campus: &CampusCode, from_revision: u64) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("UPDATE devices SET campus_code = ?2, campus_from_revision = ?3 WHERE device_id = ?1")?;
    statement.execute(params![Id(device.0), campus.as_str(), signed(from_revision)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: DeviceId(uuid(row, 0)?),
        staff_no: StaffNo(row.get(1)?),
        holder: number_holder(row, 2)?,
        secret_sha256: row.get(4)?,
        enrolled_at: UtcMillis(row.get(5)?),
        last_heard_at: row.get::<_, Option<i64>>(6)?.map(UtcMillis),
        revoked_at: row.get::<_, Option<i64>>(7)?.map(UtcMillis),
        scope_subjects: words(row, 8)?,
        scope_from: unsigned(row, 9)?,
        past_subjects: words(row, 10)?,
        campus: row.get::<_, Option<String>>(11)?.map(CampusCode),
        campus_from_revision: unsigned(row, 12)?,
        past_roles: words(row, 13)?.iter().filter_map(|word| role_of(word)).collect(),
    })
}

fn role_of(word: &str) -> Option<Role> {
    Role::OF_PEOPLE.iter().copied().find(|role| role.as_str() == word)
}

fn words(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    let text: String = row.get(column)?;
    Ok(text.split_whitespace().map(str::to_owned).collect())
}
