//! 挂单

use domain::event::{EventBody, Suspended, SuspensionCause};
use domain::fault::{Fault, FaultCodeName};
use domain::time::UtcMillis;
use domain::workflow::Action;

use crate::fields;
use crate::order::situation::{Situation, corrected};

/// Lets the work wait, in effect at once.
pub fn decide(situation: &Situation<'_>, cause: SuspensionCause, until: Option<UtcMillis>, note: Option<&str>) -> Result<EventBody, Fault> {
    situation.may(Action::Suspend)?;
    if until.is_some_and(|until| until <= corrected(situation.identity, situation.now)) {
        return Err(Fault::new(FaultCodeName::FieldInvalid, "the next date lies in the past; nothing was saved")
            .with(serde_json::json!({ "field": "until" })));
    }
    Ok(EventBody::Suspended(Suspended { cause, until, note: fields::optional_text("note", note, 500)? }))
}
