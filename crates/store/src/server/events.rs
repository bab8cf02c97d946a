//! Recorded events: the truth. Bytes are kept verbatim for ever.

use domain::identity::{EventId, OrderId};
use domain::recorded::{Receipt, Verdict};
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};

use crate::Database;
use crate::shared::column::{Id, joined_ids, signed, split_ids, unsigned, uuid, verdict, verdict_text};
use crate::shared::error::StoreError;

/// A recorded event with its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its id.
    pub id: EventId,
    /// Its order.
    pub order: OrderId,
    /// The recorded bytes.
    pub bytes: Vec<u8>,
    /// The authoritative predecessors.
    pub predecessors: Vec<EventId>,
    /// The server's word.
    pub receipt: Receipt,
}

const COLUMNS: &str = "event_id, order_id, bytes, predecessors, position, received_at, verdict, judged_at_position";

/// Records an event. The caller has looked for its id before.
///
/// # Errors
/// As the database fails, a taken id among it; so for every function here.
pub fn insert(database: &Database, event: &StoredEvent) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached(
        "INSERT INTO events (event_id, order_id, bytes, predecessors, position, received_at, verdict, judged_at_position)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let receipt = &event.receipt;
    statement.execute(params![
        Id(event.id.0),
        Id(event.order.0),
        event.bytes,
        joined_ids(&event.predecessors),
        signed(receipt.position),
        receipt.received_at.0,
        verdict_text(receipt.verdict),
        signed(receipt.judged_at_position),
    ])?;
    Ok(())
}

/// Every event of an order, by position.
///
/// # Errors
/// As the database fails.
pub fn of_order(database: &Database, order: OrderId) -> Result<Vec<StoredEvent>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE order_id = ?1 ORDER BY position"))?;
    let rows = statement.query_map([Id(order.0)], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// An event by id.
///
/// # Errors
/// As the database fails.
pub fn find(database: &Database, event: EventId) -> Result<Option<StoredEvent>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE event_id = ?1"))?;
    Ok(statement.query_row([Id(event.0)], read).optional()?)
}

/// The order in which an event is recorded.
///
/// # Errors
/// As the database fails.
pub fn order_of(database: &Database, event: EventId) -> Result<Option<OrderId>, StoreError> {
    let mut statement = database.prepare_cached("SELECT order_id FROM events WHERE event_id = ?1")?;
    Ok(statement.query_row([Id(event.0)], |row| uuid(row, 0)).optional()?.map(OrderId))
}

/// Replaces the verdict of an event; `position` is that of the verdict in the log.
///
/// # Errors
/// As the database fails.
pub fn set_verdict(database: &Database, event: EventId, verdict: Verdict, position: u64) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("UPDATE events SET verdict = ?2, judged_at_position = ?3 WHERE event_id = ?1")?;
    statement.execute(params![Id(event.0), verdict_text(verdict), signed(position)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        id: EventId(uuid(row, 0)?),
        order: OrderId(uuid(row, 1)?),
        bytes: row.get(2)?,
        predecessors: split_ids(row, 3)?,
        receipt: Receipt {
            position: unsigned(row, 4)?,
            received_at: UtcMillis(row.get(5)?),
            verdict: verdict(row, 6)?,
            judged_at_position: unsigned(row, 7)?,
        },
    })
}
