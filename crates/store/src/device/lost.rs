//! Numbers of own events that are not in this store any more.

use domain::identity::DeviceId;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, params};

use super::Session;
use crate::shared::column::{Id, optional_unsigned, signed, unsigned};
use crate::shared::error::StoreError;

/// The most numbers that are written down at once: more than anybody records between two exchanges.
const MOST_LOST: u64 = 10_000;

/// The most ranges of missing numbers that a server names.
const MOST_RANGES: usize = 100;

/// A number of an own event that is not here any more; 0 for those that another phone of the person recorded and this one offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostNumber {
    /// The number.
    pub number: u64,
    /// When the person said to have read that it is lost.
    pub acknowledged_at: Option<UtcMillis>,
}

impl Session<'_> {
    /// Who the device is, and the number of its last own event; `None` in an empty store.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn last_number(&self) -> Result<Option<(DeviceId, u64)>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT device, last_sequence FROM device")?;
        Ok(statement.query_row([], |row| Ok((DeviceId(row.get::<_, Id>(0)?.0), unsigned(row, 1)?))).optional()?)
    }

    /// The next own event gets a number above this one.
    ///
    /// # Errors
    /// As the database fails.
    pub fn go_on_above(&self, number: u64) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("UPDATE device SET last_sequence = max(last_sequence, ?1)")?;
        statement.execute([signed(number)])?;
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
            statement.execute([signed(lost)])?;
        }
        Ok(())
    }

    /// Up to `limit` lost numbers of which nobody has said yet to have read it, ascending.
    ///
    /// # Errors
    /// As the database fails.
    pub fn lost_numbers(&self, limit: usize) -> Result<Vec<u64>, StoreError> {
        self.lost_where("acknowledged_at IS NULL", limit)
    }

    /// Up to `limit` lost numbers that the person has read, ascending.
    ///
    /// # Errors
    /// As the database fails.
    pub fn acknowledged_lost_numbers(&self, limit: usize) -> Result<Vec<u64>, StoreError> {
        self.lost_where("acknowledged_at IS NOT NULL", limit)
    }

    fn lost_where(&self, condition: &str, limit: usize) -> Result<Vec<u64>, StoreError> {
        let statement = format!("SELECT number FROM lost_numbers WHERE {condition} ORDER BY number LIMIT ?1");
        let mut statement = self.connection.prepare_cached(&statement)?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| unsigned(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every lost number, for a store that takes the place of this one.
    pub(super) fn every_lost_number(&self) -> Result<Vec<LostNumber>, StoreError> {
        let mut statement = self.connection.prepare("SELECT number, acknowledged_at FROM lost_numbers")?;
        let rows = statement.query_map([], |row| {
            Ok(LostNumber { number: unsigned(row, 0)?, acknowledged_at: row.get::<_, Option<i64>>(1)?.map(UtcMillis) })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Writes down that the person has read that these numbers are lost; the record of it stays.
    ///
    /// # Errors
    /// As the database fails.
    pub fn acknowledge_lost_numbers(&self, numbers: &[u64], at: UtcMillis) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("UPDATE lost_numbers SET acknowledged_at = ?2 WHERE number = ?1 AND acknowledged_at IS NULL")?;
        for lost in numbers {
            statement.execute([signed(*lost), at.0])?;
        }
        Ok(())
    }

    /// The number up to which the server has every own event, except those that are lost and of which the person has said to have
    /// read it; `None` in an empty store.
    ///
    /// # Errors
    /// As the database fails.
    pub fn delivered_up_to(&self) -> Result<Option<u64>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT min(sequence) FROM events
             WHERE sequence IS NOT NULL AND state <> 'stored' AND state IN ('unsent', 'held', 'refused') AND sequence > 0",
        )?;
        let first_waiting = statement.query_row([], |row| optional_unsigned(row, 0))?;
        let mut statement =
            self.connection.prepare_cached("SELECT min(number) FROM lost_numbers WHERE acknowledged_at IS NULL AND number > 0")?;
        let first_lost = statement.query_row([], |row| optional_unsigned(row, 0))?;
        let first = first_waiting.into_iter().chain(first_lost).min();
        Ok(self.last_number()?.map(|(_, last)| first.map_or(last, |first| first.saturating_sub(1).min(last))))
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
        let mut next = 1;
        for (first, last) in below {
            statement.execute(params![signed(next), signed(first.saturating_sub(1))])?;
            next = last.saturating_add(1);
        }
        statement.execute(params![signed(next), signed(highest)])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::DeviceStore;
    use super::*;
    use crate::shared::connection::Key;

    #[test]
    fn what_another_phone_recorded_is_not_found_under_numbers_of_this_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = DeviceStore::open(&folder.path().join("a.db"), &Key([7; 32])).unwrap();
        let left = store.write(|session| -> Result<_, StoreError> {
            session.lose_numbers(0, 3)?;
            session.find_numbers(3, &[(2, 2)])?;
            session.lost_numbers(10)
        });
        assert_eq!(left.unwrap(), [0, 2]);
    }

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
