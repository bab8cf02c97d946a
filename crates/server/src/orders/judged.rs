//! The rows of judged confirmations: derived from the events of an order, and written with them.

use domain::event::{ConfirmationJudged, Confirmed, EventBody, ReviewOutcome};
use domain::identity::{EventId, OrderId};
use domain::recorded::Recorded;
use domain::scrutiny::doubts;
use domain::state::OrderState;
use store::server::confirmations::{self, ConfirmationRow};
use store::{Database, StoreError};

/// Writes the rows of an order where they are not what its events make of it.
///
/// # Errors
/// As the database fails.
pub fn write_rows(database: &Database, order: OrderId, recorded: &[Recorded], state: &OrderState) -> Result<(), StoreError> {
    let wanted = rows_of(recorded, state);
    if wanted != confirmations::of_order(database, order)? {
        confirmations::put_of_order(database, order, &wanted)?;
    }
    Ok(())
}

/// The rows that the events make, by id of the confirmation.
pub fn rows_of(recorded: &[Recorded], state: &OrderState) -> Vec<ConfirmationRow> {
    let effective: Vec<&Recorded> = recorded.iter().filter(|recorded| recorded.has_effect()).collect();
    let mut rows: Vec<ConfirmationRow> = effective.iter().filter_map(|one| row_of(one, &effective, state)).collect();
    rows.sort_by_key(|row| row.event);
    rows
}

fn row_of(one: &Recorded, effective: &[&Recorded], state: &OrderState) -> Option<ConfirmationRow> {
    let EventBody::Confirmed(Confirmed { staff_no, accepted, .. }) = &one.event.body else { return None };
    let entry = state.history.iter().find(|entry| entry.event == one.event.id)?;
    let (judged_at, judged) = latest_judgement_of(effective.iter().copied(), one.event.id)?;
    Some(ConfirmationRow {
        event: one.event.id,
        order: one.event.order,
        confirmer: staff_no.clone(),
        recorder: one.event.recorder.clone(),
        accepted: *accepted,
        occurred_at: entry.occurred_at,
        received_at: one.receipt.as_ref()?.received_at,
        standing: judged.standing,
        doubts: doubts(*staff_no == one.event.recorder, judged),
        review: review_after(effective, one.event.id, judged_at),
    })
}

/// How a confirmation is judged now.
pub(super) fn latest_judgement(recorded: &[Recorded], confirmation: EventId) -> Option<&ConfirmationJudged> {
    latest_judgement_of(recorded.iter().filter(|recorded| recorded.has_effect()), confirmation).map(|(_, judged)| judged)
}

fn latest_judgement_of<'a>(effective: impl Iterator<Item = &'a Recorded>, confirmation: EventId) -> Option<(u64, &'a ConfirmationJudged)> {
    let judgements = effective.filter_map(|recorded| match &recorded.event.body {
        EventBody::ConfirmationJudged(judged) if judged.event == confirmation => Some((recorded.receipt.as_ref()?.position, judged)),
        _ => None,
    });
    judgements.max_by_key(|(position, _)| *position)
}

/// Who looked at it as it is judged now; what was found afterwards is to be looked at again.
fn review_after(effective: &[&Recorded], confirmation: EventId, judged_at: u64) -> Option<EventId> {
    let is_seen = |recorded: &&&Recorded| matches!(&recorded.event.body, EventBody::Reviewed(review) if review.event == confirmation && review.outcome == ReviewOutcome::Seen);
    let seen = effective.iter().rev().find(is_seen)?;
    (seen.receipt.as_ref()?.position > judged_at).then_some(seen.event.id)
}
