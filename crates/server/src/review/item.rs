//! One thing to look at, as it is shown to somebody.

use std::collections::BTreeMap;

use domain::event::{Event, EventBody, ReviewOutcome, Reviewed};
use domain::fault::Fault;
use domain::hexadecimal::hexadecimal;
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::recorded::{HeldReason, Recorded, SetAsideReason, Verdict};
use domain::review::{NotAdmittable, Proposal, Reviewer, not_admittable, propose};
use domain::role::Role;
use domain::time::{HospitalZone, UtcMillis};
use serde::Serialize;
use store::server::events::StoredEvent;
use store::server::held::{HeldEvent, count_open_of_sender};
use store::server::{devices, orders, review, sequences};
use store::shared::reference::{self, Holding};
use store::{Database, StoreError};
use utoipa::ToSchema;

use crate::exchange::admit::{Released, if_released};
use crate::exchange::credential::owner_name;
use crate::exchange::request::{Request, reports_set_aside};
use crate::occasion::Occasion;
use crate::orders::history::{of_order, recorded};
use crate::people::Person;
use crate::people::person::periods;
use crate::review::together::{Sender, comes_along};
use crate::review::words::Words;

/// Where an event stands that somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStanding {
    /// In the history, without effect.
    SetAside,
    /// Outside the history.
    Held,
    /// In the history, with effect.
    Admitted,
}

/// Why it is set aside or held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ItemReason {
    /// Why it is set aside.
    SetAside(SetAsideReason),
    /// Why it is held.
    Held(HeldReason),
}

/// What the asking person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewAction {
    /// Give it effect.
    Admit,
    /// Give effect to everything that is held of its sender for its order, from its beginning.
    AdmitTogether,
    /// Leave it as it is.
    Leave,
}

/// What somebody decided about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReviewView {
    /// What.
    pub outcome: ReviewOutcome,
    /// Who.
    pub by: StaffNo,
    /// Name of whom, where known.
    pub by_name: Option<String>,
    /// When.
    pub at: UtcMillis,
    /// Why.
    pub reason: String,
}

/// An event that was set aside or is held.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewItem {
    /// Its id.
    pub event: EventId,
    /// The order that it names.
    pub order: OrderId,
    /// Number of the order, a temporary one where it has none.
    pub order_number: String,
    /// The place of the order in words; `null` where nobody knows.
    pub location_label: Option<String>,
    /// Its fault class in words; `null` where nobody knows.
    pub fault_name: Option<String>,
    /// Where it stands.
    pub standing: ItemStanding,
    /// Why; `null` once it is admitted.
    pub reason: Option<ItemReason>,
    /// The device: the sender's of what is held, else the one that recorded it. Names a copy where an id is held from several.
    pub device: DeviceId,
    /// Names what is held where one device sent several contents under one id: SHA-256 of its bytes, in hex; `null` for what is recorded.
    pub content: Option<String>,
    /// Whose device that is; `null` for one that was never enrolled here.
    pub sender: Option<StaffNo>,
    /// Name of whom, where known.
    pub sender_name: Option<String>,
    /// What; `null` where it cannot be read, as for the rest of what it says.
    pub kind: Option<String>,
    /// Who recorded it, as it says.
    pub recorder: Option<StaffNo>,
    /// Name of whom, where known.
    pub recorder_name: Option<String>,
    /// In what capacity, as it says.
    pub role: Option<Role>,
    /// The device's time.
    pub recorded_at: Option<UtcMillis>,
    /// The body, as written.
    #[schema(value_type = Option<Object>)]
    pub body: Option<serde_json::Value>,
    /// Names for the codes in the body, by code.
    pub names: BTreeMap<String, String>,
    /// What its quantity counts: 个, 米; `null` where nobody knows, and where it has none.
    pub unit: Option<String>,
    /// When the server received it.
    pub received_at: UtcMillis,
    /// What was decided about it last; `null` while it is open.
    pub review: Option<ReviewView>,
    /// For the input of a revoked credential.
    pub proposal: Option<Proposal>,
    /// What the asking person can do.
    pub can: Vec<ReviewAction>,
    /// Why it cannot be admitted; `null` when it can, or is.
    pub not_admittable: Option<NotAdmittable>,
    /// Events that have to be admitted before it.
    pub first: Vec<EventId>,
    /// How many entries, this one among them, are held of its sender for its order; 0 for what is recorded.
    pub held_together: u64,
}

/// What a recorded event is, in people's hands.
///
/// # Errors
/// As the database fails.
pub fn of_recorded(database: &Database, stored: StoredEvent, person: &Person, zone: HospitalZone) -> Result<ReviewItem, Fault> {
    let left = review::review_of(database, stored.id)?;
    let (verdict, received_at) = (stored.receipt.verdict, stored.receipt.received_at);
    let event = recorded(stored)?.event;
    let origin = Origin { event: event.id, order: event.order, device: event.device, received_at };
    let mut item = described(database, origin, Some(&event), zone)?;
    if left.is_some() || verdict == Verdict::Admitted {
        item.review = review_in(database, &of_order(database, event.order)?, event.id, zone)?;
    }
    match verdict {
        Verdict::Admitted => item.standing = ItemStanding::Admitted,
        Verdict::SetAside(reason) => {
            item.reason = Some(ItemReason::SetAside(reason));
            item.not_admittable = not_admittable(&event, item.sender.as_ref(), reviewer(person));
            if item.not_admittable.is_none() {
                (item.not_admittable, item.first) = before_its_report(database, &event)?;
            }
            item.can = actions(&item, person, false);
        }
    }
    Ok(item)
}

/// Why something is not admitted before a report of its order, and which reports wait: nobody would see the order.
fn before_its_report(database: &Database, event: &Event) -> Result<(Option<NotAdmittable>, Vec<EventId>), Fault> {
    if matches!(event.body, EventBody::Reported(_)) || orders::find(database, event.order)?.is_some() {
        return Ok((None, Vec::new()));
    }
    Ok(match reports_set_aside(&of_order(database, event.order)?) {
        None => (None, Vec::new()),
        Some(reports) if reports.is_empty() => (Some(NotAdmittable::OrderUnknown), reports),
        Some(reports) => (Some(NotAdmittable::BuildsOnHeld), reports),
    })
}

/// What a held event is, in people's hands.
///
/// # Errors
/// As the database fails.
pub fn of_held(request: &mut Request<'_>, held: &HeldEvent, person: &Person) -> Result<ReviewItem, Fault> {
    let (database, occasion) = (request.database, request.occasion);
    let event = Event::from_bytes(&held.bytes).ok();
    let origin = Origin { event: held.id, order: held.order, device: held.device, received_at: held.received_at };
    let mut item = described(database, origin, event.as_ref(), occasion.zone)?;
    item.standing = ItemStanding::Held;
    item.content = Some(hexadecimal(&held.content().0));
    item.reason = Some(ItemReason::Held(held.reason));
    item.review = left_held(database, held, occasion.zone)?;
    let released = if_released(request, held)?;
    if held.reason == HeldReason::CredentialRevoked {
        item.proposal = event.as_ref().map(|event| proposal(database, held, event, &released, occasion)).transpose()?;
    }
    let of_event = event.as_ref().and_then(|event| not_admittable(event, item.sender.as_ref(), reviewer(person)));
    let mut together = false;
    if let Some(device) = devices::find(database, held.device)? {
        let sender = Sender::of(request, &device)?;
        item.held_together = count_open_of_sender(database, held.order, &sender.devices)?;
        // What was left is not among what is admitted together.
        together = item.held_together > 1 && item.review.is_none() && comes_along(request, held, &released, &sender, person)?;
    }
    (item.not_admittable, item.first) = match released {
        _ if !reviewer(person).may_review() => (Some(NotAdmittable::NotYourRole), Vec::new()),
        Released::Refused(refusal) => (Some(refusal), Vec::new()),
        Released::Recorded(_) | Released::Known => (of_event, Vec::new()),
        Released::After(first) => (of_event.or(Some(NotAdmittable::BuildsOnHeld)), first),
    };
    item.can = actions(&item, person, together);
    Ok(item)
}

/// The person as a reviewer.
pub fn reviewer(person: &Person) -> Reviewer<'_> {
    Reviewer { person: person.staff_no(), roles: &person.roles }
}

/// What is known of an event whatever it says.
struct Origin {
    event: EventId,
    order: OrderId,
    device: DeviceId,
    received_at: UtcMillis,
}

/// What it says of itself, and whose it is; where it stands is for the caller to add.
fn described(database: &Database, origin: Origin, said: Option<&Event>, zone: HospitalZone) -> Result<ReviewItem, Fault> {
    let Origin { event, order, device, received_at } = origin;
    let device_of = devices::find(database, device)?;
    let sender_name = device_of.as_ref().map(|device| owner_name(database, device, zone)).transpose()?.flatten();
    let sender = device_of.map(|device| device.staff_no);
    let row = orders::find(database, order)?;
    let words = Words::of(database, row.as_ref(), said)?;
    Ok(ReviewItem {
        event,
        order,
        order_number: row.and_then(|row| row.number).unwrap_or_else(|| order.temporary_number()),
        location_label: words.location,
        fault_name: words.fault,
        standing: ItemStanding::SetAside,
        reason: None,
        device,
        content: None,
        sender_name,
        sender,
        kind: said.map(|said| said.body.kind().to_owned()),
        recorder: said.map(|said| said.recorder.clone()),
        recorder_name: said.map(|said| recorder_name(database, said, received_at, zone)).transpose()?.flatten(),
        role: said.map(|said| said.role),
        recorded_at: said.map(|said| said.recorded_at),
        body: said.map(|said| said.body.to_value()),
        names: words.names,
        unit: words.unit,
        received_at,
        review: None,
        proposal: None,
        can: Vec::new(),
        not_admittable: None,
        first: Vec::new(),
        held_together: 0,
    })
}

/// Whose number it was when the event says that it was recorded; nothing comes before it happens.
fn recorder_name(database: &Database, said: &Event, received_at: UtcMillis, zone: HospitalZone) -> Result<Option<String>, StoreError> {
    reference::name_at(database, Holding { number: &said.recorder, at: said.claimed_at().min(received_at), zone })
}

fn actions(item: &ReviewItem, person: &Person, together: bool) -> Vec<ReviewAction> {
    let is_own = [&item.sender, &item.recorder].into_iter().any(|other| other.as_ref() == Some(person.staff_no()));
    let may_leave = reviewer(person).may_review() && !is_own && item.review.is_none();
    let admit = item.not_admittable.is_none().then_some(ReviewAction::Admit);
    let together = together.then_some(ReviewAction::AdmitTogether);
    admit.into_iter().chain(together).chain(may_leave.then_some(ReviewAction::Leave)).collect()
}

/// What was decided about an event last.
fn review_in(database: &Database, history: &[Recorded], event: EventId, zone: HospitalZone) -> Result<Option<ReviewView>, Fault> {
    let about = |recorded: &&Recorded| matches!(&recorded.event.body, EventBody::Reviewed(reviewed) if reviewed.is_about(event));
    let Some(last) = history.iter().rev().filter(|recorded| recorded.has_effect()).find(about) else { return Ok(None) };
    let EventBody::Reviewed(Reviewed { outcome, reason, .. }) = &last.event.body else { return Ok(None) };
    let by = last.event.recorder.clone();
    let by_name = reference::name_at(database, Holding { number: &by, at: last.event.recorded_at, zone })?;
    Ok(Some(ReviewView { outcome: *outcome, by, by_name, at: last.event.recorded_at, reason: reason.clone() }))
}

fn left_held(database: &Database, held: &HeldEvent, zone: HospitalZone) -> Result<Option<ReviewView>, Fault> {
    let Some(left) = review::left_held(database, held)? else { return Ok(None) };
    let by_name = reference::name_at(database, Holding { number: &left.by, at: left.at, zone })?;
    Ok(Some(ReviewView { outcome: ReviewOutcome::Left, by: left.by, by_name, at: left.at, reason: left.reason }))
}

fn proposal(database: &Database, held: &HeldEvent, event: &Event, released: &Released, occasion: &Occasion<'_>) -> Result<Proposal, Fault> {
    let verdict = match released {
        Released::Recorded(recording) => Some(recording.verdict),
        // What it builds on waits for the same review; it is judged by what it says.
        Released::Known | Released::After(_) => Some(Verdict::Admitted),
        Released::Refused(_) => None,
    };
    let arrived = sequences::ranges(database, held.device)?;
    let is_counted = held.sequence != domain::event::NO_NUMBER;
    let unbroken = is_counted && arrived.first().is_some_and(|(first, last)| *first <= 1 && *last >= held.sequence);
    Ok(propose(verdict, is_before_revocation(database, held, event, occasion)?, unbroken))
}

/// By the device's clock as it was measured; one that was never measured proves nothing.
fn is_before_revocation(database: &Database, held: &HeldEvent, event: &Event, occasion: &Occasion<'_>) -> Result<bool, Fault> {
    let (Some(clock), Some(device)) = (event.clock, devices::find(database, held.device)?) else { return Ok(false) };
    let occurred_at = event.recorded_at.plus(clock.offset_ms);
    let of_the_recording = devices::find(database, event.device)?.and_then(|device| device.revoked_at);
    let revoked = [device.revoked_at, of_the_recording].into_iter().flatten().min();
    if let Some(revoked_at) = revoked {
        return Ok(occurred_at < revoked_at);
    }
    // The credential ended with the employment.
    let periods = periods(database, &device.staff_no)?;
    Ok(device.holder.still_on(&periods, occasion.zone.date(occurred_at)).is_some())
}
