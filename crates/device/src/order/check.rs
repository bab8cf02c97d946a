//! Comparing orders with the server while there is nothing else to say: the document of an order is built from its events,
//! and its heads travel. Where they differ, or cannot be built, the order comes anew.

use documents::{PlacedEvent, heads_of};
use domain::fault::Fault;
use domain::identity::OrderId;
use domain::time::UtcMillis;
use serde_bytes::ByteBuf;
use store::device::{DeviceIdentity, EventStanding, Session, StoredEvent, StoredProgress};
use sync::wire::{MOST_CHECKS, OrderCheck};

use super::damaged::damaged_order;
use super::events::OrderEvents;

/// What to compare with this request: what is known to be damaged, and any other order where nothing waits to be sent.
pub fn checks(session: &Session<'_>, identity: &DeviceIdentity, now: UtcMillis, is_idle: bool) -> Result<Vec<OrderCheck>, Fault> {
    let StoredProgress::Log { cursor } = identity.progress else { return Ok(Vec::new()) };
    let wanted = session.wanted(MOST_CHECKS)?;
    if is_idle && wanted.is_empty() {
        // The time at which somebody asks has no pattern that leaves an order out for ever.
        let order = session.any_order(now.0.unsigned_abs())?;
        return Ok(order.map(|order| check(session, order, cursor)).transpose()?.flatten().into_iter().collect());
    }
    Ok(wanted.into_iter().map(|order| OrderCheck { order, heads: ByteBuf::new() }).collect())
}

/// `None` for an order of which the server keeps something outside its document: the two differ, and both know.
fn check(session: &Session<'_>, order: OrderId, cursor: u64) -> Result<Option<OrderCheck>, Fault> {
    let heads = match OrderEvents::load(session, order) {
        Ok(events) if events.stored.iter().any(|event| is_outside(&event.standing)) => None,
        Ok(events) => heads_up_to(events.stored, cursor),
        Err(fault) if damaged_order(&fault).is_some() => Some(Vec::new()),
        Err(fault) => return Err(fault),
    };
    Ok(heads.map(|heads| OrderCheck { order, heads: ByteBuf::from(heads) }))
}

fn is_outside(standing: &EventStanding) -> bool {
    matches!(standing, EventStanding::Held(_) | EventStanding::Refused | EventStanding::Left { .. })
}

/// The heads of the document that the events up to a position of the log make; empty where they make none, `None` where
/// there are no such events.
fn heads_up_to(events: Vec<StoredEvent>, cursor: u64) -> Option<Vec<u8>> {
    let is_read = |event: &StoredEvent| matches!(&event.standing, EventStanding::Recorded(receipt) if receipt.position <= cursor);
    let placed = |event: StoredEvent| PlacedEvent { id: event.id, bytes: event.bytes, predecessors: event.predecessors };
    let read: Vec<PlacedEvent> = events.into_iter().filter(is_read).map(placed).collect();
    if read.is_empty() {
        return None;
    }
    Some(heads_of(read).unwrap_or_default())
}
