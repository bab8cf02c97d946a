//! Checking the store: every order's events are one history, and its row is what they make of it.

use documents::{PlacedEvent, verify as verify_history};
use domain::event::Event;
use domain::fault::Fault;
use domain::identity::OrderId;
use domain::replay::replay;
use domain::row::OrderRow;
use store::Database;
use store::server::events::{self, StoredEvent};
use store::server::{ServerStore, meta, orders};

use crate::orders::history::recorded;

/// What is wrong with one order, or with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which order; `None` for the file.
    pub order: Option<OrderId>,
    /// What is wrong.
    pub what: String,
    /// It was put right.
    pub repaired: bool,
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

/// Looks at every order. With `rebuild`, rows that are not what the events make of them are written anew; events are the
/// truth and are never changed.
///
/// # Errors
/// As the store fails; what was repaired before stays repaired.
pub fn verify(store: &mut ServerStore, rebuild: bool) -> Result<Verified, Fault> {
    let (damages, all) = store.read(|database| Ok::<_, Fault>((meta::damages(database)?, events::all_orders(database)?)))?;
    let of_the_file = |what| Finding { order: None, what, repaired: false };
    let mut verified = Verified { findings: damages.into_iter().map(of_the_file).collect(), ..Verified::default() };
    for order in all {
        let looked_at = store.read(|database| look_at(database, order))?;
        verified.orders = verified.orders.saturating_add(1);
        verified.events = verified.events.saturating_add(looked_at.events);
        verified.findings.extend(looked_at.history.map(|what| Finding { order: Some(order), what, repaired: false }));
        if let Some(what) = looked_at.row {
            let repaired = rebuild && store.write(|database| write_row_anew(database, order))?;
            verified.findings.push(Finding { order: Some(order), what: what.to_owned(), repaired });
        }
    }
    Ok(verified)
}

/// One order: how many events it has, what is wrong with its history, what with its row.
struct LookedAt {
    events: u64,
    history: Option<String>,
    row: Option<&'static str>,
}

fn look_at(database: &Database, order: OrderId) -> Result<LookedAt, Fault> {
    let stored = events::of_order(database, order)?;
    let events = u64::try_from(stored.len()).unwrap_or(u64::MAX);
    let broken = verify_history(stored.iter().map(placed).collect()).err().map(|broken| broken.to_string());
    let history = broken.or_else(|| stored.iter().find_map(misplaced));
    match row_of(stored) {
        Ok(row) => Ok(LookedAt { events, history, row: row_finding(orders::find(database, order)?.as_ref(), row.as_ref()) }),
        // Without its events nothing can be said of the row.
        Err(unreadable) => Ok(LookedAt { events, history: history.or(Some(unreadable.message)), row: None }),
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

/// The row that the events make; `None` while the report is missing.
fn row_of(stored: Vec<StoredEvent>) -> Result<Option<OrderRow>, Fault> {
    let recorded = stored.into_iter().map(recorded).collect::<Result<Vec<_>, Fault>>()?;
    Ok(OrderRow::of(&replay(&recorded)))
}

fn row_finding(stored: Option<&OrderRow>, derived: Option<&OrderRow>) -> Option<&'static str> {
    match (stored, derived) {
        (None, Some(_)) => Some("it has no row, so that no list shows it"),
        (Some(_), None) => Some("it has a row without events that make one"),
        (stored, derived) => (stored != derived).then_some("its row is not what its events make of it"),
    }
}

/// Says whether the row is right afterwards.
fn write_row_anew(database: &Database, order: OrderId) -> Result<bool, Fault> {
    match row_of(events::of_order(database, order)?)? {
        Some(row) => orders::put(database, &row)?,
        None => orders::remove(database, order)?,
    }
    Ok(true)
}
