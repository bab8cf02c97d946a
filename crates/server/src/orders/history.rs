//! The history of an order as `domain::replay` reads it.

use domain::event::Event;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{EventId, OrderId};
use domain::recorded::Recorded;
use store::Database;
use store::server::events::{self, StoredEvent};
use sync::ends::ends_of;

/// Every recorded event of an order, by position.
///
/// # Errors
/// When the database fails, or holds bytes that are no event, which it never accepted.
pub fn of_order(database: &Database, order: OrderId) -> Result<Vec<Recorded>, Fault> {
    events::of_order(database, order)?.into_iter().map(recorded).collect()
}

/// A stored event in its place.
///
/// # Errors
/// When the bytes are no event.
pub fn recorded(stored: StoredEvent) -> Result<Recorded, Fault> {
    let unreadable = |error| Fault::new(FaultCodeName::StoreFailed, format!("event {} cannot be read: {error}", stored.id));
    let event = Event::from_recorded_bytes(&stored.bytes).map_err(unreadable)?;
    Ok(Recorded { event, predecessors: stored.predecessors, receipt: Some(stored.receipt) })
}

/// The ends of the history. Whoever records next builds on these.
pub fn heads(recorded: &[Recorded]) -> Vec<EventId> {
    ends_of(recorded.iter().map(|recorded| (recorded.event.id, recorded.predecessors.as_slice())))
}
