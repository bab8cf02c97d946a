//! Saving from a damaged file what can still be read: who the device is, and the events that the server does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::identity::EventId;
use rusqlite::{Connection, Row};

use super::{DeviceIdentity, LostNumber, ScreenLock, Session, StoredEvent, StoredReply};
use crate::shared::column::optional_unsigned;
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
    /// Numbers of which the file still says that the server has them.
    pub recorded: BTreeSet<u64>,
    /// The lock of the screen: damage does not open it.
    pub screen_lock: Option<ScreenLock>,
}

impl Rescued {
    /// Inclusive ranges of numbers above `delivered` that were given out and of which the file says nothing any more. The number
    /// itself lies where the device's name lies, so that it is known wherever there is a rescue at all; whether such an event was
    /// still waiting is not known, and nobody may take it for sent.
    pub fn unknown_numbers(&self, delivered: u64) -> Vec<(u64, u64)> {
        let mut known = self.recorded.clone();
        known.extend(self.waiting.iter().filter_map(|event| event.sequence));
        known.extend(self.lost_numbers.iter().map(|lost| lost.number));
        let highest = known.last().copied().unwrap_or(0).max(self.identity.last_sequence);
        let mut unknown = Vec::new();
        let mut next = delivered.saturating_add(1);
        for number in known.into_iter().chain([highest.saturating_add(1)]) {
            if next < number {
                unknown.push((next, number.saturating_sub(1)));
            }
            next = next.max(number.saturating_add(1));
        }
        unknown
    }
}

/// Reads what can be read of the copy of a damaged file; opening changes it. `None` when not even the identity can be read:
/// the device has then to be enrolled anew.
pub fn rescue(copy: &Path, key: &Key) -> Option<Rescued> {
    let mut damaged = Damaged { copy, key, connection: None };
    let identity = damaged.one(|session| session.identity())?;
    let mut recorded = BTreeSet::new();
    let mut waiting = Vec::new();
    let mut lost_numbers = Vec::new();
    // By place: a number may be there twice, and each of the two is somebody's work.
    for OwnPlace { place, number, waits } in damaged.own_places().into_values() {
        if !waits {
            recorded.insert(number);
        } else if let Some(event) = damaged.one(|session| session.own_at(place)) {
            waiting.push(event);
        } else {
            lost_numbers.push(LostNumber { number, acknowledged_at: None });
        }
    }
    waiting.sort_by_key(|event| event.sequence);
    // Those of earlier damage are still lost.
    lost_numbers.extend(damaged.several(|session, found| {
        found.extend(session.every_lost_number()?);
        Ok(())
    }));
    let replies = waiting.iter().filter_map(|event| Some((event.id, damaged.one(|session| session.reply(event.id))?))).collect();
    let screen_lock = damaged.one(|session| session.screen_lock());
    Some(Rescued { identity, waiting, replies, lost_numbers, recorded, screen_lock })
}

/// An own event at its place in the table, by whatever still tells of it.
struct OwnPlace {
    place: i64,
    number: u64,
    /// The server has it not yet.
    waits: bool,
}

impl OwnPlace {
    /// From place, number and state; `None` for events of others.
    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let (place, state): (i64, String) = (row.get(0)?, row.get(2)?);
        let waits = matches!(state.as_str(), "unsent" | "held" | "refused");
        Ok(optional_unsigned(row, 1)?.map(|number| Self { place, number, waits }))
    }
}

/// Beyond a damaged page the table goes on as soon as some place gives something again; so many places are tried.
const MOST_TRIES: usize = 1_000;

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

    /// Whether everything could be read.
    fn reading(&mut self, read: impl FnOnce(&Session<'_>) -> Result<(), StoreError>) -> bool {
        if self.connection.is_none() {
            self.connection = connection::open(self.copy, Some(self.key)).ok();
        }
        let Some(connection) = &self.connection else { return false };
        let outcome = read(&Session { connection });
        if outcome.is_err() {
            self.connection = None;
        }
        outcome.is_ok()
    }

    /// Every own event that anything here still tells of, by place. Any of those that tell may be the damaged part.
    fn own_places(&mut self) -> BTreeMap<i64, OwnPlace> {
        let mut seen = BTreeSet::new();
        let mut own: Vec<OwnPlace> = Vec::new();
        for (place, found) in self.rows_of_the_table() {
            seen.insert(place);
            own.extend(found);
        }
        own.extend(self.own_by_index("INDEXED BY own_events_waiting", "state <> 'stored'"));
        own.extend(self.own_by_index("INDEXED BY own_events_stored", "state = 'stored'"));
        let unseen: Vec<i64> = self.places().difference(&seen).copied().collect();
        let at = "SELECT number_here, sequence, state FROM events WHERE number_here = ?1";
        own.extend(
            unseen
                .into_iter()
                .filter_map(|place| self.several(|session, found| rows_of(session, at, [place], OwnPlace::read, found)).pop()?),
        );
        own.into_iter().map(|own| (own.place, own)).collect()
    }

    /// Each place of the table that can be read, with what is the device's own.
    fn rows_of_the_table(&mut self) -> Vec<(i64, Option<OwnPlace>)> {
        let statement = "SELECT number_here, sequence, state FROM events NOT INDEXED WHERE number_here >= ?1 ORDER BY number_here";
        let mut found: Vec<(i64, Option<OwnPlace>)> = Vec::new();
        let mut from = i64::MIN;
        for _ in 0..MOST_TRIES {
            let read = |row: &Row<'_>| Ok((row.get(0)?, OwnPlace::read(row)?));
            if self.reading(|session| rows_of(session, statement, [from], read, &mut found)) {
                break;
            }
            from = from.max(found.last().map_or(0, |(place, _)| *place)).saturating_add(1);
        }
        found
    }

    /// From one index alone.
    fn own_by_index(&mut self, index: &str, condition: &str) -> Vec<OwnPlace> {
        let statement = format!("SELECT number_here, sequence, state FROM events {index} WHERE sequence IS NOT NULL AND {condition}");
        self.several(|session, found| rows_of(session, &statement, [], OwnPlace::read, found)).into_iter().flatten().collect()
    }

    /// The place of every event that an index or a reply names.
    fn places(&mut self) -> BTreeSet<i64> {
        let naming = [
            "SELECT number_here FROM events INDEXED BY events_by_id",
            "SELECT number_here FROM events INDEXED BY events_by_order",
            "SELECT number_here FROM replies",
        ];
        let place = |row: &Row<'_>| row.get(0);
        naming.iter().flat_map(|statement| self.several(|session, found| rows_of(session, statement, [], place, found))).collect()
    }
}

fn rows_of<T>(
    session: &Session<'_>,
    statement: &str,
    asked: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    found: &mut Vec<T>,
) -> Result<(), StoreError> {
    let mut statement = session.connection.prepare(statement)?;
    for row in statement.query_map(asked, read)? {
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
            assert_eq!(rescued.unknown_numbers(0), [], "page {page}");
            for event in &rescued.waiting {
                assert_eq!(*event, waiting(event.sequence.unwrap()), "page {page}");
            }
            losing += usize::from(!rescued.lost_numbers.is_empty());
        }
        assert!(losing > 5, "no page of events was met");
    }
}
