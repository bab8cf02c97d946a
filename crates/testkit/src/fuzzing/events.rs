//! Bytes of events, and everything that is made of the events of an order.

use documents::PlacedEvent;
use domain::assess::{Prices, assess};
use domain::event::{Event, EventBody, LARGEST_EVENT_BYTES};
use domain::recorded::Recorded;
use domain::replay::replay;
use domain::row::OrderRow;
use domain::time::{HospitalZone, UtcMillis};
use sync::pack::{pack, unpack};
use sync::wire::PackedEvent;

/// One event.
pub fn event(bytes: &[u8]) {
    for read in [Event::from_bytes, Event::from_recorded_bytes] {
        let Ok(event) = read(bytes) else { continue };
        let canonical = event.to_bytes();
        if canonical.len() <= LARGEST_EVENT_BYTES {
            let again = read(&canonical).unwrap_or_else(|error| panic!("canonical bytes cannot be read: {error}"));
            assert!(again.to_bytes() == canonical || became_a_body_of_its_kind(&event, &again), "canonical bytes change");
        }
        follow_the_rules(&[Recorded { event, predecessors: Vec::new(), receipt: None }]);
    }
}

/// What a program recorded that did not know its kind may be no body of it. One that says a field twice says it once when it is
/// written anew, and may be a body then: another event, and why recorded bytes are kept as they came and never written anew.
fn became_a_body_of_its_kind(event: &Event, again: &Event) -> bool {
    let is_unknown = |event: &Event| matches!(event.body, EventBody::Unknown { .. });
    is_unknown(event) && !is_unknown(again)
}

/// The events of an order in one piece.
pub fn order_pack(bytes: &[u8]) {
    let Ok(events) = unpack(bytes) else { return };
    if let Ok(again) = pack(&events) {
        assert!(unpack(&again).is_ok_and(|again| again == events), "a pack that was read is written otherwise");
    }
    follow_the_rules(&events.iter().filter_map(recorded).collect::<Vec<_>>());
    let placed =
        events.into_iter().map(|event| PlacedEvent { id: event.id, bytes: event.event.into_vec(), predecessors: event.predecessors });
    // Events that contradict each other make no document.
    let _ = documents::build(placed.collect());
}

fn recorded(event: &PackedEvent) -> Option<Recorded> {
    let read = Event::from_recorded_bytes(&event.event).ok()?;
    Some(Recorded { event: read, predecessors: event.predecessors.clone(), receipt: Some(event.receipt.clone()) })
}

fn follow_the_rules(recorded: &[Recorded]) {
    let state = replay(recorded);
    let _ = OrderRow::of(&state);
    let _ = assess(&state, &Prices::default(), UtcMillis(0), HospitalZone::default());
}
