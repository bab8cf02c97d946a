//! Events: everything that happens to an order, corrections included, as canonical bytes that are kept verbatim for ever.
//!
//! [`Event::to_bytes`] and [`Event::from_bytes`] are inverse for every kind this program knows. A kind or a field that it
//! does not know survives, because bytes are stored and never rewritten; here it decodes to [`EventBody::Unknown`].

mod bodies;
mod kinds;
#[cfg(feature = "older-programs")]
pub mod older_programs;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use bodies::{
    Absorbed, Accepted, Arrived, Caller, Cancelled, Channel, Completed, ConfirmationFlag, ConfirmationJudged, Confirmed, Corrected, Empty,
    LabourLine, MOST_REVIEWED_TOGETHER, Merged, Numbered, PartMove, Reason, Reassigned, Reported, Returned, ReviewOutcome, Reviewed, Ruled,
    Standing, Suspended, SuspensionCause, Suspicion, ToPerson, ToTeam, Withdrawn,
};
pub use kinds::{EventBody, KNOWN_KINDS, is_known_kind};

use crate::canonical::canonical_bytes;
use crate::identity::{DeviceId, EventId, OrderId, StaffNo};
use crate::role::Role;
use crate::time::{ClockOffset, UtcMillis};

/// The version of the event's outer form that this program writes.
/// - 1: 2026-11, the first.
pub const EVENT_FORMAT: u16 = 1;

/// In the place of a device's number, where it sends what another phone of its person recorded: each device counts its own from 1,
/// and the number in such an event says nothing about the sender's.
pub const NO_NUMBER: u64 = 0;

/// The most bytes that one event may have. Both ends keep this limit before they record or decode.
pub const LARGEST_EVENT_BYTES: usize = 16 * 1024;

/// The most events that one order may have (`architecture.md`, measured for Automerge 0.12).
pub const MOST_EVENTS_OF_AN_ORDER: usize = 500;

/// The most events that one order may have when what comes does not end its work: the last places are kept for what does, so
/// that nobody has to leave a repair open because too much was written down of it.
pub const MOST_EVENTS_BEFORE_THE_END: usize = 450;

/// The most events of one person that an order may have, however many places are left, before one that does not end its work: nobody
/// fills an order so that what others did there finds no room. Who repairs records a few dozen.
pub const MOST_EVENTS_OF_A_PERSON: usize = 250;

/// The kinds for which the last places of an order are kept.
const ENDING_KINDS: &[&str] = &["suspended", "resumed", "return_requested", "withdrawn", "completed", "confirmed"];

/// The most events that an order may have before one of this kind from a device. Device and server keep the same limit.
pub fn most_events_before(kind: &str) -> usize {
    if ENDING_KINDS.contains(&kind) { MOST_EVENTS_OF_AN_ORDER } else { MOST_EVENTS_BEFORE_THE_END }
}

/// The most events that a person may have in an order before one of this kind from a device. Device and server keep the same limit.
pub fn most_of_a_person_before(kind: &str) -> usize {
    let kept_for_ends = most_events_before(kind).saturating_sub(MOST_EVENTS_BEFORE_THE_END);
    MOST_EVENTS_OF_A_PERSON.saturating_add(kept_for_ends)
}

/// Something that happened, said by one recorder on one device.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Version of the outer form, [`EVENT_FORMAT`] when written by this program.
    pub format: u16,
    /// Own id.
    pub id: EventId,
    /// The order it belongs to.
    pub order: OrderId,
    /// Who recorded it: the person of the credential. Permission is theirs.
    pub recorder: StaffNo,
    /// In what capacity.
    pub role: Role,
    /// On which device.
    pub device: DeviceId,
    /// The device's own number of the event, from 1 on without gaps: a gap shows loss, a number twice shows a clone.
    pub sequence: u64,
    /// The device's time.
    pub recorded_at: UtcMillis,
    /// What was known of the device's clock; `None` if it never met the server.
    pub clock: Option<ClockOffset>,
    /// Revision of the reference data that the recorder saw.
    pub reference_revision: u64,
    /// What happened.
    pub body: EventBody,
    /// SHA-256 of attachments, in hex.
    pub attachments: Vec<String>,
}

/// The outer form as it is written. A body is read as text first: what it is, only the kind says.
#[derive(Serialize, Deserialize)]
struct Outer<Body> {
    format: u16,
    id: EventId,
    order: OrderId,
    recorder: StaffNo,
    role: Role,
    device: DeviceId,
    sequence: u64,
    recorded_at: UtcMillis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<ClockOffset>,
    reference_revision: u64,
    kind: String,
    body: Body,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<String>,
}

/// Bytes that are no event.
#[derive(Debug, thiserror::Error)]
pub enum EventUnreadable {
    /// More than [`LARGEST_EVENT_BYTES`]: not even looked at.
    #[error("the event has {0} bytes, more than {LARGEST_EVENT_BYTES}")]
    TooLarge(usize),
    /// Not JSON, a field is missing, or a known kind has a body that is not its own.
    #[error("the event cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Event {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let outer = Outer {
            format: self.format,
            id: self.id,
            order: self.order,
            recorder: self.recorder.clone(),
            role: self.role,
            device: self.device,
            sequence: self.sequence,
            recorded_at: self.recorded_at,
            clock: self.clock,
            reference_revision: self.reference_revision,
            kind: self.body.kind().to_owned(),
            body: self.body.to_value(),
            attachments: self.attachments.clone(),
        };
        canonical_bytes(&serde_json::to_value(outer).unwrap_or_default())
    }

    /// When it happened by the clock of the device that recorded it, as far as that was known to be wrong.
    pub fn claimed_at(&self) -> UtcMillis {
        self.recorded_at.plus(self.clock.map_or(0, |clock| clock.offset_ms))
    }

    /// Reads an event, whoever wrote it. In another outer form than this program's a body may mean something else, whatever its kind
    /// is called: it is not known.
    ///
    /// # Errors
    /// [`EventUnreadable`] when the bytes are too many or no event. An unknown kind or form is no error.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EventUnreadable> {
        Self::read(bytes, EventBody::read)
    }

    /// Reads an event that is recorded. What an older program recorded as an unknown kind may have a body that a newer one
    /// knows otherwise: it stays unknown, instead of making its whole order unreadable.
    ///
    /// # Errors
    /// [`EventUnreadable`] when the bytes are too many or no event of any kind.
    pub fn from_recorded_bytes(bytes: &[u8]) -> Result<Self, EventUnreadable> {
        Self::read(bytes, EventBody::read_recorded)
    }

    fn read(bytes: &[u8], body: fn(String, &RawValue) -> Result<EventBody, serde_json::Error>) -> Result<Self, EventUnreadable> {
        if bytes.len() > LARGEST_EVENT_BYTES {
            return Err(EventUnreadable::TooLarge(bytes.len()));
        }
        let outer: Outer<Box<RawValue>> = serde_json::from_slice(bytes)?;
        Ok(Self {
            format: outer.format,
            id: outer.id,
            order: outer.order,
            recorder: outer.recorder,
            role: outer.role,
            device: outer.device,
            sequence: outer.sequence,
            recorded_at: outer.recorded_at,
            clock: outer.clock,
            reference_revision: outer.reference_revision,
            body: if outer.format == EVENT_FORMAT { body(outer.kind, &outer.body)? } else { EventBody::unknown(outer.kind, &outer.body)? },
            attachments: outer.attachments,
        })
    }
}
