//! Passwords, failed sign-ins and sessions of the centre.

use domain::holder::NumberHolder;
use domain::identity::StaffNo;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, params};

use crate::Database;
use crate::shared::column::number_holder;
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
    /// Whose it is.
    pub holder: NumberHolder,
    /// When it was set.
    pub set_at: UtcMillis,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Under which number.
    pub staff_no: StaffNo,
    /// Whose it is.
    pub holder: NumberHolder,
    /// When it was opened.
    pub opened_at: UtcMillis,
    /// When it was last used, as noted.
    pub used_at: UtcMillis,
    /// When it ends in any case.
    pub expires_at: UtcMillis,
}

/// Under what failed sign-ins are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedAs {
    /// A number of the staff list, or a row that made-up ones share.
    pub number: String,
    /// From where; empty for everywhere together.
    pub source: String,
}

/// Sets the password of a number, ends its sessions and forgets its failed sign-ins: whoever knew the old one is out.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn set_password(database: &Database, staff_no: &StaffNo, password: &Password) -> Result<(), StoreError> {
    let Password { phc, holder, set_at } = password;
    let mut statement = database
        .prepare_cached("INSERT OR REPLACE INTO passwords (staff_no, holder_name, holder_from, phc, set_at) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    statement.execute(params![staff_no.as_str(), holder.name, holder.valid_from.to_string(), phc, set_at.0])?;
    database.prepare_cached("DELETE FROM sessions WHERE staff_no = ?1")?.execute([staff_no.as_str()])?;
    database.prepare_cached("DELETE FROM sign_in_failures WHERE counted_as = ?1")?.execute([staff_no.as_str()])?;
    Ok(())
}

/// The password of a number.
///
/// # Errors
/// As the database fails.
pub fn password(database: &Database, staff_no: &StaffNo) -> Result<Option<Password>, StoreError> {
    let mut statement = database.prepare_cached("SELECT phc, set_at, holder_name, holder_from FROM passwords WHERE staff_no = ?1")?;
    let found = statement.query_row([staff_no.as_str()], |row| {
        Ok(Password { phc: row.get(0)?, holder: number_holder(row, 2)?, set_at: UtcMillis(row.get(1)?) })
    });
    Ok(found.optional()?)
}

/// Failed sign-ins that are counted so.
///
/// # Errors
/// As the database fails.
pub fn failures(database: &Database, counted_as: &CountedAs) -> Result<Failures, StoreError> {
    let mut statement =
        database.prepare_cached("SELECT failures, locked_until FROM sign_in_failures WHERE counted_as = ?1 AND source = ?2")?;
    let found = statement.query_row([&counted_as.number, &counted_as.source], |row| {
        Ok(Failures { count: row.get(0)?, locked_until: UtcMillis(row.get(1)?) })
    });
    Ok(found.optional()?.unwrap_or(Failures { count: 0, locked_until: UtcMillis(0) }))
}

/// Keeps failed sign-ins.
///
/// # Errors
/// As the database fails.
pub fn set_failures(database: &Database, counted_as: &CountedAs, failures: Failures) -> Result<(), StoreError> {
    let mut statement = database
        .prepare_cached("INSERT OR REPLACE INTO sign_in_failures (counted_as, source, failures, locked_until) VALUES (?1, ?2, ?3, ?4)")?;
    statement.execute(params![counted_as.number, counted_as.source, failures.count, failures.locked_until.0])?;
    Ok(())
}

/// Forgets failed sign-ins.
///
/// # Errors
/// As the database fails.
pub fn clear_failures(database: &Database, counted_as: &CountedAs) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("DELETE FROM sign_in_failures WHERE counted_as = ?1 AND source = ?2")?;
    statement.execute([&counted_as.number, &counted_as.source])?;
    Ok(())
}

/// Whether somebody has signed in from there.
///
/// # Errors
/// As the database fails.
pub fn has_signed_in_from(database: &Database, counted_as: &CountedAs) -> Result<bool, StoreError> {
    let mut statement = database.prepare_cached("SELECT 1 FROM sign_in_sources WHERE staff_no = ?1 AND source = ?2")?;
    Ok(statement.exists([&counted_as.number, &counted_as.source])?)
}

/// Notes that somebody has signed in from there, and forgets what was noted before `before`.
///
/// # Errors
/// As the database fails.
pub fn signed_in_from(database: &Database, counted_as: &CountedAs, at: UtcMillis, before: UtcMillis) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sign_in_sources WHERE signed_in_at < ?1")?.execute([before.0])?;
    let mut statement =
        database.prepare_cached("INSERT OR REPLACE INTO sign_in_sources (staff_no, source, signed_in_at) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![counted_as.number, counted_as.source, at.0])?;
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

/// Opens a session, and drops those that have ended by its opening: at their time, or unused since `idle_since`.
///
/// # Errors
/// As the database fails.
pub fn open_session(database: &Database, token_sha256: &[u8], session: &Session, idle_since: UtcMillis) -> Result<(), StoreError> {
    let Session { staff_no, holder, opened_at, used_at, expires_at } = session;
    let mut statement = database.prepare_cached("DELETE FROM sessions WHERE expires_at <= ?1 OR used_at < ?2")?;
    statement.execute(params![opened_at.0, idle_since.0])?;
    let mut statement = database.prepare_cached(
        "INSERT INTO sessions (token_sha256, staff_no, holder_name, holder_from, opened_at, used_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let valid_from = holder.valid_from.to_string();
    statement.execute(params![token_sha256, staff_no.as_str(), holder.name, valid_from, opened_at.0, used_at.0, expires_at.0])?;
    Ok(())
}

/// The session of a token, whether or not it has ended.
///
/// # Errors
/// As the database fails.
pub fn session(database: &Database, token_sha256: &[u8]) -> Result<Option<Session>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT staff_no, holder_name, holder_from, opened_at, used_at, expires_at FROM sessions WHERE token_sha256 = ?1",
    )?;
    let found = statement.query_row([token_sha256], |row| {
        Ok(Session {
            staff_no: StaffNo(row.get(0)?),
            holder: number_holder(row, 1)?,
            opened_at: UtcMillis(row.get(3)?),
            used_at: UtcMillis(row.get(4)?),
            expires_at: UtcMillis(row.get(5)?),
        })
    });
    Ok(found.optional()?)
}

/// Notes that a session was used.
///
/// # Errors
/// As the database fails.
pub fn session_used(database: &Database, token_sha256: &[u8], at: UtcMillis) -> Result<(), StoreError> {
    database.prepare_cached("UPDATE sessions SET used_at = ?2 WHERE token_sha256 = ?1")?.execute(params![token_sha256, at.0])?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// As the database fails.
pub fn close_session(database: &Database, token_sha256: &[u8]) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM sessions WHERE token_sha256 = ?1")?.execute([token_sha256])?;
    Ok(())
}
