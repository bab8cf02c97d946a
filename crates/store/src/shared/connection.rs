//! Opening a database file, the same way everywhere.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use domain::hexadecimal::hexadecimal;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::shared::error::StoreError;

/// A raw 32-byte SQLCipher key: no derivation at each open.
#[derive(Clone)]
pub struct Key(pub [u8; 32]);

impl Key {
    /// SQLCipher's notation of a raw key.
    fn pragma_value(&self) -> String {
        format!("x'{}'", hexadecimal(&self.0))
    }
}

/// Pages kept in memory by each connection, in KiB: what an exchange touches is more than SQLite's own 2 MiB, and reading a page again
/// means a system call, and on a device deciphering it.
const PAGES_KEPT_KIB: i64 = 8 * 1024;
/// How long a writer waits for another process's transaction.
pub(crate) const BUSY_WAIT: Duration = Duration::from_secs(10);

/// Opens or creates the file: with `key` sealed, without it plain. WAL, `synchronous=FULL`, foreign keys on.
///
/// # Errors
/// [`StoreError::Damaged`] when the file is no database or the key does not fit; the other kinds as they happen.
pub fn open(path: &Path, key: Option<&Key>) -> Result<Connection, StoreError> {
    wake_cipher();
    let connection = Connection::open(path)?;
    // The key has to come before anything reads the file.
    if let Some(key) = key {
        connection.pragma_update(None, "key", key.pragma_value())?;
        // What goes wrong is told by error codes; SQLCipher would write it to standard error as well.
        connection.pragma_update(None, "cipher_log_level", "NONE")?;
    }
    connection.busy_timeout(BUSY_WAIT)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", PAGES_KEPT_KIB.saturating_neg())?;
    connection.set_prepared_statement_cache_capacity(128);
    // Without it a statement is planned anew whenever the number behind its `LIMIT ?` is bound, which takes longer than running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Opens a sealed file for looking at it where there is no room on the disk: what readers and writers share lies in memory, so that no
/// file has to be made or to grow. Nobody else works on the file meanwhile, and it is given back as soon as it is closed.
///
/// Whoever else might open it has to be kept away: SQLite refuses both of two who come at once.
///
/// # Errors
/// As [`open`]; [`StoreError::Busy`] when somebody else has it open.
pub fn open_for_looking(path: &Path, key: &Key) -> Result<Connection, StoreError> {
    wake_cipher();
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "key", key.pragma_value())?;
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.busy_timeout(BUSY_WAIT)?;
    // Before the file is read for the first time, or the shared memory is a file.
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// SQLite counts itself as begun before SQLCipher is: of two threads that open the first files of a process at once, one could be
/// refused its key ("An error occurred with PRAGMA key"). So one opens something first, and the others wait for it.
fn wake_cipher() {
    static AWAKE: Once = Once::new();
    AWAKE.call_once(|| drop(Connection::open_in_memory()));
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_sealed_file_opens_with_its_key_only() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("sealed.db");
        open(&path, Some(&Key([7; 32]))).unwrap().execute_batch("CREATE TABLE one (a INTEGER) STRICT").unwrap();
        assert!(open(&path, Some(&Key([7; 32]))).is_ok());
        for wrong in [None, Some(&Key([8; 32]))] {
            assert!(matches!(open(&path, wrong), Err(StoreError::Damaged(_))));
        }
        assert!(!std::fs::read(&path).unwrap().starts_with(b"SQLite format 3"));
    }

    #[test]
    fn what_is_committed_is_durable() {
        let folder = tempfile::TempDir::new().unwrap();
        let connection = open(&folder.path().join("plain.db"), None).unwrap();
        let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
        assert_eq!(pragma("journal_mode"), rusqlite::types::Value::Text("wal".to_owned()));
        assert_eq!(pragma("synchronous"), rusqlite::types::Value::Integer(2));
        assert_eq!(pragma("foreign_keys"), rusqlite::types::Value::Integer(1));
    }

    #[test]
    fn another_limit_is_no_reason_to_plan_a_statement_anew() {
        let folder = tempfile::TempDir::new().unwrap();
        let connection = open(&folder.path().join("plain.db"), None).unwrap();
        connection.execute_batch("CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (1), (2)").unwrap();
        let mut statement = connection.prepare("SELECT a FROM one WHERE a < ?1 LIMIT ?2").unwrap();
        for (limit, found) in [(1, 1), (2, 2)] {
            assert_eq!(statement.query_map([5, limit], |_| Ok(())).unwrap().count(), found);
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
