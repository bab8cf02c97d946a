//! Upwards: each upload is judged and recorded or held, one bad item never stops the next.

use domain::fault::Fault;
use domain::identity::{DeviceId, EventId, OrderId};
use domain::recorded::{HeldReason, Verdict};
use domain::time::UtcMillis;
use store::Database;
use store::server::devices::Device;
use store::server::held::{self, HeldEvent};
use sync::holding::{HeldOfDevice, has_room};
use sync::judge::{Credential, Judgement, PredecessorStanding, Recording, judge, recorded_outcome};
use sync::wire::{Upload, UploadOutcome};

use crate::exchange::circumstances::{around, standing};
use crate::exchange::credential::{credential_of, subjects_ever};
use crate::exchange::held_again::{release, settle_copies};
use crate::exchange::request::Request;
use crate::occasion::Occasion;
use crate::orders::record::Recordable;
use crate::orders::settle::is_worker;
use crate::people::person::person_subject;

/// Takes up a device's uploads and gives an outcome for each, in their order.
pub(super) fn take_up(
    database: &Database,
    device: &Device,
    uploads: &[Upload],
    occasion: &Occasion<'_>,
) -> Result<Vec<UploadOutcome>, Fault> {
    if uploads.is_empty() {
        return Ok(Vec::new());
    }
    let sender = Sender { credential: credential_of(database, device, occasion)?, subjects: subjects_ever(database, device, occasion)? };
    let mut request = Request::new(database, occasion);
    let mut outcomes = Vec::with_capacity(uploads.len());
    for upload in uploads {
        outcomes.push(receive(&mut request, upload, &sender)?);
    }
    request.settle(device.id)?;
    Ok(outcomes)
}

/// Who sends, and whose orders they may speak of.
pub(super) struct Sender {
    pub(super) credential: Credential,
    pub(super) subjects: Vec<String>,
}

fn receive(request: &mut Request<'_>, upload: &Upload, sender: &Sender) -> Result<UploadOutcome, Fault> {
    let (database, device) = (request.database, sender.credential.device);
    let (here, elsewhere): (Vec<_>, Vec<_>) = held::copies_of(database, upload.id)?.into_iter().partition(|held| held.device == device);
    if here.iter().any(|held| held.bytes != upload.event.as_slice()) {
        return Ok(UploadOutcome::IdReused { id: upload.id });
    }
    let received_at = here.first().map_or(request.occasion.now, |held| held.received_at);
    let judgement = judge(upload, &sender.credential, &around(request, upload, &sender.subjects)?);
    let is_kept =
        || -> Result<bool, Fault> { Ok(!here.is_empty() || has_room(held_of(database, device, upload.order)?, upload.event.len())) };
    if matches!(judgement, Judgement::Hold(_)) && !is_under_review(upload, &elsewhere) && !is_kept()? {
        return Ok(UploadOutcome::Held { id: upload.id, reason: HeldReason::TooManyHeld });
    }
    // Also where it is here already: it may have come under another enrolment of this device.
    request.count(upload.sequence);
    match judgement {
        Judgement::Repeated(stored) => Ok(recorded_outcome(upload.id, &stored.event, stored.receipt, stored.predecessors)),
        Judgement::IdReused => {
            // The device is told that nobody will ever take it, and keeps it, whether or not there is room here to look at it.
            if is_kept()? {
                hold(request, upload, sender, HeldReason::IdTaken, received_at)?;
            }
            Ok(UploadOutcome::IdReused { id: upload.id })
        }
        Judgement::Hold(_) | Judgement::Record(_) if is_under_review(upload, &elsewhere) => {
            Ok(UploadOutcome::Held { id: upload.id, reason: HeldReason::CredentialRevoked })
        }
        Judgement::Hold(reason) => {
            hold(request, upload, sender, reason, received_at)?;
            if is_final(reason) {
                release(request, upload.id)?;
            }
            Ok(UploadOutcome::Held { id: upload.id, reason })
        }
        Judgement::Record(recording) => {
            if !here.is_empty() {
                held::remove(database, upload.id, device)?;
            }
            let outcome = record_judged(request, &upload.event, *recording, sender, request.occasion.now)?;
            if !elsewhere.is_empty() {
                settle_copies(database, upload.id, &upload.event)?;
            }
            release(request, upload.id)?;
            Ok(outcome)
        }
    }
}

fn held_of(database: &Database, device: DeviceId, order: OrderId) -> Result<HeldOfDevice, Fault> {
    let (of_order, events, bytes) = held::open_of_device(database, device, order)?;
    Ok(HeldOfDevice { of_order, events, bytes })
}

/// What waits for review goes on waiting when it comes again by another device: a new code is nobody's review. It is held
/// once, as it came first (`domain.md`, contradiction 11).
fn is_under_review(upload: &Upload, held_elsewhere: &[HeldEvent]) -> bool {
    held_elsewhere.iter().any(|held| held.reason == HeldReason::CredentialRevoked && held.bytes == upload.event.as_slice())
}

/// It will never be recorded, so what builds on it need not wait.
pub(super) fn is_final(reason: HeldReason) -> bool {
    matches!(reason, HeldReason::Malformed | HeldReason::Oversized)
}

/// Keeps an upload outside the documents, remembering what it waits for.
pub(super) fn hold(
    request: &mut Request<'_>,
    upload: &Upload,
    sender: &Sender,
    reason: HeldReason,
    received_at: UtcMillis,
) -> Result<(), Fault> {
    let event = HeldEvent {
        id: upload.id,
        device: sender.credential.device,
        order: upload.order,
        sequence: upload.sequence,
        bytes: upload.event.to_vec(),
        predecessors: upload.predecessors.clone(),
        received_at,
        reason,
    };
    let waits_for = if reason == HeldReason::PredecessorMissing { missing(request, upload)? } else { Vec::new() };
    Ok(held::put(request.database, &event, &waits_for)?)
}

fn missing(request: &mut Request<'_>, upload: &Upload) -> Result<Vec<EventId>, Fault> {
    let mut missing = Vec::new();
    for predecessor in &upload.predecessors {
        if standing(request, *predecessor, upload.order)? == PredecessorStanding::Missing {
            missing.push(*predecessor);
        }
    }
    Ok(missing)
}

/// Records a judged event. Whoever takes part with effect has the order in scope from here on, also for what follows in
/// the same request.
pub(super) fn record_judged(
    request: &mut Request<'_>,
    bytes: &[u8],
    recording: Recording,
    sender: &Sender,
    received_at: UtcMillis,
) -> Result<UploadOutcome, Fault> {
    let Recording { event, predecessors, verdict } = recording;
    let (id, order) = (event.id, event.order);
    let takes_part = verdict == Verdict::Admitted && is_worker(event.role);
    let recordable = Recordable { event, bytes: bytes.to_vec(), predecessors: predecessors.clone(), verdict, received_at };
    let receipt = request.record(recordable)?;
    if takes_part {
        request.enter_scope(order, person_subject(&sender.credential.person))?;
    }
    Ok(recorded_outcome(id, bytes, receipt, predecessors))
}
