//! An order whose content cannot be read here: it is asked for anew, and nothing else is concerned.

use domain::fault::{Fault, FaultCodeName};
use domain::identity::OrderId;
use serde_json::json;

/// The content of an order cannot be read here.
pub fn damaged(order: OrderId, error: impl std::fmt::Display) -> Fault {
    let message = format!("what is here of this order is damaged ({error}); synchronise, and it comes again; nothing else is concerned");
    Fault::new(FaultCodeName::OrderDamaged, message).with(json!({ "order": order }))
}

/// The order of which a fault says that its content is damaged here.
pub fn damaged_order(fault: &Fault) -> Option<OrderId> {
    if fault.code != FaultCodeName::OrderDamaged {
        return None;
    }
    fault.details.get("order")?.as_str()?.parse().ok()
}
