//! The order's row in the lists: derived from its events, in the transaction that changed them.

use domain::fault::Fault;
use domain::identity::OrderId;
use domain::replay::replay;
use domain::row::OrderRow;
use store::device::Session;

use super::events::OrderEvents;
use super::listing::listed;
use crate::worker::Worker;

/// Writes the order's row, if there is anything to show yet.
pub fn put_row(
    session: &Session<'_>,
    worker: &Worker,
    row: Option<OrderRow>,
    events: &OrderEvents,
    delivered_in: Option<i64>,
) -> Result<(), Fault> {
    if let Some(row) = row {
        session.put_order(&listed(row, &worker.staff_no, events.upload()), None, delivered_in)?;
    }
    Ok(())
}

/// Derives the row of an order from the events that have their content here. What was put away stays away.
pub fn refresh_row(session: &Session<'_>, worker: &Worker, order: OrderId, delivered_in: Option<i64>) -> Result<(), Fault> {
    if session.is_away(order)? {
        return Ok(session.drop_received_content(order)?);
    }
    let events = OrderEvents { packed: false, stored: session.events_of(order)? };
    let row = OrderRow::of(&replay(&events.recorded()));
    put_row(session, worker, row, &events, delivered_in)
}
