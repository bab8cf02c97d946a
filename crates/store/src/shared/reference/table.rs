//! One set of statements for every reference table, built from the names of its columns.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::shared::error::StoreError;

/// A row of a reference table: the key columns come first in [`ReferenceRow::COLUMNS`], `revision` follows after all of them.
pub trait ReferenceRow: Sized {
    /// Name of the table.
    const TABLE: &'static str;
    /// Columns without `revision`, the key first.
    const COLUMNS: &'static [&'static str];
    /// How many of the columns are the key.
    const KEY: usize;

    /// The values, in the order of the columns.
    fn values(&self) -> Vec<Value>;

    /// Reads them back.
    ///
    /// # Errors
    /// When a value does not read as what it must be.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;

    /// Removes what this row replaces although its key differs; nothing for most tables.
    ///
    /// # Errors
    /// As the database fails.
    fn remove_replaced(&self, _connection: &Connection) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// Puts rows in by key. A row that is there already with the same values is left alone and keeps its revision.
/// Gives the number of rows that changed. Runs in the caller's transaction.
///
/// # Errors
/// As the database fails.
pub fn upsert<R: ReferenceRow>(connection: &Connection, rows: &[R], revision: u64) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached(&upsert_statement::<R>())?;
    let mut changed = 0_usize;
    for row in rows {
        row.remove_replaced(connection)?;
        let mut values = row.values();
        values.push(Value::Integer(i64::try_from(revision).unwrap_or(i64::MAX)));
        changed = changed.saturating_add(statement.execute(params_from_iter(values))?);
    }
    Ok(changed)
}

/// Every row, by key.
///
/// # Errors
/// As the database fails.
pub fn all<R: ReferenceRow>(connection: &Connection) -> Result<Vec<R>, StoreError> {
    changed_since(connection, 0)
}

/// The rows that changed after `revision`, by key.
///
/// # Errors
/// As the database fails.
pub fn changed_since<R: ReferenceRow>(connection: &Connection, revision: u64) -> Result<Vec<R>, StoreError> {
    let keys = R::COLUMNS.get(..R::KEY).unwrap_or_default().join(", ");
    let statement = format!("SELECT {} FROM {} WHERE revision > ?1 ORDER BY {keys}", R::COLUMNS.join(", "), R::TABLE);
    let mut statement = connection.prepare_cached(&statement)?;
    let rows = statement.query_map([i64::try_from(revision).unwrap_or(i64::MAX)], R::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Removes every row.
///
/// # Errors
/// As the database fails.
pub(crate) fn remove_all<R: ReferenceRow>(connection: &Connection) -> Result<(), StoreError> {
    connection.execute(&format!("DELETE FROM {}", R::TABLE), [])?;
    Ok(())
}

/// The one row that `condition` describes.
pub(crate) fn one<R: ReferenceRow>(
    connection: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Option<R>, StoreError> {
    Ok(many(connection, condition, parameters)?.into_iter().next())
}

/// The rows that `condition` describes; it may end in an `ORDER BY` and a `LIMIT`.
pub(crate) fn many<R: ReferenceRow>(
    connection: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<R>, StoreError> {
    let statement = format!("SELECT {} FROM {} WHERE {condition}", R::COLUMNS.join(", "), R::TABLE);
    let mut statement = connection.prepare_cached(&statement)?;
    let rows = statement.query_map(parameters, R::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn upsert_statement<R: ReferenceRow>() -> String {
    let (keys, rest) = R::COLUMNS.split_at_checked(R::KEY).unwrap_or_default();
    let places: Vec<String> = (1..=R::COLUMNS.len().saturating_add(1)).map(|place| format!("?{place}")).collect();
    let assignments: Vec<String> = rest.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let differences: Vec<String> =
        rest.iter().map(|column| format!("{table}.{column} IS NOT excluded.{column}", table = R::TABLE)).collect();
    format!(
        "INSERT INTO {table} ({columns}, revision) VALUES ({places}) ON CONFLICT ({keys}) DO UPDATE SET {assignments}, revision = excluded.revision WHERE {differences}",
        table = R::TABLE,
        columns = R::COLUMNS.join(", "),
        places = places.join(", "),
        keys = keys.join(", "),
        assignments = assignments.join(", "),
        differences = differences.join(" OR "),
    )
}

#[cfg(test)]
mod tests {
    use domain::identity::{DepartmentCode, StaffNo, WarehouseCode};
    use domain::reference::{DirectoryEntry, Validity, Warehouse};
    use domain::role::Role;

    use super::*;
    use crate::shared::reference::{SCHEMA, staff_on, staff_periods};

    fn reference() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        connection
    }

    fn warehouse(code: &str, name: &str) -> Warehouse {
        Warehouse { warehouse_code: WarehouseCode::from(code), name: name.to_owned(), campus_code: "C1".into() }
    }

    fn person(name: &str, from: &str, to: Option<&str>) -> DirectoryEntry {
        DirectoryEntry {
            staff_no: StaffNo::from("020007"),
            name: name.to_owned(),
            department_code: DepartmentCode::from("001002"),
            role: Role::Requester,
            team_code: None,
            validity: Validity { valid_from: from.parse().unwrap(), valid_to: to.map(|day| day.parse().unwrap()) },
        }
    }

    #[test]
    fn only_what_changed_gets_the_new_revision() {
        let connection = reference();
        assert_eq!(upsert(&connection, &[warehouse("K1", "中心库"), warehouse("K2", "东湖库")], 1).unwrap(), 2);
        assert_eq!(upsert(&connection, &[warehouse("K1", "中心库"), warehouse("K2", "东湖新库")], 2).unwrap(), 1);
        assert_eq!(changed_since::<Warehouse>(&connection, 1).unwrap(), [warehouse("K2", "东湖新库")]);
        assert_eq!(all::<Warehouse>(&connection).unwrap().len(), 2);
    }

    #[test]
    fn a_number_means_a_person_only_with_a_day() {
        let connection = reference();
        let rows = [person("潘勇", "2018-01-01", Some("2024-12-31")), person("白露", "2025-01-01", None)];
        upsert(&connection, &rows, 1).unwrap();
        let on = |day: &str| staff_on(&connection, &"020007".into(), day.parse().unwrap()).unwrap().map(|entry| entry.name);
        assert_eq!(on("2017-12-31"), None);
        assert_eq!(on("2018-01-01").as_deref(), Some("潘勇"));
        assert_eq!(on("2024-12-31").as_deref(), Some("潘勇"));
        assert_eq!(on("2025-01-01").as_deref(), Some("白露"));
    }

    #[test]
    fn a_corrected_first_day_replaces_the_row_and_an_earlier_period_stays() {
        let connection = reference();
        upsert(&connection, &[person("潘勇", "2010-01-01", Some("2012-12-31")), person("潘勇", "2018-01-01", None)], 1).unwrap();
        upsert(&connection, &[person("潘勇", "2018-03-01", None)], 2).unwrap();
        let periods = staff_periods(&connection, &"020007".into()).unwrap();
        let days: Vec<String> = periods.iter().map(|entry| entry.validity.valid_from.to_string()).collect();
        assert_eq!(days, ["2010-01-01", "2018-03-01"]);
    }
}
