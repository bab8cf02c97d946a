//! 领用 and 退库: one scan, one movement between a store and the order.

use domain::event::{EventBody, PartMove};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::WarehouseCode;
use domain::quantity::Quantity;
use domain::reference::SparePart;
use domain::workflow::Action;
use serde_json::json;
use store::shared::reference;

use crate::command::ScanPart;
use crate::fields;
use crate::order::situation::Situation;

/// Within this time an identical scan without an id of its own is taken for a slip of the hand.
const REPEATED_WITHIN_MS: i64 = 5_000;

/// From the store to the order, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// 领用
    Out,
    /// 退库
    Back,
}

/// Moves what the scan means.
pub fn decide(situation: &Situation<'_>, scan: &ScanPart, direction: Direction) -> Result<EventBody, Fault> {
    situation.may(if direction == Direction::Out { Action::IssuePart } else { Action::ReturnPart })?;
    let quantity = fields::quantity(&scan.quantity)?;
    let part = scanned_part(situation, &scan.scan, direction)?;
    let movement = PartMove {
        unit_price_fen: price_today(situation, &part)?,
        part: part.part_code,
        quantity,
        warehouse: warehouse_of(situation, scan.warehouse.as_ref())?,
        scan: scan.scan.trim().to_owned(),
    };
    if scan.id.is_none() && scan.again != Some(true) {
        not_repeated(situation, &movement, direction)?;
    }
    match direction {
        Direction::Out => Ok(EventBody::PartIssued(movement)),
        Direction::Back => {
            not_more_than_issued(situation, &movement, quantity)?;
            Ok(EventBody::PartReturned(movement))
        }
    }
}

/// The one part that the scan means. A part that goes back can only be one that went out.
fn scanned_part(situation: &Situation<'_>, scan: &str, direction: Direction) -> Result<SparePart, Fault> {
    let code = fields::code(&fields::text("scan", scan, 100)?);
    let mut candidates = reference::parts_of_scan(situation.session.reference(), &code)?;
    if direction == Direction::Back && candidates.len() > 1 {
        let issued = |part: &SparePart| situation.state.net_quantity(&part.part_code) > 0;
        if candidates.iter().any(issued) {
            candidates.retain(issued);
        }
    }
    let ambiguous = || {
        Fault::new(FaultCodeName::PartAmbiguous, "several parts have this barcode; choose one")
            .with(json!({ "candidates": candidates.iter().map(candidate).collect::<Vec<_>>() }))
    };
    match candidates.as_slice() {
        [] => Err(Fault::new(FaultCodeName::PartUnknown, "no part has this code or barcode; search for it by words")
            .with(json!({ "scan": code }))),
        [one] => Ok(one.clone()),
        _ => Err(ambiguous()),
    }
}

fn candidate(part: &SparePart) -> serde_json::Value {
    json!({
        "part": part.part_code,
        "name": part.name,
        "brand": part.brand,
        "unit": part.unit,
        "unit_price_fen": part.unit_price_fen,
        "supplier_barcode": part.supplier_barcode,
    })
}

fn price_today(situation: &Situation<'_>, part: &SparePart) -> Result<domain::money::Fen, Fault> {
    let price = reference::part_price_on(situation.session.reference(), &part.part_code, situation.today())?;
    Ok(price.map_or(part.unit_price_fen, |price| price.unit_price_fen))
}

fn warehouse_of(situation: &Situation<'_>, wanted: Option<&WarehouseCode>) -> Result<WarehouseCode, Fault> {
    let unknown = || {
        Fault::new(FaultCodeName::WarehouseUnknown, "no store of parts has this code on your campus; leave it out to use the team's own")
    };
    let Some(wanted) = wanted else { return situation.worker.warehouse.clone().ok_or_else(unknown) };
    let code = WarehouseCode(fields::code(wanted.as_str()));
    reference::warehouse(situation.session.reference(), &code)?.map(|warehouse| warehouse.warehouse_code).ok_or_else(unknown)
}

/// Compares with what this worker recorded here within the last seconds and has not taken back.
fn not_repeated(situation: &Situation<'_>, movement: &PartMove, direction: Direction) -> Result<(), Fault> {
    let repeats = situation.recorded.iter().any(|recorded| {
        let event = &recorded.event;
        let same = match (&event.body, direction) {
            (EventBody::PartIssued(earlier), Direction::Out) | (EventBody::PartReturned(earlier), Direction::Back) => {
                same_scan(earlier, movement)
            }
            _ => false,
        };
        let recent = (0..REPEATED_WITHIN_MS).contains(&situation.now.since(event.recorded_at));
        let stands = situation.state.moves.iter().any(|movement| movement.event == event.id && movement.withdrawn_by.is_none());
        same && recent && stands && event.device == situation.identity.device
    });
    if repeats {
        let message = "the same scan was saved a moment ago; scan with \"again\":true if a second one is meant";
        return Err(Fault::new(FaultCodeName::RepeatedScan, message)
            .with(json!({ "part": movement.part, "net": situation.state.net_quantity(&movement.part) })));
    }
    Ok(())
}

fn same_scan(earlier: &PartMove, movement: &PartMove) -> bool {
    earlier.part == movement.part
        && earlier.quantity == movement.quantity
        && earlier.warehouse == movement.warehouse
        && earlier.scan == movement.scan
}

fn not_more_than_issued(situation: &Situation<'_>, movement: &PartMove, quantity: Quantity) -> Result<(), Fault> {
    let net = situation.state.net_quantity(&movement.part);
    if i64::from(quantity.get()) > net {
        return Err(Fault::new(FaultCodeName::MoreThanIssued, format!("only {net} of this part are with the order; nothing was saved"))
            .with(json!({ "part": movement.part, "net": net })));
    }
    Ok(())
}
