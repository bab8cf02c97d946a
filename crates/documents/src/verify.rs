//! Checking an order's events by building its document: the same events give the same history, or something is wrong with them.

use std::collections::BTreeSet;

use domain::identity::EventId;

use crate::{DocumentError, OrderDocument, PlacedEvent};

/// Why events are no history of one order.
#[derive(Debug, thiserror::Error)]
pub enum HistoryBroken {
    /// They contradict each other.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Some build on events that are not here, or on each other.
    #[error("{} events build on what is not here, the first of them {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    PredecessorsMissing(Vec<EventId>),
    /// The document ends elsewhere than the events say.
    #[error("the history ends at {built:?} and not at {stored:?}")]
    OtherEnds {
        /// Ends by the predecessors of the events.
        stored: Vec<EventId>,
        /// Heads of the document.
        built: Vec<EventId>,
    },
}

/// Builds the document of these events, which may come in any order, and compares the two.
///
/// # Errors
/// [`HistoryBroken`]; the events are then damaged, or not all of one order's.
pub fn verify(events: Vec<PlacedEvent>) -> Result<OrderDocument, HistoryBroken> {
    let stored = ends(&events);
    let (document, waiting) = build(events)?;
    if !waiting.is_empty() {
        return Err(HistoryBroken::PredecessorsMissing(waiting.into_iter().map(|event| event.id).collect()));
    }
    let built = document.heads();
    if built != stored {
        return Err(HistoryBroken::OtherEnds { stored, built });
    }
    Ok(document)
}

/// Builds the document of as many of these events as build on one another, and gives the others back.
///
/// # Errors
/// [`DocumentError`] when they contradict each other.
pub fn build(events: Vec<PlacedEvent>) -> Result<(OrderDocument, Vec<PlacedEvent>), DocumentError> {
    let mut document = OrderDocument::new();
    let mut waiting = events;
    loop {
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|event| event.predecessors.iter().all(|id| document.contains(*id)));
        if ready.is_empty() {
            return Ok((document, later));
        }
        for event in ready {
            document.record(event.id, &event.bytes, &event.predecessors)?;
        }
        waiting = later;
    }
}

/// The hashes of the heads of the document that these events make, one after the other: two ends that build the same have the
/// same. `None` where they make none, because they contradict each other or build on what is not among them.
pub fn heads_of(events: Vec<PlacedEvent>) -> Option<Vec<u8>> {
    let (document, waiting) = build(events).ok()?;
    waiting.is_empty().then(|| document.head_hashes().concat())
}

fn ends(events: &[PlacedEvent]) -> Vec<EventId> {
    let built_on: BTreeSet<EventId> = events.iter().flat_map(|event| event.predecessors.iter().copied()).collect();
    events.iter().map(|event| event.id).filter(|id| !built_on.contains(id)).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn event(id: u128, predecessors: &[u128]) -> PlacedEvent {
        let of = |number: &u128| EventId(Uuid::from_u128(*number));
        PlacedEvent { id: of(&id), bytes: id.to_string().into_bytes(), predecessors: predecessors.iter().map(of).collect() }
    }

    /// What verifying says, in a word.
    #[track_caller]
    fn check(events: &[PlacedEvent], expected: &str) {
        for events in [events.to_vec(), events.iter().rev().cloned().collect()] {
            let found = match verify(events) {
                Ok(_) => "fine",
                Err(HistoryBroken::Document(_)) => "contradiction",
                Err(HistoryBroken::PredecessorsMissing(_)) => "missing",
                Err(HistoryBroken::OtherEnds { .. }) => "ends",
            };
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn histories_are_fine_and_torn_ones_are_not() {
        check(&[], "fine");
        check(&[event(1, &[]), event(2, &[1]), event(3, &[1]), event(4, &[2, 3])], "fine");
        // An ancestor beside its descendant says nothing new.
        check(&[event(1, &[]), event(2, &[1]), event(3, &[1, 2])], "fine");
        check(&[event(1, &[]), event(3, &[2])], "missing");
        check(&[event(1, &[2]), event(2, &[1])], "missing");
        let other = PlacedEvent { bytes: b"other".to_vec(), ..event(2, &[1]) };
        check(&[event(1, &[]), event(2, &[1]), other], "contradiction");
    }

    #[test]
    fn what_builds_on_one_another_is_built_and_the_rest_comes_back() {
        let (document, waiting) = build(vec![event(2, &[1]), event(4, &[9]), event(1, &[])]).unwrap();
        assert_eq!((document.len(), waiting), (2, vec![event(4, &[9])]));
    }

    #[test]
    fn only_a_whole_history_has_heads_to_compare() {
        let whole = [event(1, &[]), event(2, &[1]), event(3, &[1])];
        let heads = heads_of(whole.to_vec()).unwrap();
        assert_eq!(heads.len(), 2 * 32);
        assert_eq!(heads_of(whole.iter().rev().cloned().collect()), Some(heads));
        assert_eq!(heads_of(Vec::new()), Some(Vec::new()));
        assert_eq!(heads_of(vec![event(2, &[1])]), None);
        assert_eq!(heads_of(vec![event(1, &[]), PlacedEvent { bytes: b"other".to_vec(), ..event(1, &[]) }]), None);
    }
}
