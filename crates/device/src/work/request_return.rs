//! 申请回退

use domain::event::{EventBody, Reason};
use domain::fault::Fault;
use domain::workflow::Action;

use crate::fields;
use crate::order::situation::Situation;

/// Asks leader or dispatcher to take the order back.
pub fn decide(situation: &Situation<'_>, reason: &str) -> Result<EventBody, Fault> {
    situation.may(Action::RequestReturn)?;
    Ok(EventBody::ReturnRequested(Reason { reason: fields::reason(reason, 500)? }))
}
