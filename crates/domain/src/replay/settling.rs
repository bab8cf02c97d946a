//! What only the whole history can say: contradictions between events wherever they stand, rulings, and who is charged.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::{Conflict, Fold};
use super::times::CLOCK_TOLERANCE_MS;
use crate::contradiction::ContradictionKind;
use crate::event::{Event, EventBody, ReviewOutcome, Reviewed, Ruled, Standing};
use crate::identity::{PartCode, StaffNo};
use crate::node::Node;
use crate::state::{Charge, Confirmation, OrderState};

/// Looks at the whole once more and gives the state.
pub(super) fn settle(mut fold: Fold<'_>) -> OrderState {
    note_both_worked(&mut fold);
    price_labour_once(&mut fold);
    note_withdrawals_beside_confirmations(&mut fold);
    note_more_returned_than_issued(&mut fold);
    note_wrong_clocks(&mut fold);
    settle_doubts_about_confirmations(&mut fold);
    settle_what_was_seen(&mut fold);
    let ruling = apply_rulings(&mut fold);
    fold.state.charge = charge(&fold, ruling);
    fold.state.contradictions = fold.contradictions();
    fold.state
}

/// Contradiction 4: somebody worked without knowing that another had the order, and the other worked too.
fn note_both_worked(fold: &mut Fold<'_>) {
    let work = fold.work.clone();
    for person in fold.unaware.clone() {
        let Some(own) = work.get(&person) else { continue };
        for (other, others) in work.iter().filter(|(other, _)| **other != person) {
            let beside = work_beside(fold, own, others);
            if !beside.is_empty() {
                fold.conflict(ContradictionKind::BothWorked, &beside, &[other, &person]);
            }
        }
    }
}

/// Work of two people that was done without knowing the other's; lines that were taken back are no work.
fn work_beside(fold: &Fold<'_>, own: &[usize], others: &[usize]) -> Vec<usize> {
    let standing = |places: &[usize]| -> Vec<usize> { places.iter().copied().filter(|place| !is_taken_back(fold, *place)).collect() };
    let (own, others) = (standing(own), standing(others));
    let concurrent = |one: usize, other: usize| !fold.ordered.knew(one, other) && !fold.ordered.knew(other, one);
    let meets = |one: &usize, them: &[usize]| them.iter().any(|other| concurrent(*one, *other));
    let of_own = own.iter().filter(|place| meets(place, &others));
    of_own.chain(others.iter().filter(|place| meets(place, &own))).copied().collect()
}

fn is_taken_back(fold: &Fold<'_>, place: usize) -> bool {
    let Some(event) = fold.ordered.recorded(place).map(|recorded| recorded.event.id) else { return false };
    let moves = fold.state.moves.iter().any(|movement| movement.event == event && movement.withdrawn_by.is_some());
    moves || fold.state.labour.iter().any(|labour| labour.event == event && labour.withdrawn_by.is_some())
}

/// Contradiction 4: of those who worked beside each other, the labour of the one who completed is priced.
fn price_labour_once(fold: &mut Fold<'_>) {
    let both: BTreeSet<StaffNo> = fold
        .conflicts
        .iter()
        .filter(|conflict| conflict.kind == ContradictionKind::BothWorked)
        .flat_map(|conflict| conflict.people.clone())
        .collect();
    let stands = |person: &StaffNo| fold.state.labour.iter().any(|labour| &labour.recorder == person && labour.withdrawn_by.is_none());
    let candidates = fold.state.completed_by.iter().chain(fold.state.assignee.iter()).chain(&both);
    let Some(priced) = candidates.filter(|person| both.contains(person)).find(|person| stands(person)).cloned() else { return };
    for labour in fold.state.labour.iter_mut().filter(|labour| both.contains(&labour.recorder)) {
        labour.priced = labour.recorder == priced;
    }
}

/// A line was taken back while somebody confirmed: it stays taken back, and whoever confirmed saw another sum.
fn note_withdrawals_beside_confirmations(fold: &mut Fold<'_>) {
    for withdrawal in withdrawals_in_effect(fold) {
        for confirmation in confirmations(fold) {
            if !fold.ordered.knew(withdrawal, confirmation) && !fold.ordered.knew(confirmation, withdrawal) {
                let people: Vec<StaffNo> = [withdrawal, confirmation]
                    .iter()
                    .filter_map(|place| fold.ordered.recorded(*place))
                    .map(|recorded| recorded.event.recorder.clone())
                    .collect();
                fold.conflict(ContradictionKind::WithdrawnWhileConfirmed, &[withdrawal, confirmation], &people.iter().collect::<Vec<_>>());
            }
        }
    }
}

fn withdrawals_in_effect(fold: &Fold<'_>) -> Vec<usize> {
    let of_moves = fold.state.moves.iter().filter_map(|movement| movement.withdrawn_by);
    let effective: BTreeSet<_> = of_moves.chain(fold.state.labour.iter().filter_map(|labour| labour.withdrawn_by)).collect();
    places_of(fold, |event| effective.contains(&event.id))
}

fn confirmations(fold: &Fold<'_>) -> Vec<usize> {
    let standing: BTreeSet<_> =
        fold.state.confirmation.iter().chain(&fold.state.witnesses).map(|confirmation| confirmation.event).collect();
    places_of(fold, |event| standing.contains(&event.id))
}

fn places_of(fold: &Fold<'_>, wanted: impl Fn(&Event) -> bool) -> Vec<usize> {
    fold.ordered.effective().filter(|(_, event)| wanted(event)).map(|(place, _)| place).collect()
}

/// More of a part came back than went out, once everything is known: somebody counts the shelf.
fn note_more_returned_than_issued(fold: &mut Fold<'_>) {
    let mut net: BTreeMap<PartCode, i64> = BTreeMap::new();
    for movement in fold.state.moves.iter().filter(|movement| movement.withdrawn_by.is_none()) {
        let sum = net.entry(movement.part.clone()).or_default();
        *sum = sum.saturating_add(movement.quantity);
    }
    for part in net.into_iter().filter(|(_, quantity)| *quantity < 0).map(|(part, _)| part) {
        let places = places_of(
            fold,
            |event| matches!(&event.body, EventBody::PartIssued(body) | EventBody::PartReturned(body) if body.part == part),
        );
        let people: Vec<StaffNo> =
            places.iter().filter_map(|place| fold.ordered.recorded(*place)).map(|recorded| recorded.event.recorder.clone()).collect();
        fold.conflict(ContradictionKind::ReturnedMoreThanIssued, &places, &people.iter().collect::<Vec<_>>());
    }
}

/// Contradiction 9: one entry for all events whose clock was wrong or is in doubt.
fn note_wrong_clocks(fold: &mut Fold<'_>) {
    let wrong: Vec<(usize, StaffNo)> = fold
        .ordered
        .effective()
        .filter(|(place, event)| fold.times.get(*place).is_some_and(|time| time.uncertain) || is_far_off(event))
        .map(|(place, event)| (place, event.recorder.clone()))
        .collect();
    if !wrong.is_empty() {
        let places: Vec<usize> = wrong.iter().map(|(place, _)| *place).collect();
        fold.conflict(ContradictionKind::WrongClock, &places, &wrong.iter().map(|(_, person)| person).collect::<Vec<_>>());
    }
}

fn is_far_off(event: &Event) -> bool {
    event.clock.is_some_and(|clock| clock.offset_ms.saturating_abs() > CLOCK_TOLERANCE_MS)
}

/// A doubtful or rejected confirmation needs nobody's ruling once another one is good.
fn settle_doubts_about_confirmations(fold: &mut Fold<'_>) {
    if !confirmed_by_somebody_certain(&fold.state) {
        return;
    }
    for conflict in &mut fold.conflicts {
        let is_doubt = matches!(
            conflict.kind,
            ContradictionKind::ConfirmerNotValid | ContradictionKind::ConfirmerUnknown | ContradictionKind::ConfirmationRejected
        );
        conflict.settled |= is_doubt;
    }
}

/// Somebody has looked at a flagged confirmation. What was found about it afterwards is open again.
fn settle_what_was_seen(fold: &mut Fold<'_>) {
    let ordered = fold.ordered;
    for (review, event) in ordered.effective() {
        let EventBody::Reviewed(Reviewed { event: seen, outcome: ReviewOutcome::Seen, .. }) = &event.body else { continue };
        let is_about = |place: &usize| ordered.recorded(*place).is_some_and(|recorded| recorded.event.id == *seen);
        for conflict in fold.conflicts.iter_mut().filter(|conflict| conflict.kind.is_to_be_seen() && conflict.places.iter().any(is_about)) {
            conflict.settled |= conflict.places.iter().all(|place| ordered.knew(review, *place));
        }
    }
}

fn confirmed_by_somebody_certain(state: &OrderState) -> bool {
    state.confirmation.iter().chain(&state.witnesses).any(is_certain)
}

fn is_certain(confirmation: &Confirmation) -> bool {
    confirmation.judged && matches!(confirmation.standing, Standing::Verified | Standing::OtherDepartment | Standing::MaintenanceStaff)
}

/// Settles what rulings are about, and gives the latest one that somebody had to make. A ruling speaks of what its author
/// knew: a contradiction that grew afterwards is open again. A ruling about nothing has no effect.
fn apply_rulings<'a>(fold: &mut Fold<'a>) -> Option<&'a Ruled> {
    let ordered = fold.ordered;
    let mut latest = None;
    for (place, event) in ordered.effective() {
        let EventBody::Ruled(ruled) = &event.body else { continue };
        match settle_known(fold, place, ruled.contradiction) {
            RulingOn::Nothing => fold.overrule(place),
            RulingOn::Remark => {}
            RulingOn::Charge => latest = Some(ruled),
        }
    }
    latest
}

/// What a ruling turned out to be about.
enum RulingOn {
    Nothing,
    /// Contradictions that did not keep anybody from being charged.
    Remark,
    /// At least one that did.
    Charge,
}

fn settle_known(fold: &mut Fold<'_>, ruling: usize, number: u8) -> RulingOn {
    let mut about = RulingOn::Nothing;
    for conflict in fold.conflicts.iter_mut().filter(|conflict| conflict.kind.number() == Some(number)) {
        if conflict.places.iter().all(|place| fold.ordered.knew(ruling, *place)) {
            conflict.settled = true;
            about = if conflict.needs_ruling || matches!(about, RulingOn::Charge) { RulingOn::Charge } else { RulingOn::Remark };
        }
    }
    about
}

/// Who is charged: nobody before the confirmation, nobody while somebody has to rule, then whom the ruling names.
fn charge(fold: &Fold<'_>, ruling: Option<&Ruled>) -> Charge {
    let is_open = |conflict: &Conflict| conflict.needs_ruling && !conflict.settled;
    match fold.state.node {
        Node::Disputed => Charge::Awaiting,
        Node::Confirmed if fold.conflicts.iter().any(is_open) => Charge::Awaiting,
        Node::Confirmed => match ruling {
            Some(ruled) if !ruled.charged => Charge::Nobody,
            Some(_) => Charge::Department,
            None if confirmed_by_somebody_certain(&fold.state) => Charge::Department,
            None => Charge::NotYet,
        },
        _ => Charge::NotYet,
    }
}
