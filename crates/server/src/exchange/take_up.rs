//! Upwards: each upload is judged and recorded or held, one bad item never stops the next.

use domain::fault::Fault;
use domain::identity::{DeviceId, OrderId};
use domain::recorded::HeldReason;
use store::Database;
use store::server::devices::{self, Device};
use store::server::held::{self, HeldEvent};
use sync::holding::{HeldOfDevice, has_room};
use sync::judge::{Judgement, Recording, judge, recorded_outcome};
use sync::wire::{Upload, UploadOutcome};

use crate::exchange::bring_down::held_outcome;
use crate::exchange::circumstances::{around, readable};
use crate::exchange::credential::is_of_another;
use crate::exchange::held_again::{release, settle_copies};
use crate::exchange::hold_or_record::{Sender, hold, record_judged};
use crate::exchange::request::Request;
use crate::occasion::Occasion;

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
    let sender = Sender::of(database, device.clone(), occasion)?;
    let mut request = Request::new(database, occasion);
    let mut outcomes = Vec::with_capacity(uploads.len());
    for upload in uploads {
        outcomes.push(receive(&mut request, upload, &sender)?);
    }
    request.settle()?;
    Ok(outcomes)
}

/// An upload with what is held under its id already.
struct Arrival<'a> {
    upload: &'a Upload,
    sender: &'a Sender,
    /// This device's copy, with these very bytes.
    here: Option<HeldEvent>,
    /// Whether this device's own id is held with other content, which came before.
    is_second: bool,
    /// Those of other devices.
    elsewhere: Vec<HeldEvent>,
}

fn receive(request: &mut Request<'_>, upload: &Upload, sender: &Sender) -> Result<UploadOutcome, Fault> {
    if !request.can_be_read(upload.order)? {
        return Ok(UploadOutcome::Held { id: upload.id, reason: HeldReason::TooManyHeld });
    }
    let of_sender = |held: &HeldEvent| held.device == sender.credential.device;
    let (here, elsewhere): (Vec<_>, Vec<_>) = held::copies_of(request.database, upload.id)?.into_iter().partition(of_sender);
    let (here, others): (Vec<_>, Vec<_>) = here.into_iter().partition(|held| held.bytes == upload.event.as_slice());
    let is_second = others.iter().any(|held| held.reason != HeldReason::IdTaken);
    let arrival = Arrival { upload, sender, here: here.into_iter().next(), is_second, elsewhere };
    let circumstances = around(request, upload, sender)?;
    let judgement = if arrival.is_second { Judgement::IdReused } else { judge(upload, &sender.credential, &circumstances) };
    let left = arrival.as_it_was_left(request.database, &judgement)?;
    if left.is_none() && matches!(judgement, Judgement::Hold(_)) && !arrival.is_under_review() && !arrival.is_kept(request.database)? {
        return Ok(UploadOutcome::Held { id: upload.id, reason: HeldReason::TooManyHeld });
    }
    if arrival.has_come(request.database, &judgement, circumstances.names_device_of_another)? {
        request.count(sender.credential.device, upload.sequence);
        if !circumstances.names_device_of_another {
            arrival.count_where_it_was_given(request)?;
        }
    }
    left.map_or_else(|| arrival.settle(request, judgement), Ok)
}

impl Arrival<'_> {
    /// Whether its number has arrived: not where the event is not here afterwards, nor where the number beside it is another than
    /// the one in it. Also where it was here already: it may have come under another enrolment of this device, but not from
    /// somebody else, whose numbers would fill the gaps of this one.
    fn has_come(&self, database: &Database, judgement: &Judgement, names_device_of_another: bool) -> Result<bool, Fault> {
        Ok(match judgement {
            // Judged with its number.
            Judgement::Record(_) => true,
            Judgement::IdReused => carries_its_number(self.upload) && self.is_kept(database)?,
            Judgement::Repeated(_) => !names_device_of_another && self.is_of_sender() && carries_its_number(self.upload),
            Judgement::Hold(_) => carries_its_number(self.upload),
        })
    }

    /// The number is also one of the device that gave it: an earlier enrolment of this phone, or another phone of the person. Restored
    /// from a backup of that time it continues above the numbers that have come.
    fn count_where_it_was_given(&self, request: &mut Request<'_>) -> Result<(), Fault> {
        let Some(event) = readable(self.upload) else { return Ok(()) };
        if event.device != self.sender.credential.device && devices::find(request.database, event.device)?.is_some() {
            request.count(event.device, event.sequence);
        }
        Ok(())
    }

    fn is_of_sender(&self) -> bool {
        readable(self.upload).is_some_and(|event| event.recorder == self.sender.credential.person)
    }

    fn settle(&self, request: &mut Request<'_>, judgement: Judgement) -> Result<UploadOutcome, Fault> {
        let id = self.upload.id;
        match judgement {
            Judgement::Repeated(stored) => Ok(recorded_outcome(id, &stored.event, stored.receipt, stored.predecessors)),
            Judgement::IdReused => self.keep_beside(request),
            Judgement::Hold(_) | Judgement::Record(_) if self.is_under_review() => {
                Ok(UploadOutcome::Held { id, reason: HeldReason::CredentialRevoked })
            }
            Judgement::Hold(reason) => self.hold(request, reason),
            Judgement::Record(recording) => self.record(request, *recording),
        }
    }

    /// What the dispatcher has left stays left, also where it would be recorded by now, or comes by another phone of its person: whoever
    /// recorded it was told so. Only a person gives it effect. A copy that somebody else sent says nothing of the person's own.
    fn as_it_was_left(&self, database: &Database, judgement: &Judgement) -> Result<Option<UploadOutcome>, Fault> {
        if matches!(judgement, Judgement::Repeated(_)) {
            return Ok(None);
        }
        for copy in self.here.iter().chain(self.elsewhere.iter().filter(|held| held.bytes == self.upload.event.as_slice())) {
            if let left @ UploadOutcome::Left { .. } = held_outcome(database, copy)?
                && !is_of_another(database, copy.device, &self.sender.device)?
            {
                return Ok(Some(left));
            }
        }
        Ok(None)
    }

    /// The device is told that nobody will ever take it, and keeps it, whether or not there is room here to look at it.
    fn keep_beside(&self, request: &mut Request<'_>) -> Result<UploadOutcome, Fault> {
        if self.is_kept(request.database)? {
            self.hold_for(request, HeldReason::IdTaken)?;
        }
        Ok(UploadOutcome::IdReused { id: self.upload.id })
    }

    fn hold(&self, request: &mut Request<'_>, reason: HeldReason) -> Result<UploadOutcome, Fault> {
        self.hold_for(request, reason)?;
        if is_final(reason) {
            release(request, self.upload.id)?;
        }
        Ok(UploadOutcome::Held { id: self.upload.id, reason })
    }

    fn record(&self, request: &mut Request<'_>, recording: Recording) -> Result<UploadOutcome, Fault> {
        if let Some(copy) = &self.here {
            held::remove(request.database, copy)?;
        }
        let outcome = record_judged(request, &self.upload.event, recording, self.sender, request.occasion.now)?;
        if !self.elsewhere.is_empty() {
            settle_copies(request.database, self.upload.id, &self.upload.event)?;
        }
        release(request, self.upload.id)?;
        Ok(outcome)
    }

    /// Held as it came first.
    fn hold_for(&self, request: &mut Request<'_>, reason: HeldReason) -> Result<(), Fault> {
        let received_at = self.here.as_ref().map_or(request.occasion.now, |held| held.received_at);
        hold(request, self.upload, self.sender, reason, received_at)
    }

    /// Whether it is held already, or there is room for it.
    fn is_kept(&self, database: &Database) -> Result<bool, Fault> {
        let held = || held_of(database, self.sender.credential.device, self.upload.order);
        Ok(self.here.is_some() || has_room(held()?, self.upload.event.len()))
    }

    /// What waits for review goes on waiting when it comes again by another device: a new code is nobody's review. It is held
    /// once, as it came first (`domain.md`, contradiction 11).
    fn is_under_review(&self) -> bool {
        let waits = |held: &HeldEvent| held.reason == HeldReason::CredentialRevoked && held.bytes == self.upload.event.as_slice();
        self.elsewhere.iter().any(waits)
    }
}

/// Whether the number beside the event is the one in it; what nobody can read has no other. A number that is counted is one that
/// the device never gives again, so that it must not be any that somebody makes up.
fn carries_its_number(upload: &Upload) -> bool {
    readable(upload).is_none_or(|event| event.sequence == upload.sequence)
}

fn held_of(database: &Database, device: DeviceId, order: OrderId) -> Result<HeldOfDevice, Fault> {
    let (of_order, events, bytes) = held::open_of_device(database, device, order)?;
    Ok(HeldOfDevice { of_order, events, bytes })
}

/// It will never be recorded, so what builds on it need not wait.
fn is_final(reason: HeldReason) -> bool {
    matches!(reason, HeldReason::Malformed | HeldReason::Oversized)
}
