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
    let location = scanned.map(|scanned| known_location(situation, scanned)).transpose()?;
    Ok(EventBody::Arrived(Arrived { location }))
}

/// The place that a code means.
pub fn known_location(situation: &Situation<'_>, scanned: &LocationCode) -> Result<LocationCode, Fault> {
    let code = LocationCode(fields::code(scanned.as_str()));
    match reference::location(situation.session.reference(), &code)? {
        Some(location) => Ok(location.location_code),
        None => {
            Err(Fault::new(FaultCodeName::LocationUnknown, "no place has this code here; check the label, or state the arrival by hand")
                .with(serde_json::json!({ "location": code })))
        }
    }
}
