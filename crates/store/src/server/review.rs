//! What waits for somebody to look at it: events that were set aside, and events that are held.

use std::collections::BTreeSet;

use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::recorded::SetAsideReason;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};

use crate::Database;
use crate::server::held::{Content, HeldEvent};
use crate::shared::column::{Id, identifier, signed, unsigned, uuid};
use crate::shared::error::StoreError;

/// One thing to look at, where it stands in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When the server received the newest of what waits of its order.
    pub newest_of_order: UtcMillis,
    /// The order.
    pub order: OrderId,
    /// When the server received it.
    pub received_at: UtcMillis,
    /// The device's number of what is held, the position in the log of what is recorded: what was recorded earlier has a lower one.
    pub number: u64,
    /// The event.
    pub event: EventId,
    /// The device from which it is held, and which content; `None` for what is recorded and set aside.
    pub held_from: Option<(DeviceId, Content)>,
}

/// That somebody looked at a held event and left it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftHeld {
    /// When.
    pub at: UtcMillis,
    /// Who.
    pub by: StaffNo,
    /// Why.
    pub reason: String,
}

/// At most `limit` of what was set aside and what is held, from `after` on: the order of which something came last first, within an order what
/// came and was numbered first, because what follows builds on it. With what was left as it is, or without.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn list(database: &Database, after: Option<Waiting>, with_left: bool, limit: usize) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = database.prepare_cached(LIST)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let held_from = after.map(|after| after.held_from.map_or_else(Vec::new, |(device, _)| device.0.as_bytes().to_vec()));
    let content = after.map(|after| after.held_from.map_or_else(Vec::new, |(_, content)| content.0.to_vec()));
    let parameters = params![
        with_left,
        after.map(|after| after.newest_of_order.0),
        after.map(|after| Id(after.order.0)),
        after.map(|after| after.received_at.0),
        after.map(|after| signed(after.number)),
        after.map(|after| Id(after.event.0)),
        held_from,
        content,
        limit
    ];
    let rows = statement.query_map(parameters, read_waiting)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

const LIST: &str = "WITH waiting AS (
        SELECT order_id, received_at, position AS number, event_id, x'' AS held_from, x'' AS content FROM events
        WHERE verdict <> 'admitted' AND (?1 OR review_id IS NULL)
        UNION ALL SELECT order_id, received_at, sequence, event_id, device_id, content FROM held WHERE ?1 OR open = 1),
    placed AS (SELECT *, max(received_at) OVER (PARTITION BY order_id) AS newest FROM waiting)
    SELECT newest, order_id, received_at, number, event_id, held_from, content FROM placed
    WHERE ?2 IS NULL OR newest < ?2
       OR (newest = ?2 AND (order_id, received_at, number, event_id, held_from, content) > (?3, ?4, ?5, ?6, ?7, ?8))
    ORDER BY newest DESC, order_id, received_at, number, event_id, held_from, content LIMIT ?9";

/// How many there are that nobody has looked at.
///
/// # Errors
/// As the database fails.
pub fn count_open(database: &Database) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT (SELECT count(*) FROM events WHERE verdict <> 'admitted' AND review_id IS NULL)
              + (SELECT count(*) FROM held WHERE open = 1)",
    )?;
    Ok(statement.query_row([], |row| unsigned(row, 0))?)
}

/// Which of these orders have something that was set aside or is held, and that nobody has looked at.
///
/// # Errors
/// As the database fails.
pub fn undecided_among(database: &Database, orders: &[OrderId]) -> Result<BTreeSet<OrderId>, StoreError> {
    let ids: Vec<String> = orders.iter().map(|order| order.0.simple().to_string()).collect();
    let mut statement = database.prepare_cached(UNDECIDED_AMONG)?;
    let found = statement.query_map([serde_json::to_string(&ids).unwrap_or_default()], |row| uuid(row, 0).map(OrderId))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// One statement for a page of a list, however many rows that has.
const UNDECIDED_AMONG: &str = "WITH these AS MATERIALIZED (SELECT unhex(value) AS id FROM json_each(?1))
    SELECT id FROM these WHERE EXISTS (SELECT 1 FROM held WHERE order_id = id AND open = 1)
        OR EXISTS (SELECT 1 FROM events WHERE order_id = id AND verdict <> 'admitted' AND review_id IS NULL)";

/// Notes by which event somebody left one as it is that was set aside.
///
/// # Errors
/// As the database fails.
pub fn leave_set_aside(database: &Database, event: EventId, review: EventId) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("UPDATE events SET review_id = ?2 WHERE event_id = ?1")?;
    statement.execute(params![Id(event.0), Id(review.0)])?;
    Ok(())
}

/// The event by which somebody left one as it is that was set aside.
///
/// # Errors
/// As the database fails.
pub fn review_of(database: &Database, event: EventId) -> Result<Option<EventId>, StoreError> {
    let mut statement = database.prepare_cached("SELECT review_id FROM events WHERE event_id = ?1")?;
    let found: Option<Option<Id>> = statement.query_row([Id(event.0)], |row| row.get(0)).optional()?;
    Ok(found.flatten().map(|review| EventId(review.0)))
}

/// The set-aside events of an order that somebody left as they are, by id, each with the event by which they did.
///
/// # Errors
/// As the database fails.
pub fn left_of_order(database: &Database, order: OrderId) -> Result<Vec<(EventId, EventId)>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT event_id, review_id FROM events WHERE order_id = ?1 AND verdict <> 'admitted' AND review_id IS NOT NULL ORDER BY event_id",
    )?;
    let rows = statement.query_map([Id(order.0)], |row| Ok((EventId(uuid(row, 0)?), EventId(uuid(row, 1)?))))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes `left` those of the order.
///
/// # Errors
/// As the database fails.
pub fn put_left_of_order(database: &Database, order: OrderId, left: &[(EventId, EventId)]) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("UPDATE events SET review_id = NULL WHERE order_id = ?1 AND verdict <> 'admitted'")?;
    statement.execute([Id(order.0)])?;
    left.iter().try_for_each(|(event, review)| leave_set_aside(database, *event, *review))
}

/// Notes that somebody left a held event as it is.
///
/// # Errors
/// As the database fails.
pub fn leave_held(database: &Database, held: &HeldEvent, left: &LeftHeld) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached(
        "INSERT OR IGNORE INTO held_reviews (event_id, device_id, content, reviewed_at, reviewed_by, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let content = held.content().0;
    statement.execute(params![Id(held.id.0), Id(held.device.0), content, left.at.0, left.by.as_str(), left.reason])?;
    let mut statement = database.prepare_cached("UPDATE held SET open = 0 WHERE event_id = ?1 AND device_id = ?2 AND content = ?3")?;
    statement.execute(params![Id(held.id.0), Id(held.device.0), content])?;
    Ok(())
}

/// Who left a held event as it is.
///
/// # Errors
/// As the database fails.
pub fn left_held(database: &Database, held: &HeldEvent) -> Result<Option<LeftHeld>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT reviewed_at, reviewed_by, reason FROM held_reviews WHERE event_id = ?1 AND device_id = ?2 AND content = ?3",
    )?;
    let read = |row: &Row<'_>| Ok(LeftHeld { at: UtcMillis(row.get(0)?), by: StaffNo(row.get(1)?), reason: row.get(2)? });
    Ok(statement.query_row(params![Id(held.id.0), Id(held.device.0), held.content().0], read).optional()?)
}

/// What is set aside is sorted, because it is little; in the order of the index of orders every event would be looked at. The first
/// condition repeats that of the index, or SQLite does not use it.
const NEXT_WITH_VERDICT: &str = "SELECT order_id FROM events INDEXED BY events_set_aside
    WHERE verdict <> 'admitted' AND verdict = ?1 AND review_id IS NULL AND order_id > ?2 ORDER BY order_id LIMIT 1";

/// The next order, by id after `after`, with events that an earlier program set aside because it did not know their kind, and
/// that nobody has left as they are; with the ids of these.
///
/// # Errors
/// As the database fails.
pub fn next_with_unknown_kinds(database: &Database, after: Option<OrderId>) -> Result<Option<(OrderId, Vec<EventId>)>, StoreError> {
    let unknown = identifier(&SetAsideReason::UnknownKind);
    let mut next = database.prepare_cached(NEXT_WITH_VERDICT)?;
    let after = after.map_or_else(Vec::new, |order| order.0.as_bytes().to_vec());
    let Some(order) = next.query_row(params![unknown, after], |row| uuid(row, 0)).optional()? else { return Ok(None) };
    let mut statement = database
        .prepare_cached("SELECT event_id FROM events WHERE order_id = ?1 AND verdict = ?2 AND review_id IS NULL ORDER BY position")?;
    let events = statement.query_map(params![Id(order), unknown], |row| uuid(row, 0).map(EventId))?;
    Ok(Some((OrderId(order), events.collect::<rusqlite::Result<_>>()?)))
}

fn read_waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    let held_from: Vec<u8> = row.get(5)?;
    let held_from = if held_from.is_empty() { None } else { Some((DeviceId(uuid(row, 5)?), Content(row.get(6)?))) };
    Ok(Waiting {
        newest_of_order: UtcMillis(row.get(0)?),
        order: OrderId(uuid(row, 1)?),
        received_at: UtcMillis(row.get(2)?),
        number: unsigned(row, 3)?,
        event: EventId(uuid(row, 4)?),
        held_from,
    })
}

#[cfg(test)]
mod tests {
    use super::{NEXT_WITH_VERDICT, UNDECIDED_AMONG};
    use crate::server::plan::plan_of;

    #[test]
    fn what_is_set_aside_is_found_without_looking_at_every_event() {
        let plan = plan_of(NEXT_WITH_VERDICT);
        assert!(plan.contains("events_set_aside"), "{plan}");
    }

    #[test]
    fn what_waits_of_the_orders_of_a_page_is_found_without_looking_at_their_events() {
        let plan = plan_of(UNDECIDED_AMONG);
        assert!(plan.contains("SEARCH events USING INDEX events_undecided (order_id=?)"), "{plan}");
        assert!(plan.contains("SEARCH held USING COVERING INDEX held_by_order (order_id=?)"), "{plan}");
    }
}
