//! Recorded events: the truth. Bytes are kept verbatim for ever. Each row has a digest of what was written, so that a bit which changes on
//! the disk is noticed: nothing else says what an event was. Against whoever writes a row on purpose it is no help.

use domain::identity::{EventId, OrderId};
use domain::recorded::{Receipt, Verdict};
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

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
        "INSERT INTO events (event_id, order_id, bytes, predecessors, position, received_at, verdict, judged_at_position, digest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
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
        digest(event),
    ])?;
    Ok(())
}

/// Bytes of a digest. Damage meets the first half of a SHA-256 by chance as little as the whole.
const DIGEST_BYTES: usize = 16;

/// Of everything that is written with an event, each piece behind its length.
fn digest(event: &StoredEvent) -> Vec<u8> {
    let receipt = &event.receipt;
    let predecessors = joined_ids(&event.predecessors);
    let (position, judged_at) = (receipt.position.to_le_bytes(), receipt.judged_at_position.to_le_bytes());
    let (received_at, verdict) = (receipt.received_at.0.to_le_bytes(), verdict_text(receipt.verdict));
    let pieces: [&[u8]; 8] = [
        event.id.0.as_bytes(),
        event.order.0.as_bytes(),
        &event.bytes,
        predecessors.as_ref(),
        &position,
        &received_at,
        verdict.as_ref(),
        &judged_at,
    ];
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update(u64::try_from(piece.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(piece);
    }
    hasher.finalize().iter().take(DIGEST_BYTES).copied().collect()
}

/// The events of an order that are not what they were when they were written, by position.
///
/// # Errors
/// As the database fails.
pub fn changed_since_written(database: &Database, order: OrderId) -> Result<Vec<EventId>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS}, digest FROM events WHERE order_id = ?1 ORDER BY position"))?;
    let rows = statement.query_map([Id(order.0)], |row| Ok((read(row)?, row.get::<_, Vec<u8>>(8)?)))?;
    let mut changed = Vec::new();
    for row in rows {
        let (event, written) = row?;
        changed.extend((digest(&event) != written).then_some(event.id));
    }
    Ok(changed)
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
    let Some(mut judged) = find(database, event)? else { return Ok(()) };
    judged.receipt.verdict = verdict;
    judged.receipt.judged_at_position = position;
    let mut statement =
        database.prepare_cached("UPDATE events SET verdict = ?2, judged_at_position = ?3, digest = ?4 WHERE event_id = ?1")?;
    statement.execute(params![Id(event.0), verdict_text(verdict), signed(position), digest(&judged)])?;
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
