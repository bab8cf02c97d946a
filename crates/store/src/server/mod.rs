//! The store of the server: the one log, the events clustered by order, rows, scope, devices, accounts.
//! Functions take the connection of the caller's transaction, so that what belongs together is committed together.

pub mod accounts;
pub mod audit;
pub mod backup;
pub mod campus;
pub mod checks;
pub mod confirmations;
pub mod counters;
mod creating;
pub mod devices;
pub mod digest;
pub mod enrolment;
pub mod events;
pub mod held;
pub mod idempotency;
pub mod log;
pub mod meta;
pub mod orders;
#[cfg(test)]
mod plan;
pub mod reference;
pub mod review;
pub mod scope;
pub mod sequences;
pub mod unverified;

use std::path::Path;
use std::time::Duration;

use rusqlite::TransactionBehavior;

use crate::Database;
use crate::shared::connection;
use crate::shared::error::StoreError;
use crate::shared::migration::{migrate, version};

/// The scripts that make the schema, oldest first.
const MIGRATIONS: &[&str] = &[concat!(include_str!("../shared/reference.sql"), include_str!("migrations/001_first.sql"))];

/// File name of the server's database inside its data folder.
pub const FILE_NAME: &str = "plantroom-server.db";

/// One connection to the server's database. Several may be open, in several processes.
pub struct ServerStore {
    database: Database,
}

impl ServerStore {
    /// Opens the database in `folder`, which must exist; makes it where there is none. One that is empty or holds nothing of
    /// this program was damaged, and is left as it is.
    ///
    /// # Errors
    /// [`StoreError`], [`StoreError::Newer`] and [`StoreError::Damaged`] among them.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_file(&folder.join(FILE_NAME))
    }

    /// As [`Self::open`], under another name: a copy that is made or put back.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_file(file: &Path) -> Result<Self, StoreError> {
        creating::make_where_missing(file)?;
        let mut database = connection::open(file, None)?;
        if version(&database)? == 0 {
            return Err(StoreError::Damaged(format!("{} holds nothing of this program", file.display())));
        }
        migrate(&mut database, MIGRATIONS)?;
        Ok(Self { database })
    }

    /// Runs `work` in one transaction that may write; what it wrote is durable when this returns `Ok`.
    ///
    /// # Errors
    /// Those of `work`, after rolling back, and those of the database.
    pub fn write<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&Database) -> Result<T, E>) -> Result<T, E> {
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let result = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(result)
    }

    /// As [`Self::write`], unless somebody else is writing just now: then `None`, and nothing was done.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_if_free<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&Database) -> Result<T, E>) -> Result<Option<T>, E> {
        self.database.busy_timeout(Duration::ZERO).map_err(StoreError::from)?;
        let written = self.write_at_once(work);
        self.database.busy_timeout(connection::BUSY_WAIT).map_err(StoreError::from)?;
        written
    }

    fn write_at_once<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&Database) -> Result<T, E>) -> Result<Option<T>, E> {
        let transaction = match self.database.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from) {
            Ok(transaction) => transaction,
            Err(StoreError::Busy) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let result = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(Some(result))
    }

    /// Runs `work` on one consistent view of the database.
    ///
    /// # Errors
    /// Those of `work` and those of the database.
    pub fn read<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&Database) -> Result<T, E>) -> Result<T, E> {
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Deferred).map_err(StoreError::from)?;
        work(&transaction)
    }
}
