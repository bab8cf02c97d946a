//! What follows when an order has new events: its number, the judgement of confirmations, its row and its scope.
//! All of it in the transaction that recorded them.

use std::collections::BTreeSet;

use domain::event::{EventBody, Numbered, Standing};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::recorded::Recorded;
use domain::replay::replay;
use domain::row::OrderRow;
use domain::scrutiny::flagged_as_left;
use domain::state::OrderState;
use domain::time::{DAY_MS, UtcMillis};
use store::server::{counters, orders, scope, unverified};
use store::{Database, StoreError};

use crate::occasion::Occasion;
use crate::orders::history::of_order;
use crate::orders::judged::{latest_judgement, write_rows};
use crate::orders::judging::{judgement_of, unjudged_confirmations};
use crate::orders::record::{Author, record_own};
use crate::people::person::{person_subject, team_subject};

/// How long a finished order stays on devices (`architecture.md`, "Sync").
pub const KEPT_AFTER_DONE_MS: i64 = 30 * DAY_MS;

/// An order after its rules have been followed.
pub struct Settled {
    /// Every event.
    pub recorded: Vec<Recorded>,
    /// What they make of it.
    pub state: OrderState,
}

/// Follows the rules of an order that has new events.
///
/// # Errors
/// As the database fails.
pub fn settle(database: &Database, order: OrderId, occasion: &Occasion<'_>) -> Result<Settled, Fault> {
    settle_history(database, order, of_order(database, order)?, occasion)
}

/// Follows the rules of an order with all the events that are recorded of it.
///
/// # Errors
/// As the database fails.
pub fn settle_history(database: &Database, order: OrderId, mut recorded: Vec<Recorded>, occasion: &Occasion<'_>) -> Result<Settled, Fault> {
    let mut state = replay(&recorded);
    let follow_ups = follow_ups(database, &recorded, &state, occasion)?;
    if !follow_ups.is_empty() {
        for body in follow_ups {
            remember_unverified(database, order, &body)?;
            record_own(database, order, &mut recorded, &Author::rule(), body, occasion)?;
        }
        state = replay(&recorded);
    }
    write_row_and_scope(database, order, &recorded, &state, occasion)?;
    Ok(Settled { recorded, state })
}

/// Judges a confirmation again that could not be verified before; says whether anything came of it.
///
/// # Errors
/// As the database fails.
pub fn judge_again(database: &Database, order: OrderId, confirmation: EventId, occasion: &Occasion<'_>) -> Result<bool, Fault> {
    let mut recorded = of_order(database, order)?;
    let state = replay(&recorded);
    let Some(judged) = judgement_of(database, &recorded, &state, confirmation, occasion)? else { return Ok(false) };
    if judged.standing == Standing::Unverified {
        return Ok(false);
    }
    unverified::remove(database, confirmation)?;
    record_own(database, order, &mut recorded, &Author::rule(), EventBody::ConfirmationJudged(judged), occasion)?;
    write_row_and_scope(database, order, &recorded, &replay(&recorded), occasion)?;
    Ok(true)
}

/// Adds to the last judgement of a confirmation that by the staff list of now its confirmer had left; the standing stays, and with it who
/// is charged.
///
/// # Errors
/// As the database fails.
pub(super) fn flag_as_left(database: &Database, order: OrderId, confirmation: EventId, occasion: &Occasion<'_>) -> Result<(), Fault> {
    let mut recorded = of_order(database, order)?;
    let Some(last) = latest_judgement(&recorded, confirmation) else { return Ok(()) };
    let judged = flagged_as_left(last, counters::reference_revision(database)?);
    record_own(database, order, &mut recorded, &Author::rule(), EventBody::ConfirmationJudged(judged), occasion)?;
    write_row_and_scope(database, order, &recorded, &replay(&recorded), occasion)
}

/// By what the caller's order is found on the telephone.
pub fn caller_of(state: &OrderState) -> Option<String> {
    let caller = state.report.as_ref()?.caller.as_ref()?;
    Some(format!("{} {}", caller.name, caller.number.as_deref().unwrap_or_default()).trim().to_owned())
}

fn follow_ups(database: &Database, recorded: &[Recorded], state: &OrderState, occasion: &Occasion<'_>) -> Result<Vec<EventBody>, Fault> {
    let mut bodies = Vec::new();
    if state.report.is_some() && state.number.is_none() {
        bodies.push(EventBody::Numbered(Numbered { number: next_number(database, occasion)? }));
    }
    for confirmation in unjudged_confirmations(recorded) {
        bodies.extend(judgement_of(database, recorded, state, confirmation, occasion)?.map(EventBody::ConfirmationJudged));
    }
    Ok(bodies)
}

/// `GD20261121-0042`: the day of receipt in the hospital and a number that begins anew each day.
fn next_number(database: &Database, occasion: &Occasion<'_>) -> Result<String, Fault> {
    let day = occasion.today();
    Ok(format!("GD{}-{:04}", day.format("%Y%m%d"), counters::next_order_number(database, day)?))
}

fn remember_unverified(database: &Database, order: OrderId, body: &EventBody) -> Result<(), Fault> {
    match body {
        EventBody::ConfirmationJudged(judged) if judged.standing == Standing::Unverified => {
            Ok(unverified::put(database, judged.event, order)?)
        }
        _ => Ok(()),
    }
}

fn write_row_and_scope(
    database: &Database,
    order: OrderId,
    recorded: &[Recorded],
    state: &OrderState,
    occasion: &Occasion<'_>,
) -> Result<(), Fault> {
    write_rows(database, order, recorded, state)?;
    let Some(row) = OrderRow::of(state) else { return Ok(()) };
    let before = orders::find(database, order)?;
    orders::put(database, &row)?;
    if let Some(caller) = caller_of(state) {
        orders::put_caller(database, order, &caller)?;
    }
    let open: BTreeSet<String> = scope::open_subjects(database, order)?.into_iter().collect();
    if before.is_some_and(|before| has_aged(&before, occasion.now)) {
        send_again(database, order, &open)?;
    }
    Ok(move_scope(database, order, &open, &wanted_subjects(recorded, state))?)
}

/// The order has left the devices by itself.
fn has_aged(row: &OrderRow, now: UtcMillis) -> bool {
    row.done_at.is_some_and(|done_at| now.since(done_at) > KEPT_AFTER_DONE_MS)
}

/// Something happened to an order that the devices have put away by age: it enters again, whole.
fn send_again(database: &Database, order: OrderId, open: &BTreeSet<String>) -> Result<(), Fault> {
    for subject in open {
        scope::leave(database, order, subject)?;
        scope::enter(database, order, subject)?;
    }
    Ok(())
}

/// The team that has the order, whoever has it, and whoever repairs and recorded something of effect.
pub(crate) fn wanted_subjects(recorded: &[Recorded], state: &OrderState) -> BTreeSet<String> {
    let workers = recorded.iter().filter(|recorded| recorded.has_effect() && recorded.event.role.repairs());
    let workers = workers.map(|recorded| person_subject(&recorded.event.recorder));
    let team = state.team.iter().map(team_subject);
    workers.chain(team).chain(state.assignee.iter().map(person_subject)).collect()
}

/// Whether [`move_scope`] has nothing to move.
pub(crate) fn is_scope_right(open: &BTreeSet<String>, wanted: &BTreeSet<String>) -> bool {
    wanted.is_subset(open) && open.difference(wanted).all(|subject| !subject.starts_with("team:"))
}

/// Teams come and go; who took part keeps the order.
pub(crate) fn move_scope(
    database: &Database,
    order: OrderId,
    open: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
) -> Result<(), StoreError> {
    for subject in wanted.difference(open) {
        scope::enter(database, order, subject)?;
    }
    for subject in open.difference(wanted).filter(|subject| subject.starts_with("team:")) {
        scope::leave(database, order, subject)?;
    }
    Ok(())
}
