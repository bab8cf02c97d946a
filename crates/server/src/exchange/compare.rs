//! Comparing documents: both ends build the document of an order from its events up to the device's cursor, and where the heads
//! differ the device gets the order whole.
//!
//! A device that has not read to the log's end may be before the place where an order enters its scope (again). What happened to
//! the order up to there is on no page before it, so that there is nothing to compare: the order comes whole when it enters.
//!
//! An order of which a bit has changed on the server's disk goes to nobody in this way: the phone may have the last copy that is right.

use documents::{PlacedEvent, heads_of};
use domain::fault::Fault;
use domain::identity::OrderId;
use store::Database;
use store::server::devices::Device;
use store::server::{events, scope};
use sync::wire::{ExchangeRequest, MOST_CHECKS, OrderCheck, PackedOrder, Progress};

use crate::exchange::bring_down::packed_order;
use crate::exchange::credential::subjects_now;
use crate::occasion::Occasion;

/// The orders that a device asked to compare, has in scope, and has otherwise than the server.
pub(super) fn differing(
    database: &Database,
    device: &Device,
    request: &ExchangeRequest,
    occasion: &Occasion<'_>,
) -> Result<Vec<PackedOrder>, Fault> {
    let Progress::Log { cursor } = request.progress else { return Ok(Vec::new()) };
    if request.checks.is_empty() {
        return Ok(Vec::new());
    }
    let subjects = subjects_now(database, device, occasion)?;
    let mut differing = Vec::new();
    for OrderCheck { order, heads } in request.checks.iter().take(MOST_CHECKS) {
        let Some(entered_at) = scope::entered_at(database, *order, &subjects)? else { continue };
        let differs = || Ok::<_, Fault>(heads_up_to(database, *order, cursor)?.is_some_and(|own| own != heads.as_slice()));
        if (heads.is_empty() || (entered_at <= cursor && differs()?)) && is_as_written(database, *order)? {
            differing.extend(packed_order(database, *order)?);
        }
    }
    Ok(differing)
}

fn is_as_written(database: &Database, order: OrderId) -> Result<bool, Fault> {
    let changed = events::changed_since_written(database, order)?;
    for event in &changed {
        tracing::error!(%order, %event, "an event is not what it was when it was written; restore from a backup");
    }
    Ok(changed.is_empty())
}

/// The heads of the order's document up to a position of the log; `None` where its events make none, which `verify` tells the
/// engineer.
fn heads_up_to(database: &Database, order: OrderId, cursor: u64) -> Result<Option<Vec<u8>>, Fault> {
    let read = events::of_order(database, order)?.into_iter().filter(|event| event.receipt.position <= cursor);
    let placed = read.map(|event| PlacedEvent { id: event.id, bytes: event.bytes, predecessors: event.predecessors });
    Ok(heads_of(placed.collect()))
}
