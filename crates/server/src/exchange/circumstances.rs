//! What the server knows around an upload, looked up for [`sync::judge`].

use domain::event::{Event, LARGEST_EVENT_BYTES};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use store::Database;
use store::server::{events, held};
use sync::judge::{Circumstances, PredecessorStanding, Stored};
use sync::wire::{MOST_PREDECESSORS, Upload};

use crate::exchange::credential::is_of_another;
use crate::exchange::hold_or_record::Sender;
use crate::exchange::request::Request;

/// The circumstances of an upload.
pub(super) fn around(request: &mut Request<'_>, upload: &Upload, sender: &Sender) -> Result<Circumstances, Fault> {
    let stored = events::find(request.database, upload.id)?;
    Ok(Circumstances {
        stored: stored.map(|stored| Stored { event: stored.bytes, receipt: stored.receipt, predecessors: stored.predecessors }),
        predecessors: standings(request, upload)?,
        order: request.order(upload.order)?.circumstances(&sender.credential.person, &sender.subjects),
        names_device_of_another: names_device_of_another(request.database, upload, sender)?,
    })
}

/// What nobody can read names no device.
fn names_device_of_another(database: &Database, upload: &Upload, sender: &Sender) -> Result<bool, Fault> {
    match readable(upload) {
        Some(event) => is_of_another(database, event.device, &sender.device),
        None => Ok(false),
    }
}

/// The event of an upload, where it has the size and the form of one.
pub(super) fn readable(upload: &Upload) -> Option<Event> {
    (upload.event.len() <= LARGEST_EVENT_BYTES).then(|| Event::from_bytes(&upload.event).ok()).flatten()
}

/// Too many predecessors are not looked up; the judgement refuses an upload whose standings are fewer.
fn standings(request: &mut Request<'_>, upload: &Upload) -> Result<Vec<PredecessorStanding>, Fault> {
    if upload.predecessors.len() > MOST_PREDECESSORS {
        return Ok(Vec::new());
    }
    upload.predecessors.iter().map(|predecessor| standing(request, *predecessor, upload.order)).collect()
}

/// Where a predecessor is that an event of `order` names. What was refused in this order because another order has its id
/// need not be waited for, and does not count as the other order's event.
pub(super) fn standing(request: &mut Request<'_>, predecessor: EventId, order: OrderId) -> Result<PredecessorStanding, Fault> {
    if request.order(order)?.has_recorded(predecessor) {
        return Ok(PredecessorStanding::RecordedIn(order));
    }
    let database = request.database;
    if let Some(recorded_in) = events::order_of(database, predecessor)? {
        let id_was_taken = held::is_id_taken(database, predecessor, order)?;
        return Ok(if id_was_taken { PredecessorStanding::Refused } else { PredecessorStanding::RecordedIn(recorded_in) });
    }
    let refused = held::is_refused(database, predecessor)?;
    Ok(if refused { PredecessorStanding::Refused } else { PredecessorStanding::Missing })
}
