//! What a server that was restored from an older backup has lost of an order, found out when the order comes whole.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Event;
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::permissions::may_record_on_device;
use store::device::{EventStanding, Session, StoredEvent};

/// What was recorded at the centre and what each of it built on.
type OfTheCentre = BTreeMap<EventId, Vec<EventId>>;

/// Own events that the server does not have any more are sent again. What the centre had recorded and lost comes from nowhere:
/// it is taken out, and own events that built on it build on what it built on, or they would wait for it for ever. Events of
/// other phones stay, and are waited for: those phones send them again.
///
/// `arriving` is the whole order as the server has it.
pub fn settle_what_is_lost(session: &Session<'_>, order: OrderId, arriving: &[StoredEvent]) -> Result<(), Fault> {
    let there: BTreeSet<EventId> = arriving.iter().map(|event| event.id).collect();
    let missing: Vec<StoredEvent> = session.events_of(order)?.into_iter().filter(|event| !there.contains(&event.id)).collect();
    let lost: OfTheCentre =
        missing.iter().filter(|event| is_of_the_centre(event)).map(|event| (event.id, event.predecessors.clone())).collect();
    for own in missing.iter().filter(|event| event.sequence.is_some()) {
        offer_again(session, own, &lost)?;
    }
    for event in lost.keys() {
        session.remove_received_event(*event)?;
    }
    Ok(())
}

fn is_of_the_centre(event: &StoredEvent) -> bool {
    let is_received = event.sequence.is_none() && matches!(event.standing, EventStanding::Recorded(_));
    is_received && Event::from_bytes(&event.bytes).is_ok_and(|event| !may_record_on_device(event.role, event.body.kind()))
}

fn offer_again(session: &Session<'_>, own: &StoredEvent, lost: &OfTheCentre) -> Result<(), Fault> {
    let predecessors = what_is_left(&own.predecessors, lost);
    let was_taken = matches!(own.standing, EventStanding::Recorded(_));
    let builds_on_what_is_lost = own.predecessors.iter().any(|predecessor| lost.contains_key(predecessor));
    if was_taken || builds_on_what_is_lost && own.standing != EventStanding::Refused {
        session.settle_event(own.id, &EventStanding::Unsent, Some(&predecessors))?;
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
