//! The one log. Its entries are small: an event's bytes are in [`super::events`], an order that entered is read when it is sent.

use domain::identity::{DeviceId, EventId, OrderId};
use domain::recorded::Verdict;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use crate::Database;
use crate::server::counters::next_position;
use crate::shared::column::{Id, signed, unreadable, unsigned, uuid, verdict_text};
use crate::shared::error::StoreError;

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogContent {
    /// An event was recorded.
    Event {
        /// Its order.
        order: OrderId,
        /// The event.
        event: EventId,
    },
    /// An event was judged again: somebody admitted it, or its kind is known since an upgrade.
    Verdict {
        /// Its order.
        order: OrderId,
        /// The event.
        event: EventId,
        /// The new verdict.
        verdict: Verdict,
    },
    /// An event that was held is now recorded or refused; for the device that sent it.
    Outcome {
        /// Whose event it is.
        device: DeviceId,
        /// The event.
        event: EventId,
    },
    /// An order came into the scope of a subject (`team:T01`, `staff:025518`).
    Entered {
        /// The order.
        order: OrderId,
        /// Of whom.
        subject: String,
    },
    /// An order left the scope of a subject.
    Left {
        /// The order.
        order: OrderId,
        /// Of whom.
        subject: String,
    },
    /// The reference data has a new revision.
    Reference {
        /// Which.
        revision: u64,
    },
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its place.
    pub position: u64,
    /// What it says.
    pub content: LogContent,
}

/// Whose view of the log is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The subjects whose orders it sees.
    pub subjects: Vec<String>,
    /// The device, for outcomes of its own events.
    pub device: DeviceId,
}

/// Appends an entry and gives its position.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn append(database: &Database, content: &LogContent) -> Result<u64, StoreError> {
    let position = next_position(database)?;
    append_at(database, position, content)?;
    Ok(position)
}

/// Writes an entry at a position taken from the counter before.
///
/// # Errors
/// As the database fails.
pub fn append_at(database: &Database, position: u64, content: &LogContent) -> Result<(), StoreError> {
    let (kind, order, event, subject, text): (&str, Option<Uuid>, Option<Uuid>, Option<String>, Option<String>) = match content {
        LogContent::Event { order, event } => ("event", Some(order.0), Some(event.0), None, None),
        LogContent::Verdict { order, event, verdict } => ("verdict", Some(order.0), Some(event.0), None, Some(verdict_text(*verdict))),
        LogContent::Outcome { device, event } => ("outcome", None, Some(event.0), Some(device_subject(*device)), None),
        LogContent::Entered { order, subject } => ("entered", Some(order.0), None, Some(subject.clone()), None),
        LogContent::Left { order, subject } => ("left", Some(order.0), None, Some(subject.clone()), None),
        LogContent::Reference { revision } => ("reference", None, None, None, Some(revision.to_string())),
    };
    let mut statement = database
        .prepare_cached("INSERT INTO log (position, kind, order_id, event_id, subject, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    statement.execute(params![signed(position), kind, order.map(Id), event.map(Id), subject, text])?;
    Ok(())
}

/// At most `limit` entries after `cursor` that the viewer may see, by position: events and verdicts of orders that are in
/// its scope now and were when the entry was written (an order that came later is sent whole by its own entry), outcomes
/// of its own held events, and entries and exits of scope as far as they still hold.
///
/// # Errors
/// As the database fails.
pub fn visible_after(database: &Database, cursor: u64, viewer: &Viewer, limit: usize) -> Result<Vec<LogRow>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT position, kind, order_id, event_id, subject, content FROM log AS entry WHERE position > ?1 AND CASE kind
            WHEN 'event' THEN EXISTS (SELECT 1 FROM scope WHERE scope.order_id = entry.order_id AND to_position IS NULL
                AND from_position < entry.position AND scope.subject IN (SELECT value FROM json_each(?2)))
            WHEN 'verdict' THEN EXISTS (SELECT 1 FROM scope WHERE scope.order_id = entry.order_id
                AND from_position < entry.position AND scope.subject IN (SELECT value FROM json_each(?2)))
            WHEN 'outcome' THEN entry.subject = ?3
            WHEN 'entered' THEN entry.subject IN (SELECT value FROM json_each(?2)) AND EXISTS (SELECT 1 FROM scope
                WHERE scope.order_id = entry.order_id AND scope.subject = entry.subject AND to_position IS NULL)
            WHEN 'left' THEN entry.subject IN (SELECT value FROM json_each(?2)) AND NOT EXISTS (SELECT 1 FROM scope
                WHERE scope.order_id = entry.order_id AND to_position IS NULL AND scope.subject IN (SELECT value FROM json_each(?2)))
            ELSE FALSE END
         ORDER BY position LIMIT ?4",
    )?;
    let subjects = serde_json::to_string(&viewer.subjects).unwrap_or_default();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![signed(cursor), subjects, device_subject(viewer.device), limit], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The mark of the last entry up to a position; `None` where there is none. Two logs that agree in it are the same up to there.
///
/// # Errors
/// As the database fails.
pub fn mark_at(database: &Database, position: u64) -> Result<Option<i64>, StoreError> {
    let mut statement = database.prepare_cached("SELECT mark FROM log WHERE position <= ?1 ORDER BY position DESC LIMIT 1")?;
    Ok(statement.query_row([signed(position)], |row| row.get(0)).optional()?)
}

fn device_subject(device: DeviceId) -> String {
    format!("device:{device}")
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    let kind: String = row.get(1)?;
    let content = match kind.as_str() {
        "event" => LogContent::Event { order: OrderId(uuid(row, 2)?), event: EventId(uuid(row, 3)?) },
        "verdict" => {
            let verdict = crate::shared::column::verdict(row, 5)?;
            LogContent::Verdict { order: OrderId(uuid(row, 2)?), event: EventId(uuid(row, 3)?), verdict }
        }
        "outcome" => LogContent::Outcome { device: device_of(row)?, event: EventId(uuid(row, 3)?) },
        "entered" => LogContent::Entered { order: OrderId(uuid(row, 2)?), subject: row.get(4)? },
        "left" => LogContent::Left { order: OrderId(uuid(row, 2)?), subject: row.get(4)? },
        _ => LogContent::Reference { revision: row.get::<_, String>(5)?.parse().map_err(|error| unreadable(5, error))? },
    };
    Ok(LogRow { position: unsigned(row, 0)?, content })
}

fn device_of(row: &Row<'_>) -> rusqlite::Result<DeviceId> {
    let subject: String = row.get(4)?;
    subject.trim_start_matches("device:").parse().map_err(|error: uuid::Error| unreadable(4, error))
}
