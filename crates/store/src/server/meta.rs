//! What there is one of: the server's own device id, the address it was last served at, the salt for made-up numbers.

use rusqlite::{OptionalExtension, params};

use crate::Database;
use crate::shared::error::StoreError;

/// The server's own device id (a UUID as text).
pub const OWN_DEVICE: &str = "own_device";
/// The address at which it was last served.
pub const LAST_URL: &str = "last_url";
/// The program that derived the rows of orders (`domain::row::deriving_program`).
pub const DERIVED_BY: &str = "derived_by";
/// What is hashed with a number that is nobody's (hexadecimal), so that nobody outside can tell which of them share a count.
pub const MADE_UP_NUMBERS_SALT: &str = "made_up_numbers_salt";

/// A value, if there is one.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn get(database: &Database, key: &str) -> Result<Option<String>, StoreError> {
    let mut statement = database.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// What SQLite finds wrong with the file, at most twenty sentences; nothing where it is sound.
///
/// # Errors
/// As the database fails.
pub fn damages(database: &Database) -> Result<Vec<String>, StoreError> {
    let mut statement = database.prepare("PRAGMA integrity_check(20)")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(rows.filter(|row| row.as_ref().ok().is_none_or(|text| text != "ok")).collect::<rusqlite::Result<_>>()?)
}

/// Sets a value.
///
/// # Errors
/// As the database fails.
pub fn put(database: &Database, key: &str, value: &str) -> Result<(), StoreError> {
    database.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?.execute(params![key, value])?;
    Ok(())
}
