//! 合并: two reports of one fault become one order (`docs/decisions/022-a-merged-order-with-work-stands.md`). The merged order says
//! into which, the one that goes on says what else was reported with it; both are recorded in one transaction.

use domain::event::{Absorbed, EventBody, Merged};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::OrderId;
use domain::replay::replay;
use domain::state::OrderState;
use serde::Serialize;
use store::Database;
use store::server::orders;

use crate::occasion::Occasion;
use crate::orders::history::of_order;
use crate::orders::record::{Author, record_own};
use crate::orders::settle::settle;
use crate::orders::show::{may_see, unknown};
use crate::people::Person;

/// Why two orders do not become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum NotMergeable {
    /// It is the same order.
    SameOrder,
    /// Nobody works on the other one any more.
    Ended,
    /// The other one may wait longer: whoever reported this one would wait with it.
    LessUrgent,
}

/// What is recorded in the order that ends. `into` is the id or the number of the order that goes on.
///
/// # Errors
/// [`FaultCodeName::OrderUnknown`] when there is no such other order in the person's scope, [`FaultCodeName::NotMergeable`] when it
/// cannot go on in this one's stead; as the database fails.
pub fn merged(database: &Database, state: &OrderState, into: &str, person: &Person, occasion: &Occasion<'_>) -> Result<EventBody, Fault> {
    let other = named(database, into)?;
    let other_state = replay(&of_order(database, other)?);
    // Of one whose report has not arrived nobody knows what it is about.
    if other_state.report.is_none() || !may_see(person, &other_state, occasion.zone) {
        return Err(unknown());
    }
    match not_mergeable(state, &other_state) {
        Some(why) => Err(refused(why)),
        None => Ok(EventBody::Merged(Merged { into: other, number: number_of(&other_state, other) })),
    }
}

fn named(database: &Database, into: &str) -> Result<OrderId, Fault> {
    let typed = into.trim();
    match typed.parse() {
        Ok(order) => Ok(order),
        Err(_) => orders::numbered(database, &typed.to_uppercase())?.ok_or_else(unknown),
    }
}

fn not_mergeable(state: &OrderState, into: &OrderState) -> Option<NotMergeable> {
    let urgency = |state: &OrderState| state.report.as_ref().map(|report| report.urgency);
    if state.id == into.id {
        Some(NotMergeable::SameOrder)
    } else if !into.node.is_open() {
        Some(NotMergeable::Ended)
    } else {
        // The most urgent comes first.
        (urgency(into) > urgency(state)).then_some(NotMergeable::LessUrgent)
    }
}

fn refused(why: NotMergeable) -> Fault {
    let message = match why {
        NotMergeable::SameOrder => "an order is not merged into itself; nothing was changed",
        NotMergeable::Ended => "the other order has ended; nothing was changed",
        NotMergeable::LessUrgent => "the other order is less urgent: merge that one into this one; nothing was changed",
    };
    Fault::new(FaultCodeName::NotMergeable, message).with(serde_json::json!({ "why": why }))
}

/// Tells the order that goes on what was merged into it, and follows its rules.
///
/// # Errors
/// [`FaultCodeName::OrderFull`] when it takes in no more; as the database fails.
pub fn absorb(
    database: &Database,
    merged: &Merged,
    order: OrderId,
    state: &OrderState,
    author: &Author,
    occasion: &Occasion<'_>,
) -> Result<(), Fault> {
    let description = state.report.as_ref().map(|report| report.description.clone()).unwrap_or_default();
    let body = EventBody::Absorbed(Absorbed { order, number: number_of(state, order), description });
    let mut history = of_order(database, merged.into)?;
    record_own(database, merged.into, &mut history, author, body, occasion)?;
    settle(database, merged.into, occasion)?;
    Ok(())
}

fn number_of(state: &OrderState, order: OrderId) -> String {
    state.number.clone().unwrap_or_else(|| order.temporary_number())
}
