//! 挂单

use domain::event::{EventBody, Suspended, SuspensionCause};
use domain::fault::{Fault, FaultCodeName};
use domain::time::{DAY_MS, UtcMillis};
use domain::workflow::Action;

use crate::fields;
use crate::order::situation::Situation;

/// How far ahead a next date may lie: five years. What is further is a slip.
const FURTHEST_MS: i64 = 5 * 366 * DAY_MS;

/// Lets the work wait, in effect at once.
pub fn decide(situation: &Situation<'_>, cause: SuspensionCause, until: Option<UtcMillis>, note: Option<&str>) -> Result<EventBody, Fault> {
    situation.may(Action::Suspend)?;
    let now = situation.corrected_now();
    if until.is_some_and(|until| until <= now || until > now.plus(FURTHEST_MS)) {
        return Err(Fault::new(
            FaultCodeName::FieldInvalid,
            "the next date lies in the past or more than five years ahead; nothing was saved",
        )
        .with(serde_json::json!({ "field": "until" })));
    }
    Ok(EventBody::Suspended(Suspended { cause, until, note: fields::optional_text("note", note, 500)? }))
}
