//! Reference data in SQLite: rows go in by key and carry the revision with which they last changed; lookups are the same on
//! both sides.

mod find;
mod names;
mod prices;
mod rows;
pub(crate) mod search;
pub(crate) mod table;

pub use find::*;
pub use names::{Holding, ViewNames, department_label, in_campus, location_label, name_at, names_of_body, summary_names, view_names};
pub use prices::{part_price_on, part_prices_after, price_item_on, prices_of, take_prices};
pub use search::*;
pub(crate) use table::remove_all;
pub use table::{ReferenceRow, all, changed_since, upsert};

/// Script that makes the tables; the first part of the first migration on both sides.
#[cfg(test)]
pub(crate) const SCHEMA: &str = include_str!("../reference.sql");
