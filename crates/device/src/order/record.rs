//! Recording one event: bytes, row and number in the caller's transaction.

use domain::event::{EVENT_FORMAT, Event, EventBody, LARGEST_EVENT_BYTES, most_events_before, most_of_a_person_before};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{EventId, OrderId};
use domain::recorded::Recorded;
use domain::replay::replay;
use domain::row::OrderRow;
use domain::time::ClockOffset;
use serde_json::json;
use store::device::{EventStanding, StoredEvent};

use super::row::{put_row, refresh_row};
use super::situation::Situation;
use super::take_in::unpack_into_rows;

/// Records `body` as the event `id` at the heads of the order, and brings the situation to what is then.
///
/// # Errors
/// `order_full`, `id_reused`, `field_invalid` for a body that would make the event too large, and the store's own.
pub fn record(situation: &mut Situation<'_>, id: EventId, body: EventBody) -> Result<(), Fault> {
    check_room(situation.events.stored.len(), of_the_person(situation), body.kind())?;
    // An order that is still packed has no rows in which a taken id would show.
    if situation.events.stored.iter().any(|event| event.id == id) {
        return Err(id_reused(situation.order));
    }
    let session = situation.session;
    let event = event_of(situation, id, body, session.take_sequence()?);
    let bytes = bytes_of(&event)?;
    unpack(situation)?;
    let predecessors = situation.events.heads();
    let stored = StoredEvent {
        id,
        order: situation.order,
        bytes,
        predecessors: predecessors.clone(),
        sequence: Some(event.sequence),
        standing: EventStanding::Unsent,
    };
    session.put_event(&stored)?;
    situation.events.stored.push(stored);
    situation.recorded.push(Recorded { event, predecessors, receipt: None });
    situation.state = replay(&situation.recorded);
    put_row(session, situation.worker, OrderRow::of(&situation.state), &situation.events, &situation.recorded, None)
}

fn bytes_of(event: &Event) -> Result<Vec<u8>, Fault> {
    let bytes = event.to_bytes();
    if bytes.len() <= LARGEST_EVENT_BYTES {
        return Ok(bytes);
    }
    let message = format!("the entry has more than {LARGEST_EVENT_BYTES} bytes; nothing was saved");
    Err(Fault::new(FaultCodeName::FieldInvalid, message))
}

/// Gives the events of a packed order rows of their own; own events of other orders that keep an id of these are shown so.
fn unpack(situation: &mut Situation<'_>) -> Result<(), Fault> {
    let keeping_their_ids = unpack_into_rows(situation.session, &mut situation.events)?;
    if !keeping_their_ids.is_empty() {
        situation.read_again()?;
    }
    keeping_their_ids.into_iter().try_for_each(|other| refresh_row(situation.session, situation.worker, other, None))
}

/// The last places are kept for what ends the work, as at the server.
fn check_room(events: usize, of_the_person: usize, kind: &str) -> Result<(), Fault> {
    let most = most_events_before(kind);
    let message = if events >= most {
        format!(
            "the order has {events} entries, and of this kind no more than {most} go in; end its work, and ask the centre for a new order"
        )
    } else if of_the_person >= most_of_a_person_before(kind) {
        format!(
            "the order has {of_the_person} entries of yours, and of this kind no more go in; end its work, and ask the centre for a new order"
        )
    } else {
        return Ok(());
    };
    Err(Fault::new(FaultCodeName::OrderFull, message))
}

fn of_the_person(situation: &Situation<'_>) -> usize {
    let person = &situation.worker.number.staff_no;
    situation.recorded.iter().filter(|recorded| &recorded.event.recorder == person).count()
}

/// Two events never share an id; `order` has the one with this id, so that whoever meant to make an order finds the one that was made.
pub fn id_reused(order: OrderId) -> Fault {
    Fault::new(FaultCodeName::IdReused, "the id was used before with other content; what was saved then stands; use a new id")
        .with(json!({ "order": order }))
}

fn event_of(situation: &Situation<'_>, id: EventId, body: EventBody, sequence: u64) -> Event {
    let identity = situation.identity;
    Event {
        format: EVENT_FORMAT,
        id,
        order: situation.order,
        recorder: situation.worker.number.staff_no.clone(),
        role: situation.worker.role,
        device: identity.device,
        sequence,
        recorded_at: situation.now,
        // A negative age says that the clock was set back since, and makes the time uncertain (contradiction 9).
        clock: identity.clock.map(|clock| ClockOffset { offset_ms: clock.offset_ms, age_ms: situation.now.since(clock.measured_at) }),
        reference_revision: identity.reference_revision,
        body,
        attachments: Vec::new(),
    }
}
