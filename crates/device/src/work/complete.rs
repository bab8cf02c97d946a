//! 完工

use domain::event::{Completed, EventBody};
use domain::fault::Fault;
use domain::workflow::Action;

use crate::fields;
use crate::order::situation::Situation;

/// Ends the repair with what was wrong and what was done.
pub fn decide(situation: &Situation<'_>, cause: &str, remedy: &str) -> Result<EventBody, Fault> {
    situation.may(Action::Complete)?;
    Ok(EventBody::Completed(Completed { cause: fields::text("cause", cause, 500)?, remedy: fields::text("remedy", remedy, 1_000)? }))
}
