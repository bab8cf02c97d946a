//! Confirmations whose number could not be checked: judged again after the next import of staff.

use domain::identity::{EventId, OrderId};
use rusqlite::params;

use crate::Database;
use crate::shared::column::{Id, uuid};
use crate::shared::error::StoreError;

/// Remembers a confirmation.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn put(database: &Database, event: EventId, order: OrderId) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("INSERT OR IGNORE INTO unverified_confirmations (event_id, order_id) VALUES (?1, ?2)")?;
    statement.execute(params![Id(event.0), Id(order.0)])?;
    Ok(())
}

/// Forgets a confirmation that has been settled.
///
/// # Errors
/// As the database fails.
pub fn remove(database: &Database, event: EventId) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM unverified_confirmations WHERE event_id = ?1")?.execute([Id(event.0)])?;
    Ok(())
}

/// Those of one order, by id.
///
/// # Errors
/// As the database fails.
pub fn of_order(database: &Database, order: OrderId) -> Result<Vec<EventId>, StoreError> {
    let mut statement = database.prepare_cached("SELECT event_id FROM unverified_confirmations WHERE order_id = ?1 ORDER BY event_id")?;
    let rows = statement.query_map([Id(order.0)], |row| Ok(EventId(uuid(row, 0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes `events` those of the order.
///
/// # Errors
/// As the database fails.
pub fn put_of_order(database: &Database, order: OrderId, events: &[EventId]) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM unverified_confirmations WHERE order_id = ?1")?.execute([Id(order.0)])?;
    events.iter().try_for_each(|event| put(database, *event, order))
}

/// All of them, as (order, event).
///
/// # Errors
/// As the database fails.
pub fn all(database: &Database) -> Result<Vec<(OrderId, EventId)>, StoreError> {
    let mut statement = database.prepare_cached("SELECT order_id, event_id FROM unverified_confirmations ORDER BY event_id")?;
    let rows = statement.query_map([], |row| Ok((OrderId(uuid(row, 0)?), EventId(uuid(row, 1)?))))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
