//! Which orders are compared with the server's: those whose content is damaged here, and any other in its turn.

use domain::identity::{EventId, OrderId};
use rusqlite::OptionalExtension;

use super::Session;
use crate::shared::column::Id;
use crate::shared::error::StoreError;

impl Session<'_> {
    /// The content of an order is damaged here: it is asked for anew.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn want(&self, order: OrderId) -> Result<(), StoreError> {
        self.connection.prepare_cached("INSERT OR IGNORE INTO wanted (order_id) VALUES (?1)")?.execute([Id(order.0)])?;
        Ok(())
    }

    /// The server has answered about an order that was asked for.
    ///
    /// # Errors
    /// As the database fails.
    pub fn no_longer_want(&self, order: OrderId) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM wanted WHERE order_id = ?1")?.execute([Id(order.0)])?;
        Ok(())
    }

    /// Up to `limit` orders that are wanted.
    ///
    /// # Errors
    /// As the database fails.
    pub fn wanted(&self, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT order_id FROM wanted LIMIT ?1")?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }

    /// Any order with a row here; another one for another `number`, so that numbers without a pattern reach all of them.
    ///
    /// # Errors
    /// As the database fails.
    pub fn any_order(&self, number: u64) -> Result<Option<OrderId>, StoreError> {
        let most =
            self.connection.prepare_cached("SELECT max(number_here) FROM orders")?.query_row([], |row| row.get::<_, Option<i64>>(0))?;
        let Some(turn) = most.and_then(|most| i64::try_from(number).unwrap_or(i64::MAX).checked_rem(most)) else { return Ok(None) };
        let mut statement =
            self.connection.prepare_cached("SELECT order_id FROM orders WHERE number_here > ?1 ORDER BY number_here LIMIT 1")?;
        let order: Option<Id> = statement.query_row([turn], |row| row.get(0)).optional()?;
        Ok(order.map(|id| OrderId(id.0)))
    }

    /// Removes what the server has sent of an order and sends anew, `arriving`; own events keep id, number and standing, and
    /// their content while they wait. What does not arrive again stays as it is.
    ///
    /// # Errors
    /// As the database fails.
    pub fn make_room_for(&self, order: OrderId, arriving: &[EventId]) -> Result<(), StoreError> {
        for event in arriving {
            self.drop_received_event(order, *event)?;
        }
        self.connection.prepare_cached("DELETE FROM orders WHERE order_id = ?1")?.execute([Id(order.0)])?;
        Ok(())
    }
}
