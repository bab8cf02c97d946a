//! The server's word about an uploaded event: pure, so that the same upload in the same circumstances is always judged alike.
//! Judged is *who* recorded *what*, never whether the step fits the workflow: that is a contradiction for `replay`.

use domain::event::{Event, EventBody, LARGEST_EVENT_BYTES, MOST_EVENTS_OF_AN_ORDER};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::role::Role;
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use crate::permissions::may_record;
use crate::wire::{CredentialStanding, MOST_PREDECESSORS, Upload, UploadOutcome};

/// Who sends: the device of the credential, its person, and what that person is at the time of judging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The enrolled device.
    pub device: DeviceId,
    /// Whose device it is.
    pub person: StaffNo,
    /// The roles that the person holds, from the staff list and the teams they lead.
    pub roles: Vec<Role>,
    /// Whether the credential still holds.
    pub standing: CredentialStanding,
}

/// What the server knows around an upload, looked up before judging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstances {
    /// What is stored under the event's id.
    pub stored: Option<Stored>,
    /// Where each of [`Upload::predecessors`] is, in their order.
    pub predecessors: Vec<PredecessorStanding>,
    /// The order that the upload names; `None` when nothing of it is recorded yet.
    pub order: Option<OrderCircumstances>,
}

/// An event that is recorded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes.
    pub event: Vec<u8>,
    /// Its first receipt.
    pub receipt: Receipt,
    /// Its authoritative predecessors.
    pub predecessors: Vec<EventId>,
}

/// Where a predecessor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PredecessorStanding {
    /// Recorded, in this order.
    RecordedIn(OrderId),
    /// It will never be recorded: held as malformed or oversized, or declared lost by a person.
    Refused,
    /// It has not arrived, or is held for a reason that may pass.
    Missing,
}

/// The order that an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderCircumstances {
    /// Events recorded in it.
    pub events: usize,
    /// Whether it is, or ever was, in the scope of the credential's person.
    pub was_in_scope: bool,
}

/// What to do with an upload.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Recorded earlier: give the first receipt again, change nothing.
    Repeated(Stored),
    /// The id is taken by other bytes: change nothing.
    IdReused,
    /// Keep it outside the documents.
    Hold(HeldReason),
    /// Record it, with this verdict.
    Record(Box<Recording>),
}

/// An event that is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What was said.
    pub event: Event,
    /// The predecessors that are authoritative from now on: sorted, each once, the refused ones left out.
    pub predecessors: Vec<EventId>,
    /// Whether it has effect.
    pub verdict: Verdict,
}

/// Judges an upload. Held events are judged by the same function again when something they wait for has changed, with the
/// standing that their credential had when they came in, unless a person has released them.
///
/// What is recorded already is answered with its first receipt before anything else is looked at: a device whose answer
/// was lost must learn that its work arrived, even when its credential was revoked since (`architecture.md`, "Trust").
pub fn judge(upload: &Upload, credential: &Credential, circumstances: &Circumstances) -> Judgement {
    if let Some(stored) = &circumstances.stored {
        return if stored.event == upload.event.as_slice() { Judgement::Repeated(stored.clone()) } else { Judgement::IdReused };
    }
    match readable_event(upload, credential, circumstances).and_then(|event| placed(event, upload, circumstances)) {
        Err(reason) => Judgement::Hold(reason),
        Ok((event, predecessors)) => {
            let verdict = verdict(&event, credential, circumstances.order);
            Judgement::Record(Box::new(Recording { event, predecessors, verdict }))
        }
    }
}

/// The verdict alone, for judging a recorded event again (an unknown kind after an upgrade, a person's ruling).
pub fn verdict(event: &Event, credential: &Credential, order: Option<OrderCircumstances>) -> Verdict {
    set_aside_reason(event, credential, order).map_or(Verdict::Admitted, Verdict::SetAside)
}

/// What the device is told about an upload that is recorded, now or earlier.
pub fn recorded_outcome(id: EventId, bytes: &[u8], receipt: Receipt, predecessors: Vec<EventId>) -> UploadOutcome {
    UploadOutcome::Recorded { id, receipt, predecessors, sha256: sha256_of(bytes) }
}

/// SHA-256 of an event's bytes, by which both ends see that they hold the same.
pub fn sha256_of(bytes: &[u8]) -> ByteBuf {
    ByteBuf::from(Sha256::digest(bytes).to_vec())
}

/// Predecessors in the one order in which they are kept: sorted, each once.
pub fn in_order(mut predecessors: Vec<EventId>) -> Vec<EventId> {
    predecessors.sort_unstable();
    predecessors.dedup();
    predecessors
}

fn readable_event(upload: &Upload, credential: &Credential, circumstances: &Circumstances) -> Result<Event, HeldReason> {
    if credential.standing == CredentialStanding::Revoked {
        return Err(HeldReason::CredentialRevoked);
    }
    if upload.event.len() > LARGEST_EVENT_BYTES {
        return Err(HeldReason::Oversized);
    }
    let event = Event::from_bytes(&upload.event).map_err(|_| HeldReason::Malformed)?;
    if matches_envelope(&event, upload) && predecessors_are_possible(upload, circumstances) {
        Ok(event)
    } else {
        Err(HeldReason::Malformed)
    }
}

fn matches_envelope(event: &Event, upload: &Upload) -> bool {
    event.id == upload.id && event.order == upload.order && event.sequence == upload.sequence
}

fn predecessors_are_possible(upload: &Upload, circumstances: &Circumstances) -> bool {
    let of_another_order =
        |standing: &PredecessorStanding| matches!(standing, PredecessorStanding::RecordedIn(order) if *order != upload.order);
    upload.predecessors.len() <= MOST_PREDECESSORS
        && circumstances.predecessors.len() == upload.predecessors.len()
        && !upload.predecessors.contains(&upload.id)
        && !circumstances.predecessors.iter().any(of_another_order)
}

fn placed(event: Event, upload: &Upload, circumstances: &Circumstances) -> Result<(Event, Vec<EventId>), HeldReason> {
    if circumstances.predecessors.contains(&PredecessorStanding::Missing) {
        return Err(HeldReason::PredecessorMissing);
    }
    let known = upload.predecessors.iter().zip(&circumstances.predecessors);
    let known = known.filter(|(_, standing)| **standing != PredecessorStanding::Refused).map(|(id, _)| *id).collect();
    Ok((event, in_order(known)))
}

/// The first reason that holds. The device in the event counts as part of who recorded it: another device's number would
/// make a gap or a clone appear where there is none.
fn set_aside_reason(event: &Event, credential: &Credential, order: Option<OrderCircumstances>) -> Option<SetAsideReason> {
    if event.recorder != credential.person || event.device != credential.device {
        return Some(SetAsideReason::OtherRecorder);
    }
    if !credential.roles.contains(&event.role) {
        return Some(SetAsideReason::RoleNotHeld);
    }
    if matches!(event.body, EventBody::Unknown { .. }) {
        return Some(SetAsideReason::UnknownKind);
    }
    if !may_record(event.role, event.body.kind()) {
        return Some(SetAsideReason::KindNotPermitted);
    }
    scope_reason(event, order)
}

fn scope_reason(event: &Event, order: Option<OrderCircumstances>) -> Option<SetAsideReason> {
    match order {
        None if matches!(event.body, EventBody::Reported(_)) => None,
        None => Some(SetAsideReason::OutOfScope),
        Some(order) if !order.was_in_scope => Some(SetAsideReason::OutOfScope),
        Some(order) if order.events >= MOST_EVENTS_OF_AN_ORDER => Some(SetAsideReason::OrderFull),
        Some(_) => None,
    }
}
