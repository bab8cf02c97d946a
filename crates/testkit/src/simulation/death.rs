//! A process that stops in the middle of a transaction: at any row that it writes. Triggers in the store undo the transaction
//! at the row that was chosen, as the next opening would after a stop there; nothing of the product knows of them.

use rusqlite::Connection;

use super::broken::Promise;

const TABLES_OF_A_PHONE: &[&str] = &["device", "events", "orders", "replies", "away", "lost_numbers"];
const TABLES_OF_THE_SERVER: &[&str] = &["log", "events", "held", "orders", "scope", "devices", "device_sequences", "counters"];
const CHANGES: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

/// Whose store it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreOf {
    /// A phone's.
    Phone,
    /// The server's.
    Server,
}

impl StoreOf {
    fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Phone => TABLES_OF_A_PHONE,
            Self::Server => TABLES_OF_THE_SERVER,
        }
    }
}

/// From here on no transaction comes further than to its row number `rows`.
pub fn arm(store: &Connection, of: StoreOf, rows: usize) -> Result<(), Promise> {
    let triggers: Vec<String> = triggers(of).map(|(table, change)| row_of_the_schema(table, change)).collect();
    let table = format!("CREATE TABLE death (rows_left INTEGER); INSERT INTO death VALUES ({rows});");
    change_schema(store, &format!("{table} INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES {};", triggers.join(",")))
}

/// As before [`arm`].
pub fn disarm(store: &Connection) -> Result<(), Promise> {
    change_schema(store, "DELETE FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'death_*'; DROP TABLE death;")
}

/// What `CREATE TRIGGER` would write. Two dozen of these statements, each of which reads what it has written, took longer than what
/// a hospital does until somebody is killed.
fn row_of_the_schema(table: &str, change: &str) -> String {
    let name = format!("death_{change}_{table}");
    format!(
        "('trigger', '{name}', '{table}', 0, 'CREATE TRIGGER {name} AFTER {change} ON {table} BEGIN
             UPDATE death SET rows_left = rows_left - 1;
             SELECT RAISE(ROLLBACK, ''the simulation stops the process here'') FROM death WHERE rows_left <= 0; END')"
    )
}

/// Changes the schema by hand, all at once, and has everybody who has the store open read it anew.
fn change_schema(store: &Connection, script: &str) -> Result<(), Promise> {
    let version: i64 = store.pragma_query_value(None, "schema_version", |row| row.get(0))?;
    Ok(store.execute_batch(&format!(
        "SAVEPOINT changing; PRAGMA writable_schema = ON; {script} PRAGMA schema_version = {}; PRAGMA writable_schema = RESET; RELEASE changing;",
        version.saturating_add(2)
    ))?)
}

fn triggers(of: StoreOf) -> impl Iterator<Item = (&'static str, &'static str)> {
    of.tables().iter().flat_map(|table| CHANGES.map(|change| (*table, change)))
}
