//! The ends of an order's history: what the next event builds on.

use std::collections::BTreeSet;

use domain::identity::EventId;

use crate::wire::MOST_PREDECESSORS;

/// The events that no other of `history` builds on, given as pairs of an event and what it builds on, by id. At most
/// [`MOST_PREDECESSORS`], so that no honest event is refused for its place: where a history has more ends, those with the
/// highest ids, which were made last; the others stay beside what follows.
pub fn ends_of<'a>(history: impl Iterator<Item = (EventId, &'a [EventId])> + Clone) -> Vec<EventId> {
    let built_on: BTreeSet<EventId> = history.clone().flat_map(|(_, predecessors)| predecessors.iter().copied()).collect();
    let ends: BTreeSet<EventId> = history.map(|(id, _)| id).filter(|id| !built_on.contains(id)).collect();
    ends.into_iter().rev().take(MOST_PREDECESSORS).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::event_id;

    #[track_caller]
    fn check(history: &[(u128, &[u128])], expected: &[u128]) {
        let ids = |numbers: &[u128]| numbers.iter().map(|number| event_id(*number)).collect::<Vec<_>>();
        let history: Vec<_> = history.iter().map(|(id, predecessors)| (event_id(*id), ids(predecessors))).collect();
        assert_eq!(ends_of(history.iter().map(|(id, predecessors)| (*id, predecessors.as_slice()))), ids(expected));
    }

    #[test]
    fn ends_are_what_nothing_builds_on() {
        check(&[], &[]);
        check(&[(1, &[])], &[1]);
        check(&[(3, &[1]), (2, &[1]), (1, &[])], &[2, 3]);
        check(&[(1, &[]), (2, &[1]), (3, &[1]), (4, &[2, 3])], &[4]);
        // What is not here may be built on all the same.
        check(&[(2, &[9])], &[2]);
    }

    #[test]
    fn of_too_many_ends_the_latest_are_named_whatever_the_order() {
        let most = u128::try_from(MOST_PREDECESSORS).unwrap();
        let loose: Vec<(u128, &[u128])> = (1..=most + 1).map(|id| (id, [].as_slice())).collect();
        let backwards: Vec<_> = loose.iter().rev().copied().collect();
        let expected: Vec<u128> = (2..=most + 1).collect();
        check(&loose, &expected);
        check(&backwards, &expected);
    }
}
