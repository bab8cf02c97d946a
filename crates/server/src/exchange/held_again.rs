//! Held events are judged again when what they wait for has arrived or was refused for good.

use std::collections::{BTreeSet, VecDeque};

use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::recorded::HeldReason;
use serde_bytes::ByteBuf;
use store::Database;
use store::server::devices;
use store::server::held::{self, HeldEvent};
use store::server::log::{self, LogContent};
use sync::judge::{Judgement, judge};
use sync::wire::{CredentialStanding, Upload};

use crate::exchange::circumstances::around;
use crate::exchange::credential::{credential_of, known, subjects_ever};
use crate::exchange::take_up::{Sender, hold, record_judged};
use crate::occasion::Occasion;

/// Judges again whatever waits for `arrived`, and whatever waits for that.
pub(super) fn release(
    database: &Database,
    arrived: EventId,
    touched: &mut BTreeSet<OrderId>,
    occasion: &Occasion<'_>,
) -> Result<(), Fault> {
    let mut arrivals = VecDeque::from([arrived]);
    while let Some(arrival) = arrivals.pop_front() {
        for waiting in held::waiting_for(database, arrival)? {
            if waiting.reason == HeldReason::PredecessorMissing && judge_again(database, &waiting, touched, occasion)? {
                arrivals.push_back(waiting.id);
            }
        }
    }
    Ok(())
}

/// Says whether the event no longer waits.
fn judge_again(database: &Database, waiting: &HeldEvent, touched: &mut BTreeSet<OrderId>, occasion: &Occasion<'_>) -> Result<bool, Fault> {
    let upload = upload_of(waiting);
    let sender = sender_of(database, waiting, occasion)?;
    match judge(&upload, &sender.credential, &around(database, &upload, &sender.subjects)?) {
        Judgement::Hold(HeldReason::PredecessorMissing) => return Ok(false),
        Judgement::Hold(reason) => hold(database, &upload, &sender, reason, waiting.received_at)?,
        Judgement::Record(recording) => {
            held::remove(database, waiting.id, waiting.device)?;
            record_judged(database, &waiting.bytes, *recording, &sender, waiting.received_at)?;
            touched.insert(waiting.order);
        }
        Judgement::IdReused => hold(database, &upload, &sender, HeldReason::IdTaken, waiting.received_at)?,
        // The same event came from another device meanwhile; this copy stays held and visible.
        Judgement::Repeated(_) => return Ok(false),
    }
    log::append(database, &LogContent::Outcome { device: waiting.device, event: waiting.id })?;
    Ok(true)
}

/// The credential had its standing when the event came in: neither it nor the device that recorded the event was revoked.
fn sender_of(database: &Database, waiting: &HeldEvent, occasion: &Occasion<'_>) -> Result<Sender, Fault> {
    let device = known(database, waiting.device)?;
    let mut credential = credential_of(database, &device, occasion)?;
    credential.standing = CredentialStanding::Valid;
    credential.revoked_devices = devices::revoked_of(database, &device.staff_no, waiting.received_at)?;
    Ok(Sender { credential, subjects: subjects_ever(database, &device, occasion)? })
}

fn upload_of(held: &HeldEvent) -> Upload {
    Upload {
        id: held.id,
        order: held.order,
        sequence: held.sequence,
        event: ByteBuf::from(held.bytes.clone()),
        predecessors: held.predecessors.clone(),
    }
}
