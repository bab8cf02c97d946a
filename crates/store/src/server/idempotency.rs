//! Replies to requests that carried an `Idempotency-Key`: the same request again gets the same reply.

use domain::identity::StaffNo;
use domain::time::{DAY_MS, UtcMillis};
use rusqlite::{OptionalExtension, params};

use crate::Database;
use crate::shared::error::StoreError;

/// A reply that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReply {
    /// SHA-256 of what was asked.
    pub request_sha256: Vec<u8>,
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// The reply given to this person under this key.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn find(database: &Database, staff_no: &StaffNo, key: &str) -> Result<Option<KeptReply>, StoreError> {
    let mut statement =
        database.prepare_cached("SELECT request_sha256, status, body FROM idempotent_replies WHERE staff_no = ?1 AND key = ?2")?;
    let found = statement.query_row(params![staff_no.as_str(), key], |row| {
        Ok(KeptReply { request_sha256: row.get(0)?, status: row.get(1)?, body: row.get(2)? })
    });
    Ok(found.optional()?)
}

/// Keeps a reply, and drops those older than a day.
///
/// # Errors
/// As the database fails.
pub fn put(database: &Database, staff_no: &StaffNo, key: &str, reply: &KeptReply, now: UtcMillis) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM idempotent_replies WHERE replied_at < ?1")?.execute([now.plus(-DAY_MS).0])?;
    let mut statement = database.prepare_cached(
        "INSERT INTO idempotent_replies (staff_no, key, request_sha256, status, body, replied_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    statement.execute(params![staff_no.as_str(), key, reply.request_sha256, reply.status, reply.body, now.0])?;
    Ok(())
}
