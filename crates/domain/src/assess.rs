//! What an order is estimated to cost (暂估). Never stored in rows: reckoned when an order is opened, from the state and the
//! prices of that day; `costed` freezes it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::identity::{ItemCode, PartCode};
use crate::money::Fen;
use crate::reference::Validity;
use crate::state::{Labour, Move, OrderState};
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
    /// Whether it is charged: not when a labour item includes material, nor when more came back than went out, nor when no list has it.
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
    /// Whether it is charged: not when the other contributor's labour is (contradiction 4), nor when no list has it.
    pub charged: bool,
}

/// Reckons an order at the prices in force when it was completed, or `now` while it is not (`domain.md`, "Cost"). Where no
/// period of a code covers that day, the one that began last before it counts, else the first. A code that the lists do not have
/// is not charged, whatever a phone says that it costs: it stands in the assessment, and what the phone showed makes it
/// contradiction 12. Names are left to the view.
pub fn assess(state: &OrderState, prices: &Prices, now: UtcMillis, zone: HospitalZone) -> Assessment {
    let day = zone.date(state.completed_at.unwrap_or(now));
    let terms = |labour: &Labour| labour_price(prices, &labour.item, day);
    let includes_material = priced_labour(state).any(|labour| terms(labour).is_some_and(|price| price.includes_material));
    let mut assessment = Assessment {
        parts: part_lines(state, prices, day, !includes_material),
        labour: standing_labour(state).map(|labour| labour_line(prices, labour, day)).collect(),
        ..Assessment::default()
    };
    assessment.cost_fen = sum(parts_cost(&assessment.parts).chain(labour_cost(&assessment.labour)));
    assessment.shown_fen = Some(shown(state, &assessment.parts)).filter(|shown| *shown != assessment.cost_fen);
    assessment
}

fn standing_labour(state: &OrderState) -> impl Iterator<Item = &Labour> {
    state.labour.iter().filter(|labour| labour.withdrawn_by.is_none())
}

/// Contradiction 4: of two who did the same, one is priced.
fn priced_labour(state: &OrderState) -> impl Iterator<Item = &Labour> {
    standing_labour(state).filter(|labour| labour.priced)
}

fn standing_moves(state: &OrderState) -> impl DoubleEndedIterator<Item = &Move> {
    state.moves.iter().filter(|movement| movement.withdrawn_by.is_none())
}

/// The item's terms on a day; `None` where no list has it.
fn labour_price<'a>(prices: &'a Prices, item: &ItemCode, day: NaiveDate) -> Option<&'a LabourPrice> {
    let periods = || prices.labour.iter().filter(|price| &price.item == item);
    let began = |price: &&LabourPrice| price.validity.valid_from <= day;
    let latest = |price: &&LabourPrice| price.validity.valid_from;
    let in_force = periods().filter(|price| price.validity.contains(day)).max_by_key(latest);
    in_force.or_else(|| periods().filter(began).max_by_key(latest)).or_else(|| periods().min_by_key(latest))
}

fn labour_line(prices: &Prices, labour: &Labour, day: NaiveDate) -> LabourCostLine {
    let price = labour_price(prices, &labour.item, day);
    LabourCostLine {
        event: labour.event,
        item: labour.item.clone(),
        name: None,
        quantity: labour.quantity,
        unit_price_fen: price.map(|price| price.unit_price_fen).unwrap_or_default(),
        charged: labour.priced && price.is_some(),
    }
}

/// The part's price on a day; `None` where no list has it.
fn part_price(prices: &Prices, part: &PartCode, day: NaiveDate) -> Option<Fen> {
    let periods = || prices.parts.iter().filter(|price| &price.part == part);
    let in_force = periods().filter(|price| price.valid_from <= day).max_by_key(|price| price.valid_from);
    in_force.or_else(|| periods().min_by_key(|price| price.valid_from)).map(|price| price.unit_price_fen)
}

fn part_lines(state: &OrderState, prices: &Prices, day: NaiveDate, charged: bool) -> Vec<PartLine> {
    let mut parts: Vec<&PartCode> = Vec::new();
    for movement in standing_moves(state) {
        if !parts.contains(&&movement.part) {
            parts.push(&movement.part);
        }
    }
    let line = |part: &PartCode| {
        let quantity = state.net_quantity(part);
        let price = part_price(prices, part, day);
        // More returned than issued is a matter for the storekeeper, never a credit to the department.
        let charged = charged && quantity > 0 && price.is_some();
        PartLine { part: part.clone(), name: None, unit: None, quantity, unit_price_fen: price.unwrap_or_default(), charged }
    };
    parts.into_iter().map(line).filter(|line| line.quantity != 0).collect()
}

fn parts_cost(lines: &[PartLine]) -> impl Iterator<Item = Fen> {
    lines.iter().filter(|line| line.charged).map(|line| line.unit_price_fen.times(line.quantity))
}

fn labour_cost(lines: &[LabourCostLine]) -> impl Iterator<Item = Fen> {
    lines.iter().filter(|line| line.charged).map(|line| line.unit_price_fen.times(line.quantity))
}

fn sum(amounts: impl Iterator<Item = Fen>) -> Fen {
    amounts.fold(Fen::default(), Fen::plus)
}

/// What the device showed while the lines were recorded.
fn shown(state: &OrderState, parts: &[PartLine]) -> Fen {
    let labour = priced_labour(state).map(|labour| labour.unit_price_fen.times(labour.quantity));
    let includes_material = priced_labour(state).any(|labour| labour.includes_material);
    let material = parts.iter().filter(|_| !includes_material).map(|line| shown_of_part(state, line));
    sum(labour.chain(material))
}

/// The units that stay are the ones that were issued first, each at the price shown with it; what came back cost nothing.
fn shown_of_part(state: &OrderState, line: &PartLine) -> Fen {
    let mut remaining = line.quantity;
    let issues = standing_moves(state).filter(|movement| movement.part == line.part && movement.quantity > 0);
    sum(issues.map(|issue| {
        let stays = issue.quantity.min(remaining.max(0));
        remaining = remaining.saturating_sub(stays);
        issue.unit_price_fen.times(stays)
    }))
}
