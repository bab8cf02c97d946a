//! What becomes of an upload once it is judged: it is held beside the documents, or recorded in one.

use domain::fault::Fault;
use domain::identity::EventId;
use domain::recorded::{HeldReason, Verdict};
use domain::time::UtcMillis;
use store::Database;
use store::server::devices::Device;
use store::server::held::{self, HeldEvent};
use sync::judge::{Credential, PredecessorStanding, Recording, recorded_outcome};
use sync::wire::{Upload, UploadOutcome};

use crate::exchange::circumstances::standing;
use crate::exchange::credential::{credential_of, subjects_ever};
use crate::exchange::request::Request;
use crate::occasion::Occasion;
use crate::orders::record::Recordable;
use crate::people::person::person_subject;

/// Who sends, and whose orders they may speak of.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) device: Device,
    pub(super) credential: Credential,
    pub(super) subjects: Vec<String>,
}

impl Sender {
    /// The person to whom a device was given.
    pub(super) fn of(database: &Database, device: Device, occasion: &Occasion<'_>) -> Result<Self, Fault> {
        let subjects = subjects_ever(database, &device, occasion)?;
        let credential = credential_of(database, &device, &subjects, occasion)?;
        Ok(Self { device, credential, subjects })
    }
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
    let takes_part = verdict == Verdict::Admitted && event.role.repairs();
    let recordable = Recordable { event, bytes: bytes.to_vec(), predecessors: predecessors.clone(), verdict, received_at };
    let receipt = request.record(recordable)?;
    if takes_part {
        request.enter_scope(order, person_subject(&sender.credential.person))?;
    }
    Ok(recorded_outcome(id, bytes, receipt, predecessors))
}
