//! Work on site: arriving, suspending, resuming, asking to give back, completing. Facts: who did them without having the
//! order becomes a helper, and who completed has completed (contradictions 3 and 4).

use super::fold::{CompletionNote, Fold, Step};
use super::taking_up::{become_assignee, mark_skipped};
use crate::contradiction::ContradictionKind;
use crate::event::{Completed, EventBody, Reason, Suspended};
use crate::identity::StaffNo;
use crate::node::Node;
use crate::role::Role;
use crate::state::{Effect, ReturnRequest, Suspension};
use crate::time::{DAY_MS, UtcMillis};

/// 到场. The first one on site counts, whoever it is; but where a decision has put the order to somebody who has not taken it
/// up, an arrival of somebody else does not take it up for them.
pub(super) fn arrived(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    if is_put_aside(fold.state.node) {
        return fold.does_not_fit(step);
    }
    take_part(fold, step);
    note_arrival(fold, step.at, false);
    clear_own_request(fold, step);
    let begins = has_the_order(fold, step) || fold.state.node == Node::Accepted;
    if begins && fold.state.node < Node::InProgress {
        mark_skipped(fold, Node::InProgress);
        fold.leading_acceptance = fold.leading_acceptance.or(Some(step.place));
        return fold.goes_to(Node::InProgress);
    }
    Effect::InEffect
}

/// Nothing can be done with an order that was cancelled, declined or merged.
pub(super) fn is_put_aside(node: Node) -> bool {
    matches!(node, Node::Cancelled | Node::Declined | Node::Merged)
}

fn has_the_order(fold: &Fold<'_>, step: Step<'_>) -> bool {
    fold.state.assignee.as_ref() == Some(&step.event.recorder)
}

/// Whoever is there takes part: the one who has the order; a helper; the first, if nobody has it; else a new helper.
pub(super) fn take_part(fold: &mut Fold<'_>, step: Step<'_>) {
    let person = &step.event.recorder;
    if has_the_order(fold, step) || fold.state.helpers.contains(person) {
        return;
    }
    if !fold.knew(step, fold.leading_acceptance) || !fold.knew(step, fold.placed_by) {
        fold.unaware.insert(person.clone());
    }
    if fold.state.assignee.is_none() && !fold.state.withdrawn_from.contains(person) {
        fold.state.took_over = true;
        become_assignee(fold, person, step.at);
        return;
    }
    fold.state.withdrawn_from.retain(|other| other != person);
    fold.state.helpers.push(person.clone());
}

fn note_arrival(fold: &mut Fold<'_>, at: UtcMillis, implied: bool) {
    if fold.state.arrived_at.is_none_or(|earlier| at < earlier) {
        fold.state.arrived_at = Some(at);
        fold.state.arrival_implied = implied;
    }
}

/// Whoever goes on working no longer asks to give the order back.
fn clear_own_request(fold: &mut Fold<'_>, step: Step<'_>) {
    fold.state.return_request.take_if(|request| request.recorder == step.event.recorder);
}

/// A leader speaks for the team without working on the order.
fn takes_part(fold: &Fold<'_>, step: Step<'_>) -> bool {
    step.event.role == Role::TeamLeader || has_the_order(fold, step) || fold.state.helpers.contains(&step.event.recorder)
}

/// 挂单
pub(super) fn suspended(fold: &mut Fold<'_>, step: Step<'_>, body: &Suspended) -> Effect {
    if fold.state.node != Node::InProgress || !takes_part(fold, step) {
        return fold.does_not_fit(step);
    }
    fold.state.suspension = Some(Suspension {
        cause: body.cause,
        until: body.until,
        note: body.note.clone(),
        since: step.at,
        // One that names no day may last for ever.
        approval_pending: body.until.is_none_or(|until| until.since(step.at) > DAY_MS),
    });
    fold.goes_to(Node::Suspended)
}

/// 恢复
pub(super) fn resumed(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    if fold.state.node != Node::Suspended || !takes_part(fold, step) {
        return fold.does_not_fit(step);
    }
    fold.state.suspension = None;
    fold.goes_to(Node::InProgress)
}

/// 申请回退: stays until leader or dispatcher settles it, or the work goes on.
pub(super) fn return_requested(fold: &mut Fold<'_>, step: Step<'_>, body: &Reason) -> Effect {
    let possible = matches!(fold.state.node, Node::Assigned | Node::Accepted | Node::InProgress | Node::Suspended);
    if !possible || !takes_part(fold, step) {
        return fold.does_not_fit(step);
    }
    fold.state.return_request =
        Some(ReturnRequest { event: step.event.id, recorder: step.event.recorder.clone(), reason: body.reason.clone() });
    Effect::InEffect
}

/// 完工. From `accepted` it implies the arrival, from `suspended` the resuming.
pub(super) fn completed(fold: &mut Fold<'_>, step: Step<'_>, body: &Completed) -> Effect {
    if is_put_aside(fold.state.node) {
        return fold.does_not_fit(step);
    }
    fold.work.entry(step.event.recorder.clone()).or_default().push(step.place);
    if fold.state.node >= Node::Completed {
        return completed_again(fold, step);
    }
    settle_who_has_the_order(fold, step);
    take_part(fold, step);
    if fold.state.arrived_at.is_none() {
        note_arrival(fold, step.at, true);
    }
    mark_skipped(fold, Node::Completed);
    fold.leading_acceptance = fold.leading_acceptance.or(Some(step.place));
    fold.completion = Some(CompletionNote { place: step.place, at: step.at, by: step.event.recorder.clone() });
    fold.state.cause = Some(body.cause.clone());
    fold.state.remedy = Some(body.remedy.clone());
    fold.state.suspension = None;
    fold.state.return_request = None;
    completion_stands(fold);
    fold.goes_to(Node::Completed)
}

/// Shows the remembered completion as the one that stands.
pub(super) fn completion_stands(fold: &mut Fold<'_>) {
    fold.state.completed_at = fold.completion.as_ref().map(|completion| completion.at);
    fold.state.completed_by = fold.completion.as_ref().map(|completion| completion.by.clone());
}

/// Somebody had completed already: the first stands. Of somebody else who did not know it, it is work (contradiction 4).
fn completed_again(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    let first = fold.completion.clone();
    match first {
        Some(first) if first.by != step.event.recorder && !fold.knew(step, Some(first.place)) => {
            take_part(fold, step);
            fold.conflict(ContradictionKind::BothWorked, &[first.place, step.place], &[&first.by, &step.event.recorder]);
            Effect::Overruled
        }
        _ => fold.does_not_fit(step),
    }
}

/// Contradiction 3: a decision took the order away from the one who completed it and did not know. The completion wins
/// unless the one who was given the order has begun; then both worked (contradiction 4).
fn settle_who_has_the_order(fold: &mut Fold<'_>, step: Step<'_>) {
    let Some(decision) = fold.placed_by.filter(|decision| !fold.knew(step, Some(*decision))) else { return };
    if has_the_order(fold, step) || !had_the_order_before(fold, step) {
        return;
    }
    let completer = &step.event.recorder;
    let given_to = fold.state.assignee.clone();
    match given_to.filter(|person| has_begun(fold, person, step.place)) {
        Some(person) => fold.conflict(ContradictionKind::BothWorked, &[decision, step.place], &[completer, &person]),
        None => completion_wins(fold, step, decision),
    }
}

fn had_the_order_before(fold: &Fold<'_>, step: Step<'_>) -> bool {
    let person = &step.event.recorder;
    fold.state.withdrawn_from.contains(person) || fold.state.helpers.contains(person) || fold.state.assignee.is_none()
}

fn completion_wins(fold: &mut Fold<'_>, step: Step<'_>, decision: usize) {
    let completer = &step.event.recorder;
    let released = fold.state.assignee.clone();
    let people: Vec<&StaffNo> = std::iter::once(completer).chain(released.as_ref()).collect();
    fold.conflict(ContradictionKind::CompletedAfterReassignment, &[decision, step.place], &people);
    fold.overrule(decision);
    become_assignee(fold, completer, step.at);
    fold.leading_acceptance = Some(step.place);
}

/// Whether a person arrived or worked without knowing the event at `completion`, anywhere in the history.
fn has_begun(fold: &Fold<'_>, person: &StaffNo, completion: usize) -> bool {
    fold.ordered
        .effective()
        .any(|(place, event)| &event.recorder == person && is_work(&event.body) && !fold.ordered.knew(place, completion))
}

/// Whether an event says that somebody was there or did something: what no decision undoes.
pub(super) fn is_work(body: &EventBody) -> bool {
    matches!(
        body,
        EventBody::Arrived(_) | EventBody::PartIssued(_) | EventBody::LabourAdded(_) | EventBody::Completed(_) | EventBody::Confirmed(_)
    )
}
