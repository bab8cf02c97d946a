//! 到场

use domain::event::{Arrived, EventBody};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::LocationCode;
use domain::workflow::Action;
use store::shared::reference;

use crate::fields;
use crate::order::situation::Situation;

/// Notes the arrival, with the code that was scanned, or by hand.
pub fn decide(situation: &Situation<'_>, scanned: Option<&LocationCode>) -> Result<EventBody, Fault> {
    situation.may(Action::Arrive)?;
    let next = "check the label, or state the arrival by hand";
    let location = scanned.map(|scanned| known_location(situation, scanned, next)).transpose()?;
    Ok(EventBody::Arrived(Arrived { location }))
}

/// The place that a code means; `next` is what to do when it means none.
pub fn known_location(situation: &Situation<'_>, scanned: &LocationCode, next: &str) -> Result<LocationCode, Fault> {
    let code = LocationCode(fields::code(scanned.as_str()));
    match reference::location(situation.session.reference(), &code)? {
        Some(location) => Ok(location.location_code),
        None => Err(Fault::new(FaultCodeName::LocationUnknown, format!("no place has this code here; nothing was saved; {next}"))
            .with(serde_json::json!({ "location": code }))),
    }
}
