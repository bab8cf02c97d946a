//! Decisions of the centre: who gets the job, giving back, cancelling, merging. Serialised by the server's log; where work is known
//! that its author could not know, the work stands (contradictions 1, 2 and 16).

use super::fold::{Fold, Step};
use super::repair::is_work;
use crate::contradiction::ContradictionKind;
use crate::event::{EventBody, Reassigned, Returned, Ruled, ToPerson, ToTeam};
use crate::identity::StaffNo;
use crate::node::Node;
use crate::state::Effect;
use crate::time::UtcMillis;

/// 派单
pub(super) fn dispatched(fold: &mut Fold<'_>, step: Step<'_>, body: &ToTeam) -> Effect {
    if fold.state.node != Node::Reported {
        return fold.does_not_fit(step);
    }
    fold.state.team = Some(body.team.clone());
    fold.placed_by = Some(step.place);
    fold.goes_to(Node::Dispatched)
}

/// 班组受理
pub(super) fn team_accepted(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    if fold.state.node != Node::Dispatched {
        return fold.does_not_fit(step);
    }
    fold.goes_to(Node::TeamAccepted)
}

/// 派工
pub(super) fn assigned(fold: &mut Fold<'_>, step: Step<'_>, body: &ToPerson) -> Effect {
    if !matches!(fold.state.node, Node::Dispatched | Node::TeamAccepted | Node::Assigned) {
        return fold.does_not_fit(step);
    }
    give_to_person(fold, step, &body.staff_no);
    fold.state.return_request = None;
    fold.placed_by = Some(step.place);
    fold.goes_to(Node::Assigned)
}

fn give_to_person(fold: &mut Fold<'_>, step: Step<'_>, person: &StaffNo) {
    if fold.state.assignee.as_ref() != Some(person) {
        fold.take_from_assignee();
    }
    fold.give_to(person, step.at);
    fold.given_at = Some(step.at);
    fold.state.took_over = false;
    fold.leading_acceptance = None;
}

/// 改派: to a person, who then has to accept; to a team, which then has to accept. What is completed stays completed.
pub(super) fn reassigned(fold: &mut Fold<'_>, step: Step<'_>, body: &Reassigned) -> Effect {
    if fold.state.node > Node::Completed || body.team.is_none() && body.staff_no.is_none() {
        return fold.does_not_fit(step);
    }
    if let Some(team) = &body.team {
        fold.state.team = Some(team.clone());
    }
    match &body.staff_no {
        Some(person) => give_to_person(fold, step, person),
        None => take_from_person(fold),
    }
    fold.state.return_request = None;
    fold.placed_by = Some(step.place);
    if fold.state.node == Node::Completed {
        return Effect::InEffect;
    }
    fold.state.suspension = None;
    fold.goes_to(if body.staff_no.is_some() { Node::Assigned } else { Node::Dispatched })
}

fn take_from_person(fold: &mut Fold<'_>) {
    fold.take_from_assignee();
    fold.state.took_over = false;
    fold.leading_acceptance = None;
}

/// 回退 to an earlier node. Before `assigned` nobody has the order, before `dispatched` no team.
pub(super) fn returned(fold: &mut Fold<'_>, step: Step<'_>, body: &Returned) -> Effect {
    if fold.state.node > Node::Completed || body.to >= fold.state.node {
        return fold.does_not_fit(step);
    }
    if body.to < Node::Assigned {
        take_from_person(fold);
    }
    if body.to < Node::Accepted {
        fold.leading_acceptance = None;
    }
    if body.to < Node::Dispatched {
        fold.state.team = None;
    }
    fold.state.suspension = None;
    fold.state.return_request = None;
    fold.state.completed_at = None;
    fold.state.completed_by = None;
    fold.placed_by = Some(step.place);
    fold.goes_to(body.to)
}

/// 取消. Work that its author did not know of stands against it.
pub(super) fn cancelled(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    let overruled = if began_before(fold, step) { ContradictionKind::WorkedWhileCancelled } else { ContradictionKind::CancelledBeforeWork };
    called_off(fold, step, Node::Cancelled, overruled)
}

/// 合并. The order goes on as another one, unless somebody worked on it without knowing: then it stands beside the other one
/// (`docs/decisions/022-a-merged-order-with-work-stands.md`).
pub(super) fn merged(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    called_off(fold, step, Node::Merged, ContradictionKind::MergedWhileRepaired)
}

fn called_off(fold: &mut Fold<'_>, step: Step<'_>, to: Node, overruled: ContradictionKind) -> Effect {
    let work = work_unknown_to(fold, step.place);
    if !work.is_empty() {
        return overruled_by_work(fold, step, &work, overruled);
    }
    if fold.state.node > Node::Suspended {
        return fold.does_not_fit(step);
    }
    fold.state.suspension = None;
    fold.state.return_request = None;
    fold.goes_to(to)
}

/// A ruling settles the contradictions of its number ([`super::settling`]). A dispute is over with it: the order goes on to
/// be costed, at whose charge the ruling says.
pub(super) fn ruled(fold: &mut Fold<'_>, step: Step<'_>, body: &Ruled) -> Effect {
    let dispute = ContradictionKind::ConfirmedAndRefused;
    let knew_all = |places: &std::collections::BTreeSet<usize>| places.iter().all(|place| fold.ordered.knew(step.place, *place));
    let about_the_dispute = Some(body.contradiction) == dispute.number() && fold.state.node == Node::Disputed;
    if about_the_dispute && fold.conflicts.iter().any(|conflict| conflict.kind == dispute && knew_all(&conflict.places)) {
        fold.state.node = Node::Confirmed;
    }
    Effect::InEffect
}

/// Places of work that the author of the event at `decision` had not seen and whose own author had not seen the decision.
fn work_unknown_to(fold: &Fold<'_>, decision: usize) -> Vec<usize> {
    let concurrent = |place: usize| !fold.ordered.knew(place, decision) && !fold.ordered.knew(decision, place) && place != decision;
    fold.ordered
        .effective()
        .filter(|(place, event)| is_work(&event.body) && concurrent(*place) && !is_withdrawn(fold, event))
        .map(|(place, _)| place)
        .collect()
}

/// A line that its own recorder took back is no work.
fn is_withdrawn(fold: &Fold<'_>, line: &crate::event::Event) -> bool {
    matches!(line.body, EventBody::PartIssued(_) | EventBody::LabourAdded(_))
        && fold.ordered.effective().any(|(_, event)| {
            event.recorder == line.recorder && matches!(&event.body, EventBody::Withdrawn(withdrawn) if withdrawn.event == line.id)
        })
}

/// Work that neither side knew of stands against the decision; everybody it is about is named.
fn overruled_by_work(fold: &mut Fold<'_>, step: Step<'_>, work: &[usize], kind: ContradictionKind) -> Effect {
    let places: Vec<usize> = std::iter::once(step.place).chain(work.iter().copied()).collect();
    let workers: Vec<&StaffNo> =
        work.iter().filter_map(|place| fold.ordered.recorded(*place)).map(|recorded| &recorded.event.recorder).collect();
    let people: Vec<&StaffNo> = std::iter::once(&step.event.recorder).chain(workers).collect();
    fold.conflict(kind, &places, &people);
    Effect::Overruled
}

/// Rows 1 and 2 (`domain.md`): whether somebody was on site before the cancellation, as the server's clock has it; an uncertain time proves nothing.
fn began_before(fold: &Fold<'_>, step: Step<'_>) -> bool {
    let cancelled_at =
        fold.ordered.recorded(step.place).and_then(|recorded| recorded.receipt.as_ref()).map_or(step.at, |receipt| receipt.received_at);
    first_on_site(fold).is_some_and(|(arrived_at, uncertain)| !uncertain && arrived_at <= cancelled_at)
}

/// The earliest arrival, or the earliest work where nobody stated an arrival.
fn first_on_site(fold: &Fold<'_>) -> Option<(UtcMillis, bool)> {
    let earliest = |wanted: fn(&EventBody) -> bool| {
        let found = fold.ordered.effective().filter(|(_, event)| wanted(&event.body)).filter_map(|(place, _)| fold.times.get(place));
        found.min_by_key(|time| (time.occurred_at, !time.uncertain)).map(|time| (time.occurred_at, time.uncertain))
    };
    earliest(|body| matches!(body, EventBody::Arrived(_))).or_else(|| earliest(is_work))
}
