//! Everything that is kept in SQLite: on a device (sealed) and on the server.
//!
//! Invariants
//! - Every SQL statement of the product is in this crate.
//! - The event rows (bytes, predecessors, receipt) are the truth; order rows are derived from them and written in the same
//!   transaction.
//! - What a function here has returned `Ok` for inside a committed transaction is durable (WAL, `synchronous=FULL`).
//! - A schema only moves forward: a database of a newer program is refused, never touched.
//!
//! This crate knows no rules of the trade and no HTTP, and never may: it stores what it is told.

pub mod device;
pub mod server;
pub mod shared;

/// A connection inside the transaction of whoever calls; rooms above hand it on and never write statements of their own.
pub use rusqlite::Connection as Database;
pub use shared::connection::Key;
pub use shared::error::StoreError;
