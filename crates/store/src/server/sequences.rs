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

/// Adds a number; one that is there already changes nothing.
///
/// # Errors
/// As the database fails.
pub fn add(database: &Database, device: DeviceId, number: u64) -> Result<(), StoreError> {
    // Extending the range that ends just below is the usual case and costs one statement.
    let mut extend = database.prepare_cached("UPDATE device_sequences SET last = ?2 WHERE device_id = ?1 AND last = ?2 - 1")?;
    let extended = extend.execute(params![Id(device.0), signed(number)])? > 0;
    if !extended && !contains(database, device, number)? {
        let mut insert = database.prepare_cached("INSERT INTO device_sequences (device_id, first, last) VALUES (?1, ?2, ?2)")?;
        insert.execute(params![Id(device.0), signed(number)])?;
    }
    join_above(database, device, number)
}

fn contains(database: &Database, device: DeviceId, number: u64) -> Result<bool, StoreError> {
    let mut statement =
        database.prepare_cached("SELECT EXISTS (SELECT 1 FROM device_sequences WHERE device_id = ?1 AND first <= ?2 AND last >= ?2)")?;
    Ok(statement.query_row(params![Id(device.0), signed(number)], |row| row.get(0))?)
}

/// A range that begins just above the one ending in `number` becomes part of it.
fn join_above(database: &Database, device: DeviceId, number: u64) -> Result<(), StoreError> {
    let above = signed(number.saturating_add(1));
    let mut grow = database.prepare_cached(
        "UPDATE device_sequences SET last = (SELECT upper.last FROM device_sequences AS upper WHERE upper.device_id = ?1 AND upper.first = ?3)
         WHERE device_id = ?1 AND last = ?2 AND EXISTS (SELECT 1 FROM device_sequences WHERE device_id = ?1 AND first = ?3)",
    )?;
    if grow.execute(params![Id(device.0), signed(number), above])? > 0 {
        let mut remove = database.prepare_cached("DELETE FROM device_sequences WHERE device_id = ?1 AND first = ?2")?;
        remove.execute(params![Id(device.0), above])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::ServerStore;
    use uuid::Uuid;

    #[track_caller]
    fn check(numbers: &[u64], expected: &[(u64, u64)]) {
        let folder = tempfile::TempDir::new().unwrap();
        let mut store = ServerStore::open(folder.path()).unwrap();
        let device = DeviceId(Uuid::from_u128(7));
        let found = store.write(|database| -> Result<_, StoreError> {
            numbers.iter().try_for_each(|number| add(database, device, *number))?;
            ranges(database, device)
        });
        assert_eq!(found.unwrap(), expected, "{numbers:?}");
    }

    #[test]
    fn ranges_grow_join_and_never_touch() {
        check(&[], &[]);
        check(&[1, 2, 3], &[(1, 3)]);
        check(&[3, 2, 1], &[(1, 3)]);
        check(&[1, 3, 2], &[(1, 3)]);
        check(&[1, 1, 3, 3, 2, 2], &[(1, 3)]);
        check(&[5, 1, 9, 2, 8], &[(1, 2), (5, 5), (8, 9)]);
        check(&[2, 1, 4, 5, 3], &[(1, 5)]);
    }
}
