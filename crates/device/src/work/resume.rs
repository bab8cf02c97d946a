//! 恢复

use domain::event::{Empty, EventBody};
use domain::fault::Fault;
use domain::workflow::Action;

use crate::order::situation::Situation;

/// Goes on working.
pub fn decide(situation: &Situation<'_>) -> Result<EventBody, Fault> {
    situation.may(Action::Resume)?;
    Ok(EventBody::Resumed(Empty {}))
}
