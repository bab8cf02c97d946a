//! The order's row in the lists: derived from its events, in the transaction that changed them.

use domain::fault::Fault;
use domain::identity::OrderId;
use domain::recorded::{Recorded, Verdict};
use domain::replay::replay;
use domain::review::left_as_they_are;
use domain::row::OrderRow;
use store::device::{EventStanding, Session};

use super::events::{OrderEvents, upload_of_packed};
use super::listing::listed;
use crate::worker::Worker;

/// Writes the order's row, if there is anything to show yet. `recorded`: `events` as `domain` takes them.
pub fn put_row(
    session: &Session<'_>,
    worker: &Worker,
    row: Option<OrderRow>,
    events: &OrderEvents,
    recorded: &[Recorded],
    delivered_in: Option<i64>,
) -> Result<(), Fault> {
    if let Some(row) = row {
        session.put_order(&listed(row, &worker.number, events.upload(), events.undecided(recorded, &worker.number)), None, delivered_in)?;
    }
    Ok(())
}

/// Writes the row of an order that stays packed as the server sent it.
pub fn put_packed_row(
    session: &Session<'_>,
    worker: &Worker,
    row: OrderRow,
    packed: &[u8],
    delivered_in: Option<i64>,
) -> Result<(), Fault> {
    let (upload, undecided) = upload_of_packed(row.order, packed, &worker.number);
    Ok(session.put_order(&listed(row, &worker.number, upload, undecided), Some(packed), delivered_in)?)
}

/// Puts every order in which the person's number has a part into its list anew: the directory says something else of who held it when.
pub fn list_anew(session: &Session<'_>, worker: &Worker) -> Result<(), Fault> {
    for order in session.orders_with_a_part_of(&worker.number.staff_no)? {
        match (session.packed_events(order)?, session.order(order)?) {
            (Some(packed), Some(known)) => put_packed_row(session, worker, known.row, &packed, None)?,
            _ => refresh_row(session, worker, order, None)?,
        }
    }
    Ok(())
}

/// Derives the row of an order from the events that have their content here. What was put away stays away.
pub fn refresh_row(session: &Session<'_>, worker: &Worker, order: OrderId, delivered_in: Option<i64>) -> Result<(), Fault> {
    if session.is_away(order)? {
        return Ok(session.drop_received_content(order)?);
    }
    let events = OrderEvents { packed: false, stored: session.events_of(order)? };
    let recorded = events.recorded();
    settle_what_was_left(session, &events, &recorded)?;
    let row = OrderRow::of(&replay(&recorded));
    if row.is_none() && events.stored.iter().any(|event| matches!(event.standing, EventStanding::Left { .. })) {
        // Its own report was left at the centre: there is nothing to open.
        return Ok(session.put_away(order)?);
    }
    put_row(session, worker, row, &events, &recorded, delivered_in)
}

/// What was set aside waits for nobody any more once the order's own history says that somebody has left it so.
fn settle_what_was_left(session: &Session<'_>, events: &OrderEvents, recorded: &[Recorded]) -> Result<(), Fault> {
    let is_set_aside =
        |standing: &EventStanding| matches!(standing, EventStanding::Recorded(receipt) if receipt.verdict != Verdict::Admitted);
    let left = left_as_they_are(recorded);
    for event in events.stored.iter().filter(|event| is_set_aside(&event.standing) && left.contains_key(&event.id)) {
        session.leave_set_aside(event.id)?;
    }
    Ok(())
}
