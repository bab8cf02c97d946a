//! Parts and labour, and taking them back. A movement is kept whatever the order's state: the part is gone from the shelf.

use super::fold::{Fold, Step};
use super::repair::{is_put_aside, take_part};
use crate::event::{LabourLine, PartMove, Withdrawn};
use crate::identity::EventId;
use crate::node::Node;
use crate::state::{Effect, Labour, Move};

/// 领用
pub(super) fn issued(fold: &mut Fold<'_>, step: Step<'_>, body: &PartMove) -> Effect {
    record_move(fold, step, body, i64::from(body.quantity.get()));
    work_on_it(fold, step)
}

/// 退库: also after the confirmation, when the bag is emptied.
pub(super) fn returned(fold: &mut Fold<'_>, step: Step<'_>, body: &PartMove) -> Effect {
    record_move(fold, step, body, i64::from(body.quantity.get()).saturating_neg());
    Effect::InEffect
}

fn record_move(fold: &mut Fold<'_>, step: Step<'_>, body: &PartMove, quantity: i64) {
    fold.state.moves.push(Move {
        event: step.event.id,
        part: body.part.clone(),
        warehouse: body.warehouse.clone(),
        quantity,
        unit_price_fen: body.unit_price_fen,
        recorder: step.event.recorder.clone(),
        at: step.at,
        withdrawn_by: None,
    });
}

/// 维修项目
pub(super) fn labour_added(fold: &mut Fold<'_>, step: Step<'_>, body: &LabourLine) -> Effect {
    fold.state.labour.push(Labour {
        event: step.event.id,
        item: body.item.clone(),
        quantity: i64::from(body.quantity.get()),
        unit_price_fen: body.unit_price_fen,
        includes_material: body.includes_material,
        recorder: step.event.recorder.clone(),
        at: step.at,
        priced: true,
        withdrawn_by: None,
    });
    work_on_it(fold, step)
}

/// The line stands in any case; where nobody should be working, that is pointed out.
fn work_on_it(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    if !could_be_working(fold, step) {
        fold.does_not_fit(step);
        return Effect::InEffect;
    }
    fold.work.entry(step.event.recorder.clone()).or_default().push(step.place);
    take_part(fold, step);
    Effect::InEffect
}

/// From the acceptance until a confirmation that the worker knew; before, only who had the order once and did not hear.
fn could_be_working(fold: &Fold<'_>, step: Step<'_>) -> bool {
    let person = &step.event.recorder;
    match fold.state.node {
        Node::Reported | Node::Dispatched | Node::TeamAccepted | Node::Assigned => {
            fold.state.withdrawn_from.contains(person) || fold.state.helpers.contains(person)
        }
        node if is_put_aside(node) => false,
        _ => !knew_confirmation(fold, step),
    }
}

/// 撤销: only one's own line, only while it stands, only without knowing a confirmation.
pub(super) fn withdrawn(fold: &mut Fold<'_>, step: Step<'_>, body: &Withdrawn) -> Effect {
    if knew_confirmation(fold, step) {
        return fold.does_not_fit(step);
    }
    let Some((own, withdrawn_by)) = line(fold, step, body.event) else { return fold.does_not_fit(step) };
    if !own {
        return fold.does_not_fit(step);
    }
    if withdrawn_by.is_some() {
        return Effect::Overruled;
    }
    *withdrawn_by = Some(step.event.id);
    Effect::InEffect
}

fn knew_confirmation(fold: &Fold<'_>, step: Step<'_>) -> bool {
    let Some(confirmation) = &fold.state.confirmation else { return false };
    fold.ordered.effective().any(|(place, event)| event.id == confirmation.event && fold.ordered.knew(step.place, place))
}

/// The line of an event: whether it is the recorder's own, and what has taken it back.
fn line<'f>(fold: &'f mut Fold<'_>, step: Step<'_>, event: EventId) -> Option<(bool, &'f mut Option<EventId>)> {
    let person = &step.event.recorder;
    let state = &mut fold.state;
    let movement = state
        .moves
        .iter_mut()
        .find(|movement| movement.event == event)
        .map(|movement| (&movement.recorder == person, &mut movement.withdrawn_by));
    movement.or_else(|| {
        state.labour.iter_mut().find(|labour| labour.event == event).map(|labour| (&labour.recorder == person, &mut labour.withdrawn_by))
    })
}
