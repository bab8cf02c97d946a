//! Values of the domain in columns: ids as 16-byte blobs, days and identifiers as text, codes as they are written.

use std::str::FromStr;

use chrono::NaiveDate;
use domain::holder::NumberHolder;
use domain::identity::EventId;
use domain::recorded::Verdict;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{Error, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// An id as a blob of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(pub Uuid);

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Uuid::from_slice(value.as_blob()?).map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// The identifier of a unit variant (`in_progress`), as serde writes it.
pub fn identifier<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        other => other.map(|value| value.to_string()).unwrap_or_default(),
    }
}

/// Reads what [`identifier`] wrote.
///
/// # Errors
/// When the text is no variant of `T`.
pub fn from_identifier<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(|error| unreadable(column, error))
}

/// A day, written `2026-11-21`.
///
/// # Errors
/// When the text is no day.
pub fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<NaiveDate> {
    let text: String = row.get(column)?;
    NaiveDate::from_str(&text).map_err(|error| unreadable(column, error))
}

/// A day, or nothing.
///
/// # Errors
/// When the text is no day.
pub fn optional_day(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<NaiveDate>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| NaiveDate::from_str(&text).map_err(|error| unreadable(column, error))).transpose()
}

/// Whose a number was, by name and first day in this and the next column.
///
/// # Errors
/// When the first day is no day.
pub fn number_holder(row: &Row<'_>, column: usize) -> rusqlite::Result<NumberHolder> {
    Ok(NumberHolder { name: row.get(column)?, valid_from: day(row, column.saturating_add(1))? })
}

/// The failure to read a column.
pub fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// A number that is never negative, such as a position.
///
/// # Errors
/// When the stored number is negative.
pub fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(column, number))
}

/// A number that is never negative, or nothing.
///
/// # Errors
/// When the stored number is negative.
pub fn optional_unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    let number: Option<i64> = row.get(column)?;
    number.map(|number| u64::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(column, number))).transpose()
}

/// A position, number or revision as SQLite keeps it; saturates far beyond any real one.
pub fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Ids one after the other, 16 bytes each.
pub fn joined_ids(ids: &[EventId]) -> Vec<u8> {
    ids.iter().flat_map(|id| *id.0.as_bytes()).collect()
}

/// Reads what [`joined_ids`] wrote.
///
/// # Errors
/// When the length is no multiple of 16.
pub fn split_ids(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<EventId>> {
    let bytes = row.get_ref(column)?.as_blob()?;
    bytes.chunks(16).map(|chunk| Uuid::from_slice(chunk).map(EventId).map_err(|error| unreadable(column, error))).collect()
}

/// An id from a blob of 16 bytes.
///
/// # Errors
/// When the blob has another length.
pub fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get::<_, Id>(column).map(|id| id.0)
}

/// A verdict: `admitted`, or the reason why it was set aside.
pub fn verdict_text(verdict: Verdict) -> String {
    match verdict {
        Verdict::Admitted => "admitted".to_owned(),
        Verdict::SetAside(reason) => identifier(&reason),
    }
}

/// Reads what [`verdict_text`] wrote.
///
/// # Errors
/// When the text is no verdict.
pub fn verdict(row: &Row<'_>, column: usize) -> rusqlite::Result<Verdict> {
    let text: String = row.get(column)?;
    if text == "admitted" { Ok(Verdict::Admitted) } else { from_identifier(row, column).map(Verdict::SetAside) }
}
