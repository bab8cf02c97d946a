//! Passwords, failed sign-ins and sessions of the centre.

use domain::identity::StaffNo;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, params};

use crate::Database;
use crate::shared::error::StoreError;

/// Failed sign-ins in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// Until when no password is looked at.
    pub locked_until: UtcMillis,
}

/// Sets the password of a number and ends its sessions: whoever knew the old one is out.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn set_password(database: &Database, staff_no: &StaffNo, phc: &str, now: UtcMillis) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("INSERT OR REPLACE INTO passwords (staff_no, phc, set_at) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![staff_no.as_str(), phc, now.0])?;
    database.prepare_cached("DELETE FROM sessions WHERE staff_no = ?1")?.execute([staff_no.as_str()])?;
    clear_failures(database, staff_no)
}

/// The password of a number, in PHC notation.
///
/// # Errors
/// As the database fails.
pub fn password(database: &Database, staff_no: &StaffNo) -> Result<Option<String>, StoreError> {
    let mut statement = database.prepare_cached("SELECT phc FROM passwords WHERE staff_no = ?1")?;
    Ok(statement.query_row([staff_no.as_str()], |row| row.get(0)).optional()?)
}

/// Failed sign-ins of a number.
///
/// # Errors
/// As the database fails.
pub fn failures(database: &Database, staff_no: &StaffNo) -> Result<Failures, StoreError> {
    let mut statement = database.prepare_cached("SELECT failures, locked_until FROM sign_in_failures WHERE staff_no = ?1")?;
    let found = statement.query_row([staff_no.as_str()], |row| Ok(Failures { count: row.get(0)?, locked_until: UtcMillis(row.get(1)?) }));
    Ok(found.optional()?.unwrap_or(Failures { count: 0, locked_until: UtcMillis(0) }))
}

/// Keeps the failed sign-ins of a number.
///
/// # Errors
/// As the database fails.
pub fn set_failures(database: &Database, staff_no: &StaffNo, failures: Failures) -> Result<(), StoreError> {
    let mut statement =
        database.prepare_cached("INSERT OR REPLACE INTO sign_in_failures (staff_no, failures, locked_until) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![staff_no.as_str(), failures.count, failures.locked_until.0])?;
    Ok(())
}

/// Forgets failed sign-ins.
///
/// # Errors
/// As the database fails.
pub fn clear_failures(database: &Database, staff_no: &StaffNo) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sign_in_failures WHERE staff_no = ?1")?.execute([staff_no.as_str()])?;
    Ok(())
}

/// Opens a session, and drops those that have expired.
///
/// # Errors
/// As the database fails.
pub fn open_session(
    database: &Database,
    token_sha256: &[u8],
    staff_no: &StaffNo,
    now: UtcMillis,
    expires_at: UtcMillis,
) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sessions WHERE expires_at <= ?1")?.execute([now.0])?;
    let mut statement = database.prepare_cached("INSERT INTO sessions (token_sha256, staff_no, expires_at) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![token_sha256, staff_no.as_str(), expires_at.0])?;
    Ok(())
}

/// Whose session it is, while it has not expired.
///
/// # Errors
/// As the database fails.
pub fn session(database: &Database, token_sha256: &[u8], now: UtcMillis) -> Result<Option<StaffNo>, StoreError> {
    let mut statement = database.prepare_cached("SELECT staff_no FROM sessions WHERE token_sha256 = ?1 AND expires_at > ?2")?;
    Ok(statement.query_row(params![token_sha256, now.0], |row| row.get(0)).optional()?.map(StaffNo))
}

/// Ends a session.
///
/// # Errors
/// As the database fails.
pub fn close_session(database: &Database, token_sha256: &[u8]) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sessions WHERE token_sha256 = ?1")?.execute([token_sha256])?;
    Ok(())
}
