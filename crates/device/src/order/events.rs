//! The events of an order, from their rows or from the pack in which they came.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::fault::Fault;
use domain::holder::HeldNumber;
use domain::identity::{EventId, OrderId};
use domain::recorded::{HeldReason, Recorded, SetAsideReason, Verdict};
use domain::review::left_as_they_are;
use domain::view::{HeldEvent, Upload};
use store::device::{EventStanding, Session, StoredEvent};
use sync::ends::ends_of;
use sync::pack::unpack;
use sync::wire::PackedEvent;

use super::damaged::damaged;

/// The events of one order, as they are kept.
#[derive(Debug, Clone, Default)]
pub struct OrderEvents {
    /// In no particular order.
    pub stored: Vec<StoredEvent>,
    /// They are still packed in the order's row.
    pub packed: bool,
}

impl OrderEvents {
    /// Everything known of an order; empty when nothing is.
    pub fn load(session: &Session<'_>, order: OrderId) -> Result<Self, Fault> {
        match session.packed_events(order)? {
            Some(packed) => Ok(Self { stored: unpacked(order, &packed)?, packed: true }),
            None => Ok(Self { stored: session.events_of(order)?, packed: false }),
        }
    }

    /// As `domain` takes them. Bytes that this program cannot read stay in the store and are left out here, and so does what the server
    /// keeps out of the history for good.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.stored.iter().filter_map(recorded).collect()
    }

    /// The ends of the history: what a new event builds on. One that the server refused, or that somebody left, is no place to build on.
    pub fn heads(&self) -> Vec<EventId> {
        let standing = self.stored.iter().filter(|event| !matches!(event.standing, EventStanding::Refused | EventStanding::Left { .. }));
        ends_of(standing.map(|event| (event.id, event.predecessors.as_slice())))
    }

    /// Where the work is (outside contract, `upload`).
    pub fn upload(&self) -> Upload {
        self.stored.iter().map(|event| upload_of(&event.standing)).min().unwrap_or(Upload::Stored)
    }

    /// Held events, by id.
    pub fn held(&self) -> BTreeMap<EventId, HeldReason> {
        let held = self.stored.iter().filter_map(|event| match event.standing {
            EventStanding::Held(reason) => Some((event.id, reason)),
            EventStanding::Refused => Some((event.id, HeldReason::IdTaken)),
            // Those are shown apart, because they are not in the history.
            EventStanding::Unsent | EventStanding::Recorded(_) | EventStanding::Left { .. } => None,
        });
        held.collect()
    }

    /// Own events that were held and that somebody left, as they are shown beside the history. When they reached the hospital is not
    /// known here: they are shown at the time that they claim.
    pub fn left(&self) -> Vec<HeldEvent> {
        self.stored.iter().filter_map(left).collect()
    }

    /// What of them is set aside or held, and nobody has looked at yet, for `person`. `recorded`: the same as `domain` takes them.
    pub fn undecided(&self, recorded: &[Recorded], person: &HeldNumber) -> Undecided {
        let mut waits: Vec<&StoredEvent> = self.stored.iter().filter(|event| upload_of(&event.standing) < Upload::Local).collect();
        if !waits.is_empty() {
            let left = left_as_they_are(recorded);
            waits.retain(|event| !matches!(event.standing, EventStanding::Left { .. }) && !left.contains_key(&event.id));
        }
        Undecided {
            any: !waits.is_empty(),
            recorded_here: waits.iter().any(|event| event.sequence.is_some()),
            set_aside_elsewhere: count(waits.iter().filter(|event| is_recorded_elsewhere_by(person, event))),
        }
    }
}

/// Whether events wait for somebody at the centre to look at them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undecided {
    /// Any of the order.
    pub any: bool,
    /// One that was recorded here.
    pub recorded_here: bool,
    /// How many that the person recorded on another phone, which may be lost.
    pub set_aside_elsewhere: u64,
}

impl Undecided {
    /// Whether one of them is of the person who looks at it here.
    pub fn is_of_the_person(self) -> bool {
        self.recorded_here || self.set_aside_elsewhere > 0
    }
}

/// Not what somebody else has pushed in the person's name, nor what an earlier holder of their number recorded.
fn is_recorded_elsewhere_by(person: &HeldNumber, stored: &StoredEvent) -> bool {
    let is_set_aside = matches!(&stored.standing, EventStanding::Recorded(receipt)
        if matches!(receipt.verdict, Verdict::SetAside(reason) if reason != SetAsideReason::OtherRecorder));
    let is_of = |event: Event| event.recorder == person.staff_no && person.was_held_at(event.claimed_at());
    stored.sequence.is_none() && is_set_aside && Event::from_recorded_bytes(&stored.bytes).is_ok_and(is_of)
}

fn count<T>(found: impl Iterator<Item = T>) -> u64 {
    u64::try_from(found.count()).unwrap_or(u64::MAX)
}

/// An event from the server in the form of the store.
pub fn stored(order: OrderId, event: PackedEvent) -> StoredEvent {
    StoredEvent {
        id: event.id,
        order,
        bytes: event.event.into_vec(),
        predecessors: event.predecessors,
        sequence: None,
        standing: EventStanding::Recorded(event.receipt),
    }
}

/// The events of a pack in the form of the store.
pub fn unpacked(order: OrderId, packed: &[u8]) -> Result<Vec<StoredEvent>, Fault> {
    let events = unpack(packed).map_err(|error| damaged(order, error))?;
    Ok(events.into_iter().map(|event| stored(order, event)).collect())
}

/// Where the work on a packed order is, and whether it is undecided. Thousands come in a first sync, so that only a pack with the word
/// in it is unpacked.
pub fn upload_of_packed(order: OrderId, packed: &[u8], person: &HeldNumber) -> (Upload, Undecided) {
    if memchr::memmem::find(packed, b"set_aside").is_none() {
        return (Upload::Stored, Undecided::default());
    }
    // A pack that cannot be read says so when it is opened.
    unpacked(order, packed).map_or((Upload::Stored, Undecided::default()), |stored| {
        let events = OrderEvents { stored, packed: true };
        (events.upload(), events.undecided(&events.recorded(), person))
    })
}

fn recorded(event: &StoredEvent) -> Option<Recorded> {
    let receipt = match &event.standing {
        EventStanding::Recorded(receipt) => Some(receipt.clone()),
        EventStanding::Unsent | EventStanding::Held(_) | EventStanding::Refused => None,
        EventStanding::Left { .. } => return None,
    };
    Some(Recorded { event: Event::from_recorded_bytes(&event.bytes).ok()?, predecessors: event.predecessors.clone(), receipt })
}

fn left(stored: &StoredEvent) -> Option<HeldEvent> {
    let EventStanding::Left { reason, because } = &stored.standing else { return None };
    let event = Event::from_recorded_bytes(&stored.bytes).ok()?;
    Some(HeldEvent {
        id: stored.id,
        device: event.device,
        sender: event.recorder.clone(),
        received_at: event.claimed_at(),
        reason: *reason,
        left: Some(because.clone()),
        event: Some(event),
    })
}

fn upload_of(standing: &EventStanding) -> Upload {
    match standing {
        EventStanding::Unsent | EventStanding::Held(HeldReason::TooManyHeld) => Upload::Local,
        EventStanding::Held(_) | EventStanding::Refused | EventStanding::Left { .. } => Upload::Held,
        EventStanding::Recorded(receipt) if receipt.verdict == Verdict::Admitted => Upload::Stored,
        EventStanding::Recorded(_) => Upload::SetAside,
    }
}
