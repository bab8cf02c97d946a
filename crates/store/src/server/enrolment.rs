//! One-time codes by which a device comes to a person.

use domain::holder::NumberHolder;
use domain::identity::{DeviceId, StaffNo};
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, params};

use crate::Database;
use crate::shared::column::{Id, number_holder, uuid};
use crate::shared::error::StoreError;

/// A code, known by its hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// For whom.
    pub staff_no: StaffNo,
    /// Who held the number when it was made.
    pub holder: NumberHolder,
    /// Until when.
    pub expires_at: UtcMillis,
    /// The device that used it.
    pub used_by: Option<DeviceId>,
}

/// Keeps a new code, which nobody has used, and drops those that expired a week ago.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn insert(database: &Database, code_sha256: &[u8], code: &EnrolmentCode) -> Result<(), StoreError> {
    let EnrolmentCode { staff_no, holder, expires_at, .. } = code;
    let long_gone = expires_at.plus(-8 * domain::time::DAY_MS);
    database.prepare_cached("DELETE FROM enrolment_codes WHERE expires_at < ?1")?.execute([long_gone.0])?;
    let mut statement = database.prepare_cached(
        "INSERT INTO enrolment_codes (code_sha256, staff_no, holder_name, holder_from, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute(params![code_sha256, staff_no.as_str(), holder.name, holder.valid_from.to_string(), expires_at.0])?;
    Ok(())
}

/// A code by its hash.
///
/// # Errors
/// As the database fails.
pub fn find(database: &Database, code_sha256: &[u8]) -> Result<Option<EnrolmentCode>, StoreError> {
    let mut statement = database
        .prepare_cached("SELECT staff_no, holder_name, holder_from, expires_at, used_by FROM enrolment_codes WHERE code_sha256 = ?1")?;
    let code = statement.query_row([code_sha256], |row| {
        let used = row.get::<_, Option<Id>>(4)?.is_some();
        let used_by = if used { Some(DeviceId(uuid(row, 4)?)) } else { None };
        Ok(EnrolmentCode { staff_no: StaffNo(row.get(0)?), holder: number_holder(row, 1)?, expires_at: UtcMillis(row.get(3)?), used_by })
    });
    Ok(code.optional()?)
}

/// Marks a code as used.
///
/// # Errors
/// As the database fails.
pub fn mark_used(database: &Database, code_sha256: &[u8], device: DeviceId) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("UPDATE enrolment_codes SET used_by = ?2 WHERE code_sha256 = ?1")?;
    statement.execute(params![code_sha256, Id(device.0)])?;
    Ok(())
}
