//! Copies of the server's database: made while it is in use, and put in its place.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::ServerStore;
use crate::Database;
use crate::shared::error::StoreError;

/// All pages in one step: a copy in several begins anew whenever somebody has written in between, and might never end.
const ALL_PAGES: i32 = -1;

impl ServerStore {
    /// Copies the database as it is at one moment into `file`, which must be empty or missing. Nobody who writes waits for it.
    ///
    /// # Errors
    /// As either database fails; what lies in `file` is then no copy.
    pub fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let mut copy = Connection::open(file)?;
        match Backup::new(&self.database, &mut copy)?.step(ALL_PAGES)? {
            StepResult::Done => Ok(()),
            _ => Err(StoreError::Busy),
        }
    }

    /// Closes the database so that all of it lies in its one file, which needs no journal beside it to be read.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while it is open elsewhere; as the database fails.
    pub fn close_as_one_file(self) -> Result<(), StoreError> {
        self.database.pragma_update(None, "journal_mode", "delete")?;
        self.database.close().map_err(|(_, error)| error.into())
    }
}

/// Ends what an older copy cannot know to have ended since: sessions, and one-time codes that may have been used.
///
/// # Errors
/// As the database fails.
pub fn end_sessions_and_codes(database: &Database) -> Result<(), StoreError> {
    database.execute("DELETE FROM sessions", [])?;
    database.execute("DELETE FROM enrolment_codes WHERE used_by IS NULL", [])?;
    Ok(())
}
