//! The sealed store of a device: one person's orders, events and the reference data of the campus.
//!
//! A [`DeviceStore`] is one connection. [`DeviceStore::write`] is one immediate transaction: everything that happens in it
//! is durable when it returns `Ok`, and nothing of it happened when it returns an error.

mod away;
mod checking;
mod derivation;
mod events;
mod identity;
mod look_ups;
mod lost;
mod orders;
mod pending;
mod reference;
mod replies;
mod rescue;
mod screen_lock;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

pub use events::{EventStanding, OwnCounts, StoredEvent};
pub use identity::{DeviceIdentity, MeasuredClock, StoredProgress};
pub use look_ups::LookUp;
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
const SCRIPTS: [&str; 3] = [
    concat!(include_str!("../shared/reference.sql"), "\n", include_str!("migrations/001_first.sql")),
    include_str!("migrations/002_pending_enrolments.sql"),
    include_str!("migrations/003_damage_told.sql"),
];

/// An open store.
pub struct DeviceStore {
    access: Access,
}

/// How a store is open.
enum Access {
    /// For working on it.
    Work(Connection),
    /// For looking at it, because there is no room on the disk: opened for each look, so that nobody else is kept out in between.
    Look { path: PathBuf, key: Key },
}

/// The store inside a transaction.
pub struct Session<'a> {
    connection: &'a Connection,
}

/// How far an open store has come. As long as it is the same, nobody has changed anything, through this connection or another, in
/// this process or another. It says nothing about another opening of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreVersion {
    by_others: i64,
    /// Also what was undone counts.
    by_this: u64,
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
        Ok(Self { access: Access::Work(connection) })
    }

    /// Opens the store for looking at it where there is no room on the disk for more: whatever would change it is refused with
    /// [`StoreError::DiskFull`].
    ///
    /// # Errors
    /// As [`Self::open`]; [`StoreError::DiskFull`] for one that has to be brought to another schema first.
    pub fn open_for_looking(path: &Path, key: &Key) -> Result<Self, StoreError> {
        let schema = migration::version(&connection::open_for_looking(path, key)?)?;
        let known = i64::try_from(SCRIPTS.len()).unwrap_or(i64::MAX);
        if schema != known {
            return Err(if schema > known { StoreError::Newer { found: schema, known } } else { StoreError::DiskFull });
        }
        Ok(Self { access: Access::Look { path: path.to_owned(), key: key.clone() } })
    }

    /// Whether it is open for looking at it only: opening it anew may find room again.
    pub fn is_for_looking(&self) -> bool {
        matches!(self.access, Access::Look { .. })
    }

    /// The connection for working.
    fn connection(&self) -> Result<&Connection, StoreError> {
        match &self.access {
            Access::Work(connection) => Ok(connection),
            Access::Look { .. } => Err(StoreError::DiskFull),
        }
    }

    /// Reads one consistent snapshot.
    ///
    /// # Errors
    /// What `reading` gives, and the store's own.
    pub fn read<T, E: From<StoreError>>(&mut self, reading: impl FnOnce(&Session<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut for_this_look;
        let connection = match &mut self.access {
            Access::Work(connection) => connection,
            Access::Look { path, key } => {
                for_this_look = connection::open_for_looking(path, key)?;
                &mut for_this_look
            }
        };
        let transaction = connection.transaction().map_err(StoreError::from)?;
        reading(&Session { connection: &transaction })
    }

    /// Changes the store in one transaction that is durable on `Ok` and undone on an error.
    ///
    /// # Errors
    /// What `writing` gives, and the store's own.
    pub fn write<T, E: From<StoreError>>(&mut self, writing: impl FnOnce(&Session<'_>) -> Result<T, E>) -> Result<T, E> {
        let Access::Work(connection) = &mut self.access else { return Err(StoreError::DiskFull.into()) };
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
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
        Ok(self.connection()?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))?)
    }

    /// Allows the file to grow to so many pages (4 kB each): how a test fills the disk.
    ///
    /// # Errors
    /// As the database fails.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.connection()?.pragma_update(None, "max_page_count", pages)?;
        Ok(())
    }

    /// Pages that the file has now.
    ///
    /// # Errors
    /// As the database fails.
    pub fn page_count(&self) -> Result<u32, StoreError> {
        Ok(self.connection()?.pragma_query_value(None, "page_count", |row| row.get(0))?)
    }
}

impl Session<'_> {
    /// How far the store has come by now, this transaction's own changes included.
    ///
    /// # Errors
    /// As the database fails.
    pub fn version(&self) -> Result<StoreVersion, StoreError> {
        let mut statement = self.connection.prepare_cached("PRAGMA data_version")?;
        Ok(StoreVersion { by_others: statement.query_row([], |row| row.get(0))?, by_this: self.connection.total_changes() })
    }

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
        DeviceStore::open(&path, &key).unwrap().connection().unwrap().pragma_update(None, "user_version", 99).unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(DeviceStore::open(&path, &key), Err(StoreError::Newer { found: 99, known: 3 })));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn the_version_moves_with_every_change_of_every_connection_and_with_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let open = || DeviceStore::open(&path, &Key([7; 32])).unwrap();
        let (mut this, mut other) = (open(), open());
        let wanted = |store: &mut DeviceStore, number| {
            store.write(|session| {
                session.want(domain::identity::OrderId(uuid::Uuid::from_u128(number)))?;
                session.version()
            })
        };
        let version = |store: &mut DeviceStore| store.write(|session| session.version()).unwrap();
        let first = wanted(&mut this, 1).unwrap();
        assert_eq!(version(&mut this), first, "nothing happened after the commit");
        version(&mut other);
        assert_eq!(version(&mut this), first, "another connection has read and written nothing");
        wanted(&mut other, 2).unwrap();
        let second = version(&mut this);
        assert_ne!(second, first, "another connection has written");
        let third = wanted(&mut this, 3).unwrap();
        assert_ne!(third, second, "this connection has written");
        let undone = this.write(|session| {
            session.want(domain::identity::OrderId(uuid::Uuid::from_u128(4)))?;
            Err::<(), _>(StoreError::DiskFull)
        });
        assert!(undone.is_err());
        assert_ne!(version(&mut this), third, "what was undone is no ground to stand on");
    }

    #[test]
    fn looking_at_a_store_makes_no_file_changes_nothing_and_keeps_nobody_out_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("a.db"), Key([7; 32]));
        let order = domain::identity::OrderId(uuid::Uuid::from_u128(1));
        DeviceStore::open(&path, &key).unwrap().write(|session| session.want(order)).unwrap();
        let mut looking = DeviceStore::open_for_looking(&path, &key).unwrap();
        assert_eq!(looking.read(|session| session.wanted(9)).unwrap(), [order]);
        assert!(!folder.path().join("a.db-shm").exists());
        assert!(matches!(looking.write(|session| session.no_longer_want(order)), Err(StoreError::DiskFull)));
        assert!(looking.is_for_looking());
        DeviceStore::open(&path, &key).unwrap().write(|session| session.no_longer_want(order)).unwrap();
        assert_eq!(looking.read(|session| session.wanted(9)).unwrap(), []);
        assert!(matches!(DeviceStore::open_for_looking(&path, &Key([8; 32])), Err(StoreError::Damaged(_))));
    }

    #[test]
    fn another_key_does_not_open_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(DeviceStore::open(&path, &Key([7; 32])).unwrap());
        assert!(matches!(DeviceStore::open(&path, &Key([8; 32])), Err(StoreError::Damaged(_))));
    }

    /// What the person needs to know and may take is read in as many steps whatever has ended since.
    #[test]
    fn what_concerns_the_person_costs_the_same_however_much_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let store = DeviceStore::open(&folder.path().join("a.db"), &Key([7; 32])).unwrap();
        // 60 that ended long ago or yesterday, of the person or the team, for each that concerns the person or may be taken.
        let fill = "WITH RECURSIVE n(i) AS (VALUES (?1) UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
            INSERT INTO orders (order_id, listing, sort_at, upload, generation, node, urgency, location, fault, department, description, helpers,
                reporter, reported_at, needs_attention, withdrawn_from, undecided, set_aside_elsewhere, concerns_until, is_free, parts_with,
                took_part)
            SELECT randomblob(16), CASE WHEN i % 61 = 1 THEN 1 ELSE 2 END, i, 3, 0, 'cancelled', 'normal', 'L', 'F', 'D', '', '[]', 'R', i, 0, '[]', 0, 0,
                CASE WHEN i = 5 THEN 9000000 WHEN i % 3 = 0 THEN i END, i = 1, '[]', '{}' FROM n";
        let steps = || {
            [(orders::ORDERS_OF_CONCERN, "1000000, 9223372036854775807, x'ff', NULL, 51"), (orders::ORDERS_TO_TAKE, "-1, x'00', NULL, 51")]
                .map(|(statement, values)| {
                    let numbered = values
                        .split(", ")
                        .enumerate()
                        .fold(format!("SELECT * {statement}"), |text, (place, value)| text.replace(&format!("?{}", place + 1), value));
                    let mut statement = store.connection().unwrap().prepare(&numbered).unwrap();
                    let found = statement.query_map([], |_| Ok(())).unwrap().count();
                    (found, statement.get_status(rusqlite::StatementStatus::VmStep))
                })
        };
        store.connection().unwrap().execute(fill, [1, 100]).unwrap();
        let few = steps();
        assert_eq!(few.map(|(found, _)| found), [1, 1]);
        store.connection().unwrap().execute(fill, [101, 10_000]).unwrap();
        assert_eq!(steps(), few);
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
            (
                "SELECT count(*) FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND state = 'held' AND held_reason = 'malformed'",
                "own_events_waiting",
            ),
            ("SELECT id FROM events WHERE sequence IS NOT NULL AND state = 'stored' AND sequence BETWEEN 5 AND 9", "own_events_stored"),
            (
                "SELECT id FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND state IN ('held', 'set_aside', 'left') AND sequence BETWEEN 5 AND 9",
                "own_events_waiting",
            ),
            ("SELECT bytes FROM events WHERE order_id = x'00' AND bytes IS NOT NULL", "events_by_order"),
            ("SELECT order_id FROM orders WHERE listing = 2 AND sort_at > 5 LIMIT 9", "orders_by_list"),
            (&format!("SELECT * {}", orders::ORDERS_OF_CONCERN), "orders_of_concern"),
            (events::SET_ASIDE_ELSEWHERE, "orders_set_aside_elsewhere"),
            (&format!("SELECT * {}", orders::ORDERS_TO_TAKE), "orders_to_take"),
        ] {
            let mut explained = store.connection().unwrap().prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
            let nothing = rusqlite::params_from_iter(std::iter::repeat_n(rusqlite::types::Null, explained.parameter_count()));
            let steps: Vec<String> = explained.query_map(nothing, |row| row.get(3)).unwrap().map(Result::unwrap).collect();
            assert!(steps.len() == 1 && steps[0].contains(index), "{statement}: {steps:?}");
        }
    }
}
