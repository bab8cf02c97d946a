//! Moving a database forward, one numbered script at a time. Scripts are SQL only: they call no code that may change later.

use rusqlite::{Connection, TransactionBehavior};

use crate::shared::error::StoreError;

/// Brings the database to the schema after the last of `scripts`; script n (from 1) leads to `user_version` n.
///
/// # Errors
/// [`StoreError::Newer`] when the file is ahead of `scripts`; it is then untouched.
pub fn migrate(connection: &mut Connection, scripts: &[&str]) -> Result<(), StoreError> {
    let known = i64::try_from(scripts.len()).unwrap_or(i64::MAX);
    if version(connection)? == known {
        return Ok(());
    }
    // Read again inside the transaction: another process may have migrated meanwhile.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for script in scripts.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// Refuses a file that is ahead of `scripts`.
///
/// # Errors
/// [`StoreError::Newer`].
pub fn refuse_newer(connection: &Connection, scripts: &[&str]) -> Result<(), StoreError> {
    let (found, known) = (version(connection)?, i64::try_from(scripts.len()).unwrap_or(i64::MAX));
    if found > known { Err(StoreError::Newer { found, known }) } else { Ok(()) }
}

/// The schema of a file: how many scripts it has seen; 0 for one that has seen none.
///
/// # Errors
/// As the database fails.
pub fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE one (a INTEGER) STRICT;";
    const SECOND: &str = "CREATE TABLE two (a INTEGER) STRICT;";

    #[test]
    fn scripts_run_once_and_a_newer_file_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST]).unwrap();
        migrate(&mut connection, &[FIRST, SECOND]).unwrap();
        migrate(&mut connection, &[FIRST, SECOND]).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
        assert!(matches!(migrate(&mut connection, &[FIRST]), Err(StoreError::Newer { found: 2, known: 1 })));
    }
}
