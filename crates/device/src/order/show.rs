//! The full order as people and scripts get it.

use domain::assess::assess;
use domain::fault::{Fault, FaultCodeName};
use domain::time::HospitalZone;
use domain::view::{OrderView, Surroundings, order_view};
use domain::workflow::next_actions;
use store::shared::reference;

use super::offered::offered;
use super::situation::Situation;

/// The order with names, estimated cost and what may be done next.
pub fn show(situation: &mut Situation<'_>) -> Result<OrderView, Fault> {
    let connection = situation.session.reference();
    reference::take_prices(connection, &mut situation.prices, &situation.state)?;
    situation.names.look_up(connection, &situation.state, &situation.recorded)?;
    let surroundings = Surroundings {
        names: situation.names.names().clone(),
        assessment: assess(&situation.state, &situation.prices, situation.corrected_now(), HospitalZone::default()),
        next_actions: offered(next_actions(&situation.state, &situation.actor())),
        reader: Some(situation.worker.number.clone()),
        held: situation.events.held(),
        held_events: situation.events.left(),
        held_not_shown: 0,
        undecided_not_shown: 0,
    };
    // Only an order whose report is here becomes a situation that is shown.
    order_view(&situation.state, &situation.recorded, surroundings)
        .ok_or_else(|| Fault::new(FaultCodeName::OrderUnknown, "the report of this order has not arrived yet; synchronise"))
}
