//! Admitting everything that is held of one person for one order at once, with one reason: a phone that was stopped and then got
//! a new code holds up a whole history, of which the dispatcher has one opinion (`domain.md`, contradiction 11).

use domain::event::{Event, MOST_REVIEWED_TOGETHER, ReviewOutcome, Reviewed};
use domain::fault::Fault;
use domain::identity::{EventId, StaffNo};
use domain::review::not_admittable;
use store::server::held::{self, HeldEvent};

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

/// Says whether it was decided about: what an earlier one has drawn in needs nobody's decision any more.
fn release_one(request: &mut Request<'_>, held: &HeldEvent, sender: &StaffNo, person: &Person) -> Result<bool, Fault> {
    let still_waits = held::find(request.database, held.id, held.device)?.is_some();
    let is_admittable = Event::from_bytes(&held.bytes).is_ok_and(|event| not_admittable(&event, Some(sender), reviewer(person)).is_none());
    if !still_waits || !is_admittable {
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
