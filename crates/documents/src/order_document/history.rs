//! The document does not remember in which order its events arrived.

use crate::{DocumentError, OrderDocument, Outcome};
use domain::identity::EventId;
use proptest::prelude::*;
use uuid::Uuid;

/// An event of a made-up history: id, bytes, predecessors (always earlier in the list).
type Made = (EventId, Vec<u8>, Vec<EventId>);

fn id(number: usize) -> EventId {
    // Spread, so that the order of ids is not the order of events.
    EventId(Uuid::from_u128((number as u128).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)))
}

/// Histories with branches: each event builds on one to three of the earlier ones.
fn histories(most: usize) -> impl Strategy<Value = Vec<Made>> {
    let choices = proptest::collection::vec(proptest::collection::vec(any::<prop::sample::Index>(), 1..4), 1..most);
    choices.prop_map(|choices| {
        let event = |(number, seen): (usize, Vec<prop::sample::Index>)| {
            let mut predecessors: Vec<_> =
                if number == 0 { Vec::new() } else { seen.iter().map(|index| id(index.index(number))).collect() };
            predecessors.sort_unstable();
            predecessors.dedup();
            (id(number), format!("{{\"number\":{number}}}").into_bytes(), predecessors)
        };
        choices.into_iter().enumerate().map(event).collect()
    })
}

fn document_of(events: &[Made]) -> OrderDocument {
    let mut document = OrderDocument::new();
    for (id, bytes, predecessors) in events {
        assert_eq!(document.record(*id, bytes, predecessors).unwrap(), Outcome::Recorded);
    }
    document
}

/// The events in another order that still has predecessors first, picked by `picks`.
fn arrival(mut waiting: Vec<Made>, picks: &[prop::sample::Index]) -> Vec<Made> {
    let mut arrived: Vec<Made> = Vec::new();
    for pick in picks.iter().cycle() {
        let ready = |made: &Made| made.2.iter().all(|predecessor| arrived.iter().any(|(id, ..)| id == predecessor));
        let possible: Vec<_> = waiting.iter().enumerate().filter(|(_, made)| ready(made)).map(|(place, _)| place).collect();
        if possible.is_empty() {
            break;
        }
        arrived.push(waiting.remove(possible[pick.index(possible.len())]));
    }
    assert!(waiting.is_empty());
    arrived
}

/// The events that `tips` build on, and the tips.
fn known_to(events: &[Made], tips: &[EventId]) -> Vec<Made> {
    let mut known: Vec<EventId> = tips.to_vec();
    for (id, _, predecessors) in events.iter().rev() {
        if known.contains(id) {
            known.extend(predecessors);
        }
    }
    events.iter().filter(|(id, ..)| known.contains(id)).cloned().collect()
}

fn sorted_events(document: &OrderDocument) -> Vec<(EventId, Vec<u8>)> {
    let mut events: Vec<_> = document.events().unwrap().into_iter().map(|event| (event.id, event.bytes)).collect();
    events.sort();
    events
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_order_of_arrival_gives_the_same_document(events in histories(14), picks in proptest::collection::vec(any::<prop::sample::Index>(), 8)) {
        let original = document_of(&events);
        let other = document_of(&arrival(events.clone(), &picks));
        prop_assert_eq!(original.head_hashes(), other.head_hashes());
        prop_assert_eq!(original.heads(), other.heads());
        for (id, ..) in &events {
            prop_assert_eq!(original.hash_of(*id), other.hash_of(*id));
            prop_assert_eq!(original.commit_bytes(*id), other.commit_bytes(*id));
        }
    }

    #[test]
    fn merging_is_the_same_in_both_directions(events in histories(14), left in any::<prop::sample::Index>(), right in any::<prop::sample::Index>()) {
        let tip = |index: &prop::sample::Index| index.get(&events).0;
        let (left, right) = (tip(&left), tip(&right));
        let mut here = document_of(&known_to(&events, &[left]));
        let there = document_of(&known_to(&events, &[right]));
        let mut back = there.clone();
        back.merge(&here).unwrap();
        here.merge(&there).unwrap();
        let together = document_of(&known_to(&events, &[left, right]));
        prop_assert_eq!(here.head_hashes(), together.head_hashes());
        prop_assert_eq!(back.head_hashes(), together.head_hashes());
        prop_assert_eq!(sorted_events(&here), sorted_events(&together));
    }

    #[test]
    fn what_is_saved_is_loaded(events in histories(14)) {
        let original = document_of(&events);
        let loaded = OrderDocument::load(&original.save()).unwrap();
        prop_assert_eq!(original.head_hashes(), loaded.head_hashes());
        prop_assert_eq!(original.heads(), loaded.heads());
        prop_assert_eq!(sorted_events(&original), sorted_events(&loaded));
    }

    #[test]
    fn a_loaded_document_goes_on_like_the_original(events in histories(14), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(events.len());
        let mut loaded = OrderDocument::load(&document_of(&events[..cut]).save()).unwrap();
        for (id, bytes, predecessors) in &events[cut..] {
            loaded.record(*id, bytes, predecessors).unwrap();
        }
        prop_assert_eq!(loaded.head_hashes(), document_of(&events).head_hashes());
    }

    #[test]
    fn events_come_out_with_predecessors_first_and_rebuild_the_document(events in histories(14)) {
        let original = document_of(&events);
        let events: Vec<Made> = original.events().unwrap().into_iter().map(|event| (event.id, event.bytes, event.predecessors)).collect();
        prop_assert_eq!(document_of(&events).head_hashes(), original.head_hashes());
    }
}

fn two() -> OrderDocument {
    document_of(&[(id(0), b"first".to_vec(), vec![]), (id(1), b"second".to_vec(), vec![id(0)])])
}

#[test]
fn the_same_again_changes_nothing_even_with_other_predecessors() {
    let mut document = two();
    let before = document.head_hashes();
    assert_eq!(document.record(id(1), b"second", &[id(0)]).unwrap(), Outcome::AlreadyThere);
    assert_eq!(document.record(id(1), b"second", &[]).unwrap(), Outcome::AlreadyThere);
    assert_eq!((document.head_hashes(), document.len()), (before, 2));
}

#[test]
fn other_bytes_under_a_known_id_are_refused_and_change_nothing() {
    let mut document = two();
    let before = document.head_hashes();
    assert!(matches!(document.record(id(1), b"forged", &[id(0)]), Err(DocumentError::IdTaken(taken)) if taken == id(1)));
    assert_eq!(document.head_hashes(), before);
}

#[test]
fn an_unknown_predecessor_is_named() {
    let mut document = two();
    let error = document.record(id(3), b"third", &[id(1), id(2)]).unwrap_err();
    assert!(matches!(error, DocumentError::PredecessorUnknown { event, predecessor } if event == id(3) && predecessor == id(2)));
    assert_eq!(document.len(), 2);
}

#[test]
fn merging_histories_that_disagree_is_refused() {
    let other = document_of(&[(id(0), b"first".to_vec(), vec![]), (id(1), b"forged".to_vec(), vec![id(0)])]);
    let mut document = two();
    assert!(matches!(document.merge(&other), Err(DocumentError::IdTaken(taken)) if taken == id(1)));
    assert_eq!(document.head_hashes(), two().head_hashes());
}

#[test]
fn naming_an_ancestor_beside_its_descendant_is_the_same_place() {
    let (mut named, mut plain) = (two(), two());
    named.record(id(2), b"third", &[id(0), id(1)]).unwrap();
    plain.record(id(2), b"third", &[id(1)]).unwrap();
    assert_eq!(named.head_hashes(), plain.head_hashes());
}

#[test]
fn damaged_bytes_are_an_error_and_no_panic() {
    let saved = two().save();
    for end in 0..saved.len() {
        assert!(end == 0 || OrderDocument::load(&saved[..end]).is_err(), "{end}");
    }
    for place in 0..saved.len() {
        let mut damaged = saved.clone();
        damaged[place] ^= 0x40;
        if let Ok(document) = OrderDocument::load(&damaged) {
            assert_eq!(document.head_hashes(), two().head_hashes(), "{place}");
        }
    }
}
