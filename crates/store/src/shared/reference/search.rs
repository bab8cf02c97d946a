//! Finding things by what people type: every word has to be somewhere in the code or the names, in any order.

use chrono::NaiveDate;
use domain::reference::{Department, Location, PriceItem, SparePart};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::table::{ReferenceRow, many};
use crate::shared::error::StoreError;

/// Nobody types more words; a pasted text must not become a long statement.
const MOST_WORDS: usize = 8;
/// Rows that are in force on the day in the first parameter.
const IN_FORCE: &str = "valid_from <= ?1 AND (valid_to IS NULL OR valid_to >= ?1)";

/// The words of what people type. A dot stands between a campus and the place or department there where they are shown together.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| character.is_whitespace() || character == '·').filter(|word| !word.is_empty()).take(MOST_WORDS)
}

/// `%` and `_` mean themselves in what people type.
pub(crate) fn containing(word: &str) -> Value {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Value::Text(format!("%{escaped}%"))
}

/// A search: `searched` is what the words have to be in, `condition` and `order` may use what is in `values`.
struct Search<'a> {
    searched: &'a str,
    condition: &'a str,
    order: &'a str,
    values: Vec<Value>,
}

impl Search<'_> {
    fn find<R: ReferenceRow>(self, connection: &Connection, text: &str, limit: u32) -> Result<Vec<R>, StoreError> {
        let mut conditions = vec![self.condition.to_owned()];
        let mut values = self.values;
        for word in words(text) {
            values.push(containing(word));
            conditions.push(format!("{} LIKE ?{} ESCAPE '\\'", self.searched, values.len()));
        }
        many(connection, &format!("{} ORDER BY {} LIMIT {limit}", conditions.join(" AND "), self.order), params_from_iter(values))
    }
}

fn typed(text: &str) -> Value {
    Value::Text(text.trim().to_owned())
}

/// Parts whose code, name, brand or barcode contains every word of `text`; exact code first, then by code.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn search_parts(connection: &Connection, text: &str, limit: u32) -> Result<Vec<SparePart>, StoreError> {
    let search = Search {
        searched: "(part_code || ' ' || name || ' ' || brand || ' ' || coalesce(supplier_barcode, ''))",
        condition: "?1 IS NOT NULL",
        order: "part_code <> ?1, part_code",
        values: vec![typed(text)],
    };
    search.find(connection, text, limit)
}

/// Places whose code or words contain every word of `text`; exact code first.
///
/// # Errors
/// As the database fails.
pub fn search_locations(connection: &Connection, text: &str, limit: u32) -> Result<Vec<Location>, StoreError> {
    let search = Search {
        // People also type building, floor and room in one.
        searched: "(location_code || ' ' || building || floor || room)",
        condition: "?1 IS NOT NULL",
        order: "location_code <> ?1, location_code",
        values: vec![typed(text)],
    };
    search.find(connection, text, limit)
}

/// Departments that exist on `day` and whose code or name contains every word of `text`; exact code first.
///
/// # Errors
/// As the database fails.
pub fn search_departments(connection: &Connection, text: &str, day: NaiveDate, limit: u32) -> Result<Vec<Department>, StoreError> {
    let search = Search {
        searched: "(department_code || ' ' || name)",
        condition: IN_FORCE,
        order: "department_code <> ?2, department_code",
        values: vec![Value::Text(day.to_string()), typed(text)],
    };
    search.find(connection, text, limit)
}

/// Labour items in force on `day` whose code or name contains every word of `text`; `trade` first where given, exact code
/// before all.
///
/// # Errors
/// As the database fails.
pub fn search_price_items(
    connection: &Connection,
    text: &str,
    trade: Option<&str>,
    day: NaiveDate,
    limit: u32,
) -> Result<Vec<PriceItem>, StoreError> {
    let trade = trade.map_or(Value::Null, |trade| Value::Text(trade.to_owned()));
    let search = Search {
        searched: "(item_code || ' ' || name)",
        condition: IN_FORCE,
        order: "item_code <> ?2, trade IS NOT ?3, item_code",
        values: vec![Value::Text(day.to_string()), typed(text), trade],
    };
    search.find(connection, text, limit)
}
