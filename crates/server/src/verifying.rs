//! Checking the store: every order's events are one history, its row and scope are what they make of it, and the log and the
//! counters know of them. What is damaged is named, and the rest is looked at nevertheless.

use std::collections::BTreeSet;

use documents::{PlacedEvent, verify as verify_history};
use domain::event::{Event, EventBody, ReviewOutcome, Standing};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::recorded::{Recorded, Verdict};
use domain::replay::replay;
use domain::row::OrderRow;
use store::server::confirmations::{self, ConfirmationRow};
use store::server::events::{self, StoredEvent};
use store::server::{ServerStore, checks, counters, meta, orders, review, scope, unverified};
use store::{Database, StoreError};

use crate::orders::history::recorded;
use crate::orders::judged::rows_of;
use crate::orders::settle::{caller_of, is_scope_right, move_scope, wanted_subjects};

/// What is wrong with one order, or with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which order; `None` for the file.
    pub order: Option<OrderId>,
    /// What is wrong.
    pub what: String,
    /// It is derived from what is sound, so rebuilding puts it right.
    pub can_be_rebuilt: bool,
    /// It was put right.
    pub repaired: bool,
}

impl Finding {
    fn damage(order: Option<OrderId>, what: impl Into<String>) -> Self {
        Self { order, what: what.into(), can_be_rebuilt: false, repaired: false }
    }

    fn derived(order: Option<OrderId>, what: impl Into<String>, repaired: bool) -> Self {
        Self { order, what: what.into(), can_be_rebuilt: true, repaired }
    }
}

/// What was looked at and found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Orders that were looked at.
    pub orders: u64,
    /// Their events.
    pub events: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Looks at the file, the counters and the log, and at every order. With `rebuild`, what is derived from events is made anew
/// where it is not what they make of it; events are the truth and are never changed.
///
/// # Errors
/// As the store fails other than by damage; what was repaired before stays repaired.
pub fn verify(store: &mut ServerStore, rebuild: bool) -> Result<Verified, Fault> {
    let mut verified = Verified::default();
    match store.read(meta::damages) {
        Ok(damages) => verified.findings.extend(damages.into_iter().map(|what| Finding::damage(None, what))),
        Err(error) => verified.findings.push(as_finding(None, error)?),
    }
    for check in [lost_events, log_entries, log_end, order_numbers] {
        match check(store, rebuild) {
            Ok(findings) => verified.findings.extend(findings),
            Err(error) => verified.findings.push(as_finding(None, error)?),
        }
    }
    let (all, failures) = store.read(|database| Ok::<_, StoreError>(checks::all_orders(database)))?;
    for failure in failures {
        verified.findings.push(as_finding(None, failure)?);
    }
    for order in all {
        verified.orders = verified.orders.saturating_add(1);
        match verify_order(store, order, rebuild, &mut verified) {
            Ok(()) => {}
            Err(error) => verified.findings.push(as_finding(Some(order), error)?),
        }
    }
    Ok(verified)
}

/// Damage is what is looked for; anything else ends the looking.
fn as_finding(order: Option<OrderId>, error: StoreError) -> Result<Finding, Fault> {
    if error.is_damage() { Ok(Finding::damage(order, error.to_string())) } else { Err(error.into()) }
}

fn lost_events(store: &mut ServerStore, _rebuild: bool) -> Result<Vec<Finding>, StoreError> {
    let lost = store.read(checks::lost_events)?;
    let finding = |(order, event)| Finding::damage(Some(order), format!("its event {event} was recorded and is gone"));
    Ok(lost.into_iter().map(finding).collect())
}

fn log_entries(store: &mut ServerStore, rebuild: bool) -> Result<Vec<Finding>, StoreError> {
    let missing = store.read(checks::count_missing_entries)?;
    let what = format!("the log lacks {missing} entries, so that phones are not told");
    derived(store, missing > 0, what, rebuild, checks::write_missing_entries)
}

fn log_end(store: &mut ServerStore, rebuild: bool) -> Result<Vec<Finding>, StoreError> {
    let (counter, last) = store.read(|database| Ok::<_, StoreError>((counters::log_end(database)?, checks::last_position(database)?)))?;
    let what = format!("the counter of the log says {counter}, and its last entry is {last}");
    derived(store, counter < last, what, rebuild, checks::catch_up)
}

fn order_numbers(store: &mut ServerStore, rebuild: bool) -> Result<Vec<Finding>, StoreError> {
    let days = store.read(checks::days_with_numbers_ahead)?;
    let what = format!("order numbers of {} would be given twice", days.join(", "));
    derived(store, !days.is_empty(), what, rebuild, checks::catch_up_with_numbers)
}

/// A finding about the file where something derived is wrong, put right where that is asked for.
fn derived(
    store: &mut ServerStore,
    is_wrong: bool,
    what: String,
    rebuild: bool,
    repair: impl FnOnce(&Database) -> Result<(), StoreError>,
) -> Result<Vec<Finding>, StoreError> {
    if is_wrong && rebuild {
        store.write(repair)?;
    }
    Ok(is_wrong.then(|| Finding::derived(None, what, rebuild)).into_iter().collect())
}

fn verify_order(store: &mut ServerStore, order: OrderId, rebuild: bool, verified: &mut Verified) -> Result<(), StoreError> {
    let looked_at = store.read(|database| look_at(database, order))?;
    verified.events = verified.events.saturating_add(looked_at.events);
    verified.findings.extend(looked_at.history.map(|what| Finding::damage(Some(order), what)));
    if !looked_at.derived.is_empty() && rebuild {
        store.write(|database| make_anew(database, order))?;
    }
    verified.findings.extend(looked_at.derived.into_iter().map(|what| Finding::derived(Some(order), what, rebuild)));
    Ok(())
}

/// One order: how many events it has, what is wrong with its history, what with what is derived from it.
pub(crate) struct LookedAt {
    events: u64,
    pub(crate) history: Option<String>,
    pub(crate) derived: Vec<&'static str>,
}

pub(crate) fn look_at(database: &Database, order: OrderId) -> Result<LookedAt, StoreError> {
    let stored = events::of_order(database, order)?;
    let events = u64::try_from(stored.len()).unwrap_or(u64::MAX);
    let broken = verify_history(stored.iter().map(placed).collect()).err().map(|broken| broken.to_string());
    let history = broken.or_else(|| stored.iter().find_map(misplaced));
    if let Some(event) = events::changed_since_written(database, order)?.first() {
        // What is derived may still be right, and is not made to follow.
        let what = format!("event {event} is not what it was when it was written; restore from a backup");
        return Ok(LookedAt { events, history: Some(what), derived: Vec::new() });
    }
    match Derived::of(stored) {
        Ok(wanted) => Ok(LookedAt { events, history, derived: derived_findings(database, order, &wanted)? }),
        // Without its events nothing can be said of what is derived from them.
        Err(unreadable) => Ok(LookedAt { events, history: history.or(Some(unreadable.message)), derived: Vec::new() }),
    }
}

/// What the bytes of an event say of themselves is where they are kept.
fn misplaced(stored: &StoredEvent) -> Option<String> {
    let event = Event::from_bytes(&stored.bytes).ok()?;
    (event.id != stored.id || event.order != stored.order).then(|| format!("event {} is kept as {}", event.id, stored.id))
}

fn placed(event: &StoredEvent) -> PlacedEvent {
    PlacedEvent { id: event.id, bytes: event.bytes.clone(), predecessors: event.predecessors.clone() }
}

/// What the events make: the row, `None` while the report is missing, and whose order it is then.
struct Derived {
    row: Option<OrderRow>,
    caller: Option<String>,
    subjects: BTreeSet<String>,
    confirmations: Vec<ConfirmationRow>,
    /// Confirmations that the next import of staff may settle.
    unverified: Vec<EventId>,
    /// What was set aside and somebody left as it is, and by which event.
    left: Vec<(EventId, EventId)>,
}

impl Derived {
    fn of(stored: Vec<StoredEvent>) -> Result<Self, Fault> {
        let recorded: Vec<Recorded> = stored.into_iter().map(recorded).collect::<Result<_, Fault>>()?;
        let state = replay(&recorded);
        let subjects = wanted_subjects(&recorded, &state);
        let confirmations = rows_of(&recorded, &state);
        let unverified = confirmations.iter().filter(|row| row.standing == Standing::Unverified).map(|row| row.event).collect();
        Ok(Self { row: OrderRow::of(&state), caller: caller_of(&state), subjects, confirmations, unverified, left: left(&recorded) })
    }
}

/// Each set-aside event that was left, by id, with the review that says so.
fn left(recorded: &[Recorded]) -> Vec<(EventId, EventId)> {
    let is_set_aside = |one: &&Recorded| one.receipt.as_ref().is_some_and(|receipt| receipt.verdict != Verdict::Admitted);
    let review_of = |event: EventId| {
        let leaves = |body: &EventBody| matches!(body, EventBody::Reviewed(review) if review.event == event && review.outcome == ReviewOutcome::Left);
        recorded.iter().rfind(|one| one.has_effect() && leaves(&one.event.body)).map(|review| (event, review.event.id))
    };
    let mut left: Vec<_> = recorded.iter().filter(is_set_aside).filter_map(|one| review_of(one.event.id)).collect();
    left.sort_unstable();
    left
}

fn derived_findings(database: &Database, order: OrderId, wanted: &Derived) -> Result<Vec<&'static str>, StoreError> {
    let row = row_finding(orders::find(database, order)?.as_ref(), wanted.row.as_ref());
    let open = scope::of_order(database, order)?.open;
    let is_right = wanted.row.is_none() || is_scope_right(&open, &wanted.subjects);
    let scope = (!is_right).then_some("those whose order it is do not have it in their lists, or others do");
    let same = confirmations::of_order(database, order)? == wanted.confirmations;
    let confirmations = (!same).then_some("its confirmations are not in the list by which unlikely ones are found");
    let same = unverified::of_order(database, order)? == wanted.unverified;
    let unverified = (!same).then_some("its unverified confirmations are not among those that the next import of staff judges again");
    let same = review::left_of_order(database, order)? == wanted.left;
    let left = (!same).then_some("what was left as it is stands as waiting, or the other way round");
    let same = orders::caller(database, order)? == wanted.caller;
    let caller = (!same).then_some("it is not found by who called about it");
    Ok([row, scope, confirmations, unverified, left, caller].into_iter().flatten().collect())
}

fn row_finding(stored: Option<&OrderRow>, derived: Option<&OrderRow>) -> Option<&'static str> {
    match (stored, derived) {
        (None, Some(_)) => Some("it has no row, so that no list shows it"),
        (Some(_), None) => Some("it has a row without events that make one"),
        (stored, derived) => (stored != derived).then_some("its row is not what its events make of it"),
    }
}

/// The row and the scope as the events, read again, make them.
pub(crate) fn make_anew(database: &Database, order: OrderId) -> Result<(), StoreError> {
    let unreadable = |fault: Fault| StoreError::Unreadable(fault.message);
    let Derived { row, caller, subjects, confirmations, unverified, left } =
        Derived::of(events::of_order(database, order)?).map_err(unreadable)?;
    confirmations::put_of_order(database, order, &confirmations)?;
    unverified::put_of_order(database, order, &unverified)?;
    review::put_left_of_order(database, order, &left)?;
    let Some(row) = row else { return orders::remove(database, order) };
    orders::put(database, &row)?;
    match caller {
        Some(caller) => orders::put_caller(database, order, &caller)?,
        None => orders::remove_caller(database, order)?,
    }
    move_scope(database, order, &scope::of_order(database, order)?.open, &subjects)
}
