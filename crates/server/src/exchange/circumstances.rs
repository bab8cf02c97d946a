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
    upload.predecessors.iter().map(|predecessor| standing(database, *predecessor)).collect()
}

pub(super) fn standing(database: &Database, predecessor: EventId) -> Result<PredecessorStanding, Fault> {
    if let Some(order) = events::order_of(database, predecessor)? {
        return Ok(PredecessorStanding::RecordedIn(order));
    }
    let refused = held::is_refused(database, predecessor)?;
    Ok(if refused { PredecessorStanding::Refused } else { PredecessorStanding::Missing })
}

fn order(database: &Database, order: OrderId, subjects: &[String]) -> Result<Option<OrderCircumstances>, Fault> {
    let events = events::count_of_order(database, order)?;
    if events == 0 {
        return Ok(None);
    }
    Ok(Some(OrderCircumstances { events, was_in_scope: scope::ever_in_scope(database, order, subjects)? }))
}
