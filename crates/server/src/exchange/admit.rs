//! Held events that somebody releases: judged as if their credential were good and nothing had to be waited for, and recorded.

use domain::event::{Event, EventBody};
use domain::fault::Fault;
use domain::identity::EventId;
use domain::recorded::{HeldReason, Verdict};
use domain::review::{NotAdmittable, held_for_good};
use store::Database;
use store::server::held::{self, HeldEvent};
use store::server::log::{self, LogContent};
use store::server::review;
use sync::judge::{Circumstances, Judgement, PredecessorStanding, Recording, in_order, judge};
use sync::wire::Upload;

use crate::exchange::circumstances::around;
use crate::exchange::held_again::{good_sender_of, release, settle_copies, upload_of};
use crate::exchange::request::Request;
use crate::orders::record::Recordable;
use crate::people::person::person_subject;

/// What would become of a held event.
pub enum Released {
    /// It would be recorded, with this verdict.
    Recorded(Box<Recording>),
    /// The same event is recorded already, as it came from another device.
    Known,
    /// It cannot be.
    Refused(NotAdmittable),
    /// Not before these, which it builds on.
    After(Vec<EventId>),
}

/// What would become of a held event if it were released.
///
/// # Errors
/// As the database fails.
pub fn if_released(request: &mut Request<'_>, held: &HeldEvent) -> Result<Released, Fault> {
    if let Some(refusal) = held_for_good(held.reason) {
        return Ok(Released::Refused(refusal));
    }
    // Whoever releases it vouches for the credential.
    let (upload, sender) = (upload_of(held), good_sender_of(request, held)?);
    let mut circumstances = around(request, &upload, &sender)?;
    let before = held_before(request.database, &upload, &circumstances)?;
    if let Some(reports) = report_before(request, held)? {
        let first = || in_order(reports.iter().chain(&before).copied().collect());
        return Ok(if reports.is_empty() { Released::Refused(NotAdmittable::OrderUnknown) } else { Released::After(first()) });
    }
    wait_for_nothing(&mut circumstances);
    Ok(match judge(&upload, &sender.credential, &circumstances) {
        Judgement::Record(_) if !before.is_empty() => Released::After(before),
        Judgement::Record(recording) => Released::Recorded(recording),
        Judgement::Repeated(_) => Released::Known,
        Judgement::IdReused => Released::Refused(NotAdmittable::IdTaken),
        Judgement::Hold(reason) => Released::Refused(held_for_good(reason).unwrap_or(NotAdmittable::Unreadable)),
    })
}

/// The reports of its order that wait as well, where none has effect: without one an order is shown to nobody, whatever else is
/// recorded of it. `None` for what needs none.
fn report_before(request: &mut Request<'_>, held: &HeldEvent) -> Result<Option<Vec<EventId>>, Fault> {
    const LOOKED_AT: u32 = 50;
    let is_report = |held: &HeldEvent| Event::from_bytes(&held.bytes).is_ok_and(|event| matches!(event.body, EventBody::Reported(_)));
    let Some(set_aside) = request.reports_that_wait(held.order)?.filter(|_| !is_report(held)) else { return Ok(None) };
    let waiting = held::first_of_order(request.database, held.order, LOOKED_AT)?;
    let can_be_admitted = |held: &&HeldEvent| held_for_good(held.reason).is_none() && is_report(held);
    Ok(Some(set_aside.into_iter().chain(waiting.iter().filter(can_be_admitted).map(|held| held.id)).collect()))
}

/// Records a released event with effect, and whatever waited for it; its order has to be settled then.
///
/// # Errors
/// As the database fails.
pub fn record_released(request: &mut Request<'_>, held: &HeldEvent, recording: Recording) -> Result<(), Fault> {
    let database = request.database;
    let Recording { event, predecessors, .. } = recording;
    let (id, order, taking_part) = (event.id, event.order, taking_part(&event));
    let received_at = held.received_at;
    no_longer_held(database, held)?;
    request.record(Recordable { event, bytes: held.bytes.clone(), predecessors, verdict: Verdict::Admitted, received_at })?;
    settle_copies(database, id, &held.bytes)?;
    if let Some(subject) = taking_part {
        request.enter_scope(order, subject)?;
    }
    release(request, id)
}

/// The copy of an event that is recorded is held no longer; its bytes are those of the recorded one.
///
/// # Errors
/// As the database fails.
pub fn no_longer_held(database: &Database, held: &HeldEvent) -> Result<(), Fault> {
    held::remove(database, held)?;
    log::append(database, &LogContent::Outcome { device: held.device, event: held.id })?;
    Ok(())
}

fn taking_part(event: &Event) -> Option<String> {
    event.role.repairs().then(|| person_subject(&event.recorder))
}

/// What it builds on that is held itself, and nobody has left: a history is admitted from its beginning.
fn held_before(database: &Database, upload: &Upload, circumstances: &Circumstances) -> Result<Vec<EventId>, Fault> {
    let standings = upload.predecessors.iter().zip(&circumstances.predecessors);
    let missing = standings.filter(|(_, standing)| **standing == PredecessorStanding::Missing).map(|(id, _)| *id);
    let mut before = Vec::new();
    for predecessor in missing {
        for copy in held::copies_of(database, predecessor)? {
            let is_of_this_order = copy.order == upload.order && copy.reason != HeldReason::IdTaken;
            if is_of_this_order && review::left_held(database, &copy)?.is_none() {
                before.push(predecessor);
            }
        }
    }
    before.dedup();
    Ok(before)
}

/// What is missing is declared lost, and a ruling is no flood.
fn wait_for_nothing(circumstances: &mut Circumstances) {
    for standing in circumstances.predecessors.iter_mut().filter(|standing| **standing == PredecessorStanding::Missing) {
        *standing = PredecessorStanding::Refused;
    }
    if let Some(order) = &mut circumstances.order {
        order.set_aside = 0;
    }
}
