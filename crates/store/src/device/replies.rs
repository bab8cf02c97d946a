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
        let mut statement = self
            .connection
            .prepare_cached("SELECT order_id, content, reply FROM events JOIN replies USING (number_here) WHERE events.id = ?1")?;
        let found = statement.query_row([Id(id.0)], |row| {
            Ok(StoredReply { order: OrderId(row.get::<_, Id>(0)?.0), content: row.get(1)?, reply: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    /// Keeps a reply for the same command again. Its event is in the store.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_reply(&self, id: EventId, reply: &StoredReply) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO replies (number_here, content, reply) SELECT number_here, ?2, ?3 FROM events WHERE id = ?1")?;
        statement.execute(params![Id(id.0), reply.content, reply.reply])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::{DeviceStore, EventStanding, StoredEvent};
    use super::*;
    use crate::shared::connection::Key;
    use domain::recorded::{Receipt, Verdict};
    use domain::time::UtcMillis;

    #[test]
    fn a_reply_outlasts_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = DeviceStore::open(&folder.path().join("a.db"), &Key([7; 32])).unwrap();
        let (order, id) = (OrderId(Uuid::from_u128(1)), EventId(Uuid::from_u128(2)));
        let receipt = Receipt { position: 4, received_at: UtcMillis(5), verdict: Verdict::Admitted, judged_at_position: 4 };
        let event = StoredEvent {
            id,
            order,
            bytes: vec![1],
            predecessors: Vec::new(),
            sequence: Some(1),
            standing: EventStanding::Recorded(receipt),
        };
        let reply = StoredReply { order, content: vec![2; 32], reply: vec![3] };
        let kept = store.write(|session| -> Result<_, StoreError> {
            session.put_event(&event)?;
            session.put_reply(id, &reply)?;
            session.put_away(order)?;
            assert_eq!(session.event(id)?, None);
            session.reply(id)
        });
        assert_eq!(kept.unwrap(), Some(reply));
    }
}
