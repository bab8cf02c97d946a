//! What of the store can be compared with itself: counters, log and scope against the events. What is derived can be made again.

use std::collections::BTreeSet;

use domain::identity::{EventId, OrderId};
use rusqlite::params;

use crate::Database;
use crate::shared::column::{signed, unsigned, uuid};
use crate::shared::error::StoreError;

/// Where orders are named. Of a damaged file one place may still say what another no longer does.
const NAMED_IN: &[&str] = &[
    "SELECT order_id FROM events NOT INDEXED",
    "SELECT DISTINCT order_id FROM events INDEXED BY events_by_order",
    "SELECT order_id FROM orders",
    "SELECT DISTINCT order_id FROM log WHERE kind = 'event'",
];

/// Every order that is named anywhere, and what was met where a place could not be read to its end.
pub fn all_orders(database: &Database) -> (BTreeSet<OrderId>, Vec<StoreError>) {
    let mut orders = BTreeSet::new();
    let failures = NAMED_IN.iter().filter_map(|statement| collect(database, statement, &mut orders).err()).collect();
    (orders, failures)
}

fn collect(database: &Database, statement: &str, orders: &mut BTreeSet<OrderId>) -> Result<(), StoreError> {
    let mut statement = database.prepare(statement)?;
    for order in statement.query_map([], |row| uuid(row, 0).map(OrderId))? {
        orders.insert(order?);
    }
    Ok(())
}

/// The position of the log's last entry as its entries say it.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn last_position(database: &Database) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached("SELECT coalesce(max(position), 0) FROM log")?;
    Ok(statement.query_row([], |row| unsigned(row, 0))?)
}

/// Brings the counter of positions up to the last entry; an older counter would give the same position twice.
///
/// # Errors
/// As the database fails.
pub fn catch_up(database: &Database) -> Result<(), StoreError> {
    let last = signed(last_position(database)?);
    database.execute("UPDATE counters SET log_end = max(log_end, ?1)", [last])?;
    Ok(())
}

/// The events that the log says were recorded and that are not there.
///
/// # Errors
/// As the database fails.
pub fn lost_events(database: &Database) -> Result<Vec<(OrderId, EventId)>, StoreError> {
    let mut statement = database.prepare(
        "SELECT order_id, event_id FROM log WHERE kind = 'event'
         AND NOT EXISTS (SELECT 1 FROM events WHERE events.event_id = log.event_id) ORDER BY position",
    )?;
    let rows = statement.query_map([], |row| Ok((OrderId(uuid(row, 0)?), EventId(uuid(row, 1)?))))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What the log has to say of events and scope, where it has no entry at the position.
const MISSING_ENTRIES: &str = "
    SELECT * FROM (
        SELECT position, 'event' AS kind, order_id, event_id, NULL AS subject, NULL AS content FROM events
        UNION ALL SELECT judged_at_position, 'verdict', order_id, event_id, NULL, verdict FROM events WHERE judged_at_position <> position
        UNION ALL SELECT from_position, 'entered', order_id, NULL, subject, NULL FROM scope
        UNION ALL SELECT to_position, 'left', order_id, NULL, subject, NULL FROM scope WHERE to_position IS NOT NULL
    ) AS said WHERE NOT EXISTS (SELECT 1 FROM log WHERE log.position = said.position)";

/// How many entries the log lacks that events and scope still say.
///
/// # Errors
/// As the database fails.
pub fn count_missing_entries(database: &Database) -> Result<u64, StoreError> {
    let mut statement = database.prepare(&format!("SELECT count(*) FROM ({MISSING_ENTRIES})"))?;
    Ok(statement.query_row([], |row| unsigned(row, 0))?)
}

/// Writes them again. Their marks are new, so that every phone that had read them begins anew.
///
/// # Errors
/// As the database fails.
pub fn write_missing_entries(database: &Database) -> Result<(), StoreError> {
    database.execute(&format!("INSERT OR IGNORE INTO log (position, kind, order_id, event_id, subject, content) {MISSING_ENTRIES}"), [])?;
    Ok(())
}

/// The days (`2026-11-21`) of which a higher order number was given than the counter says, with that number.
const NUMBERS_AHEAD: &str = "
    SELECT day, given FROM (
        SELECT substr(number, 3, 4) || '-' || substr(number, 7, 2) || '-' || substr(number, 9, 2) AS day,
            max(CAST(substr(number, 12) AS INTEGER)) AS given
        FROM orders WHERE number GLOB 'GD[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9]*' GROUP BY 1
    ) AS day_of WHERE given > coalesce((SELECT last FROM order_numbers WHERE order_numbers.day = day_of.day), 0)";

/// The days of which a higher order number was given than the counter says.
///
/// # Errors
/// As the database fails.
pub fn days_with_numbers_ahead(database: &Database) -> Result<Vec<String>, StoreError> {
    let mut statement = database.prepare(NUMBERS_AHEAD)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Brings the counters of order numbers up to the highest that was given.
///
/// # Errors
/// As the database fails.
pub fn catch_up_with_numbers(database: &Database) -> Result<(), StoreError> {
    let statement = format!("INSERT OR REPLACE INTO order_numbers (day, last) {NUMBERS_AHEAD}");
    database.execute(&statement, params![])?;
    Ok(())
}
