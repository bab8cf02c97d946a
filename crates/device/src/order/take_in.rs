//! Taking events of the server into the rows, without ever losing an own one.
//!
//! Ids come from scripts and other devices too, so an arriving event may carry the id of an own event that says something
//! else or belongs to another order. The server keeps the first under an id, so the own one will never be taken there: it
//! stays here, readable, counted and shown as refused, and the arriving one is left out. It must not stop the exchange.

use domain::fault::Fault;
use domain::identity::OrderId;
use store::device::{EventStanding, Session, StoredEvent};

use super::events::OrderEvents;

/// Takes in one event as the server has it: content, predecessors and receipt. Gives the order of the own event that keeps
/// the id; its row then has to be derived anew.
pub fn take_in(session: &Session<'_>, arriving: &StoredEvent) -> Result<Option<OrderId>, Fault> {
    if session.add_event(arriving)? {
        return Ok(None);
    }
    let known = session.event(arriving.id)?;
    if let Some(own) = known.filter(|known| known.sequence.is_some() && !is_same(known, arriving)) {
        session.settle_event(own.id, &EventStanding::Refused, None)?;
        return Ok(Some(own.order));
    }
    // What was put away has no content to compare; an id belongs to one order for ever.
    if session.order_of_event(arriving.id)? == Some(arriving.order) {
        session.put_event(arriving)?;
    }
    Ok(None)
}

fn is_same(known: &StoredEvent, arriving: &StoredEvent) -> bool {
    known.order == arriving.order && known.bytes == arriving.bytes
}

/// Moves the events of a packed order into rows of their own: from now on it changes event by event. Gives the orders whose
/// own events keep an id of these.
pub fn unpack_into_rows(session: &Session<'_>, events: &mut OrderEvents) -> Result<Vec<OrderId>, Fault> {
    if !std::mem::take(&mut events.packed) {
        return Ok(Vec::new());
    }
    events.stored.iter().filter_map(|event| take_in(session, event).transpose()).collect()
}
