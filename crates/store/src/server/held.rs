//! Events that are kept outside their documents for the time being, and what they wait for.

use std::collections::BTreeSet;

use domain::identity::{DeviceId, EventId, OrderId};
use domain::recorded::HeldReason;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::Database;
use crate::shared::column::{Id, from_identifier, identifier, joined_ids, signed, split_ids, unsigned, uuid};
use crate::shared::error::StoreError;

/// A held event, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEvent {
    /// The id it claims.
    pub id: EventId,
    /// The device that sent it.
    pub device: DeviceId,
    /// The order it claims.
    pub order: OrderId,
    /// The device's number of it.
    pub sequence: u64,
    /// The bytes as sent.
    pub bytes: Vec<u8>,
    /// What it builds on.
    pub predecessors: Vec<EventId>,
    /// When it came.
    pub received_at: UtcMillis,
    /// Why it is held.
    pub reason: HeldReason,
}

/// Which of several contents under one id, from one device: SHA-256 of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Content(pub [u8; 32]);

impl Content {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// One of those that are held under an id: from which device, and which content.
pub type HeldCopy = (EventId, DeviceId, Content);

impl HeldEvent {
    /// Which of those under its id.
    pub fn copy(&self) -> HeldCopy {
        (self.id, self.device, self.content())
    }

    /// Which content it is.
    pub fn content(&self) -> Content {
        Content::of(&self.bytes)
    }
}

const COLUMNS: &str = "event_id, device_id, order_id, sequence, bytes, predecessors, received_at, reason";

/// Holds an event, or changes reason and predecessors of one that is held already: a device whose server lost a predecessor
/// sends it again with others. `waits_for` are those that are missing.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn put(database: &Database, held: &HeldEvent, waits_for: &[EventId]) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached(
        "INSERT INTO held (event_id, device_id, order_id, sequence, bytes, predecessors, received_at, reason, size, content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, length(?5), ?9) ON CONFLICT (event_id, device_id, content)
         DO UPDATE SET reason = excluded.reason, predecessors = excluded.predecessors",
    )?;
    statement.execute(params![
        Id(held.id.0),
        Id(held.device.0),
        Id(held.order.0),
        signed(held.sequence),
        held.bytes,
        joined_ids(&held.predecessors),
        held.received_at.0,
        identifier(&held.reason),
        held.content().0,
    ])?;
    let mut statement =
        database.prepare_cached("INSERT OR IGNORE INTO waits (predecessor_id, event_id, device_id, content) VALUES (?1, ?2, ?3, ?4)")?;
    for predecessor in waits_for {
        statement.execute(params![Id(predecessor.0), Id(held.id.0), Id(held.device.0), held.content().0])?;
    }
    Ok(())
}

/// A held event by id and device; of several contents the one that has the id, and not one that came when it was taken.
///
/// # Errors
/// As the database fails.
pub fn find(database: &Database, event: EventId, device: DeviceId) -> Result<Option<HeldEvent>, StoreError> {
    let mut statement = database.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM held WHERE event_id = ?1 AND device_id = ?2 ORDER BY reason = 'id_taken', received_at LIMIT 1"
    ))?;
    Ok(statement.query_row(params![Id(event.0), Id(device.0)], read).optional()?)
}

/// One content of a held event.
///
/// # Errors
/// As the database fails.
pub fn find_content(database: &Database, event: EventId, device: DeviceId, content: Content) -> Result<Option<HeldEvent>, StoreError> {
    let mut statement =
        database.prepare_cached(&format!("SELECT {COLUMNS} FROM held WHERE event_id = ?1 AND device_id = ?2 AND content = ?3"))?;
    Ok(statement.query_row(params![Id(event.0), Id(device.0), content.0], read).optional()?)
}

/// Every copy of an event that is held, from whichever device it came.
///
/// # Errors
/// As the database fails.
pub fn copies_of(database: &Database, event: EventId) -> Result<Vec<HeldEvent>, StoreError> {
    many(database, "WHERE event_id = ?1", event.0)
}

/// The first `limit` held events of an order, as they came. The bytes of the others are not read.
///
/// # Errors
/// As the database fails.
pub fn first_of_order(database: &Database, order: OrderId, limit: u32) -> Result<Vec<HeldEvent>, StoreError> {
    let mut statement = database.prepare_cached(FIRST_OF_ORDER)?;
    let rows = statement.query_map(params![Id(order.0), limit], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The index gives the keys in their order, so that only the rows of these are read.
const FIRST_OF_ORDER: &str = "SELECT held.event_id, held.device_id, order_id, held.sequence, bytes, predecessors, held.received_at, reason
    FROM (SELECT event_id, device_id, content, received_at, sequence FROM held WHERE order_id = ?1
          ORDER BY received_at, sequence LIMIT ?2) AS first
    CROSS JOIN held ON held.event_id = first.event_id AND held.device_id = first.device_id AND held.content = first.content
    ORDER BY first.received_at, first.sequence";

/// What is held of an order from these devices, those of one person, and nobody has left, as it came.
///
/// # Errors
/// As the database fails.
pub fn open_of_sender(database: &Database, order: OrderId, devices: &BTreeSet<DeviceId>) -> Result<Vec<HeldEvent>, StoreError> {
    let query = format!("SELECT {COLUMNS} FROM held WHERE order_id = ?1 AND device_id = ?2 AND open = 1");
    let mut statement = database.prepare_cached(&query)?;
    let mut held = Vec::new();
    for device in devices {
        let rows = statement.query_map(params![Id(order.0), Id(device.0)], read)?;
        held.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    held.sort_by_key(|held| (held.received_at, held.sequence));
    Ok(held)
}

/// How many these are.
///
/// # Errors
/// As the database fails.
pub fn count_open_of_sender(database: &Database, order: OrderId, devices: &BTreeSet<DeviceId>) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached("SELECT count(*) FROM held WHERE order_id = ?1 AND device_id = ?2 AND open = 1")?;
    devices.iter().try_fold(0, |count: u64, device| {
        let of_device = statement.query_row(params![Id(order.0), Id(device.0)], |row| unsigned(row, 0))?;
        Ok(count.saturating_add(of_device))
    })
}

/// How many events of an order are held.
///
/// # Errors
/// As the database fails.
pub fn count_of_order(database: &Database, order: OrderId) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached("SELECT count(*) FROM held WHERE order_id = ?1")?;
    Ok(statement.query_row([Id(order.0)], |row| unsigned(row, 0))?)
}

/// How many of these nobody has left.
///
/// # Errors
/// As the database fails.
pub fn count_open_of_order(database: &Database, order: OrderId) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached(OPEN_OF_ORDER)?;
    Ok(statement.query_row([Id(order.0)], |row| unsigned(row, 0))?)
}

const OPEN_OF_ORDER: &str = "SELECT count(*) FROM held WHERE order_id = ?1 AND open = 1";

/// How much of a device waits for somebody or something, and of it how much in one order: events of the order, events, bytes.
///
/// # Errors
/// As the database fails.
pub fn open_of_device(database: &Database, device: DeviceId, order: OrderId) -> Result<(u64, u64, u64), StoreError> {
    let mut statement = database.prepare_cached(OPEN_OF_DEVICE)?;
    Ok(statement.query_row(params![Id(device.0), Id(order.0)], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?, unsigned(row, 2)?)))?)
}

const OPEN_OF_DEVICE: &str =
    "SELECT count(*) FILTER (WHERE order_id = ?2), count(*), coalesce(sum(size), 0) FROM held WHERE device_id = ?1 AND open = 1";

/// Held events that wait for `predecessor`.
///
/// # Errors
/// As the database fails.
pub fn waiting_for(database: &Database, predecessor: EventId) -> Result<Vec<HeldEvent>, StoreError> {
    many(
        database,
        "JOIN (SELECT event_id AS waiting, device_id AS of_device, content AS of_content FROM waits WHERE predecessor_id = ?1)
         ON event_id = waiting AND device_id = of_device AND content = of_content ORDER BY received_at, sequence",
        predecessor.0,
    )
}

/// Whether an event of this id was refused for good: held as malformed or oversized.
///
/// # Errors
/// As the database fails.
pub fn is_refused(database: &Database, event: EventId) -> Result<bool, StoreError> {
    let mut statement =
        database.prepare_cached("SELECT EXISTS (SELECT 1 FROM held WHERE event_id = ?1 AND reason IN ('malformed', 'oversized'))")?;
    Ok(statement.query_row([Id(event.0)], |row| row.get(0))?)
}

/// Whether an event of this id was refused in this order because another event has its id.
///
/// # Errors
/// As the database fails.
pub fn is_id_taken(database: &Database, event: EventId, order: OrderId) -> Result<bool, StoreError> {
    let mut statement =
        database.prepare_cached("SELECT EXISTS (SELECT 1 FROM held WHERE event_id = ?1 AND order_id = ?2 AND reason = 'id_taken')")?;
    Ok(statement.query_row(params![Id(event.0), Id(order.0)], |row| row.get(0))?)
}

/// Stops holding an event.
///
/// # Errors
/// As the database fails.
pub fn remove(database: &Database, held: &HeldEvent) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("DELETE FROM held WHERE event_id = ?1 AND device_id = ?2 AND content = ?3")?;
    statement.execute(params![Id(held.id.0), Id(held.device.0), held.content().0])?;
    Ok(())
}

/// How many events are held.
///
/// # Errors
/// As the database fails.
pub fn count(database: &Database) -> Result<u64, StoreError> {
    Ok(database.query_row("SELECT count(*) FROM held", [], |row| unsigned(row, 0))?)
}

fn many(database: &Database, condition: &str, id: uuid::Uuid) -> Result<Vec<HeldEvent>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM held {condition}"))?;
    let rows = statement.query_map([Id(id)], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<HeldEvent> {
    Ok(HeldEvent {
        id: EventId(uuid(row, 0)?),
        device: DeviceId(uuid(row, 1)?),
        order: OrderId(uuid(row, 2)?),
        sequence: unsigned(row, 3)?,
        bytes: row.get(4)?,
        predecessors: split_ids(row, 5)?,
        received_at: UtcMillis(row.get(6)?),
        reason: from_identifier(row, 7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::{FIRST_OF_ORDER, OPEN_OF_DEVICE, OPEN_OF_ORDER};
    use crate::server::plan::plan_of;

    #[test]
    fn no_bytes_are_read_but_those_that_are_shown() {
        let first = plan_of(FIRST_OF_ORDER);
        assert!(first.contains("USING COVERING INDEX held_by_order (order_id=?)"), "{first}");
        assert!(first.contains("SEARCH held USING PRIMARY KEY (event_id=? AND device_id=? AND content=?)"), "{first}");
        assert_eq!(first.matches("TEMP B-TREE").count(), 0, "{first}");
        let open = plan_of(OPEN_OF_ORDER);
        assert!(open.contains("USING COVERING INDEX held_by_order (order_id=?)"), "{open}");
        let open = plan_of(OPEN_OF_DEVICE);
        assert!(open.contains("USING COVERING INDEX held_open_by_device (device_id=?)"), "{open}");
    }
}
