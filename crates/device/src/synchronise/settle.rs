//! What the server says about an event that is here.

use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::recorded::Verdict;
use store::StoreError;
use store::device::{EventStanding, Session};
use sync::exchange::agrees;
use sync::wire::UploadOutcome;

/// Writes down the outcome of an event that this device has just sent; the plan has seen that it is about the same bytes. Gives the
/// event's order.
pub fn outcome_of_upload(session: &Session<'_>, arrived: &UploadOutcome) -> Result<Option<OrderId>, Fault> {
    settle(session, arrived)?;
    Ok(session.order_of_event(arrived.event())?)
}

/// Writes down a later outcome of an own event; its order, if the event is here. One that is about other bytes than were
/// recorded here says that the id is taken.
pub fn later_outcome(session: &Session<'_>, arrived: &UploadOutcome) -> Result<Option<OrderId>, Fault> {
    let id = arrived.event();
    let Some(event) = session.event(id)? else {
        // Put away after it was acknowledged: its number and standing are still here.
        if let UploadOutcome::Recorded { receipt, .. } = arrived {
            session.judge_event(id, receipt.verdict, receipt.judged_at_position)?;
        }
        return Ok(session.order_of_event(id)?);
    };
    // An id may stand for two entries: what is left is the one that is not recorded.
    let is_about_another = matches!(arrived, UploadOutcome::Left { .. }) && matches!(event.standing, EventStanding::Recorded(_));
    if is_about_another {
        return Ok(Some(event.order));
    }
    if agrees(&event.bytes, arrived) {
        settle(session, arrived)?;
    } else {
        session.settle_event(id, &EventStanding::Refused, None)?;
    }
    Ok(Some(event.order))
}

fn settle(session: &Session<'_>, arrived: &UploadOutcome) -> Result<(), StoreError> {
    match arrived {
        UploadOutcome::Recorded { id, receipt, predecessors, .. } => {
            session.settle_event(*id, &EventStanding::Recorded(receipt.clone()), Some(predecessors))
        }
        UploadOutcome::Held { id, reason } => session.settle_event(*id, &EventStanding::Held(*reason), None),
        UploadOutcome::Left { id, reason, because } => {
            session.settle_event(*id, &EventStanding::Left { reason: *reason, because: because.clone() }, None)
        }
        UploadOutcome::IdReused { id } => session.settle_event(*id, &EventStanding::Refused, None),
    }
}

/// Writes down a later verdict about a recorded event, also of one whose content was put away.
pub fn judged(session: &Session<'_>, id: EventId, verdict: Verdict, position: u64) -> Result<(), Fault> {
    Ok(session.judge_event(id, verdict, position)?)
}
