//! The state while events are applied to it, and what has to be remembered between them.

use std::collections::{BTreeMap, BTreeSet};

use super::order::Ordered;
use super::times::CorrectedTime;
use crate::contradiction::{Contradiction, ContradictionKind};
use crate::event::Event;
use crate::identity::StaffNo;
use crate::node::Node;
use crate::state::{Effect, OrderState};
use crate::time::UtcMillis;

/// One event on its way into the state.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    /// Its place in the replay order.
    pub(super) place: usize,
    pub(super) event: &'a Event,
    /// Its corrected time.
    pub(super) at: UtcMillis,
}

/// A completion, remembered because a refusal takes it out of the state.
#[derive(Clone)]
pub(super) struct CompletionNote {
    pub(super) place: usize,
    pub(super) at: UtcMillis,
    pub(super) by: StaffNo,
}

/// A contradiction while its events are still places.
pub(super) struct Conflict {
    pub(super) kind: ContradictionKind,
    pub(super) places: BTreeSet<usize>,
    pub(super) people: Vec<StaffNo>,
    pub(super) needs_ruling: bool,
    pub(super) settled: bool,
}

/// The state so far, and what was seen on the way.
pub(super) struct Fold<'a> {
    pub(super) ordered: &'a Ordered<'a>,
    pub(super) times: &'a [CorrectedTime],
    pub(super) state: OrderState,
    pub(super) conflicts: Vec<Conflict>,
    /// The decision that last gave the order to somebody or took it away.
    pub(super) placed_by: Option<usize>,
    /// When that was, while it is with the person to whom it was given.
    pub(super) given_at: Option<UtcMillis>,
    /// The acceptance that leads.
    pub(super) leading_acceptance: Option<usize>,
    /// The completion that was confirmed or refused last.
    pub(super) completion: Option<CompletionNote>,
    /// Refusals that count.
    pub(super) refusals: Vec<usize>,
    /// Work of each person: parts, labour, completions.
    pub(super) work: BTreeMap<StaffNo, Vec<usize>>,
    /// People who worked without knowing that somebody else had the order.
    pub(super) unaware: BTreeSet<StaffNo>,
}

impl<'a> Fold<'a> {
    pub(super) fn new(ordered: &'a Ordered<'a>, times: &'a [CorrectedTime]) -> Self {
        Self {
            ordered,
            times,
            state: OrderState::unknown(),
            conflicts: Vec::new(),
            placed_by: None,
            given_at: None,
            leading_acceptance: None,
            completion: None,
            refusals: Vec::new(),
            work: BTreeMap::new(),
            unaware: BTreeSet::new(),
        }
    }

    /// Whether the author of `step` had seen the event at `earlier`; nothing to have seen counts as seen.
    pub(super) fn knew(&self, step: Step<'_>, earlier: Option<usize>) -> bool {
        earlier.is_none_or(|earlier| self.ordered.knew(step.place, earlier))
    }

    /// The step does not fit where the order stands: kept, without effect.
    pub(super) fn does_not_fit(&mut self, step: Step<'_>) -> Effect {
        self.conflict(ContradictionKind::StepDidNotFit, &[step.place], &[&step.event.recorder]);
        Effect::Overruled
    }

    /// Notes a contradiction; one of the same kind about a shared event grows instead of being listed twice.
    pub(super) fn conflict(&mut self, kind: ContradictionKind, places: &[usize], people: &[&StaffNo]) {
        let existing =
            self.conflicts.iter_mut().find(|conflict| conflict.kind == kind && places.iter().any(|place| conflict.places.contains(place)));
        if let Some(conflict) = existing {
            conflict.places.extend(places);
            push_new(&mut conflict.people, people);
            return;
        }
        let mut distinct = Vec::new();
        push_new(&mut distinct, people);
        self.conflicts.push(Conflict {
            kind,
            places: places.iter().copied().collect(),
            people: distinct,
            needs_ruling: needs_ruling(kind),
            settled: false,
        });
    }

    /// A contradiction of this kind about an event is settled.
    pub(super) fn settle(&mut self, kind: ContradictionKind, place: usize) {
        for conflict in self.conflicts.iter_mut().filter(|conflict| conflict.kind == kind && conflict.places.contains(&place)) {
            conflict.settled = true;
        }
    }

    /// What stood so far is overruled by something that comes later.
    pub(super) fn overrule(&mut self, place: usize) {
        if let Some(entry) = self.state.history.get_mut(place) {
            entry.effect = Effect::Overruled;
        }
    }

    /// The order stands somewhere else now.
    pub(super) fn goes_to(&mut self, node: Node) -> Effect {
        self.state.node = node;
        Effect::InEffect
    }

    /// The task of a person is withdrawn, and the person is told.
    pub(super) fn withdraw_from(&mut self, person: StaffNo) {
        self.state.helpers.retain(|helper| helper != &person);
        if !self.state.withdrawn_from.contains(&person) {
            self.state.withdrawn_from.push(person);
        }
    }

    /// The order is given to a person, who is then no helper and nobody that it was withdrawn from.
    pub(super) fn give_to(&mut self, person: &StaffNo, at: UtcMillis) {
        self.state.helpers.retain(|helper| helper != person);
        self.state.withdrawn_from.retain(|other| other != person);
        self.took_part(person, at);
        self.state.assignee = Some(person.clone());
        self.state.taken_up = None;
    }

    /// Somebody did something in the order, or was given it. What comes late is not the last for that.
    pub(super) fn took_part(&mut self, person: &StaffNo, at: UtcMillis) {
        let last = self.state.participants.entry(person.clone()).or_insert(at);
        *last = at.max(*last);
    }

    /// Takes the order away from whoever has it.
    pub(super) fn take_from_assignee(&mut self) {
        self.given_at = None;
        self.state.taken_up = None;
        if let Some(person) = self.state.assignee.take() {
            self.withdraw_from(person);
        }
    }

    /// The contradictions as they are shown, in the order of the history.
    pub(super) fn contradictions(&self) -> Vec<Contradiction> {
        let mut sorted: Vec<&Conflict> = self.conflicts.iter().collect();
        sorted.sort_by_key(|conflict| (conflict.places.first().copied(), conflict.kind));
        sorted.into_iter().map(|conflict| self.shown(conflict)).collect()
    }

    fn shown(&self, conflict: &Conflict) -> Contradiction {
        Contradiction {
            kind: conflict.kind,
            number: conflict.kind.number(),
            events: conflict.places.iter().filter_map(|place| self.ordered.recorded(*place)).map(|recorded| recorded.event.id).collect(),
            people: conflict.people.clone(),
            needs_ruling: conflict.needs_ruling,
            settled: conflict.settled,
        }
    }
}

fn push_new(people: &mut Vec<StaffNo>, more: &[&StaffNo]) {
    for person in more {
        if !people.contains(person) {
            people.push((*person).clone());
        }
    }
}

/// Whether nobody is charged until somebody has ruled.
fn needs_ruling(kind: ContradictionKind) -> bool {
    use ContradictionKind as Kind;
    matches!(
        kind,
        Kind::CancelledBeforeWork
            | Kind::ConfirmerNotValid
            | Kind::ConfirmerUnknown
            | Kind::ConfirmedAndRefused
            | Kind::ConfirmationRejected
    )
}
