//! The one order in which events are applied: nothing before what its author had seen; where that leaves it open, as the
//! server's log has it, events without a receipt last, then by device and its number, then by id.

use std::collections::{BTreeMap, BTreeSet};

use super::causality::Places;
use crate::event::Event;
use crate::identity::{DeviceId, EventId};
use crate::recorded::{Receipt, Recorded};

/// The events of one order, each once, in replay order.
pub(super) struct Ordered<'a> {
    happenings: Vec<Happening<'a>>,
}

/// One event in its place.
pub(super) struct Happening<'a> {
    pub(super) recorded: &'a Recorded,
    /// Places of everything that its author had seen.
    seen: Places,
    /// Places of its predecessors.
    pub(super) predecessors: Vec<usize>,
}

impl<'a> Ordered<'a> {
    pub(super) fn len(&self) -> usize {
        self.happenings.len()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Happening<'a>> + ExactSizeIterator {
        self.happenings.iter()
    }

    pub(super) fn recorded(&self, place: usize) -> Option<&'a Recorded> {
        self.happenings.get(place).map(|happening| happening.recorded)
    }

    /// Events that count, with their places: those that the server set aside are left out.
    pub(super) fn effective(&self) -> impl Iterator<Item = (usize, &'a Event)> {
        self.happenings
            .iter()
            .enumerate()
            .filter(|(_, happening)| happening.recorded.has_effect())
            .map(|(place, happening)| (place, &happening.recorded.event))
    }

    /// Whether the author of the event at `later` had seen the one at `earlier`.
    pub(super) fn knew(&self, later: usize, earlier: usize) -> bool {
        self.happenings.get(later).is_some_and(|happening| happening.seen.contains(earlier))
    }

    fn push(&mut self, recorded: &'a Recorded, places: &BTreeMap<EventId, usize>) {
        let predecessors: Vec<usize> = recorded.predecessors.iter().filter_map(|id| places.get(id).copied()).collect();
        let mut seen = Places::default();
        for place in &predecessors {
            seen.insert(*place);
            if let Some(happening) = self.happenings.get(*place) {
                seen.extend(&happening.seen);
            }
        }
        self.happenings.push(Happening { recorded, seen, predecessors });
    }
}

/// What decides where the graph leaves the order open.
type Precedence = (bool, u64, DeviceId, u64, EventId);

fn precedence(recorded: &Recorded) -> Precedence {
    let event = &recorded.event;
    let position = recorded.receipt.as_ref().map(|receipt| position_that_counts(event, receipt));
    (position.is_none(), position.unwrap_or_default(), event.device, event.sequence, event.id)
}

/// A decision that was admitted later counts from its verdict on; a fact happened when it happened.
fn position_that_counts(event: &Event, receipt: &Receipt) -> u64 {
    if event.body.is_fact() { receipt.position } else { receipt.judged_at_position }
}

/// Brings events into replay order: each id once, predecessors that are not in the set ignored.
pub(super) fn in_replay_order(recorded: &[Recorded]) -> Ordered<'_> {
    let known = once_each(recorded);
    let mut waiting = Waiting::new(&known);
    let mut ordered = Ordered { happenings: Vec::with_capacity(known.len()) };
    let mut places = BTreeMap::new();
    while let Some(id) = waiting.take_next() {
        let Some(next) = known.get(&id) else { continue };
        ordered.push(next, &places);
        places.insert(id, places.len());
        waiting.release_successors(id);
    }
    ordered
}

/// Of the same id twice, the one of which more is known; the choice never depends on the order of arrival.
fn once_each(recorded: &[Recorded]) -> BTreeMap<EventId, &Recorded> {
    let mut known: BTreeMap<EventId, &Recorded> = BTreeMap::new();
    for candidate in recorded {
        let stored = known.entry(candidate.event.id).or_insert(candidate);
        if !std::ptr::eq(*stored, candidate) && knowledge(candidate) > knowledge(stored) {
            *stored = candidate;
        }
    }
    known
}

/// How much is known of an event; the bytes decide between two that no honest device makes.
fn knowledge(recorded: &Recorded) -> impl Ord {
    let receipt = recorded.receipt.as_ref();
    let positions = receipt.map(|receipt| (receipt.judged_at_position, receipt.position));
    (positions, recorded.event.to_bytes(), recorded.predecessors.clone(), receipt.map(|receipt| format!("{receipt:?}")))
}

/// Events that are not placed yet.
struct Waiting {
    /// Those whose predecessors are all placed.
    ready: BTreeSet<Precedence>,
    /// Those that wait, with the number of predecessors missing.
    blocked: BTreeMap<EventId, usize>,
    successors: BTreeMap<EventId, Vec<EventId>>,
    precedences: BTreeMap<EventId, Precedence>,
}

impl Waiting {
    fn new(known: &BTreeMap<EventId, &Recorded>) -> Self {
        let mut waiting = Self {
            ready: BTreeSet::new(),
            blocked: BTreeMap::new(),
            successors: BTreeMap::new(),
            precedences: known.iter().map(|(id, recorded)| (*id, precedence(recorded))).collect(),
        };
        for (id, recorded) in known {
            waiting.enter(*id, recorded, known);
        }
        waiting
    }

    fn enter(&mut self, id: EventId, recorded: &Recorded, known: &BTreeMap<EventId, &Recorded>) {
        let predecessors: BTreeSet<EventId> =
            recorded.predecessors.iter().copied().filter(|predecessor| known.contains_key(predecessor)).collect();
        for predecessor in &predecessors {
            self.successors.entry(*predecessor).or_default().push(id);
        }
        if predecessors.is_empty() {
            self.ready.extend(self.precedences.get(&id));
        } else {
            self.blocked.insert(id, predecessors.len());
        }
    }

    /// The next event. Predecessors in a ring cannot be recorded, for an id is only known once its event is; should a set
    /// claim one, the ring is opened at the event that comes first otherwise.
    fn take_next(&mut self) -> Option<EventId> {
        if let Some((.., id)) = self.ready.pop_first() {
            return Some(id);
        }
        let (.., id) = self.blocked.keys().filter_map(|id| self.precedences.get(id)).min().copied()?;
        self.blocked.remove(&id);
        Some(id)
    }

    fn release_successors(&mut self, placed: EventId) {
        for successor in self.successors.remove(&placed).unwrap_or_default() {
            let Some(missing) = self.blocked.get_mut(&successor) else { continue };
            *missing = missing.saturating_sub(1);
            if *missing == 0 {
                self.blocked.remove(&successor);
                self.ready.extend(self.precedences.get(&successor));
            }
        }
    }
}
