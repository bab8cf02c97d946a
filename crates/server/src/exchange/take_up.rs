//! Upwards: each upload is judged and recorded or held, one bad item never stops the next.

use std::collections::BTreeSet;

use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::recorded::{HeldReason, Verdict};
use domain::time::UtcMillis;
use store::Database;
use store::server::devices::Device;
use store::server::held::{self, HeldEvent};
use store::server::{scope, sequences};
use sync::judge::{Credential, Judgement, PredecessorStanding, Recording, judge, recorded_outcome};
use sync::wire::{Upload, UploadOutcome};

use crate::exchange::circumstances::{around, standing};
use crate::exchange::credential::{credential_of, subjects_ever};
use crate::exchange::held_again::release;
use crate::occasion::Occasion;
use crate::orders::record::{Recordable, record};
use crate::orders::settle::{is_worker, settle};
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
    let mut touched = BTreeSet::new();
    let mut outcomes = Vec::with_capacity(uploads.len());
    for upload in uploads {
        outcomes.push(receive(database, upload, &sender, &mut touched, occasion)?);
    }
    for order in touched {
        settle(database, order, occasion)?;
    }
    Ok(outcomes)
}

/// Who sends, and whose orders they may speak of.
pub(super) struct Sender {
    pub(super) credential: Credential,
    pub(super) subjects: Vec<String>,
}

fn receive(
    database: &Database,
    upload: &Upload,
    sender: &Sender,
    touched: &mut BTreeSet<OrderId>,
    occasion: &Occasion<'_>,
) -> Result<UploadOutcome, Fault> {
    let held_before = held::find(database, upload.id, sender.credential.device)?;
    if held_before.as_ref().is_some_and(|held| held.bytes != upload.event.as_slice()) {
        return Ok(UploadOutcome::IdReused { id: upload.id });
    }
    match judge(upload, &sender.credential, &around(database, upload, &sender.subjects)?) {
        Judgement::Repeated(stored) => Ok(recorded_outcome(upload.id, &stored.event, stored.receipt, stored.predecessors)),
        Judgement::IdReused => {
            hold(database, upload, sender, HeldReason::IdTaken, held_before.map_or(occasion.now, |held| held.received_at))?;
            Ok(UploadOutcome::IdReused { id: upload.id })
        }
        Judgement::Hold(_) | Judgement::Record(_) if is_under_review(database, upload, &sender.credential)? => {
            sequences::add(database, sender.credential.device, upload.sequence)?;
            Ok(UploadOutcome::Held { id: upload.id, reason: HeldReason::CredentialRevoked })
        }
        Judgement::Hold(reason) => {
            let received_at = held_before.map_or(occasion.now, |held| held.received_at);
            hold(database, upload, sender, reason, received_at)?;
            if is_final(reason) {
                release(database, upload.id, touched, occasion)?;
            }
            Ok(UploadOutcome::Held { id: upload.id, reason })
        }
        Judgement::Record(recording) => {
            held::remove(database, upload.id, sender.credential.device)?;
            let outcome = record_judged(database, &upload.event, *recording, sender, occasion.now)?;
            touched.insert(upload.order);
            release(database, upload.id, touched, occasion)?;
            Ok(outcome)
        }
    }
}

/// What waits for review goes on waiting when it comes again by another device: a new code is nobody's review. It is held
/// once, as it came first (`domain.md`, contradiction 11).
fn is_under_review(database: &Database, upload: &Upload, credential: &Credential) -> Result<bool, Fault> {
    Ok(held::is_under_review_elsewhere(database, upload.id, credential.device, &upload.event)?)
}

/// It will never be recorded, so what builds on it need not wait.
pub(super) fn is_final(reason: HeldReason) -> bool {
    matches!(reason, HeldReason::Malformed | HeldReason::Oversized)
}

/// Keeps an upload outside the documents, remembering what it waits for.
pub(super) fn hold(database: &Database, upload: &Upload, sender: &Sender, reason: HeldReason, received_at: UtcMillis) -> Result<(), Fault> {
    let device = sender.credential.device;
    let event = HeldEvent {
        id: upload.id,
        device,
        order: upload.order,
        sequence: upload.sequence,
        bytes: upload.event.to_vec(),
        predecessors: upload.predecessors.clone(),
        received_at,
        reason,
    };
    let waits_for = if reason == HeldReason::PredecessorMissing { missing(database, upload)? } else { Vec::new() };
    held::put(database, &event, &waits_for)?;
    Ok(sequences::add(database, device, upload.sequence)?)
}

fn missing(database: &Database, upload: &Upload) -> Result<Vec<EventId>, Fault> {
    let mut missing = Vec::new();
    for predecessor in &upload.predecessors {
        if standing(database, *predecessor, upload.order)? == PredecessorStanding::Missing {
            missing.push(*predecessor);
        }
    }
    Ok(missing)
}

/// Records a judged event. Whoever takes part with effect has the order in scope from here on, also for what follows in
/// the same request.
pub(super) fn record_judged(
    database: &Database,
    bytes: &[u8],
    recording: Recording,
    sender: &Sender,
    received_at: UtcMillis,
) -> Result<UploadOutcome, Fault> {
    let Recording { event, predecessors, verdict } = recording;
    let (order, sequence) = (event.order, event.sequence);
    let takes_part = verdict == Verdict::Admitted && is_worker(event.role);
    let recordable = Recordable { event, bytes: bytes.to_vec(), predecessors, verdict, received_at };
    let recorded = record(database, recordable)?;
    sequences::add(database, sender.credential.device, sequence)?;
    let subject = person_subject(&sender.credential.person);
    if takes_part && !scope::open_subjects(database, order)?.contains(&subject) {
        scope::enter(database, order, &subject)?;
    }
    let receipt = recorded.receipt.ok_or_else(|| Fault::new(domain::fault::FaultCodeName::Internal, "a recorded event has a receipt"))?;
    Ok(recorded_outcome(recorded.event.id, bytes, receipt, recorded.predecessors))
}
