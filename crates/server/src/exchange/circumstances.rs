//! What the server knows around an upload, looked up for [`sync::judge`].

use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use store::Database;
use store::server::{events, held, scope};
use sync::judge::{Circumstances, OrderCircumstances, PredecessorStanding, Stored};
use sync::wire::{MOST_PREDECESSORS, Upload};

/// The circumstances of an upload by a device whose subjects are, or were, `subjects`.
pub(super) fn around(database: &Database, upload: &Upload, subjects: &[String]) -> Result<Circumstances, Fault> {
    let stored = events::find(database, upload.id)?;
    Ok(Circumstances {
        stored: stored.map(|stored| Stored { event: stored.bytes, receipt: stored.receipt, predecessors: stored.predecessors }),
        predecessors: standings(database, upload)?,
        order: order(database, upload.order, subjects)?,
    })
}

/// Too many predecessors are not looked up; the judgement refuses an upload whose standings are fewer.
fn standings(database: &Database, upload: &Upload) -> Result<Vec<PredecessorStanding>, Fault> {
    if upload.predecessors.len() > MOST_PREDECESSORS {
        return Ok(Vec::new());
    }
    upload.predecessors.iter().map(|predecessor| standing(database, *predecessor, upload.order)).collect()
}

/// Where a predecessor is that an event of `order` names. What was refused in this order because another order has its id
/// need not be waited for, and does not count as the other order's event.
pub(super) fn standing(database: &Database, predecessor: EventId, order: OrderId) -> Result<PredecessorStanding, Fault> {
    if let Some(recorded_in) = events::order_of(database, predecessor)? {
        let id_was_taken = recorded_in != order && held::is_id_taken(database, predecessor, order)?;
        return Ok(if id_was_taken { PredecessorStanding::Refused } else { PredecessorStanding::RecordedIn(recorded_in) });
    }
    let refused = held::is_refused(database, predecessor)?;
    Ok(if refused { PredecessorStanding::Refused } else { PredecessorStanding::Missing })
}

fn order(database: &Database, order: OrderId, subjects: &[String]) -> Result<Option<OrderCircumstances>, Fault> {
    let (events, set_aside) = events::count_of_order(database, order)?;
    if events == 0 {
        return Ok(None);
    }
    Ok(Some(OrderCircumstances { events, set_aside, was_in_scope: scope::ever_in_scope(database, order, subjects)? }))
}
