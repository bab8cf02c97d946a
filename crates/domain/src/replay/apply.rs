//! Applying events one after the other: each kind by the file of its group.

use super::fold::{Fold, Step};
use super::{confirmation, decisions, parts, repair, reporting, taking_up};
use crate::event::EventBody;
use crate::identity::StaffNo;
use crate::state::{Effect, HistoryEntry};

/// Applies the event at a place. Places are applied in their order, each once.
pub(super) fn apply(fold: &mut Fold<'_>, place: usize) {
    let (Some(recorded), Some(time)) = (fold.ordered.recorded(place), fold.times.get(place)) else { return };
    let event = &recorded.event;
    fold.state.id = fold.state.id.or(Some(event.order));
    let effect = if recorded.has_effect() { apply_admitted(fold, Step { place, event, at: time.occurred_at }) } else { Effect::SetAside };
    fold.state.history.push(HistoryEntry {
        event: event.id,
        occurred_at: time.occurred_at,
        time_uncertain: time.uncertain,
        effect,
        node_after: fold.state.node,
    });
}

fn apply_admitted(fold: &mut Fold<'_>, step: Step<'_>) -> Effect {
    note_participant(fold, step);
    match &step.event.body {
        EventBody::Reported(body) => reporting::reported(fold, step, body),
        EventBody::Corrected(body) => reporting::corrected(fold, step, body),
        EventBody::Numbered(body) => reporting::numbered(fold, body),
        EventBody::Accepted(body) => taking_up::accepted(fold, step, body),
        EventBody::Arrived(_) => repair::arrived(fold, step),
        EventBody::Suspended(body) => repair::suspended(fold, step, body),
        EventBody::Resumed(_) => repair::resumed(fold, step),
        EventBody::ReturnRequested(body) => repair::return_requested(fold, step, body),
        EventBody::Completed(body) => repair::completed(fold, step, body),
        EventBody::PartIssued(body) => parts::issued(fold, step, body),
        EventBody::PartReturned(body) => parts::returned(fold, step, body),
        EventBody::LabourAdded(body) => parts::labour_added(fold, step, body),
        EventBody::Withdrawn(body) => parts::withdrawn(fold, step, body),
        EventBody::Confirmed(body) => confirmation::confirmed(fold, step, body),
        EventBody::ConfirmationJudged(body) => confirmation::judged(fold, step, body),
        EventBody::Dispatched(body) => decisions::dispatched(fold, step, body),
        EventBody::TeamAccepted(_) => decisions::team_accepted(fold, step),
        EventBody::Assigned(body) => decisions::assigned(fold, step, body),
        EventBody::Reassigned(body) => decisions::reassigned(fold, step, body),
        EventBody::Returned(body) => decisions::returned(fold, step, body),
        EventBody::Cancelled(_) => decisions::cancelled(fold, step),
        EventBody::Merged(_) => decisions::merged(fold, step),
        EventBody::Ruled(body) => decisions::ruled(fold, step, body),
        // What a review decided is in the receipt of the event that it is about, and a merged order's own history says that it ended.
        EventBody::Reviewed(_) | EventBody::Absorbed(_) => Effect::InEffect,
        EventBody::Unknown { .. } => Effect::NotUnderstood,
    }
}

fn note_participant(fold: &mut Fold<'_>, step: Step<'_>) {
    if step.event.recorder != StaffNo::system() {
        fold.took_part(&step.event.recorder, step.at);
    }
}
