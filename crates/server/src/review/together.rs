//! Admitting everything that is held of one person for one order at once, with one reason: a phone that was stopped and then got
//! a new code holds up a whole history, of which the dispatcher has one opinion (`domain.md`, contradiction 11).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::event::{Event, MOST_REVIEWED_TOGETHER, ReviewOutcome, Reviewed};
use domain::fault::Fault;
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::recorded::HeldReason;
use domain::review::not_admittable;
use store::Database;
use store::server::devices::Device;
use store::server::held::{self, HeldCopy, HeldEvent};
use store::server::review;

use crate::exchange::admit::{Released, if_released, no_longer_held, record_released};
use crate::exchange::request::Request;
use crate::people::Person;
use crate::review::item::reviewer;

/// Who sent what is held: one person, whatever number others had before or have since.
pub struct Sender {
    /// The number.
    pub staff_no: StaffNo,
    /// Every device that was given to the person.
    pub devices: BTreeSet<DeviceId>,
}

impl Sender {
    /// The person to whom a device was given.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn of(request: &mut Request<'_>, device: &Device) -> Result<Self, Fault> {
        let devices = request.devices_of_its_person(device)?.clone();
        Ok(Self { staff_no: device.staff_no.clone(), devices })
    }
}

/// Records what can be recorded of what `sender` has waiting for the order of `chosen`, from its beginning, and whatever waits for it; the
/// order has to be settled then. Gives the events that somebody has decided about by this; what cannot be admitted stays as it is, and
/// so does other content under the id of `chosen`, which nobody has pointed at.
///
/// # Errors
/// As the database fails.
pub fn release_together(request: &mut Request<'_>, chosen: &HeldEvent, sender: &Sender, person: &Person) -> Result<Vec<EventId>, Fault> {
    let is_meant = |held: &HeldEvent| held.id != chosen.id || held.bytes == chosen.bytes;
    let mut admitted = Vec::new();
    loop {
        let waiting = held::open_of_sender(request.database, chosen.order, &sender.devices)?.into_iter().filter(is_meant);
        let of_this_round = release_each(request, waiting.collect(), sender, person)?;
        // What can be recorded by now could not be for another reason than what it builds on.
        if of_this_round.is_empty() {
            return Ok(admitted);
        }
        admitted.extend(of_this_round);
    }
}

/// Tries each once, and once more when what it builds on waits no longer; gives the events that were decided about.
fn release_each(request: &mut Request<'_>, mut next: VecDeque<HeldEvent>, sender: &Sender, person: &Person) -> Result<Vec<EventId>, Fault> {
    let (mut admitted, mut waiting) = (Vec::new(), BTreeMap::<EventId, Vec<HeldEvent>>::new());
    while let Some(held) = next.pop_front() {
        match release_one(request, &held, sender, person)? {
            Tried::Stays => continue,
            Tried::After(before) => {
                waiting.entry(before).or_default().push(held);
                continue;
            }
            Tried::Recorded => admitted.push(held.id),
            Tried::WaitsNoLonger => {}
        }
        next.extend(waiting.remove(&held.id).into_iter().flatten());
    }
    Ok(admitted)
}

/// A copy of which it is being found out whether it comes along, and what it builds on that was not asked about yet, last first.
struct Pending {
    copy: HeldCopy,
    before: Vec<EventId>,
}

/// Whether a held event would be recorded by [`release_together`], if nobody has left it: what it builds on is the sender's and waits
/// for nobody else, from the beginning on. `released` is what would become of it alone. However long that history is, it is followed on a
/// stack of its own and not on the thread's, whose end would be the end of the process.
///
/// # Errors
/// As the database fails.
pub fn comes_along(
    request: &mut Request<'_>,
    held: &HeldEvent,
    released: &Released,
    sender: &Sender,
    person: &Person,
) -> Result<bool, Fault> {
    // Other content under the id of one that does.
    if held.reason == HeldReason::IdTaken {
        return Ok(false);
    }
    if let Some(known) = request.comes_along(held.copy()) {
        return Ok(known);
    }
    let mut pending: Vec<Pending> = begin(request, held, released, sender, person).into_iter().collect();
    while let Some(last) = pending.last_mut() {
        let Some(before) = last.before.last().copied() else {
            request.note_whether_it_comes_along(last.copy, true);
            pending.pop();
            continue;
        };
        match ask(request, before, held.order, sender)? {
            Asked::Comes => drop(last.before.pop()),
            Asked::Next(copy) => {
                let released = if_released(request, &copy)?;
                pending.extend(begin(request, &copy, &released, sender, person));
            }
            Asked::None => drop(pending.pop()),
        }
    }
    Ok(request.comes_along(held.copy()).unwrap_or(false))
}

/// What is known of the copies of an event by now.
enum Asked {
    /// One of them comes along: that is enough for what builds on the event.
    Comes,
    /// None so far, and nothing is known of this one.
    Next(Box<HeldEvent>),
    /// None does.
    None,
}

/// What one phone of the sender has under an id may be other content than what another has, or build on something else.
fn ask(request: &Request<'_>, event: EventId, order: OrderId, sender: &Sender) -> Result<Asked, Fault> {
    let copies = open_copies(request.database, event, order, sender)?;
    if copies.iter().any(|copy| request.comes_along(copy.copy()) == Some(true)) {
        return Ok(Asked::Comes);
    }
    let next = copies.into_iter().find(|copy| request.comes_along(copy.copy()).is_none());
    Ok(next.map_or(Asked::None, |copy| Asked::Next(Box::new(copy))))
}

/// Notes what can be said of a copy without what it builds on; gives what has to be asked about, where that decides.
fn begin(request: &mut Request<'_>, held: &HeldEvent, released: &Released, sender: &Sender, person: &Person) -> Option<Pending> {
    let copy = held.copy();
    // What builds on itself never does.
    request.note_whether_it_comes_along(copy, false);
    if !is_admittable(held, sender, person) {
        return None;
    }
    match released {
        Released::Recorded(_) | Released::Known => Some(Pending { copy, before: Vec::new() }),
        Released::Refused(_) => None,
        Released::After(before) => Some(Pending { copy, before: before.iter().rev().copied().collect() }),
    }
}

/// The copies of an event of the order that are held of the sender, have the event's id and were not left.
fn open_copies(database: &Database, event: EventId, order: OrderId, sender: &Sender) -> Result<Vec<HeldEvent>, Fault> {
    let mut open = Vec::new();
    for copy in held::copies_of(database, event)? {
        let is_the_senders = copy.order == order && sender.devices.contains(&copy.device);
        if is_the_senders && copy.reason != HeldReason::IdTaken && review::left_held(database, &copy)?.is_none() {
            open.push(copy);
        }
    }
    Ok(open)
}

fn is_admittable(held: &HeldEvent, sender: &Sender, person: &Person) -> bool {
    Event::from_bytes(&held.bytes).is_ok_and(|event| not_admittable(&event, Some(&sender.staff_no), reviewer(person)).is_none())
}

/// What became of a held event that was to be released.
enum Tried {
    /// It is recorded by this.
    Recorded,
    /// It was recorded before: what an earlier one has drawn in needs nobody's decision any more.
    WaitsNoLonger,
    /// Not before this one, which it builds on, and perhaps not before others.
    After(EventId),
    /// It cannot be recorded.
    Stays,
}

fn release_one(request: &mut Request<'_>, held: &HeldEvent, sender: &Sender, person: &Person) -> Result<Tried, Fault> {
    if held::find_content(request.database, held.id, held.device, held.content())?.is_none() {
        return Ok(Tried::WaitsNoLonger);
    }
    if !is_admittable(held, sender, person) {
        return Ok(Tried::Stays);
    }
    match if_released(request, held)? {
        Released::Recorded(recording) => record_released(request, held, *recording).map(|()| Tried::Recorded),
        Released::Known => no_longer_held(request.database, held).map(|()| Tried::WaitsNoLonger),
        Released::After(before) => Ok(before.first().map_or(Tried::Stays, |first| Tried::After(*first))),
        Released::Refused(_) => Ok(Tried::Stays),
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
