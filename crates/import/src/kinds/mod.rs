//! The kinds of file, one to a module: columns, key, and what each column may hold.

mod campuses;
pub(crate) mod contractors;
mod departments;
mod fault_classes;
mod locations;
pub(crate) mod opening_stock;
mod price_list;
mod service_levels;
pub(crate) mod spare_parts;
pub(crate) mod staff;
mod teams;
mod warehouses;

use crate::cells::Cells;
use crate::target::Target;

/// A kind of file and what its rows become.
pub(crate) trait Kind: Clone + PartialEq {
    /// File name.
    const FILE: &'static str;
    /// Columns that the header must have, in any order.
    const COLUMNS: &'static [&'static str];
    /// Columns that together name a row, the code first.
    const KEY: &'static [&'static str];
    /// What other rows call this one, if they do.
    const TARGET: Option<Target>;

    /// Understands one row; `None` when a needed cell is not well. Everything wrong is noted down in `cells`.
    fn read(cells: &mut Cells<'_>) -> Option<Self>;

    /// The values of [`Self::KEY`].
    fn key(&self) -> Vec<String>;

    /// The codes under which others may refer to what this row defines.
    fn names(&self) -> Vec<(Target, String)> {
        Self::TARGET.zip(self.key().into_iter().next()).into_iter().collect()
    }
}
