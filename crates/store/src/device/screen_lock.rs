//! The PIN of the lock screen, and the wrong tries in a row.

use rusqlite::{OptionalExtension, params};

use super::Session;
use crate::shared::error::StoreError;

/// The one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenLock {
    /// Argon2id, in PHC notation.
    pub pin: String,
    /// Wrong tries since the last right one.
    pub wrong_tries: u32,
}

impl Session<'_> {
    /// The lock; `None` while no PIN is set.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn screen_lock(&self) -> Result<Option<ScreenLock>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT pin, wrong_tries FROM screen_lock")?;
        Ok(statement.query_row([], |row| Ok(ScreenLock { pin: row.get(0)?, wrong_tries: row.get(1)? })).optional()?)
    }

    /// Puts a lock in the place of whatever was there.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_screen_lock(&self, lock: &ScreenLock) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("INSERT OR REPLACE INTO screen_lock (only, pin, wrong_tries) VALUES (1, ?1, ?2)")?;
        statement.execute(params![lock.pin, lock.wrong_tries])?;
        Ok(())
    }

    /// Takes the lock away: somebody enrols or logs out.
    ///
    /// # Errors
    /// As the database fails.
    pub fn remove_screen_lock(&self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM screen_lock", [])?;
        Ok(())
    }
}
