//! By which program the rows of orders were derived.

use domain::identity::OrderId;
use rusqlite::OptionalExtension;

use super::Session;
use crate::shared::column::Id;
use crate::shared::error::StoreError;

impl Session<'_> {
    /// The program that derived the rows; `None` in a new store.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn derived_by(&self) -> Result<Option<String>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT program FROM derivation")?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?)
    }

    /// Every row is of this program.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_derived_by(&self, program: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached("INSERT OR REPLACE INTO derivation (only, program) VALUES (1, ?1)")?.execute([program])?;
        Ok(())
    }

    /// The orders whose rows were derived here, and did not come from the server with their pack.
    ///
    /// # Errors
    /// As the database fails.
    pub fn derived_orders(&self) -> Result<Vec<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT order_id FROM orders WHERE packed IS NULL")?;
        let rows = statement.query_map([], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }
}
