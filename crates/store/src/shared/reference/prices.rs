//! Prices: one on a day, or every period of what one order uses.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::assess::{LabourPrice, PartPrice, Prices};
use domain::identity::{ItemCode, PartCode};
use domain::reference::{PartPriceFrom, PriceItem};
use domain::state::OrderState;
use rusqlite::Connection;

use super::table::{many, one};
use crate::shared::error::StoreError;

/// The price of a part in force on `day`.
///
/// # Errors
/// As the database fails.
pub fn part_price_on(connection: &Connection, part: &PartCode, day: NaiveDate) -> Result<Option<PartPriceFrom>, StoreError> {
    one(connection, "part_code = ?1 AND valid_from <= ?2 ORDER BY valid_from DESC LIMIT 1", [part.as_str(), &day.to_string()])
}

/// The labour item in force on `day`.
///
/// # Errors
/// As the database fails.
pub fn price_item_on(connection: &Connection, item: &ItemCode, day: NaiveDate) -> Result<Option<PriceItem>, StoreError> {
    let condition = "item_code = ?1 AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to >= ?2) ORDER BY valid_from DESC LIMIT 1";
    one(connection, condition, [item.as_str(), &day.to_string()])
}

/// The prices of parts that begin after `day`.
///
/// # Errors
/// As the database fails.
pub fn part_prices_after(connection: &Connection, day: NaiveDate) -> Result<Vec<PartPriceFrom>, StoreError> {
    many(connection, "valid_from > ?1 ORDER BY part_code, valid_from", [day.to_string()])
}

/// All periods of the prices that an order needs, for [`domain::assess::assess`].
///
/// # Errors
/// As the database fails.
pub fn prices_of(connection: &Connection, state: &OrderState) -> Result<Prices, StoreError> {
    let mut prices = Prices::default();
    take_prices(connection, &mut prices, state)?;
    Ok(prices)
}

/// Adds the periods that an order needs and `prices`, which are its own, do not have yet.
///
/// # Errors
/// As the database fails.
pub fn take_prices(connection: &Connection, prices: &mut Prices, state: &OrderState) -> Result<(), StoreError> {
    let mut parts: BTreeSet<&PartCode> = state.moves.iter().map(|movement| &movement.part).collect();
    let mut items: BTreeSet<&ItemCode> = state.labour.iter().map(|line| &line.item).collect();
    parts.retain(|part| prices.parts.iter().all(|price| price.part != **part));
    items.retain(|item| prices.labour.iter().all(|price| price.item != **item));
    for part in parts {
        let periods: Vec<PartPriceFrom> = many(connection, "part_code = ?1 ORDER BY valid_from", [part.as_str()])?;
        prices.parts.extend(periods.into_iter().map(part_price));
    }
    for item in items {
        let periods: Vec<PriceItem> = many(connection, "item_code = ?1 ORDER BY valid_from", [item.as_str()])?;
        prices.labour.extend(periods.into_iter().map(labour_price));
    }
    Ok(())
}

fn part_price(row: PartPriceFrom) -> PartPrice {
    PartPrice { part: row.part_code, unit_price_fen: row.unit_price_fen, valid_from: row.valid_from }
}

fn labour_price(row: PriceItem) -> LabourPrice {
    LabourPrice {
        item: row.item_code,
        unit_price_fen: row.unit_price_fen,
        includes_material: row.includes_material,
        validity: row.validity,
    }
}
