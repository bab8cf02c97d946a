//! 接单

use domain::event::{Accepted, EventBody};
use domain::fault::{Fault, FaultCodeName};
use domain::workflow::Action;

use crate::order::situation::Situation;

/// Takes the order up.
pub fn decide(situation: &Situation<'_>) -> Result<EventBody, Fault> {
    situation.may(Action::Accept)?;
    let team = situation.worker.team_code().ok_or_else(|| {
        Fault::new(FaultCodeName::NotPermitted, "only members of a team take up orders; your number is in no team's list; ask your leader")
    })?;
    Ok(EventBody::Accepted(Accepted { team }))
}
