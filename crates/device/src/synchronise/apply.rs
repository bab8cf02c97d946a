//! Storing an answer: everything that one answer says, in one transaction.

use domain::fault::{Fault, FaultCodeName};
use domain::time::{DAY_MS, HospitalZone, UtcMillis};
use store::device::{DeviceIdentity, MeasuredClock, ReferenceRows, Session, StoredProgress};
use sync::exchange::{Plan, plan};
use sync::wire::{CredentialStanding, ExchangeAnswer, ExchangeRequest, LogEntry, Progress, ReferenceDelta, UploadOutcome};

use super::arrive::Arrivals;
use super::stored_progress;
use crate::device::{Device, identity_of};
use crate::numbers::to_note;
use crate::order::lost_there::offer_all_own;
use crate::order::row::{list_anew, refresh_row};
use crate::worker::Worker;

/// Orders that are done stay on the device for so long (`architecture.md`, "Sync").
const DONE_STAYS_MS: i64 = 30 * DAY_MS;
/// Orders that are put away at the end of one exchange; the rest follows with the next ones.
const MOST_PUT_AWAY: usize = 500;

/// When an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// The answer was whole, by this device's clock.
    pub answered_at: UtcMillis,
    /// Milliseconds from the request to that, by a measure that nobody can set: the clock may have been set in between.
    pub waited_ms: u64,
}

/// What one answer brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncStep {
    /// Events that got an outcome.
    pub sent: u64,
    /// Events and orders that came.
    pub received: u64,
    /// Own events that were set aside.
    pub set_aside: u64,
    /// Nothing follows and nothing is left to send.
    pub quiet: bool,
    /// The credential was revoked.
    pub revoked: bool,
}

impl Device {
    /// Checks an answer against its request and stores all of it, durably, or nothing.
    ///
    /// # Errors
    /// `server_answer_unreadable` when the answer does not fit; then nothing was stored and nothing is lost. The store's own.
    pub fn apply(&self, request: &ExchangeRequest, answer: ExchangeAnswer, measured: Measured) -> Result<SyncStep, Fault> {
        self.keep(&planned(request, answer)?, measured)
    }

    /// Stores a plan, durably, or nothing of it.
    pub(super) fn keep(&self, plan: &Plan, measured: Measured) -> Result<SyncStep, Fault> {
        let (step, noted) = self.write(|session| {
            let step = store_plan(session, plan, measured)?;
            Ok((step, if step.quiet { to_note(session)? } else { None }))
        })?;
        self.number_note().write_all_of(noted);
        Ok(step)
    }
}

/// What to store of an answer, if it fits its request.
pub(super) fn planned(request: &ExchangeRequest, answer: ExchangeAnswer) -> Result<Plan, Fault> {
    plan(request, answer)
        .map_err(|refused| Fault::new(FaultCodeName::ServerAnswerUnreadable, format!("{refused}; nothing was lost; try again")))
}

fn store_plan(session: &Session<'_>, plan: &Plan, measured: Measured) -> Result<SyncStep, Fault> {
    let mut identity = identity_of(session)?;
    identity.clock = Some(measured_clock(plan.server_time, measured));
    let before = worker_of(session, &identity, measured)?;
    store_reference(session, &mut identity, plan)?;
    if plan.begin_anew {
        identity.generation = identity.generation.saturating_add(1);
        session.ask_again_about_held()?;
    }
    let worker = worker_of(session, &identity, measured)?;
    if worker.number != before.number {
        list_anew(session, &worker)?;
    }
    let mut arrivals = Arrivals::new(session, &worker, identity.generation)?;
    store_orders_and_entries(&mut arrivals, plan)?;
    arrivals.finish()?;
    take_progress(session, &worker, &mut identity, plan)?;
    let quiet = plan.is_quiet(usize::try_from(session.own_counts()?.unsent).unwrap_or(usize::MAX));
    if quiet {
        identity.last_contact = Some(measured.answered_at);
        // By the server's clock, like the time at which an order was done.
        put_away_old(session, plan.server_time)?;
        for order in session.sent_and_to_put_away()? {
            session.put_away(order)?;
        }
        session.find_numbers(plan.highest_sequence, &plan.missing_sequences)?;
    }
    session.put_identity(&identity)?;
    Ok(step(plan, quiet))
}

/// A device that was logged out still sends and receives for its person.
fn worker_of(session: &Session<'_>, identity: &DeviceIdentity, measured: Measured) -> Result<Worker, Fault> {
    Worker::of(session, &DeviceIdentity { logged_out: false, ..identity.clone() }, measured.answered_at)
}

fn store_orders_and_entries(arrivals: &mut Arrivals<'_>, plan: &Plan) -> Result<(), Fault> {
    // First, so that what this very answer settles stays settled, whatever numbers the server misses.
    for (first, last) in &plan.missing_sequences {
        arrivals.send_again(*first, *last)?;
    }
    for outcome in &plan.outcomes {
        arrivals.outcome_of_upload(outcome)?;
    }
    for order in &plan.orders {
        arrivals.order(order)?;
    }
    for entry in &plan.entries {
        arrivals.entry(entry)?;
    }
    for order in &plan.anew {
        arrivals.anew(order)?;
    }
    for order in &plan.checked {
        arrivals.checked(*order)?;
    }
    for order in &plan.out_of_scope {
        arrivals.leave(*order)?;
    }
    Ok(())
}

fn store_reference(session: &Session<'_>, identity: &mut DeviceIdentity, plan: &Plan) -> Result<(), Fault> {
    if let Some(delta) = &plan.reference {
        // Whoever is not of the campus was not from the day of this answer on; by the server's clock, as its lists go by it.
        let yesterday = HospitalZone::default().date(plan.server_time).pred_opt();
        let others_end = yesterday.filter(|_| delta.whole);
        session.put_reference(ReferenceRows { others_end, ..rows_of(delta) }, delta.revision)?;
        identity.reference_revision = delta.revision;
    }
    if plan.standing == CredentialStanding::Valid {
        identity.reference_as_of = Some(plan.server_time);
    }
    Ok(())
}

fn rows_of(delta: &ReferenceDelta) -> ReferenceRows<'_> {
    ReferenceRows {
        others_end: None,
        campuses: &delta.campuses,
        departments: &delta.departments,
        staff: &delta.staff,
        locations: &delta.locations,
        fault_classes: &delta.fault_classes,
        teams: &delta.teams,
        service_levels: &delta.service_levels,
        parts: &delta.parts,
        part_prices: &delta.part_prices,
        price_items: &delta.price_items,
        warehouses: &delta.warehouses,
    }
}

/// Progress advances in the transaction that stores the page.
fn take_progress(session: &Session<'_>, worker: &Worker, identity: &mut DeviceIdentity, plan: &Plan) -> Result<(), Fault> {
    let first_sync_ends = !matches!(identity.progress, StoredProgress::Log { .. }) && matches!(plan.progress, Progress::Log { .. });
    // The first enrolment has no earlier generation to look for.
    if first_sync_ends && identity.generation > 1 {
        put_away_what_did_not_come(session, worker, identity.generation)?;
    }
    identity.progress = stored_progress(plan.progress);
    identity.log_mark = plan.log_mark;
    identity.revoked = plan.standing == CredentialStanding::Revoked;
    identity.last_sequence = identity.last_sequence.max(plan.highest_sequence);
    Ok(())
}

/// What an earlier first sync brought and this one did not. Where this person recorded something, the server may have lost it:
/// that is offered first, and put away once the server has it.
fn put_away_what_did_not_come(session: &Session<'_>, worker: &Worker, generation: i64) -> Result<(), Fault> {
    for order in session.of_earlier_generations(generation)? {
        if offer_all_own(session, worker, order)? {
            refresh_row(session, worker, order, None)?;
            session.put_away_once_sent(order)?;
        } else {
            session.put_away(order)?;
        }
    }
    Ok(())
}

/// The server wrote its time somewhere between request and answer; half way is the best guess.
fn measured_clock(server_time: UtcMillis, measured: Measured) -> MeasuredClock {
    let half = i64::try_from(measured.waited_ms / 2).unwrap_or(i64::MAX);
    MeasuredClock { offset_ms: server_time.since(measured.answered_at.plus(half.saturating_neg())), measured_at: measured.answered_at }
}

fn put_away_old(session: &Session<'_>, now: UtcMillis) -> Result<(), Fault> {
    for order in session.done_before(now.plus(DONE_STAYS_MS.saturating_neg()), MOST_PUT_AWAY)? {
        session.put_away(order)?;
    }
    Ok(())
}

fn step(plan: &Plan, quiet: bool) -> SyncStep {
    let set_aside = plan.outcomes.iter().filter(|outcome| is_set_aside(outcome)).count();
    let received = plan.orders.len().saturating_add(plan.entries.iter().filter(|entry| brings_content(entry)).count());
    SyncStep {
        sent: count(plan.outcomes.iter().filter(|outcome| arrived(outcome)).count()),
        received: count(received),
        set_aside: count(set_aside),
        quiet,
        revoked: plan.standing == CredentialStanding::Revoked,
    }
}

/// What the server keeps no more of has not arrived.
fn arrived(outcome: &UploadOutcome) -> bool {
    !matches!(outcome, UploadOutcome::Held { reason, .. } if !reason.is_kept())
}

fn is_set_aside(outcome: &UploadOutcome) -> bool {
    matches!(outcome, UploadOutcome::Recorded { receipt, .. } if receipt.verdict != domain::recorded::Verdict::Admitted)
}

fn brings_content(entry: &LogEntry) -> bool {
    matches!(entry, LogEntry::Event { .. } | LogEntry::Entered { .. })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
