//! Putting orders away: their content goes, ids, numbers, replies and unsent events stay.

use domain::identity::{EventId, OrderId};
use domain::recorded::HeldReason;
use domain::time::UtcMillis;
use rusqlite::params;

use super::Session;
use crate::shared::column::{Id, identifier};
use crate::shared::error::StoreError;

/// An event of others: nobody here was ever answered about it.
const NOT_OWN: &str = "sequence IS NULL AND NOT EXISTS (SELECT 1 FROM replies WHERE replies.number_here = events.number_here)";
/// An event that the server has for good: admitted, or looked at and left. What is set aside and waits for somebody stays here, because a
/// server that is restored may have lost it.
const TAKEN: &str = "state IN ('stored', 'left')";

const SENT_AND_TO_PUT_AWAY: &str = "SELECT order_id FROM orders WHERE generation = -1
    AND NOT EXISTS (SELECT 1 FROM events WHERE events.order_id = orders.order_id
        AND (state = 'unsent' OR state = 'held' AND held_reason = ?1))
    AND (NOT EXISTS (SELECT 1 FROM events WHERE events.order_id = orders.order_id AND state = 'held' AND held_reason = ?2)
        OR EXISTS (SELECT 1 FROM events WHERE events.order_id = orders.order_id AND state = 'held' AND held_reason <> ?2))
    AND (EXISTS (SELECT 1 FROM events WHERE events.order_id = orders.order_id AND state NOT IN ('held', 'refused', 'left'))
        OR NOT EXISTS (SELECT 1 FROM events WHERE events.order_id = orders.order_id))";

impl Session<'_> {
    /// Puts an order away. Events that the server has not acknowledged keep their content until it has.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn put_away(&self, order: OrderId) -> Result<(), StoreError> {
        self.drop_received_content(order)?;
        self.connection.prepare_cached("DELETE FROM orders WHERE order_id = ?1")?.execute([Id(order.0)])?;
        self.connection.prepare_cached("INSERT OR IGNORE INTO away (order_id) VALUES (?1)")?.execute([Id(order.0)])?;
        Ok(())
    }

    /// Whether an order was put away and has not come back.
    ///
    /// # Errors
    /// As the database fails.
    pub fn is_away(&self, order: OrderId) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM away WHERE order_id = ?1")?.exists([Id(order.0)])?)
    }

    /// The order is back.
    ///
    /// # Errors
    /// As the database fails.
    pub fn bring_back(&self, order: OrderId) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM away WHERE order_id = ?1")?.execute([Id(order.0)])?;
        Ok(())
    }

    /// Removes the content of what the server has acknowledged: events of others go, own ones keep id, number, standing and
    /// reply.
    ///
    /// # Errors
    /// As the database fails.
    pub fn drop_received_content(&self, order: OrderId) -> Result<(), StoreError> {
        self.connection.prepare_cached(&format!("DELETE FROM events WHERE order_id = ?1 AND {NOT_OWN}"))?.execute([Id(order.0)])?;
        self.connection
            .prepare_cached(&format!("UPDATE events SET bytes = NULL WHERE order_id = ?1 AND {TAKEN}"))?
            .execute([Id(order.0)])?;
        Ok(())
    }

    /// The same for one event.
    pub(super) fn drop_received_event(&self, order: OrderId, event: EventId) -> Result<(), StoreError> {
        let ids = params![Id(order.0), Id(event.0)];
        self.connection.prepare_cached(&format!("DELETE FROM events WHERE order_id = ?1 AND id = ?2 AND {NOT_OWN}"))?.execute(ids)?;
        let statement = format!("UPDATE events SET bytes = NULL WHERE order_id = ?1 AND id = ?2 AND {TAKEN}");
        self.connection.prepare_cached(&statement)?.execute(ids)?;
        Ok(())
    }

    /// Up to `limit` orders that were done before `instant` and have no event that waits for the server.
    ///
    /// # Errors
    /// As the database fails.
    pub fn done_before(&self, instant: UtcMillis, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT order_id FROM orders WHERE listing = 2 AND sort_at > ?1 AND NOT EXISTS (
                 SELECT 1 FROM events WHERE events.order_id = orders.order_id AND events.state IN ('unsent', 'held', 'refused')) LIMIT ?2",
        )?;
        let oldest_first = instant.0.saturating_neg();
        let rows = statement.query_map(params![oldest_first, i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }

    /// The server did not send this order again, but has not answered yet about what is offered of it.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_away_once_sent(&self, order: OrderId) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("UPDATE orders SET generation = -1 WHERE order_id = ?1")?;
        statement.execute([Id(order.0)])?;
        Ok(())
    }

    /// Those orders of [`Self::put_away_once_sent`] about which the server has answered and which it has not sent since: they are not
    /// this device's to see. One of which the server only says that something before it is missing may be lost there, and one of which it
    /// has taken nothing in yet, its report neither, nobody else can show: both stay where they can be seen.
    ///
    /// # Errors
    /// As the database fails.
    pub fn sent_and_to_put_away(&self) -> Result<Vec<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached(SENT_AND_TO_PUT_AWAY)?;
        let [no_room, missing] = [HeldReason::TooManyHeld, HeldReason::PredecessorMissing].map(|reason| identifier(&reason));
        let rows = statement.query_map([no_room, missing], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }

    /// Orders that an earlier first sync brought, or this device made, and the present one did not bring.
    ///
    /// # Errors
    /// As the database fails.
    pub fn of_earlier_generations(&self, generation: i64) -> Result<Vec<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT order_id FROM orders WHERE generation < ?1")?;
        let rows = statement.query_map([generation], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }
}
