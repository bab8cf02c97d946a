//! 撤销 of an own part or labour line (`domain.md`, "Undo").

use domain::event::{EventBody, Withdrawn};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::EventId;
use domain::workflow::{Action, own_lines};
use serde_json::json;

use crate::order::situation::Situation;

/// Takes back a line that one recorded oneself.
pub fn decide(situation: &Situation<'_>, event: EventId) -> Result<EventBody, Fault> {
    situation.may(Action::Withdraw)?;
    let standing_move = situation.state.moves.iter().find(|movement| movement.event == event);
    if standing_move.is_none() && !situation.state.labour.iter().any(|line| line.event == event) {
        return Err(not_a_line(situation, event));
    }
    if !own_lines(&situation.state, &situation.worker.number).any(|line| line == event) {
        return Err(not_withdrawable("the line is a colleague's, or is taken back already; nothing was saved"));
    }
    if let Some(movement) = standing_move {
        leaves_no_surplus(situation, &movement.part, movement.quantity)?;
    }
    Ok(EventBody::Withdrawn(Withdrawn { event }))
}

/// An issue whose parts went back already cannot be taken back: more would have come back than went out.
fn leaves_no_surplus(situation: &Situation<'_>, part: &domain::identity::PartCode, quantity: i64) -> Result<(), Fault> {
    let net = situation.state.net_quantity(part);
    if net.saturating_sub(quantity) < 0 {
        return Err(Fault::new(
            FaultCodeName::MoreThanIssued,
            "parts of this line went back to the store already; take back the return first",
        )
        .with(json!({ "part": part, "net": net })));
    }
    Ok(())
}

fn not_a_line(situation: &Situation<'_>, event: EventId) -> Fault {
    if situation.recorded.iter().any(|recorded| recorded.event.id == event) {
        return not_withdrawable("only part and labour lines can be taken back; nothing was saved");
    }
    unknown_event()
}

fn not_withdrawable(message: &str) -> Fault {
    Fault::new(FaultCodeName::NotWithdrawable, message)
}

/// No order here has the event.
pub fn unknown_event() -> Fault {
    Fault::new(FaultCodeName::EventUnknown, "no order here has this line; look at the order again")
}
