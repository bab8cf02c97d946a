//! Held events are judged again when what they wait for has arrived or was refused for good.

use std::collections::VecDeque;

use domain::fault::Fault;
use domain::identity::EventId;
use domain::recorded::HeldReason;
use serde_bytes::ByteBuf;
use store::Database;
use store::server::devices;
use store::server::held::{self, HeldEvent};
use store::server::log::{self, LogContent};
use store::server::review::left_held;
use sync::judge::{Judgement, judge};
use sync::wire::{CredentialStanding, Upload};

use crate::exchange::circumstances::around;
use crate::exchange::hold_or_record::{Sender, hold, record_judged};
use crate::exchange::request::Request;

/// Judges again whatever waits for `arrived`, and whatever waits for that. What the dispatcher has left waits for nothing.
pub(super) fn release(request: &mut Request<'_>, arrived: EventId) -> Result<(), Fault> {
    let mut arrivals = VecDeque::from([arrived]);
    while let Some(arrival) = arrivals.pop_front() {
        for waiting in held::waiting_for(request.database, arrival)? {
            let waits = waiting.reason == HeldReason::PredecessorMissing && left_held(request.database, &waiting)?.is_none();
            if waits && request.can_be_read(waiting.order)? && judge_again(request, &waiting)? {
                arrivals.push_back(waiting.id);
            }
        }
    }
    Ok(())
}

/// An event is recorded as `bytes`: what is held under its id, from another phone or from the same one under another enrolment,
/// waits no longer. A copy goes; other content has no place there for ever, and is a person's to look at.
pub(super) fn settle_copies(database: &Database, event: EventId, bytes: &[u8]) -> Result<(), Fault> {
    for copy in held::copies_of(database, event)? {
        if copy.bytes == bytes {
            held::remove(database, &copy)?;
        } else if copy.reason != HeldReason::IdTaken {
            held::put(database, &HeldEvent { reason: HeldReason::IdTaken, ..copy.clone() }, &[])?;
        }
        log::append(database, &LogContent::Outcome { device: copy.device, event: copy.id })?;
    }
    Ok(())
}

/// Says whether the event no longer waits. Whose the order is by now is settled first where that may matter: what came before it
/// may have given it to the team of whoever waits, and out of scope would be the last word.
fn judge_again(request: &mut Request<'_>, waiting: &HeldEvent) -> Result<bool, Fault> {
    let upload = upload_of(waiting);
    let sender = sender_of(request, waiting)?;
    if !request.order(waiting.order)?.was_in_scope_of(&sender.subjects) {
        request.settle_order(waiting.order)?;
    }
    match judge(&upload, &sender.credential, &around(request, &upload, &sender)?) {
        Judgement::Hold(HeldReason::PredecessorMissing) => return Ok(false),
        Judgement::Hold(reason) => hold(request, &upload, &sender, reason, waiting.received_at)?,
        Judgement::Record(recording) => {
            held::remove(request.database, waiting)?;
            record_judged(request, &waiting.bytes, *recording, &sender, waiting.received_at)?;
            settle_copies(request.database, waiting.id, &waiting.bytes)?;
        }
        Judgement::IdReused => hold(request, &upload, &sender, HeldReason::IdTaken, waiting.received_at)?,
        Judgement::Repeated(_) => held::remove(request.database, waiting)?,
    }
    log::append(request.database, &LogContent::Outcome { device: waiting.device, event: waiting.id })?;
    Ok(true)
}

/// The credential had its standing when the event came in: neither it nor the device that recorded the event was revoked.
fn sender_of(request: &mut Request<'_>, waiting: &HeldEvent) -> Result<Sender, Fault> {
    let mut sender = good_sender_of(request, waiting)?;
    sender.credential.revoked_devices = devices::revoked_of(request.database, &sender.device.staff_no, waiting.received_at)?;
    Ok(sender)
}

/// As if nothing of the person had ever been revoked.
pub(super) fn good_sender_of(request: &mut Request<'_>, held: &HeldEvent) -> Result<Sender, Fault> {
    let mut sender = request.sender(held.device)?.clone();
    sender.credential.standing = CredentialStanding::Valid;
    sender.credential.revoked_devices.clear();
    Ok(sender)
}

pub(super) fn upload_of(held: &HeldEvent) -> Upload {
    Upload {
        id: held.id,
        order: held.order,
        sequence: held.sequence,
        event: ByteBuf::from(held.bytes.clone()),
        predecessors: held.predecessors.clone(),
    }
}
