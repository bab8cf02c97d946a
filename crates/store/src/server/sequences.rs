//! Which numbers of a device's events have arrived. A gap shows loss; a restored device continues above the highest.

use domain::identity::DeviceId;
use rusqlite::params;

use crate::Database;
use crate::shared::column::{Id, signed, unsigned};
use crate::shared::error::StoreError;

/// The arrived numbers as inclusive ranges that never touch, ascending.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn ranges(database: &Database, device: DeviceId) -> Result<Vec<(u64, u64)>, StoreError> {
    let mut statement = database.prepare_cached("SELECT first, last FROM device_sequences WHERE device_id = ?1 ORDER BY first")?;
    let rows = statement.query_map([Id(device.0)], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Adds the numbers `first..=last`. Ranges that they meet or touch become one with them.
///
/// # Errors
/// As the database fails.
pub fn add(database: &Database, device: DeviceId, first: u64, last: u64) -> Result<(), StoreError> {
    let (below, above) = (signed(first.saturating_sub(1)), signed(last.saturating_add(1)));
    let mut touched = database
        .prepare_cached("DELETE FROM device_sequences WHERE device_id = ?1 AND first <= ?3 AND last >= ?2 RETURNING first, last")?;
    let rows = touched.query_map(params![Id(device.0), below, above], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)))?;
    let mut joined = (first, last);
    for row in rows {
        let (first, last) = row?;
        joined = (joined.0.min(first), joined.1.max(last));
    }
    let mut insert = database.prepare_cached("INSERT INTO device_sequences (device_id, first, last) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![Id(device.0), signed(joined.0), signed(joined.1)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::ServerStore;
    use uuid::Uuid;

    #[track_caller]
    fn check(numbers: &[(u64, u64)], expected: &[(u64, u64)]) {
        let folder = tempfile::TempDir::new().unwrap();
        let mut store = ServerStore::open(folder.path()).unwrap();
        let device = DeviceId(Uuid::from_u128(7));
        let found = store.write(|database| -> Result<_, StoreError> {
            numbers.iter().try_for_each(|(first, last)| add(database, device, *first, *last))?;
            ranges(database, device)
        });
        assert_eq!(found.unwrap(), expected, "{numbers:?}");
    }

    #[test]
    fn ranges_grow_join_and_never_touch() {
        check(&[], &[]);
        check(&[(1, 1), (2, 2), (3, 3)], &[(1, 3)]);
        check(&[(3, 3), (2, 2), (1, 1)], &[(1, 3)]);
        check(&[(1, 1), (3, 3), (2, 2)], &[(1, 3)]);
        check(&[(1, 1), (1, 1), (3, 3), (2, 2), (2, 2)], &[(1, 3)]);
        check(&[(5, 5), (1, 1), (8, 9), (2, 2)], &[(1, 2), (5, 5), (8, 9)]);
        check(&[(2, 2), (4, 5), (8, 9), (3, 7)], &[(2, 9)]);
        check(&[(1, 9), (3, 4)], &[(1, 9)]);
        check(&[(3, 4), (1, 9), (0, 0)], &[(0, 9)]);
    }
}
