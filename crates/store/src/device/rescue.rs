//! Saving from a damaged file what can still be read: who the device is, and the events that the server does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::identity::EventId;
use rusqlite::{Connection, Row};

use super::{DeviceIdentity, LostNumber, ScreenLock, Session, StoredEvent, StoredReply};
use crate::shared::column::unsigned;
use crate::shared::connection::{self, Key};
use crate::shared::error::StoreError;

/// What a damaged file still said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// Who the device is.
    pub identity: DeviceIdentity,
    /// Own events that are unsent, held or refused, as many as could be read, by number.
    pub waiting: Vec<StoredEvent>,
    /// The replies to them.
    pub replies: Vec<(EventId, StoredReply)>,
    /// Numbers of events that were waiting and cannot be read, and those that were lost before.
    pub lost_numbers: Vec<LostNumber>,
    /// The lock of the screen: damage does not open it.
    pub screen_lock: Option<ScreenLock>,
}

/// Reads what can be read of the copy of a damaged file; opening changes it. `None` when not even the identity can be read:
/// the device has then to be enrolled anew.
pub fn rescue(copy: &Path, key: &Key) -> Option<Rescued> {
    let mut damaged = Damaged { copy, key, connection: None };
    let identity = damaged.one(|session| session.identity())?;
    let by_index = damaged.waiting_by_index();
    let mut places: BTreeSet<i64> = by_index.iter().map(|(_, place)| *place).collect();
    // That index may be the damaged part: whatever else names an event is followed as well.
    places.extend(damaged.places());
    // By place: a number may be there twice, and each of the two is somebody's work.
    let read: BTreeMap<i64, StoredEvent> =
        places.into_iter().filter_map(|place| Some((place, damaged.one(|session| session.waiting_at(place))?))).collect();
    let lost = by_index.iter().filter(|(_, place)| !read.contains_key(place));
    let mut lost_numbers: Vec<LostNumber> = lost.map(|(number, _)| LostNumber { number: *number, acknowledged_at: None }).collect();
    // Those of earlier damage are still lost.
    lost_numbers.extend(damaged.several(|session, found| {
        found.extend(session.every_lost_number()?);
        Ok(())
    }));
    let mut waiting: Vec<StoredEvent> = read.into_values().collect();
    waiting.sort_by_key(|event| event.sequence);
    let replies = waiting.iter().filter_map(|event| Some((event.id, damaged.one(|session| session.reply(event.id))?))).collect();
    let screen_lock = damaged.one(|session| session.screen_lock());
    Some(Rescued { identity, waiting, replies, lost_numbers, screen_lock })
}

/// A file of which some pages cannot be read. A sealed database that has met one gives nothing any more until it is opened
/// again.
struct Damaged<'a> {
    copy: &'a Path,
    key: &'a Key,
    connection: Option<Connection>,
}

impl Damaged<'_> {
    /// One thing, if it is there and can be read.
    fn one<T>(&mut self, read: impl FnOnce(&Session<'_>) -> Result<Option<T>, StoreError>) -> Option<T> {
        let mut found = Vec::new();
        self.reading(|session| {
            found.extend(read(session)?);
            Ok(())
        });
        found.pop()
    }

    /// Several things: those that came before a damaged page count.
    fn several<T>(&mut self, read: impl FnOnce(&Session<'_>, &mut Vec<T>) -> Result<(), StoreError>) -> Vec<T> {
        let mut found = Vec::new();
        self.reading(|session| read(session, &mut found));
        found
    }

    fn reading(&mut self, read: impl FnOnce(&Session<'_>) -> Result<(), StoreError>) {
        if self.connection.is_none() {
            self.connection = connection::open(self.copy, Some(self.key)).ok();
        }
        let Some(connection) = &self.connection else { return };
        if read(&Session { connection }).is_err() {
            self.connection = None;
        }
    }

    /// Number and place of the events that wait, from the index alone.
    fn waiting_by_index(&mut self) -> Vec<(u64, i64)> {
        let statement = "SELECT sequence, number_here FROM events INDEXED BY own_events_waiting
             WHERE sequence IS NOT NULL AND state <> 'stored' AND state IN ('unsent', 'held', 'refused')";
        self.several(|session, found| rows_of(session.connection, statement, |row| Ok((unsigned(row, 0)?, row.get(1)?)), found))
    }

    /// The place of every event that anything here names.
    fn places(&mut self) -> BTreeSet<i64> {
        let naming = [
            "SELECT number_here FROM events NOT INDEXED",
            "SELECT number_here FROM events INDEXED BY events_by_id",
            "SELECT number_here FROM events INDEXED BY events_by_order",
            "SELECT number_here FROM replies",
        ];
        let place = |row: &Row<'_>| row.get(0);
        naming.iter().flat_map(|statement| self.several(|session, found| rows_of(session.connection, statement, place, found))).collect()
    }
}

fn rows_of<T>(
    connection: &Connection,
    statement: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    found: &mut Vec<T>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(statement)?;
    for row in statement.query_map([], read)? {
        found.push(row?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::identity::OrderId;
    use domain::recorded::HeldReason;
    use uuid::Uuid;

    use super::super::{DeviceStore, EventStanding};
    use super::*;

    const KEY: Key = Key([7; 32]);
    const EVENTS: u64 = 120;

    fn waiting(number: u64) -> StoredEvent {
        let standing = [EventStanding::Unsent, EventStanding::Refused, EventStanding::Held(HeldReason::PredecessorMissing)];
        StoredEvent {
            id: EventId(Uuid::from_u128(1_000 + u128::from(number))),
            order: OrderId(Uuid::from_u128(u128::from(number / 6))),
            bytes: vec![u8::try_from(number).unwrap(); 500],
            predecessors: Vec::new(),
            sequence: Some(number),
            standing: standing[usize::try_from(number % 3).unwrap()].clone(),
        }
    }

    /// A store with [`EVENTS`] events that wait, as the bytes of its one file.
    fn whole() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut store = DeviceStore::open(&path, &KEY).unwrap();
        let identity = DeviceIdentity::fresh(domain::identity::DeviceId(Uuid::from_u128(5)), vec![1; 32]);
        store
            .write(|session| {
                session.put_identity(&DeviceIdentity { last_sequence: EVENTS, ..identity })?;
                (1..=EVENTS).try_for_each(|number| session.put_event(&waiting(number)))
            })
            .unwrap();
        drop(store);
        std::fs::read(path).unwrap()
    }

    fn rescued_from(bytes: &[u8]) -> Option<Rescued> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, bytes).unwrap();
        rescue(&path, &KEY)
    }

    #[test]
    fn two_that_wait_under_one_number_are_both_rescued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut store = DeviceStore::open(&path, &KEY).unwrap();
        let identity = DeviceIdentity::fresh(domain::identity::DeviceId(Uuid::from_u128(5)), vec![1; 32]);
        let [one, other] = [1, 2].map(|number| StoredEvent { sequence: Some(7), ..waiting(number) });
        store
            .write(|session| {
                session.put_identity(&identity)?;
                [&one, &other].into_iter().try_for_each(|event| session.put_event(event))
            })
            .unwrap();
        drop(store);
        let rescued = rescue(&path, &KEY).unwrap();
        assert_eq!((rescued.waiting, rescued.lost_numbers), (vec![one, other], Vec::new()));
    }

    #[test]
    fn a_whole_file_gives_everything_that_waits() {
        let rescued = rescued_from(&whole()).unwrap();
        assert_eq!(rescued.waiting, (1..=EVENTS).map(waiting).collect::<Vec<_>>());
        assert!(rescued.lost_numbers.is_empty());
    }

    #[test]
    fn one_spoiled_page_costs_what_lay_on_it_and_says_which() {
        let whole = whole();
        let mut losing = 0;
        for page in 1..whole.len() / 4096 {
            let mut bytes = whole.clone();
            bytes[page * 4096..(page + 1) * 4096].fill(0x5A);
            let Some(rescued) = rescued_from(&bytes) else { continue };
            // A page of the tree's inside costs what hangs on it, and is known by the index.
            assert_eq!(rescued.waiting.len() + rescued.lost_numbers.len(), usize::try_from(EVENTS).unwrap(), "page {page}");
            for event in &rescued.waiting {
                assert_eq!(*event, waiting(event.sequence.unwrap()), "page {page}");
            }
            losing += usize::from(!rescued.lost_numbers.is_empty());
        }
        assert!(losing > 5, "no page of events was met");
    }
}
