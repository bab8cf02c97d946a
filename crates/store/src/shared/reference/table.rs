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

/// The one row that `condition` describes.
pub(crate) fn one<R: ReferenceRow>(connection: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Option<R>, StoreError> {
    Ok(many(connection, condition, parameters)?.into_iter().next())
}

/// The rows that `condition` describes; it may end in an `ORDER BY` and a `LIMIT`.
pub(crate) fn many<R: ReferenceRow>(connection: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<R>, StoreError> {
    let statement = format!("SELECT {} FROM {} WHERE {condition}", R::COLUMNS.join(", "), R::TABLE);
    let mut statement = connection.prepare_cached(&statement)?;
    let rows = statement.query_map(parameters, R::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn upsert_statement<R: ReferenceRow>() -> String {
    let (keys, rest) = R::COLUMNS.split_at_checked(R::KEY).unwrap_or_default();
    let places: Vec<String> = (1..=R::COLUMNS.len().saturating_add(1)).map(|place| format!("?{place}")).collect();
    let assignments: Vec<String> = rest.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let differences: Vec<String> = rest.iter().map(|column| format!("{table}.{column} IS NOT excluded.{column}", table = R::TABLE)).collect();
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
