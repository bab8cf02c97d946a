//! Whose order it is: a team's or a person's, from one position of the log to another.

use std::collections::BTreeSet;

use domain::identity::OrderId;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, params};

use crate::Database;
use crate::server::log::{LogContent, append};
use crate::shared::column::{Id, signed, unsigned, uuid};
use crate::shared::error::StoreError;

/// The subjects in whose scope an order is now.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn open_subjects(database: &Database, order: OrderId) -> Result<Vec<String>, StoreError> {
    let mut statement =
        database.prepare_cached("SELECT subject FROM scope WHERE order_id = ?1 AND to_position IS NULL ORDER BY subject")?;
    let rows = statement.query_map([Id(order.0)], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Where an order came into the scope of those subjects in whose scope it is now: the first of these positions; `None` where it
/// is in the scope of none of them. Whoever reads the log for them is not told of it before that position, and gets it whole there.
///
/// # Errors
/// As the database fails.
pub fn entered_at(database: &Database, order: OrderId, subjects: &[String]) -> Result<Option<u64>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT from_position FROM scope WHERE order_id = ?1 AND to_position IS NULL AND subject IN (SELECT value FROM json_each(?2))
         ORDER BY from_position LIMIT 1",
    )?;
    Ok(statement.query_row(params![Id(order.0), json(subjects)], |row| unsigned(row, 0)).optional()?)
}

/// Whose order it is and was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeOfOrder {
    /// The subjects in whose scope it is now.
    pub open: BTreeSet<String>,
    /// Those in whose scope it ever was, now or before.
    pub ever: BTreeSet<String>,
}

/// Whose order it is and was.
///
/// # Errors
/// As the database fails.
pub fn of_order(database: &Database, order: OrderId) -> Result<ScopeOfOrder, StoreError> {
    let mut statement = database.prepare_cached("SELECT subject, to_position IS NULL FROM scope WHERE order_id = ?1")?;
    let mut scope = ScopeOfOrder::default();
    for row in statement.query_map([Id(order.0)], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))? {
        let (subject, is_open) = row?;
        if is_open {
            scope.open.insert(subject.clone());
        }
        scope.ever.insert(subject);
    }
    Ok(scope)
}

/// Brings an order into a subject's scope and says so in the log.
///
/// # Errors
/// As the database fails.
pub fn enter(database: &Database, order: OrderId, subject: &str) -> Result<(), StoreError> {
    let position = append(database, &LogContent::Entered { order, subject: subject.to_owned() })?;
    let mut statement = database.prepare_cached("INSERT INTO scope (order_id, subject, from_position) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![Id(order.0), subject, signed(position)])?;
    Ok(())
}

/// Takes an order out of a subject's scope and says so in the log.
///
/// # Errors
/// As the database fails.
pub fn leave(database: &Database, order: OrderId, subject: &str) -> Result<(), StoreError> {
    let position = append(database, &LogContent::Left { order, subject: subject.to_owned() })?;
    let mut statement =
        database.prepare_cached("UPDATE scope SET to_position = ?3 WHERE order_id = ?1 AND subject = ?2 AND to_position IS NULL")?;
    statement.execute(params![Id(order.0), subject, signed(position)])?;
    Ok(())
}

/// At most `limit` orders in the scope of the subjects, by id after `after`, that are open or were done at `done_since` or later.
///
/// # Errors
/// As the database fails.
pub fn orders_after(
    database: &Database,
    subjects: &[String],
    after: Option<OrderId>,
    done_since: UtcMillis,
    limit: usize,
) -> Result<Vec<OrderId>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT DISTINCT scope.order_id FROM scope JOIN orders ON orders.order_id = scope.order_id
         WHERE scope.to_position IS NULL AND scope.subject IN (SELECT value FROM json_each(?1)) AND scope.order_id > ?2
         AND (orders.done_at IS NULL OR orders.done_at >= ?3) ORDER BY scope.order_id LIMIT ?4",
    )?;
    let after = after.map_or_else(Vec::new, |order| order.0.as_bytes().to_vec());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![json(subjects), after, done_since.0, limit], |row| uuid(row, 0).map(OrderId))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn json(subjects: &[String]) -> String {
    serde_json::to_string(subjects).unwrap_or_default()
}
