//! Judging a confirmation with what the directory and the rows of earlier ones say.

use std::collections::BTreeSet;

use domain::event::{ConfirmationJudged, Confirmed, EventBody, Standing};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId, StaffNo};
use domain::recorded::Recorded;
use domain::scrutiny::{Around, THRESHOLDS, flags};
use domain::state::OrderState;
use domain::time::UtcMillis;
use store::server::{confirmations, counters};
use store::{Database, StoreError};

use crate::occasion::Occasion;
use crate::orders::confirmation::{Claim, judge};
use crate::people::person::periods;

/// More of a pair are not counted: a number of that size says enough.
const MOST_OF_A_BURST: u32 = 100;

/// The confirmations with effect that were not judged yet.
pub(super) fn unjudged_confirmations(recorded: &[Recorded]) -> Vec<EventId> {
    let judged: BTreeSet<EventId> = recorded
        .iter()
        .filter(|recorded| recorded.has_effect())
        .filter_map(|recorded| match &recorded.event.body {
            EventBody::ConfirmationJudged(judged) => Some(judged.event),
            _ => None,
        })
        .collect();
    let confirmations = recorded.iter().filter(|recorded| recorded.has_effect() && matches!(recorded.event.body, EventBody::Confirmed(_)));
    confirmations.map(|recorded| recorded.event.id).filter(|id| !judged.contains(id)).collect()
}

/// What a confirmation is worth, and what about it somebody has to look at.
pub(super) fn judgement_of(
    database: &Database,
    recorded: &[Recorded],
    state: &OrderState,
    confirmation: EventId,
    occasion: &Occasion<'_>,
) -> Result<Option<ConfirmationJudged>, Fault> {
    let Some((order, recorder, confirmed)) = confirmation_of(recorded, confirmation) else { return Ok(None) };
    let Some(entry) = state.history.iter().find(|entry| entry.event == confirmation) else { return Ok(None) };
    let received = recorded.iter().find(|recorded| recorded.event.id == confirmation).and_then(|recorded| recorded.receipt.as_ref());
    let claim = Claim {
        event: confirmation,
        confirmed,
        recorder,
        day: occasion.zone.date(entry.occurred_at),
        received_day: occasion.zone.date(received.map_or(occasion.now, |receipt| receipt.received_at)),
        time_uncertain: entry.time_uncertain,
        department: state.report.as_ref().map(|report| &report.department),
    };
    let judged = judge(&claim, &periods(database, &confirmed.staff_no)?, counters::reference_revision(database)?);
    let around = around(database, order, (recorder, confirmed), entry.occurred_at, &judged)?;
    Ok(Some(ConfirmationJudged { flags: flags(confirmed.accepted, judged.standing, around, &THRESHOLDS), ..judged }))
}

fn confirmation_of(recorded: &[Recorded], id: EventId) -> Option<(OrderId, &StaffNo, &Confirmed)> {
    let event = recorded.iter().map(|recorded| &recorded.event).find(|event| event.id == id)?;
    match &event.body {
        EventBody::Confirmed(confirmed) => Some((event.order, &event.recorder, confirmed)),
        _ => None,
    }
}

/// What happened around it, asked of the rows of confirmations: of some minutes, and of some weeks.
fn around(
    database: &Database,
    order: OrderId,
    (recorder, confirmed): (&StaffNo, &Confirmed),
    at: UtcMillis,
    judged: &ConfirmationJudged,
) -> Result<Around, StoreError> {
    let confirmer = &confirmed.staff_no;
    let burst = (at.plus(-THRESHOLDS.burst_ms), at.plus(THRESHOLDS.burst_ms));
    let of_pair = confirmations::of_pair(database, (confirmer, recorder), burst, MOST_OF_A_BURST)?;
    let orders: BTreeSet<OrderId> = of_pair.into_iter().map(|row| row.order).chain([order]).collect();
    let weeks = (at.plus(-THRESHOLDS.never_of_the_department_ms), at);
    let before = confirmations::by_department(database, confirmer, weeks, order)?;
    let (other, own) = match judged.standing {
        Standing::OtherDepartment => (1, 0),
        Standing::Verified => (0, 1),
        _ => (0, 0),
    };
    Ok(Around {
        orders_in_a_burst: u32::try_from(orders.len()).unwrap_or(u32::MAX),
        for_other_departments: before.other.saturating_add(other),
        for_the_own_department: before.own.saturating_add(own),
        look_ups: confirmed.look_ups.unwrap_or(1),
    })
}
