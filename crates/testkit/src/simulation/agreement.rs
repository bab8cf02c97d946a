//! Whether two ends that hold the same order hold the same order.

use std::collections::BTreeMap;

use documents::OrderDocument;
use domain::identity::EventId;
use domain::recorded::Recorded;
use domain::replay::replay;
use domain::state::OrderState;

/// Checks that both sides know the same events, each once, with the same predecessors and receipts, and that the left ones make
/// the state that the right ones make, `state`.
///
/// # Errors
/// What differs, in words.
pub fn check(left: &[Recorded], right: &[Recorded], state: &OrderState) -> Result<(), String> {
    check_sets(&by_id(left)?, &by_id(right)?)?;
    if replay(left) != *state {
        return Err("the same events replay to different states".into());
    }
    Ok(())
}

/// Checks that both sides make the same document of their events. Much slower than [`check`].
///
/// # Errors
/// What differs, in words.
pub fn check_documents(left: &[Recorded], right: &[Recorded]) -> Result<(), String> {
    let same = document_of(left)?.head_hashes() == document_of(right)?.head_hashes();
    if same { Ok(()) } else { Err("the same events make different documents".into()) }
}

fn by_id(events: &[Recorded]) -> Result<BTreeMap<EventId, &Recorded>, String> {
    let by_id: BTreeMap<_, _> = events.iter().map(|recorded| (recorded.event.id, recorded)).collect();
    if by_id.len() == events.len() { Ok(by_id) } else { Err("an event is there twice".into()) }
}

fn check_sets(left: &BTreeMap<EventId, &Recorded>, right: &BTreeMap<EventId, &Recorded>) -> Result<(), String> {
    for (id, recorded) in left {
        let other = right.get(id).ok_or_else(|| format!("{} {id} is missing on one side", recorded.event.body.kind()))?;
        if recorded.event != other.event || sorted(&recorded.predecessors) != sorted(&other.predecessors) {
            return Err(format!("{id} differs: {recorded:?} and {other:?}"));
        }
        if recorded.receipt != other.receipt {
            return Err(format!(
                "the receipts of {} {id} differ: {:?} and {:?}",
                recorded.event.body.kind(),
                recorded.receipt,
                other.receipt
            ));
        }
    }
    right.keys().find(|id| !left.contains_key(id)).map_or(Ok(()), |id| Err(format!("{id} is missing on one side")))
}

fn sorted(ids: &[EventId]) -> Vec<EventId> {
    sync::judge::in_order(ids.to_vec())
}

/// The document that the events make, recorded in whatever order their predecessors allow.
fn document_of(events: &[Recorded]) -> Result<OrderDocument, String> {
    let mut document = OrderDocument::new();
    let mut waiting: Vec<&Recorded> = events.iter().collect();
    while !waiting.is_empty() {
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|recorded: &&Recorded| recorded.predecessors.iter().all(|predecessor| document.contains(*predecessor)));
        if ready.is_empty() {
            return Err(format!("{} events build on something that is not there", rest.len()));
        }
        for recorded in ready {
            document.record(recorded.event.id, &recorded.event.to_bytes(), &recorded.predecessors).map_err(|error| error.to_string())?;
        }
        waiting = rest;
    }
    Ok(document)
}
