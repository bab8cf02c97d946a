//! The order's history as a hash-linked document: derived from the event rows, for comparing with others and for checking.

use documents::{OrderDocument, PlacedEvent, build};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::OrderId;
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
        document_of(events.stored)
    }
}

fn document_of(events: Vec<StoredEvent>) -> Result<OrderDocument, Fault> {
    let belonging = events.into_iter().filter(|event| belongs(&event.standing));
    let placed = belonging.map(|event| PlacedEvent { id: event.id, bytes: event.bytes, predecessors: event.predecessors });
    build(placed.collect()).map(|(document, _)| document).map_err(|error| contradictory(&error))
}

fn belongs(standing: &EventStanding) -> bool {
    matches!(standing, EventStanding::Unsent | EventStanding::Recorded(_))
}

fn contradictory(error: &documents::DocumentError) -> Fault {
    Fault::new(FaultCodeName::StoreDamaged, format!("the history of an order does not fit together: {error}"))
}
