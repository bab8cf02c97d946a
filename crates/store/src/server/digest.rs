//! What a backup says of its own content, so that a bit which changed where it was kept is noticed: SQLite's own check looks at the
//! shape of a file, and ours at orders, but a name, a price or the hash of a password may be anything.

use std::path::Path;

use domain::hexadecimal::hexadecimal;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

use super::{MIGRATIONS, ServerStore, meta};
use crate::Database;
use crate::shared::error::StoreError;
use crate::shared::migration::{refuse_newer, version};

/// Where in `meta` a backup has its digest (SHA-256, hexadecimal). A store in use has none: it changes.
const DIGEST: &str = "digest_of_a_backup";

impl ServerStore {
    /// Writes down the digest of everything that the copy holds.
    ///
    /// # Errors
    /// As the database fails.
    pub fn seal_copy(&mut self) -> Result<(), StoreError> {
        self.write(|database| meta::put(database, DIGEST, &digest(database)?))
    }
}

/// Compares what a backup holds with its digest, as it was made: before any program changes the file or brings it to a newer schema.
///
/// # Errors
/// [`StoreError::Damaged`] where they differ, and where there is no digest; [`StoreError::Newer`] for a newer program's.
pub fn check_sealed_copy(file: &Path) -> Result<(), StoreError> {
    let database = Connection::open(file)?;
    refuse_newer(&database, MIGRATIONS)?;
    let told = if has_meta(&database)? { meta::get(&database, DIGEST)? } else { None };
    match told {
        None => Err(StoreError::Damaged("it has no digest of what it holds, so backup did not make it".to_owned())),
        Some(told) if told == digest(&database)? => Ok(()),
        Some(_) => Err(StoreError::Damaged("it is not what it was when backup made it: bits have changed since".to_owned())),
    }
}

/// The digest of a backup does not speak of a store that is in use.
///
/// # Errors
/// As the database fails.
pub fn unseal(database: &Database) -> Result<(), StoreError> {
    database.execute("DELETE FROM meta WHERE key = ?1", [DIGEST])?;
    Ok(())
}

fn has_meta(database: &Connection) -> Result<bool, StoreError> {
    Ok(database.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta')", [], |row| row.get(0))?)
}

/// Of the schema and of every row of every table, each read once, in the order in which the table keeps them: nothing is sorted and
/// nothing kept in memory. Indexes are SQLite's to check against their tables.
fn digest(database: &Connection) -> Result<String, StoreError> {
    let mut hasher = Sha256::new();
    hasher.update(version(database)?.to_le_bytes());
    take_in(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", &mut hasher)?;
    for table in tables(database)? {
        let but_itself = if table == "meta" { format!(" WHERE key <> '{DIGEST}'") } else { String::new() };
        take_in(database, &format!("SELECT * FROM \"{table}\" NOT INDEXED{but_itself}"), &mut hasher)?;
    }
    Ok(hexadecimal(&hasher.finalize()))
}

fn tables(database: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The rows of a query, and how many there were: no row reads as the end of one table and the beginning of the next.
fn take_in(database: &Connection, query: &str, hasher: &mut Sha256) -> Result<(), StoreError> {
    let mut statement = database.prepare(query)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut count = 0_u64;
    while let Some(row) = rows.next()? {
        take_in_row(row, columns, hasher)?;
        count = count.saturating_add(1);
    }
    hasher.update(b"end");
    hasher.update(count.to_le_bytes());
    Ok(())
}

/// Each value with its kind and length, so that none reads as a part of another.
fn take_in_row(row: &Row<'_>, columns: usize, hasher: &mut Sha256) -> Result<(), StoreError> {
    for column in 0..columns {
        let number;
        let (kind, bytes): (u8, &[u8]) = match row.get_ref(column)? {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(value) => {
                number = value.to_le_bytes();
                (1, &number)
            }
            ValueRef::Real(value) => {
                number = value.to_le_bytes();
                (2, &number)
            }
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(blob) => (4, blob),
        };
        hasher.update([kind]);
        hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(bytes);
    }
    Ok(())
}
