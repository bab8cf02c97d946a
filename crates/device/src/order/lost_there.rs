//! What a server that was restored from an older backup has lost of an order, found out when the order comes whole.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, NO_NUMBER};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::permissions::may_record_on_device;
use domain::recorded::{SetAsideReason, Verdict};
use domain::time::HospitalZone;
use store::device::{EventStanding, Session, StoredEvent};

use super::damaged::damaged_order;
use super::events::OrderEvents;
use super::take_in::unpack_into_rows;
use crate::worker::Worker;

/// What was recorded at the centre and what each of it built on.
type OfTheCentre = BTreeMap<EventId, Vec<EventId>>;

/// Own events that the server does not have any more are sent again. What the centre had recorded and lost comes from nowhere:
/// it is taken out, and own events that built on it build on what it built on, or they would wait for it for ever. Events of
/// other phones stay, and are waited for: those phones send them again.
///
/// `arriving` is the whole order as the server has it.
pub fn settle_what_is_lost(session: &Session<'_>, worker: &Worker, order: OrderId, arriving: &[StoredEvent]) -> Result<(), Fault> {
    let there: BTreeSet<EventId> = arriving.iter().map(|event| event.id).collect();
    let report_came = brings_a_report(session, arriving)?;
    let is_of_the_centre = |event: &StoredEvent| is_of_the_centre(event, report_came);
    let missing: Vec<StoredEvent> = unpacked_here(session, order, |event| !there.contains(&event.id) && !is_of_the_centre(event))?
        .into_iter()
        .filter(|event| !there.contains(&event.id))
        .collect();
    let lost: OfTheCentre =
        missing.iter().filter(|event| is_of_the_centre(event)).map(|event| (event.id, event.predecessors.clone())).collect();
    for own in missing.iter().filter(|event| is_own(event, worker)) {
        offer_again(session, own, &lost)?;
    }
    for event in lost.keys() {
        session.remove_received_event(*event)?;
    }
    Ok(())
}

/// The server does not have the order, or not for this device: what this person recorded in it is offered again as it is. Where
/// the order is known it is recognised; where it is lost it waits at the centre, where people see it, and the order stays here.
/// `false` where there is nothing to offer.
pub fn offer_all_own(session: &Session<'_>, worker: &Worker, order: OrderId) -> Result<bool, Fault> {
    let events = unpacked_here(session, order, |event| is_own(event, worker))?;
    let own: Vec<&StoredEvent> = events.iter().filter(|event| is_own(event, worker)).collect();
    for event in &own {
        offer_again(session, event, &OfTheCentre::new())?;
    }
    Ok(!own.is_empty())
}

/// The events of an order in rows of their own; those of a pack only where one of them is `worth` keeping, else none. What is
/// damaged here says nothing.
fn unpacked_here(session: &Session<'_>, order: OrderId, worth: impl Fn(&StoredEvent) -> bool) -> Result<Vec<StoredEvent>, Fault> {
    let mut events = match OrderEvents::load(session, order) {
        Err(fault) if damaged_order(&fault).is_some() => return Ok(Vec::new()),
        loaded => loaded?,
    };
    if events.packed && !events.stored.iter().any(worth) {
        return Ok(Vec::new());
    }
    unpack_into_rows(session, &mut events)?;
    Ok(session.events_of(order)?)
}

/// Recorded by this device, or by this person on another one: a phone that was lost or whose store was replaced cannot offer it
/// itself. Not what an earlier holder of the same number recorded, and not what somebody else pushed in this person's name:
/// under this device's credential the forgery would be admitted.
fn is_own(event: &StoredEvent, worker: &Worker) -> bool {
    let is_recorded_by_the_person = || Event::from_bytes(&event.bytes).is_ok_and(|event| is_of(&event, worker));
    event.sequence.is_some() || (!is_anothers(&event.standing) && is_recorded_by_the_person())
}

/// The server has said that whoever pushed it is not its recorder.
fn is_anothers(standing: &EventStanding) -> bool {
    matches!(standing, EventStanding::Recorded(receipt) if receipt.verdict == Verdict::SetAside(SetAsideReason::OtherRecorder))
}

fn is_of(event: &Event, worker: &Worker) -> bool {
    event.recorder == worker.number.staff_no
        && HospitalZone::default().date(event.claimed_at()) >= worker.holds_number_since
        && may_record_on_device(event.role, event.body.kind())
}

/// Recorded at the centre. Its report counts only where the order comes with another, as when the centre has filed it once more:
/// without one there would be no order to show own work in.
fn is_of_the_centre(event: &StoredEvent, report_came: bool) -> bool {
    let is_received = event.sequence.is_none() && matches!(event.standing, EventStanding::Recorded(_));
    let is_decision = |event: Event| !may_record_on_device(event.role, event.body.kind());
    is_received && (report_came || !is_report(event)) && Event::from_bytes(&event.bytes).is_ok_and(is_decision)
}

/// Whether the order comes with a report that can be taken in: not one under whose id something else lies here.
fn brings_a_report(session: &Session<'_>, arriving: &[StoredEvent]) -> Result<bool, Fault> {
    for report in arriving.iter().filter(|event| is_report(event)) {
        if session.event(report.id)?.is_none_or(|known| known.bytes == report.bytes) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_report(event: &StoredEvent) -> bool {
    Event::from_bytes(&event.bytes).is_ok_and(|event| event.body.kind() == "reported")
}

fn offer_again(session: &Session<'_>, own: &StoredEvent, lost: &OfTheCentre) -> Result<(), Fault> {
    let predecessors = what_is_left(&own.predecessors, lost);
    let was_taken = matches!(own.standing, EventStanding::Recorded(_));
    let builds_on_what_is_lost = own.predecessors.iter().any(|predecessor| lost.contains_key(predecessor));
    if was_taken || builds_on_what_is_lost && own.standing != EventStanding::Refused {
        number(session, own)?;
        session.settle_event(own.id, &EventStanding::Unsent, Some(&predecessors))?;
    }
    Ok(())
}

/// The number stands in the event, and is one of this device's only if this device recorded it: two phones of one person both
/// count from 1.
fn number(session: &Session<'_>, own: &StoredEvent) -> Result<(), Fault> {
    if let (None, Ok(event)) = (own.sequence, Event::from_bytes(&own.bytes)) {
        let is_of_this_device = session.last_number()?.is_some_and(|(device, _)| device == event.device);
        session.give_number(own.id, if is_of_this_device { event.sequence } else { NO_NUMBER })?;
    }
    Ok(())
}

/// The predecessors, with those of a lost event in its place, as far back as it takes.
fn what_is_left(predecessors: &[EventId], lost: &OfTheCentre) -> Vec<EventId> {
    let (mut left, mut met) = (BTreeSet::new(), BTreeSet::new());
    let mut ahead = predecessors.to_vec();
    while let Some(event) = ahead.pop() {
        match lost.get(&event) {
            Some(before) if met.insert(event) => ahead.extend(before),
            Some(_) => {}
            None => {
                left.insert(event);
            }
        }
    }
    left.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// `lost`: an event and what it built on.
    #[track_caller]
    fn check(predecessors: &[u128], lost: &[(u128, &[u128])], expected: &[u128]) {
        let ids = |numbers: &[u128]| numbers.iter().map(|number| EventId(Uuid::from_u128(*number))).collect::<Vec<_>>();
        let lost = lost.iter().map(|(event, before)| (EventId(Uuid::from_u128(*event)), ids(before))).collect();
        assert_eq!(what_is_left(&ids(predecessors), &lost), ids(expected));
    }

    #[test]
    fn in_the_place_of_a_lost_event_stands_what_it_built_on() {
        check(&[2, 1], &[], &[1, 2]);
        check(&[3], &[(3, &[2])], &[2]);
        check(&[4], &[(4, &[3]), (3, &[1, 2])], &[1, 2]);
        check(&[4, 2], &[(4, &[3]), (3, &[2])], &[2]);
        check(&[3], &[(3, &[])], &[]);
        check(&[3], &[(3, &[4]), (4, &[3])], &[]);
    }
}
