//! Finding things by what people type: any part of the code or the name.

use chrono::NaiveDate;
use domain::reference::{Department, Location, PriceItem, SparePart};
use rusqlite::{Connection, params};

use super::table::many;
use crate::shared::error::StoreError;

/// `%` and `_` mean themselves in what people type.
fn containing(text: &str) -> String {
    let escaped = text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Parts whose code, name, brand or barcode contains `text`; exact code first, then by code.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn search_parts(connection: &Connection, text: &str, limit: u32) -> Result<Vec<SparePart>, StoreError> {
    let condition =
        "part_code LIKE ?1 ESCAPE '\\' OR name LIKE ?1 ESCAPE '\\' OR brand LIKE ?1 ESCAPE '\\' OR supplier_barcode LIKE ?1 ESCAPE '\\'
        ORDER BY part_code <> ?2, part_code LIMIT ?3";
    many(connection, condition, params![containing(text), text.trim(), limit])
}

/// Places whose code or words contain `text`; exact code first.
///
/// # Errors
/// As the database fails.
pub fn search_locations(connection: &Connection, text: &str, limit: u32) -> Result<Vec<Location>, StoreError> {
    let condition = "location_code LIKE ?1 ESCAPE '\\' OR building || ' ' || floor || ' ' || room LIKE ?1 ESCAPE '\\'
        OR building || floor || room LIKE ?1 ESCAPE '\\' ORDER BY location_code <> ?2, location_code LIMIT ?3";
    many(connection, condition, params![containing(text), text.trim(), limit])
}

/// Departments that exist on `day` and whose code or name contains `text`; exact code first.
///
/// # Errors
/// As the database fails.
pub fn search_departments(connection: &Connection, text: &str, day: NaiveDate, limit: u32) -> Result<Vec<Department>, StoreError> {
    let condition = "valid_from <= ?4 AND (valid_to IS NULL OR valid_to >= ?4)
        AND (department_code LIKE ?1 ESCAPE '\\' OR name LIKE ?1 ESCAPE '\\') ORDER BY department_code <> ?2, department_code LIMIT ?3";
    many(connection, condition, params![containing(text), text.trim(), limit, day.to_string()])
}

/// Labour items in force on `day` whose code or name contains `text`; `trade` first where given, exact code before all.
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
    let condition = "valid_from <= ?4 AND (valid_to IS NULL OR valid_to >= ?4)
        AND (item_code LIKE ?1 ESCAPE '\\' OR name LIKE ?1 ESCAPE '\\')
        ORDER BY item_code <> ?2, trade IS NOT ?5, item_code LIMIT ?3";
    many(connection, condition, params![containing(text), text.trim(), limit, day.to_string(), trade])
}
