//! Admitting and leaving.

use domain::audit::Deed;
use domain::event::{EventBody, ReviewOutcome, Reviewed};
use domain::fault::{Fault, FaultCodeName};
use domain::hexadecimal::hexadecimal;
use domain::identity::{DeviceId, EventId, OrderId};
use domain::permissions::may_record_at_centre;
use domain::recorded::Verdict;
use domain::review::NotAdmittable;
use domain::role::Role;
use domain::time::HospitalZone;
use store::Database;
use store::server::events::{self, StoredEvent};
use store::server::held::{self, HeldEvent};
use store::server::log::{self, LogContent};
use store::server::review::{self, LeftHeld};

use crate::audit::{Place, note, note_several};
use crate::exchange::admit::{Released, if_released, no_longer_held, record_released};
use crate::exchange::credential::{devices_of_its_person, known};
use crate::exchange::request::Request;
use crate::occasion::Occasion;
use crate::orders::fields::reason;
use crate::orders::history::{of_order, recorded};
use crate::orders::record::{Author, record_own};
use crate::orders::settle::settle;
use crate::people::Person;
use crate::review::item::{ReviewAction, ReviewItem, of_held, of_recorded};
use crate::review::together::{Sender, release_together, reviews_of};
use crate::review::verdict::replace;

/// What is decided about which event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The event.
    pub event: EventId,
    /// Which copy of it, where its id stands for several.
    pub device: Option<DeviceId>,
    /// Which content, where that device sent several under the id: SHA-256 of its bytes, in hex.
    pub content: Option<String>,
    /// What becomes of it.
    pub outcome: ReviewOutcome,
    /// Whether what is held of its sender for its order is admitted with it.
    pub together: bool,
    /// Why.
    pub reason: String,
}

/// The one that is meant.
enum Target {
    Recorded(StoredEvent),
    Held(HeldEvent),
}

/// Decides, once: what is admitted or left already stays so, and the answer says by whom.
///
/// # Errors
/// [`FaultCodeName::NotFound`] for an event that was neither set aside nor held, [`FaultCodeName::NotAdmittable`] with
/// `details.why`, [`FaultCodeName::ReasonRequired`]; nothing is then changed.
pub fn decide(database: &Database, ruling: &Ruling, person: &Person, occasion: &Occasion<'_>) -> Result<ReviewItem, Fault> {
    let words = reason(&ruling.reason)?;
    match target(database, ruling)? {
        Target::Recorded(stored) => decide_recorded(database, stored, ruling, words, person, occasion),
        Target::Held(held) if ruling.together && ruling.outcome == ReviewOutcome::Admitted => {
            admit_together(database, &held, ruling, words, person, occasion)
        }
        Target::Held(held) => {
            let item = decide_held(database, &held, ruling, words, person, occasion)?;
            if ruling.outcome == ReviewOutcome::Left {
                tell_the_sender(database, &held)?;
            }
            Ok(item)
        }
    }
}

/// What is in no document comes down with none: whoever sent it hears of it by entries of the log of its own, also on a phone that was
/// enrolled since.
fn tell_the_sender(database: &Database, held: &HeldEvent) -> Result<(), Fault> {
    let sender = known(database, held.device)?;
    for device in devices_of_its_person(database, &sender)?.into_iter().filter(|device| device.revoked_at.is_none()) {
        log::append(database, &LogContent::Outcome { device: device.id, event: held.id })?;
    }
    Ok(())
}

fn target(database: &Database, ruling: &Ruling) -> Result<Target, Fault> {
    let recorded_event = events::find(database, ruling.event)?;
    let held: Vec<HeldEvent> = held::copies_of(database, ruling.event)?.into_iter().filter(|held| is_meant(held, ruling)).collect();
    let is_set_aside = recorded_event.as_ref().is_some_and(|stored| stored.receipt.verdict != Verdict::Admitted);
    match (recorded_event, held) {
        (Some(stored), held) if held.is_empty() => known_to_review(database, stored),
        (Some(stored), _)
            if is_set_aside && ruling.content.is_none() && ruling.device.is_none_or(|_| recorded_by(&stored, ruling.device)) =>
        {
            Ok(Target::Recorded(stored))
        }
        (_, mut held) => match held.pop() {
            Some(only) if held.is_empty() => Ok(Target::Held(only)),
            Some(last) => Err(ambiguous(held.iter().chain([&last]))),
            None => Err(unknown()),
        },
    }
}

fn is_meant(held: &HeldEvent, ruling: &Ruling) -> bool {
    ruling.device.is_none_or(|meant| meant == held.device)
        && ruling.content.as_ref().is_none_or(|meant| *meant == hexadecimal(&held.content().0))
}

fn recorded_by(stored: &StoredEvent, device: Option<DeviceId>) -> bool {
    domain::event::Event::from_recorded_bytes(&stored.bytes).is_ok_and(|event| Some(event.device) == device)
}

/// What was admitted from the first is nothing to look at.
fn known_to_review(database: &Database, stored: StoredEvent) -> Result<Target, Fault> {
    let was_judged_again = stored.receipt.judged_at_position != stored.receipt.position;
    let is_reviewed = || -> Result<bool, Fault> {
        let history = of_order(database, stored.order)?;
        Ok(history.iter().any(|one| matches!(&one.event.body, EventBody::Reviewed(reviewed) if reviewed.is_about(stored.id))))
    };
    if stored.receipt.verdict != Verdict::Admitted || was_judged_again || is_reviewed()? {
        return Ok(Target::Recorded(stored));
    }
    Err(unknown())
}

fn decide_recorded(
    database: &Database,
    stored: StoredEvent,
    ruling: &Ruling,
    words: String,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<ReviewItem, Fault> {
    let item = of_recorded(database, stored.clone(), person, occasion.zone)?;
    let is_admitted = stored.receipt.verdict == Verdict::Admitted;
    match ruling.outcome {
        ReviewOutcome::Admitted if is_admitted => return Ok(item),
        ReviewOutcome::Left if is_admitted => return Err(has_effect()),
        ReviewOutcome::Left if item.review.is_some() => return Ok(item),
        outcome => check(&item, outcome)?,
    }
    let event = recorded(stored)?.event;
    let review = write_down(database, event.order, ruling, words, person, occasion)?;
    note_ruling(database, ruling, person, occasion)?;
    match ruling.outcome {
        ReviewOutcome::Admitted => replace(database, &event, Verdict::Admitted)?,
        // Flagged confirmations are looked at elsewhere, and are not set aside.
        ReviewOutcome::Left | ReviewOutcome::Seen => review::leave_set_aside(database, event.id, review)?,
    }
    settle(database, event.order, occasion)?;
    shown(database, ruling.event, person, occasion.zone)
}

/// Whatever can be admitted of what its sender has waiting for its order; it has to be among them. One that is not, because
/// nothing else waits or somebody has left it, is admitted alone.
fn admit_together(
    database: &Database,
    chosen: &HeldEvent,
    ruling: &Ruling,
    words: String,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<ReviewItem, Fault> {
    let mut request = Request::new(database, occasion);
    let item = of_held(&mut request, chosen, person)?;
    if !item.can.contains(&ReviewAction::AdmitTogether) {
        return decide_held(database, chosen, ruling, words, person, occasion);
    }
    let sender = Sender::of(&mut request, &known(database, chosen.device)?)?;
    let admitted = release_together(&mut request, chosen, &sender, person)?;
    request.settle_orders()?;
    for review in reviews_of(&admitted, &words) {
        record_review(database, chosen.order, review, person, occasion)?;
    }
    settle(database, chosen.order, occasion)?;
    let times = u64::try_from(admitted.len()).unwrap_or(u64::MAX);
    note_several(database, times, Deed::Admitted, Some(person.staff_no()), &chosen.id.to_string(), &Place::Session, occasion)?;
    match events::find(database, chosen.id)? {
        Some(stored) => of_recorded(database, stored, person, occasion.zone),
        // Nothing is admitted without what was pointed at: the order became full on the way.
        None => Err(not_admitted(NotAdmittable::OrderFull, &item.first)),
    }
}

fn decide_held(
    database: &Database,
    held: &HeldEvent,
    ruling: &Ruling,
    words: String,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<ReviewItem, Fault> {
    let mut request = Request::new(database, occasion);
    let item = of_held(&mut request, held, person)?;
    if ruling.outcome == ReviewOutcome::Left {
        if item.review.is_none() {
            check(&item, ruling.outcome)?;
            let left = LeftHeld { at: occasion.now, by: person.staff_no().clone(), reason: words };
            review::leave_held(database, held, &left)?;
            note_ruling(database, ruling, person, occasion)?;
        }
        return of_held(&mut request, held, person);
    }
    check(&item, ruling.outcome)?;
    match if_released(&mut request, held)? {
        Released::Recorded(recording) => record_released(&mut request, held, *recording)?,
        Released::Known => return admit_known(database, held, ruling, words, person, occasion),
        Released::Refused(why) => return Err(not_admitted(why, &[])),
        Released::After(first) => return Err(not_admitted(NotAdmittable::BuildsOnHeld, &first)),
    }
    request.settle_orders()?;
    write_down(database, held.order, ruling, words, person, occasion)?;
    note_ruling(database, ruling, person, occasion)?;
    settle(database, held.order, occasion)?;
    shown(database, ruling.event, person, occasion.zone)
}

/// The same event came from another device and is recorded: what was decided is about that one.
fn admit_known(
    database: &Database,
    held: &HeldEvent,
    ruling: &Ruling,
    words: String,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<ReviewItem, Fault> {
    no_longer_held(database, held)?;
    let stored = events::find(database, held.id)?.ok_or_else(unknown)?;
    decide_recorded(database, stored, ruling, words, person, occasion)
}

/// The same for whoever audits.
fn note_ruling(database: &Database, ruling: &Ruling, person: &Person, occasion: &Occasion<'_>) -> Result<(), Fault> {
    let deed = if ruling.outcome == ReviewOutcome::Admitted { Deed::Admitted } else { Deed::Left };
    note(database, deed, Some(person.staff_no()), &ruling.event.to_string(), &Place::Session, occasion)
}

/// The review as a fact of the order's history.
fn write_down(
    database: &Database,
    order: OrderId,
    ruling: &Ruling,
    reason: String,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<EventId, Fault> {
    let review = Reviewed { event: ruling.event, outcome: ruling.outcome, reason, also: Vec::new() };
    record_review(database, order, review, person, occasion)
}

fn record_review(
    database: &Database,
    order: OrderId,
    review: Reviewed,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<EventId, Fault> {
    let role = person.roles.iter().copied().find(|role| may_record_at_centre(*role, "reviewed")).unwrap_or(Role::Dispatcher);
    let author = Author { staff_no: person.staff_no().clone(), role };
    record_own(database, order, &mut of_order(database, order)?, &author, EventBody::Reviewed(review), occasion)
}

fn shown(database: &Database, event: EventId, person: &Person, zone: HospitalZone) -> Result<ReviewItem, Fault> {
    of_recorded(database, events::find(database, event)?.ok_or_else(unknown)?, person, zone)
}

/// Whether the person can do it now.
fn check(item: &ReviewItem, outcome: ReviewOutcome) -> Result<(), Fault> {
    let action = match outcome {
        ReviewOutcome::Admitted => ReviewAction::Admit,
        ReviewOutcome::Left | ReviewOutcome::Seen => ReviewAction::Leave,
    };
    if item.can.contains(&action) {
        return Ok(());
    }
    Err(not_admitted(item.not_admittable.unwrap_or(NotAdmittable::OwnEvent), &item.first))
}

fn not_admitted(why: NotAdmittable, first: &[EventId]) -> Fault {
    let message = "this entry cannot be given effect; details.why says why; nothing was changed";
    Fault::new(FaultCodeName::NotAdmittable, message).with(serde_json::json!({ "why": why, "first": first }))
}

fn has_effect() -> Fault {
    Fault::new(FaultCodeName::TransitionNotAllowed, "this entry was given effect, which is not taken back; nothing was changed")
}

fn ambiguous<'a>(held: impl Iterator<Item = &'a HeldEvent>) -> Fault {
    let candidates: Vec<_> =
        held.map(|held| serde_json::json!({ "device": held.device, "content": hexadecimal(&held.content().0) })).collect();
    let message = "this id is held several times; name device and content of one of details.candidates; nothing was changed";
    Fault::new(FaultCodeName::BadRequest, message).with(serde_json::json!({ "candidates": candidates }))
}

fn unknown() -> Fault {
    Fault::new(FaultCodeName::NotFound, "no such entry was set aside or is held")
}
