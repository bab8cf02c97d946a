//! 登记维修项目

use domain::event::{EventBody, LabourLine};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::ItemCode;
use domain::workflow::Action;
use serde_json::{Number, json};
use store::shared::reference;

use crate::fields;
use crate::order::situation::Situation;

/// Adds units of an item of the price list in force today.
pub fn decide(situation: &Situation<'_>, item: &ItemCode, quantity: &Number) -> Result<EventBody, Fault> {
    situation.may(Action::AddLabour)?;
    let quantity = fields::quantity(quantity)?;
    let code = ItemCode(fields::code(item.as_str()));
    let Some(price) = reference::price_item_on(situation.session.reference(), &code, situation.today())? else {
        return Err(Fault::new(FaultCodeName::ItemUnknown, "the price list in force has no such item; search for it by words")
            .with(json!({ "item": code })));
    };
    Ok(EventBody::LabourAdded(LabourLine {
        item: price.item_code,
        quantity,
        unit_price_fen: price.unit_price_fen,
        includes_material: price.includes_material,
    }))
}
