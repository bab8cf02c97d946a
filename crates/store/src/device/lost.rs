//! Numbers of own events that are not in this store any more.

use domain::identity::DeviceId;
use rusqlite::{OptionalExtension, params};

use super::Session;
use super::identity::{number, stored_number};
use crate::shared::column::Id;
use crate::shared::error::StoreError;

/// The most numbers that are written down at once: more than anybody records between two exchanges.
const MOST_LOST: u64 = 10_000;

/// The most ranges of missing numbers that a server names.
const MOST_RANGES: usize = 100;

impl Session<'_> {
    /// Who the device is, and the number of its last own event; `None` in an empty store.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn last_number(&self) -> Result<Option<(DeviceId, u64)>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT device, last_sequence FROM device")?;
        Ok(statement.query_row([], |row| Ok((DeviceId(row.get::<_, Id>(0)?.0), number(row, 1)?))).optional()?)
    }

    /// The next own event gets a number above this one.
    ///
    /// # Errors
    /// As the database fails.
    pub fn go_on_above(&self, number: u64) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("UPDATE device SET last_sequence = max(last_sequence, ?1)")?;
        statement.execute([stored_number(number)])?;
        Ok(())
    }

    /// Writes down that the events with the numbers `first..=last` are not here any more.
    ///
    /// # Errors
    /// As the database fails.
    pub fn lose_numbers(&self, first: u64, last: u64) -> Result<(), StoreError> {
        let first = first.max(last.saturating_sub(MOST_LOST));
        let mut statement = self.connection.prepare_cached("INSERT OR IGNORE INTO lost_numbers (number) VALUES (?1)")?;
        for lost in first..=last {
            statement.execute([stored_number(lost)])?;
        }
        Ok(())
    }

    /// Up to `limit` lost numbers, ascending.
    ///
    /// # Errors
    /// As the database fails.
    pub fn lost_numbers(&self, limit: usize) -> Result<Vec<u64>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT number FROM lost_numbers ORDER BY number LIMIT ?1")?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| number(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The server has every number up to `highest` except those in `missing` (inclusive ranges): what it has is not lost. A server
    /// that names as many ranges as it ever does may miss more beyond them.
    ///
    /// # Errors
    /// As the database fails.
    pub fn find_numbers(&self, highest: u64, missing: &[(u64, u64)]) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("DELETE FROM lost_numbers WHERE number BETWEEN ?1 AND ?2")?;
        let below: Vec<&(u64, u64)> = missing.iter().filter(|(first, _)| *first <= highest).collect();
        let highest = below.last().filter(|_| below.len() >= MOST_RANGES).map_or(highest, |(_, last)| *last);
        let mut next = 0;
        for (first, last) in below {
            statement.execute(params![stored_number(next), stored_number(first.saturating_sub(1))])?;
            next = last.saturating_add(1);
        }
        statement.execute(params![stored_number(next), stored_number(highest)])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::DeviceStore;
    use super::*;
    use crate::shared::connection::Key;

    #[test]
    fn beyond_the_last_range_that_a_server_names_nothing_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = DeviceStore::open(&folder.path().join("a.db"), &Key([7; 32])).unwrap();
        let every_second: Vec<(u64, u64)> = (1..=100).map(|number| (number * 2, number * 2)).collect();
        for (missing, left) in [(&every_second[..99], 99), (&every_second[..], 100 + 200)] {
            let found = store.write(|session| -> Result<_, StoreError> {
                session.lose_numbers(1, 400)?;
                session.find_numbers(400, missing)?;
                session.lost_numbers(1_000)
            });
            assert_eq!(found.unwrap().len(), left);
        }
    }
}
