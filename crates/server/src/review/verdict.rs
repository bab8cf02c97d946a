//! A new verdict about a recorded event.

use domain::event::Event;
use domain::fault::Fault;
use domain::recorded::Verdict;
use store::Database;
use store::server::log::{self, LogContent};
use store::server::{devices, events};

/// Replaces the verdict and tells it to every device that has the order, and to the one that recorded the event whether or not
/// it has. The order has to be settled then.
pub(super) fn replace(database: &Database, event: &Event, verdict: Verdict) -> Result<(), Fault> {
    let position = log::append(database, &LogContent::Verdict { order: event.order, event: event.id, verdict })?;
    events::set_verdict(database, event.id, verdict, position)?;
    if devices::find(database, event.device)?.is_some() {
        log::append(database, &LogContent::Outcome { device: event.device, event: event.id })?;
    }
    Ok(())
}
