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
    // At once: each change of the tables by itself would be a transaction of its own.
    let mut script = format!("SAVEPOINT arming; CREATE TABLE death (rows_left INTEGER); INSERT INTO death VALUES ({rows});");
    for (table, change) in triggers(of) {
        script.push_str(&format!(
            "CREATE TRIGGER death_{change}_{table} AFTER {change} ON {table} BEGIN UPDATE death SET rows_left = rows_left - 1;
             SELECT RAISE(ROLLBACK, 'the simulation stops the process here') FROM death WHERE rows_left <= 0; END;"
        ));
    }
    script.push_str("RELEASE arming;");
    Ok(store.execute_batch(&script)?)
}

/// As before [`arm`].
pub fn disarm(store: &Connection, of: StoreOf) -> Result<(), Promise> {
    let mut script = String::from("SAVEPOINT disarming; DROP TABLE death;");
    triggers(of).for_each(|(table, change)| script.push_str(&format!("DROP TRIGGER death_{change}_{table};")));
    script.push_str("RELEASE disarming;");
    Ok(store.execute_batch(&script)?)
}

fn triggers(of: StoreOf) -> impl Iterator<Item = (&'static str, &'static str)> {
    of.tables().iter().flat_map(|table| CHANGES.map(|change| (*table, change)))
}
