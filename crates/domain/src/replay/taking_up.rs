//! Taking up an order (`domain.md`, "Taking up"), and two who did so (contradiction 5).

use super::fold::{Fold, Step};
use crate::contradiction::ContradictionKind;
use crate::event::{Accepted, EventBody};
use crate::identity::StaffNo;
use crate::node::Node;
use crate::state::{Effect, TakenUp};
use crate::time::UtcMillis;

/// 接单
pub(super) fn accepted(fold: &mut Fold<'_>, step: Step<'_>, body: &Accepted) -> Effect {
    let person = &step.event.recorder;
    if fold.state.assignee.as_ref() == Some(person) && fold.leading_acceptance.is_some() {
        return Effect::Overruled;
    }
    if was_taken_away_unseen(fold, step, body) {
        fold.withdraw_from(person.clone());
        return Effect::Overruled;
    }
    match fold.state.node {
        Node::Reported | Node::Dispatched | Node::TeamAccepted | Node::Assigned => take_up(fold, step, body),
        Node::Accepted | Node::InProgress | Node::Suspended | Node::Completed | Node::Confirmed | Node::Disputed => {
            second_acceptance(fold, step)
        }
        _ => comes_too_late(fold, step),
    }
}

/// The order was taken from the person or from the whole team while the person did not know: who gets the job is a decision.
fn was_taken_away_unseen(fold: &Fold<'_>, step: Step<'_>, body: &Accepted) -> bool {
    let person = &step.event.recorder;
    let from_team = fold.state.team.as_ref() != Some(&body.team) && !created_it(fold, person);
    let taken_away = fold.state.withdrawn_from.contains(person) || from_team;
    taken_away && fold.state.assignee.as_ref() != Some(person) && !fold.knew(step, fold.placed_by)
}

fn created_it(fold: &Fold<'_>, person: &StaffNo) -> bool {
    fold.state.report.as_ref().is_some_and(|report| &report.reporter == person)
}

fn take_up(fold: &mut Fold<'_>, step: Step<'_>, body: &Accepted) -> Effect {
    let person = &step.event.recorder;
    let unseen_dispatch = created_it(fold, person) && !fold.knew(step, fold.placed_by);
    if unseen_dispatch && fold.state.team.as_ref() != Some(&body.team) {
        note_overruled_dispatch(fold, step);
    }
    if fold.state.team.is_none() || unseen_dispatch {
        fold.state.team = Some(body.team.clone());
    }
    let found_on_the_spot = fold.state.node == Node::Reported && created_it(fold, person);
    fold.state.took_over = fold.state.assignee.as_ref() != Some(person) && !found_on_the_spot;
    mark_skipped(fold, Node::Accepted);
    let given_at = fold.given_at.filter(|_| fold.state.assignee.as_ref() == Some(person));
    become_assignee(fold, person, step.at);
    fold.state.taken_up = given_at.map(|given_at| TakenUp { given_at, taken_at: step.at });
    fold.leading_acceptance = Some(step.place);
    fold.goes_to(Node::Accepted)
}

/// The team that was sent and whoever sent it hear nothing otherwise.
fn note_overruled_dispatch(fold: &mut Fold<'_>, step: Step<'_>) {
    let Some(dispatch) = fold.placed_by else { return };
    let dispatcher = fold.ordered.recorded(dispatch).map(|recorded| &recorded.event.recorder);
    let people: Vec<&StaffNo> = dispatcher.into_iter().chain([&step.event.recorder]).collect();
    fold.conflict(ContradictionKind::DispatchOverruled, &[dispatch, step.place], &people);
}

/// The nodes between where the order stands and `next`, kept as skipped.
pub(super) fn mark_skipped(fold: &mut Fold<'_>, next: Node) {
    for node in [Node::Dispatched, Node::TeamAccepted, Node::Assigned, Node::Accepted] {
        if fold.state.node < node && node < next && !fold.state.skipped.contains(&node) {
            fold.state.skipped.push(node);
        }
    }
}

/// The person has the order from now on; whoever had it is told.
pub(super) fn become_assignee(fold: &mut Fold<'_>, person: &StaffNo, at: UtcMillis) {
    if fold.state.assignee.as_ref() != Some(person) {
        fold.take_from_assignee();
    }
    fold.give_to(person, at);
}

/// Contradiction 5: the acceptance that comes first in the server's log leads, the other person is released. Who has been
/// released already by a completion that won is not told twice; whom a colleague's taking over released is one of two who accept.
fn second_acceptance(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    let person = &step.event.recorder;
    let is_released = fold.state.withdrawn_from.contains(person);
    if is_released && fold.leading_acceptance.is_none_or(|leading| is_completion(fold, leading)) {
        return Effect::Overruled;
    }
    let Some(leading) = fold.leading_acceptance else { return fold.does_not_fit(step) };
    if fold.knew(step, Some(leading)) {
        return fold.does_not_fit(step);
    }
    let leader = fold.ordered.recorded(leading).map(|recorded| &recorded.event.recorder);
    fold.conflict(ContradictionKind::TwoAccepted, &[leading, step.place], &[leader.unwrap_or(person), person]);
    fold.withdraw_from(person.clone());
    Effect::Overruled
}

fn is_completion(fold: &Fold<'_>, place: usize) -> bool {
    fold.ordered.recorded(place).is_some_and(|recorded| matches!(recorded.event.body, EventBody::Completed(_)))
}

/// Cancelled or closed meanwhile, and the person did nothing more: the decision stands, the person is told.
fn comes_too_late(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    fold.withdraw_from(step.event.recorder.clone());
    Effect::Overruled
}
