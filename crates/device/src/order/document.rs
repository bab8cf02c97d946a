//! The order's history as a hash-linked document: derived from the event rows, for comparing with others and for checking.

use std::collections::BTreeSet;

use documents::OrderDocument;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{EventId, OrderId};
use store::device::{EventStanding, StoredEvent};

use super::events::OrderEvents;
use crate::device::Device;

impl Device {
    /// The document of an order that is here. What the server holds outside the document, and what builds on it, is left out.
    ///
    /// # Errors
    /// `store_damaged` when the rows contradict each other; the store's own.
    pub fn document(&self, order: OrderId) -> Result<OrderDocument, Fault> {
        let events = self.read(|session| OrderEvents::load(session, order))?;
        build(&events.stored)
    }
}

fn build(events: &[StoredEvent]) -> Result<OrderDocument, Fault> {
    let mut document = OrderDocument::new();
    let mut waiting: Vec<&StoredEvent> = events.iter().filter(|event| belongs(&event.standing)).collect();
    let mut recorded: BTreeSet<EventId> = BTreeSet::new();
    loop {
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|event| event.predecessors.iter().all(|id| recorded.contains(id)));
        if ready.is_empty() {
            return Ok(document);
        }
        for event in ready {
            document.record(event.id, &event.bytes, &event.predecessors).map_err(|error| contradictory(&error))?;
            recorded.insert(event.id);
        }
        waiting = later;
    }
}

fn belongs(standing: &EventStanding) -> bool {
    matches!(standing, EventStanding::Unsent | EventStanding::Recorded(_))
}

fn contradictory(error: &documents::DocumentError) -> Fault {
    Fault::new(FaultCodeName::StoreDamaged, format!("the history of an order does not fit together: {error}"))
}
