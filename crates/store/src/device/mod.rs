//! The sealed store of a device: one person's orders, events and the reference data of the campus.
//!
//! A [`DeviceStore`] is one connection. [`DeviceStore::write`] is one immediate transaction: everything that happens in it
//! is durable when it returns `Ok`, and nothing of it happened when it returns an error.

mod away;
mod checking;
mod events;
mod identity;
mod lost;
mod orders;
mod pending;
mod reference;
mod replies;
mod rescue;
mod screen_lock;

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

pub use events::{EventStanding, OwnCounts, StoredEvent};
pub use identity::{DeviceIdentity, MeasuredClock, StoredProgress};
pub use lost::LostNumber;
pub use orders::{ListPosition, ListedOrder};
pub use pending::PendingEnrolment;
pub use reference::ReferenceRows;
pub use replies::StoredReply;
pub use rescue::{Rescued, rescue};
pub use screen_lock::ScreenLock;

use crate::shared::connection::{self, Key};
use crate::shared::error::StoreError;
use crate::shared::migration;

/// Scripts of the schema; script n (from 1) leads to `user_version` n.
const SCRIPTS: [&str; 2] = [
    concat!(include_str!("../shared/reference.sql"), "\n", include_str!("migrations/001_first.sql")),
    include_str!("migrations/002_pending_enrolments.sql"),
];

/// An open store.
pub struct DeviceStore {
    connection: Connection,
}

/// The store inside a transaction.
pub struct Session<'a> {
    connection: &'a Connection,
}

impl DeviceStore {
    /// Opens the store, or makes an empty one, and brings it to the newest schema.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file is no database or the key does not fit; [`StoreError::Newer`] when a newer
    /// program wrote it; the other kinds as they happen.
    pub fn open(path: &Path, key: &Key) -> Result<Self, StoreError> {
        let mut connection = connection::open(path, Some(key))?;
        migration::migrate(&mut connection, &SCRIPTS)?;
        Ok(Self { connection })
    }

    /// Reads one consistent snapshot.
    ///
    /// # Errors
    /// What `reading` gives, and the store's own.
    pub fn read<T, E: From<StoreError>>(&mut self, reading: impl FnOnce(&Session<'_>) -> Result<T, E>) -> Result<T, E> {
        let transaction = self.connection.transaction().map_err(StoreError::from)?;
        reading(&Session { connection: &transaction })
    }

    /// Changes the store in one transaction that is durable on `Ok` and undone on an error.
    ///
    /// # Errors
    /// What `writing` gives, and the store's own.
    pub fn write<T, E: From<StoreError>>(&mut self, writing: impl FnOnce(&Session<'_>) -> Result<T, E>) -> Result<T, E> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let outcome = writing(&Session { connection: &transaction })?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(outcome)
    }

    /// Brings what lies in the journal into the file, as far as nobody reads: what is in the file is still there when somebody
    /// deletes the journal. `false` when somebody reads, and a part of it lies in the journal still.
    ///
    /// # Errors
    /// As the database fails.
    pub fn empty_journal(&self) -> Result<bool, StoreError> {
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))?)
    }

    /// Allows the file to grow to so many pages (4 kB each): how a test fills the disk.
    ///
    /// # Errors
    /// As the database fails.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "max_page_count", pages)?;
        Ok(())
    }

    /// Pages that the file has now.
    ///
    /// # Errors
    /// As the database fails.
    pub fn page_count(&self) -> Result<u32, StoreError> {
        Ok(self.connection.pragma_query_value(None, "page_count", |row| row.get(0))?)
    }
}

impl Session<'_> {
    /// For the lookups of [`crate::shared::reference`].
    pub fn reference(&self) -> &rusqlite::Connection {
        self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_a_newer_program_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("a.db"), Key([7; 32]));
        DeviceStore::open(&path, &key).unwrap().connection.pragma_update(None, "user_version", 99).unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(DeviceStore::open(&path, &key), Err(StoreError::Newer { found: 99, known: 2 })));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn another_key_does_not_open_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(DeviceStore::open(&path, &Key([7; 32])).unwrap());
        assert!(matches!(DeviceStore::open(&path, &Key([8; 32])), Err(StoreError::Damaged(_))));
    }

    #[test]
    fn lists_are_one_scan_of_the_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = DeviceStore::open(&folder.path().join("a.db"), &Key([7; 32])).unwrap();
        for (statement, index) in [
            (
                "SELECT * FROM orders WHERE listing = 1 AND (sort_at, order_id) > (5, x'00') ORDER BY sort_at, order_id LIMIT 50",
                "orders_by_list",
            ),
            (
                "SELECT * FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND state = 'unsent' ORDER BY sequence LIMIT 9",
                "own_events_waiting",
            ),
            ("SELECT state, count(*) FROM events WHERE sequence IS NOT NULL AND state <> 'stored' GROUP BY state", "own_events_waiting"),
            ("SELECT id FROM events WHERE sequence IS NOT NULL AND state = 'stored' AND sequence BETWEEN 5 AND 9", "own_events_stored"),
            (
                "SELECT id FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND state IN ('held', 'set_aside') AND sequence BETWEEN 5 AND 9",
                "own_events_waiting",
            ),
            ("SELECT bytes FROM events WHERE order_id = x'00' AND bytes IS NOT NULL", "events_by_order"),
            ("SELECT order_id FROM orders WHERE listing = 2 AND sort_at > 5 LIMIT 9", "orders_by_list"),
        ] {
            let mut explained = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
            let steps: Vec<String> = explained.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
            assert!(steps.len() == 1 && steps[0].contains(index), "{statement}: {steps:?}");
        }
    }
}
