//! Confirming and refusing (`domain.md`, "Who records, who confirms"; contradictions 10, 13, 14 and 26). A confirmation is
//! taken at its latest judgement from the start, so that a judgement made again changes one answer and not a chain of states.

use std::collections::BTreeSet;

use super::fold::{Fold, Step};
use super::repair::completion_stands;
use crate::contradiction::ContradictionKind;
use crate::event::{ConfirmationJudged, Confirmed, EventBody, Standing, Suspicion};
use crate::identity::EventId;
use crate::node::Node;
use crate::state::{Confirmation, Effect};

/// 科室确认, or refusal.
pub(super) fn confirmed(fold: &mut Fold<'_>, step: Step<'_>, body: &Confirmed) -> Effect {
    let confirmation = at_its_latest_judgement(fold, step, body);
    note_doubts(fold, step, &confirmation);
    if confirmation.standing == Standing::Rejected {
        return Effect::Overruled;
    }
    if body.accepted { accept(fold, step, confirmation) } else { refuse(fold, step) }
}

/// A judgement speaks through the confirmation it is about; here it only matters whether it is the last word.
pub(super) fn judged(fold: &mut Fold<'_>, step: Step<'_>, body: &ConfirmationJudged) -> Effect {
    match latest_judgement(fold, body.event) {
        Some((place, _)) if place == step.place => Effect::InEffect,
        _ => Effect::Overruled,
    }
}

fn latest_judgement<'a>(fold: &Fold<'a>, confirmation: EventId) -> Option<(usize, &'a ConfirmationJudged)> {
    judgements(fold, confirmation).last()
}

fn judgements<'a>(fold: &Fold<'a>, confirmation: EventId) -> impl Iterator<Item = (usize, &'a ConfirmationJudged)> {
    fold.ordered.effective().filter_map(move |(place, event)| match &event.body {
        EventBody::ConfirmationJudged(judged) if judged.event == confirmation => Some((place, judged)),
        _ => None,
    })
}

fn at_its_latest_judgement(fold: &Fold<'_>, step: Step<'_>, body: &Confirmed) -> Confirmation {
    let judged = latest_judgement(fold, step.event.id).map(|(_, judged)| judged);
    let own_number = body.staff_no == step.event.recorder;
    let standing = if own_number { Standing::Rejected } else { judged.map_or(body.standing, |judged| judged.standing) };
    Confirmation {
        event: step.event.id,
        staff_no: body.staff_no.clone(),
        name: judged.and_then(|judged| judged.name.clone()).or_else(|| body.name.clone()),
        standing,
        judged: judged.is_some(),
        at: step.at,
    }
}

/// What about a confirmation is laid before somebody: contradictions 10 and 26, the rejection, and what is only to be looked at.
fn note_doubts(fold: &mut Fold<'_>, step: Step<'_>, confirmation: &Confirmation) {
    let is_own = confirmation.staff_no == step.event.recorder;
    let now = doubt(confirmation.standing, confirmation.name.is_some(), is_own);
    note_what_was_doubted(fold, step, confirmation, now);
    if let Some(kind) = now {
        fold.conflict(kind, &[step.place], &[&confirmation.staff_no]);
    }
    note_suspicions(fold, step, confirmation);
}

/// A doubt that a later judgement has settled stays to be seen, settled.
fn note_what_was_doubted(fold: &mut Fold<'_>, step: Step<'_>, confirmation: &Confirmation, now: Option<ContradictionKind>) {
    let is_own = confirmation.staff_no == step.event.recorder;
    let doubts = judgements(fold, step.event.id).filter_map(|(_, judged)| doubt(judged.standing, judged.name.is_some(), is_own));
    let settled: BTreeSet<ContradictionKind> = doubts.filter(|doubt| Some(*doubt) != now).collect();
    for kind in settled {
        fold.conflict(kind, &[step.place], &[&confirmation.staff_no]);
        fold.settle(kind, step.place);
    }
}

fn note_suspicions(fold: &mut Fold<'_>, step: Step<'_>, confirmation: &Confirmation) {
    let Some((judgement, judged)) = latest_judgement(fold, step.event.id) else { return };
    for kind in judged.flags.iter().filter_map(|flag| suspected(flag.why)) {
        fold.conflict(kind, &[step.place, judgement], &[&confirmation.staff_no, &step.event.recorder]);
    }
}

/// A name means that the number is or was somebody's.
fn doubt(standing: Standing, has_name: bool, is_own: bool) -> Option<ContradictionKind> {
    match (standing, has_name && !is_own) {
        (Standing::Unverified | Standing::Rejected, true) => Some(ContradictionKind::ConfirmerNotValid),
        (Standing::Unverified, false) => Some(ContradictionKind::ConfirmerUnknown),
        (Standing::Rejected, false) => Some(ContradictionKind::ConfirmationRejected),
        (Standing::MaintenanceStaff, _) => Some(ContradictionKind::ConfirmedByMaintenance),
        (Standing::Verified | Standing::OtherDepartment, _) => None,
    }
}

fn suspected(why: Suspicion) -> Option<ContradictionKind> {
    match why {
        Suspicion::Burst => Some(ContradictionKind::ConfirmedInBurst),
        Suspicion::NeverOfTheDepartment => Some(ContradictionKind::ConfirmerNeverOfTheDepartment),
        Suspicion::ManyLookUps => Some(ContradictionKind::ConfirmedAfterManyLookUps),
        Suspicion::HadLeft => Some(ContradictionKind::ConfirmerHadLeft),
        Suspicion::Unknown => None,
    }
}

fn accept(fold: &mut Fold<'_>, step: Step<'_>, confirmation: Confirmation) -> Effect {
    if let Some(refusal) = refusal_unknown_to(fold, step) {
        return dispute(fold, step, refusal, confirmation);
    }
    match fold.state.node {
        Node::Completed => {
            fold.state.confirmation = Some(confirmation);
            fold.goes_to(Node::Confirmed)
        }
        Node::Confirmed | Node::Disputed => confirm_again(fold, step, confirmation),
        _ => fold.does_not_fit(step),
    }
}

/// Contradiction 13: the first stands, a second person is a witness. The same person twice says nothing new.
fn confirm_again(fold: &mut Fold<'_>, step: Step<'_>, confirmation: Confirmation) -> Effect {
    let Some(first) = fold.state.confirmation.clone() else { return fold.does_not_fit(step) };
    if first.staff_no == confirmation.staff_no {
        return Effect::Overruled;
    }
    let places: Vec<usize> = place_of(fold, first.event).into_iter().chain([step.place]).collect();
    fold.conflict(ContradictionKind::ConfirmedTwice, &places, &[&first.staff_no, &confirmation.staff_no]);
    fold.state.witnesses.push(confirmation);
    Effect::InEffect
}

fn place_of(fold: &Fold<'_>, event: EventId) -> Option<usize> {
    fold.ordered.effective().find(|(_, other)| other.id == event).map(|(place, _)| place)
}

/// The latest refusal that the confirmer's recorder did not know, while nobody has completed again since.
fn refusal_unknown_to(fold: &Fold<'_>, step: Step<'_>) -> Option<usize> {
    let refusal = fold.refusals.last().copied()?;
    let reworked = fold.completion.as_ref().is_some_and(|completion| fold.ordered.knew(completion.place, refusal));
    (!reworked && fold.completion.is_some() && !fold.knew(step, Some(refusal))).then_some(refusal)
}

/// 不认可: back to work. Beside a confirmation that was not known: contradiction 14.
fn refuse(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    let confirmation = fold.state.confirmation.as_ref().and_then(|confirmation| place_of(fold, confirmation.event));
    match (fold.state.node, confirmation) {
        (Node::Completed, _) => refuse_completion(fold, step),
        (Node::Confirmed | Node::Disputed, Some(confirmation)) if !fold.knew(step, Some(confirmation)) => {
            fold.state.refusals = fold.state.refusals.saturating_add(1);
            fold.refusals.push(step.place);
            note_dispute(fold, confirmation, step.place);
            fold.goes_to(Node::Disputed)
        }
        _ => fold.does_not_fit(step),
    }
}

fn refuse_completion(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    fold.state.refusals = fold.state.refusals.saturating_add(1);
    fold.refusals.push(step.place);
    fold.state.completed_at = None;
    fold.state.completed_by = None;
    fold.goes_to(Node::InProgress)
}

/// The refusal came first in the server's log; the confirmation is of the same completion.
fn dispute(fold: &mut Fold<'_>, step: Step<'_>, refusal: usize, confirmation: Confirmation) -> Effect {
    note_dispute(fold, refusal, step.place);
    match &fold.state.confirmation {
        Some(first) if first.staff_no != confirmation.staff_no => fold.state.witnesses.push(confirmation),
        Some(_) => {}
        None => fold.state.confirmation = Some(confirmation),
    }
    fold.state.suspension = None;
    completion_stands(fold);
    fold.goes_to(Node::Disputed)
}

fn note_dispute(fold: &mut Fold<'_>, one: usize, other: usize) {
    let people: Vec<_> = [one, other].into_iter().filter_map(|place| confirmer(fold, place)).collect();
    fold.conflict(ContradictionKind::ConfirmedAndRefused, &[one, other], &people.iter().collect::<Vec<_>>());
}

fn confirmer(fold: &Fold<'_>, place: usize) -> Option<crate::identity::StaffNo> {
    match &fold.ordered.recorded(place)?.event.body {
        EventBody::Confirmed(body) => Some(body.staff_no.clone()),
        _ => None,
    }
}
