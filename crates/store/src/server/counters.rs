//! The one row of counters: positions of the log, the server's own event numbers, revisions of the reference data.

use crate::Database;
use crate::shared::column::unsigned;
use crate::shared::error::StoreError;

/// The position of the log's last entry; 0 while it is empty.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn log_end(database: &Database) -> Result<u64, StoreError> {
    read(database, "SELECT log_end FROM counters")
}

/// Takes the next position of the log.
///
/// # Errors
/// As the database fails.
pub fn next_position(database: &Database) -> Result<u64, StoreError> {
    raise(database, "UPDATE counters SET log_end = log_end + 1")?;
    log_end(database)
}

/// Takes the next number of the server's own events.
///
/// # Errors
/// As the database fails.
pub fn next_own_sequence(database: &Database) -> Result<u64, StoreError> {
    raise(database, "UPDATE counters SET own_sequence = own_sequence + 1")?;
    read(database, "SELECT own_sequence FROM counters")
}

/// The newest revision of the reference data; 0 before the first import.
///
/// # Errors
/// As the database fails.
pub fn reference_revision(database: &Database) -> Result<u64, StoreError> {
    read(database, "SELECT reference_revision FROM counters")
}

/// Begins a new revision of the reference data.
///
/// # Errors
/// As the database fails.
pub fn next_reference_revision(database: &Database) -> Result<u64, StoreError> {
    raise(database, "UPDATE counters SET reference_revision = reference_revision + 1")?;
    reference_revision(database)
}

/// Raised first and read then, in the caller's transaction: `RETURNING` makes a table of its own each time, which takes longer
/// than both, and there are as many of these as events.
fn raise(database: &Database, statement: &str) -> Result<(), StoreError> {
    database.prepare_cached(statement)?.execute([])?;
    Ok(())
}

fn read(database: &Database, statement: &str) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached(statement)?;
    Ok(statement.query_row([], |row| unsigned(row, 0))?)
}

/// Takes the next order number of a day of the hospital (`2026-11-21`), from 1.
///
/// # Errors
/// As the database fails.
pub fn next_order_number(database: &Database, day: chrono::NaiveDate) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached(
        "INSERT INTO order_numbers (day, last) VALUES (?1, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last",
    )?;
    Ok(statement.query_row([day.to_string()], |row| unsigned(row, 0))?)
}

/// Leaves the next `count` order numbers of a day unused: people may have written them down when they were given in a time that
/// a backup does not know.
///
/// # Errors
/// As the database fails.
pub fn skip_order_numbers(database: &Database, day: chrono::NaiveDate, count: u32) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached(
        "INSERT INTO order_numbers (day, last) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET last = last + excluded.last",
    )?;
    statement.execute(rusqlite::params![day.to_string(), count])?;
    Ok(())
}
