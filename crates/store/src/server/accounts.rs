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

/// A password as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// Argon2id in PHC notation.
    pub phc: String,
    /// When it was set: it is the password of whoever held the number then.
    pub set_at: UtcMillis,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Under which number.
    pub staff_no: StaffNo,
    /// When it was opened: it is the session of whoever held the number then.
    pub opened_at: UtcMillis,
}

/// Sets the password of a number, ends its sessions and forgets its failed sign-ins: whoever knew the old one is out.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn set_password(database: &Database, staff_no: &StaffNo, phc: &str, now: UtcMillis) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("INSERT OR REPLACE INTO passwords (staff_no, phc, set_at) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![staff_no.as_str(), phc, now.0])?;
    database.prepare_cached("DELETE FROM sessions WHERE staff_no = ?1")?.execute([staff_no.as_str()])?;
    clear_failures(database, staff_no.as_str())
}

/// The password of a number.
///
/// # Errors
/// As the database fails.
pub fn password(database: &Database, staff_no: &StaffNo) -> Result<Option<Password>, StoreError> {
    let mut statement = database.prepare_cached("SELECT phc, set_at FROM passwords WHERE staff_no = ?1")?;
    let found = statement.query_row([staff_no.as_str()], |row| Ok(Password { phc: row.get(0)?, set_at: UtcMillis(row.get(1)?) }));
    Ok(found.optional()?)
}

/// Failed sign-ins that are counted under `counted_as`.
///
/// # Errors
/// As the database fails.
pub fn failures(database: &Database, counted_as: &str) -> Result<Failures, StoreError> {
    let mut statement = database.prepare_cached("SELECT failures, locked_until FROM sign_in_failures WHERE counted_as = ?1")?;
    let found = statement.query_row([counted_as], |row| Ok(Failures { count: row.get(0)?, locked_until: UtcMillis(row.get(1)?) }));
    Ok(found.optional()?.unwrap_or(Failures { count: 0, locked_until: UtcMillis(0) }))
}

/// Keeps failed sign-ins.
///
/// # Errors
/// As the database fails.
pub fn set_failures(database: &Database, counted_as: &str, failures: Failures) -> Result<(), StoreError> {
    let mut statement =
        database.prepare_cached("INSERT OR REPLACE INTO sign_in_failures (counted_as, failures, locked_until) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![counted_as, failures.count, failures.locked_until.0])?;
    Ok(())
}

/// Forgets failed sign-ins.
///
/// # Errors
/// As the database fails.
pub fn clear_failures(database: &Database, counted_as: &str) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sign_in_failures WHERE counted_as = ?1")?.execute([counted_as])?;
    Ok(())
}

/// Forgets the failed sign-ins whose wait ended before `before`, whoever they are of.
///
/// # Errors
/// As the database fails.
pub fn forget_failures(database: &Database, before: UtcMillis) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sign_in_failures WHERE locked_until < ?1")?.execute([before.0])?;
    Ok(())
}

/// Opens a session, and drops those that have expired.
///
/// # Errors
/// As the database fails.
pub fn open_session(database: &Database, token_sha256: &[u8], session: &Session, expires_at: UtcMillis) -> Result<(), StoreError> {
    let Session { staff_no, opened_at } = session;
    database.prepare_cached("DELETE FROM sessions WHERE expires_at <= ?1")?.execute([opened_at.0])?;
    let mut statement =
        database.prepare_cached("INSERT INTO sessions (token_sha256, staff_no, opened_at, expires_at) VALUES (?1, ?2, ?3, ?4)")?;
    statement.execute(params![token_sha256, staff_no.as_str(), opened_at.0, expires_at.0])?;
    Ok(())
}

/// The session of a token, while it has not expired.
///
/// # Errors
/// As the database fails.
pub fn session(database: &Database, token_sha256: &[u8], now: UtcMillis) -> Result<Option<Session>, StoreError> {
    let mut statement = database.prepare_cached("SELECT staff_no, opened_at FROM sessions WHERE token_sha256 = ?1 AND expires_at > ?2")?;
    let found = statement
        .query_row(params![token_sha256, now.0], |row| Ok(Session { staff_no: StaffNo(row.get(0)?), opened_at: UtcMillis(row.get(1)?) }));
    Ok(found.optional()?)
}

/// Ends a session.
///
/// # Errors
/// As the database fails.
pub fn close_session(database: &Database, token_sha256: &[u8]) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sessions WHERE token_sha256 = ?1")?.execute([token_sha256])?;
    Ok(())
}
