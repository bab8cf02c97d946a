//! Admitting everything that is held of one person for one order at once, with one reason: a phone that was stopped and then got
//! a new code holds up a whole history, of which the dispatcher has one opinion (`domain.md`, contradiction 11).

use domain::event::{Event, MOST_REVIEWED_TOGETHER, ReviewOutcome, Reviewed};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId, StaffNo};
use domain::recorded::HeldReason;
use domain::review::not_admittable;
use store::server::held::{self, HeldEvent};
use store::server::{devices, review};

use crate::exchange::admit::{Released, if_released, no_longer_held, record_released};
use crate::exchange::request::Request;
use crate::people::Person;
use crate::review::item::reviewer;

/// Records what can be recorded of what `sender` has waiting for the order of `chosen`, from its beginning, and whatever waits for it; the
/// order has to be settled then. Gives the events that somebody has decided about by this; what cannot be admitted stays as it is.
///
/// # Errors
/// As the database fails.
pub fn release_together(request: &mut Request<'_>, chosen: &HeldEvent, sender: &StaffNo, person: &Person) -> Result<Vec<EventId>, Fault> {
    let mut admitted = Vec::new();
    loop {
        let waiting = held::open_of_sender(request.database, chosen.order, sender)?;
        let before = admitted.len();
        for held in &waiting {
            if release_one(request, held, sender, person)? {
                admitted.push(held.id);
            }
        }
        // What came late may have been what others build on.
        if admitted.len() == before {
            return Ok(admitted);
        }
    }
}

/// Whether a held event would be recorded by [`release_together`], if nobody has left it: what it builds on is the sender's and waits
/// for nobody else, from the beginning on.
///
/// # Errors
/// As the database fails.
pub fn comes_along(request: &mut Request<'_>, held: &HeldEvent, sender: &StaffNo, person: &Person) -> Result<bool, Fault> {
    // Other content under the id of one that does.
    if held.reason == HeldReason::IdTaken {
        return Ok(false);
    }
    if let Some(known) = request.comes_along(held.id) {
        return Ok(known);
    }
    // What builds on itself never does.
    request.note_whether_it_comes_along(held.id, false);
    let comes = would_come(request, held, sender, person)?;
    request.note_whether_it_comes_along(held.id, comes);
    Ok(comes)
}

fn would_come(request: &mut Request<'_>, held: &HeldEvent, sender: &StaffNo, person: &Person) -> Result<bool, Fault> {
    if !is_admittable(held, sender, person) {
        return Ok(false);
    }
    match if_released(request, held)? {
        Released::Recorded(_) | Released::Known => Ok(true),
        Released::Refused(_) => Ok(false),
        Released::After(before) => {
            before.into_iter().try_fold(true, |all, event| Ok(all && one_copy_comes(request, event, held.order, sender, person)?))
        }
    }
}

fn one_copy_comes(request: &mut Request<'_>, event: EventId, order: OrderId, sender: &StaffNo, person: &Person) -> Result<bool, Fault> {
    let database = request.database;
    for copy in held::copies_of(database, event)? {
        let is_the_senders = || Ok::<_, Fault>(devices::find(database, copy.device)?.is_some_and(|device| device.staff_no == *sender));
        let is_open = || Ok::<_, Fault>(review::left_held(database, &copy)?.is_none());
        if copy.order == order && is_the_senders()? && is_open()? && comes_along(request, &copy, sender, person)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_admittable(held: &HeldEvent, sender: &StaffNo, person: &Person) -> bool {
    Event::from_bytes(&held.bytes).is_ok_and(|event| not_admittable(&event, Some(sender), reviewer(person)).is_none())
}

/// Says whether it was decided about: what an earlier one has drawn in needs nobody's decision any more.
fn release_one(request: &mut Request<'_>, held: &HeldEvent, sender: &StaffNo, person: &Person) -> Result<bool, Fault> {
    let still_waits = held::find_content(request.database, held.id, held.device, held.content())?.is_some();
    if !still_waits || !is_admittable(held, sender, person) {
        return Ok(false);
    }
    match if_released(request, held)? {
        Released::Recorded(recording) => record_released(request, held, *recording).map(|()| true),
        Released::Known => no_longer_held(request.database, held).map(|()| false),
        Released::Refused(_) | Released::After(_) => Ok(false),
    }
}

/// The reviews that say so: one for as many events as fit into it.
pub fn reviews_of(admitted: &[EventId], reason: &str) -> Vec<Reviewed> {
    let together = admitted.chunks(MOST_REVIEWED_TOGETHER.saturating_add(1));
    let review = |events: &[EventId]| {
        let (first, also) = events.split_first()?;
        Some(Reviewed { event: *first, outcome: ReviewOutcome::Admitted, reason: reason.to_owned(), also: also.to_vec() })
    };
    together.filter_map(review).collect()
}
