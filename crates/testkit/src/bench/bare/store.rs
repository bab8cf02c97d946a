//! Bare tables: sealed as a device's are, or plain as the server's are.

use std::path::Path;

use rusqlite::{Connection, params};
use store::Key;
use store::shared::connection;

use crate::bench::Failure;

/// The key of every bare sealed table.
const KEY: [u8; 32] = [7; 32];

/// One order of the download, as far as the list needs it.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct ListColumns<'a> {
    /// Its id.
    pub order: &'a str,
    /// Which list it is in.
    pub listing: i64,
    /// Its place there.
    pub sort_at: i64,
    /// Where it stands.
    pub node: &'a str,
}

/// Sealed, WAL, `synchronous=FULL`.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn open_sealed(path: &Path) -> Result<Connection, Failure> {
    Ok(connection::open(path, Some(&Key(KEY)))?)
}

/// Not sealed, otherwise the same.
pub fn open_plain(path: &Path) -> Result<Connection, Failure> {
    Ok(connection::open(path, None)?)
}

/// The table of whole orders with the list's index.
pub fn make_orders(connection: &Connection) -> Result<(), Failure> {
    connection.execute_batch(
        "CREATE TABLE orders (order_id TEXT NOT NULL UNIQUE, listing INTEGER, sort_at INTEGER, node TEXT, body TEXT);
         CREATE INDEX orders_by_list ON orders (listing, sort_at, order_id, node);",
    )?;
    Ok(())
}

/// The table of events.
pub fn make_events(connection: &Connection) -> Result<(), Failure> {
    connection.execute_batch(
        "CREATE TABLE events (event_id TEXT NOT NULL PRIMARY KEY, order_id TEXT, event TEXT, predecessors TEXT, position INTEGER, received_at INTEGER);
         CREATE TABLE replies (reply BLOB NOT NULL);",
    )?;
    Ok(())
}

/// Inserts whole orders, one a line, in one transaction.
pub fn insert_orders(connection: &mut Connection, lines: &str) -> Result<(), Failure> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare("INSERT INTO orders VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for line in lines.lines() {
            let columns: ListColumns<'_> = serde_json::from_str(line)?;
            statement.execute(params![columns.order, columns.listing, columns.sort_at, columns.node, line])?;
        }
    }
    Ok(transaction.commit()?)
}

/// What an edit leaves on a device: the event, and the reply that the same command gets again.
#[derive(Debug)]
pub struct Edit {
    /// The event's id.
    pub id: String,
    /// Its order.
    pub order: String,
    /// Its bytes.
    pub event: String,
    /// The reply's bytes.
    pub reply: Vec<u8>,
}

/// Inserts the bytes of one edit in a transaction of its own.
pub fn insert_edit(connection: &mut Connection, edit: &Edit) -> Result<(), Failure> {
    let transaction = connection.transaction()?;
    transaction
        .prepare_cached("INSERT INTO events (event_id, order_id, event) VALUES (?1, ?2, ?3)")?
        .execute(params![edit.id, edit.order, edit.event])?;
    transaction.prepare_cached("INSERT INTO replies (reply) VALUES (?1)")?.execute([&edit.reply])?;
    Ok(transaction.commit()?)
}

/// An event on its way to the bare server.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Posted<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its order.
    pub order: &'a str,
    /// What it builds on.
    pub predecessors: Vec<&'a str>,
    /// Its bytes, which are JSON.
    #[serde(borrow)]
    pub event: &'a serde_json::value::RawValue,
}

/// What the bare server says about it.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Receipt {
    /// Of which event.
    pub id: String,
    /// Its place.
    pub position: i64,
    /// When it came.
    pub received_at: i64,
}

/// Inserts posted events in one transaction; their receipts.
pub fn insert_posted(connection: &mut Connection, posted: &[Posted<'_>], received_at: i64) -> Result<Vec<Receipt>, Failure> {
    let transaction = connection.transaction()?;
    let mut receipts = Vec::with_capacity(posted.len());
    {
        let mut statement = transaction.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        for event in posted {
            let position = transaction.last_insert_rowid().saturating_add(1);
            statement.execute(params![event.id, event.order, event.event.get(), event.predecessors.join(" "), position, received_at])?;
            receipts.push(Receipt { id: event.id.to_owned(), position, received_at });
        }
    }
    transaction.commit()?;
    Ok(receipts)
}

/// Writes receipts down, in one transaction.
pub fn keep_receipts(connection: &mut Connection, receipts: &[Receipt]) -> Result<(), Failure> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached("UPDATE events SET position = ?2, received_at = ?3 WHERE event_id = ?1")?;
        for receipt in receipts {
            statement.execute(params![receipt.id, receipt.position, receipt.received_at])?;
        }
    }
    Ok(transaction.commit()?)
}
