//! Different numbers whose names were asked for lately.

use domain::identity::StaffNo;
use domain::time::UtcMillis;
use rusqlite::params;

use super::Session;
use crate::shared::error::StoreError;

/// A number, and when its name was first asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    /// The number as it was understood.
    pub staff_no: StaffNo,
    /// When, by this device's clock.
    pub at: UtcMillis,
}

impl Session<'_> {
    /// What was asked for from `from` to `to`, oldest first.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn look_ups(&self, from: UtcMillis, to: UtcMillis) -> Result<Vec<LookUp>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT staff_no, at FROM look_ups WHERE at BETWEEN ?1 AND ?2 ORDER BY at, staff_no")?;
        let rows = statement.query_map([from.0, to.0], |row| Ok(LookUp { staff_no: StaffNo(row.get(0)?), at: UtcMillis(row.get(1)?) }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Writes down that a name was asked for, and forgets what lies outside of `from` to `to`.
    ///
    /// # Errors
    /// As the database fails.
    pub fn note_look_up(&self, look_up: &LookUp, from: UtcMillis, to: UtcMillis) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM look_ups WHERE at NOT BETWEEN ?1 AND ?2")?.execute([from.0, to.0])?;
        let mut statement = self.connection.prepare_cached("INSERT OR IGNORE INTO look_ups (staff_no, at) VALUES (?1, ?2)")?;
        statement.execute(params![look_up.staff_no.as_str(), look_up.at.0])?;
        Ok(())
    }
}
