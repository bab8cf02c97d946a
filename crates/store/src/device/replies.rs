//! The first reply to each writing command.

use domain::identity::{EventId, OrderId};
use rusqlite::{OptionalExtension, params};

use super::Session;
use crate::shared::column::Id;
use crate::shared::error::StoreError;

/// What was answered to the command that made an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// The event's order.
    pub order: OrderId,
    /// SHA-256 of the canonical command.
    pub content: Vec<u8>,
    /// The reply, as the caller packed it.
    pub reply: Vec<u8>,
}

impl Session<'_> {
    /// The reply to the command with this id, if it was carried out.
    ///
    /// # Errors
    /// As the database fails.
    pub fn reply(&self, id: EventId) -> Result<Option<StoredReply>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT order_id, content, reply FROM replies WHERE id = ?1")?;
        let found = statement.query_row([Id(id.0)], |row| {
            Ok(StoredReply { order: OrderId(row.get::<_, Id>(0)?.0), content: row.get(1)?, reply: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    /// Keeps a reply for the same command again.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_reply(&self, id: EventId, reply: &StoredReply) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("INSERT INTO replies (id, order_id, content, reply) VALUES (?1, ?2, ?3, ?4)")?;
        statement.execute(params![Id(id.0), Id(reply.order.0), reply.content, reply.reply])?;
        Ok(())
    }
}
