//! 新建: an order that the technician found on the spot.

use domain::event::{Caller, Channel, EventBody, Reported};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DepartmentCode, FaultCode};
use domain::urgency::{Limits, Urgency};
use domain::workflow::CURRENT_WORKFLOW;
use serde_json::json;
use store::shared::reference;

use super::arrive::known_location;
use crate::command::CreateOrder;
use crate::fields;
use crate::order::situation::Situation;

/// Reports a fault; taking it up is a deed of its own.
pub fn decide(situation: &Situation<'_>, wanted: &CreateOrder) -> Result<EventBody, Fault> {
    check_lists_are_here(situation, wanted)?;
    Ok(EventBody::Reported(Reported {
        location: known_location(situation, &wanted.location, "search for the place by its building, floor or room")?,
        fault: known_fault(situation, &wanted.fault)?,
        urgency: wanted.urgency,
        department: known_department(situation, &wanted.department)?,
        description: fields::text("description", &wanted.description, 1_000)?,
        caller: wanted.caller.as_ref().map(checked_caller).transpose()?,
        channel: Channel::Technician,
        team: situation.worker.team_code(),
        limits: limits_of(situation, wanted.urgency)?,
        workflow: CURRENT_WORKFLOW,
    }))
}

/// Between the enrolment and the first exchange nothing is known here, and searching finds nothing.
fn check_lists_are_here(situation: &Situation<'_>, wanted: &CreateOrder) -> Result<(), Fault> {
    if situation.identity.reference_revision > 0 {
        return Ok(());
    }
    let message = "the lists of places, faults and departments have not come to this device yet; nothing was saved; synchronise first";
    Err(Fault::new(FaultCodeName::LocationUnknown, message).with(json!({ "location": wanted.location, "reason": "no_lists_yet" })))
}

fn known_fault(situation: &Situation<'_>, fault: &FaultCode) -> Result<FaultCode, Fault> {
    let code = FaultCode(fields::code(fault.as_str()));
    match reference::fault_class(situation.session.reference(), &code)? {
        Some(class) => Ok(class.fault_code),
        None => Err(Fault::new(FaultCodeName::FaultUnknown, "no fault class has this code; choose one from the list")
            .with(json!({ "fault": code }))),
    }
}

fn known_department(situation: &Situation<'_>, department: &DepartmentCode) -> Result<DepartmentCode, Fault> {
    let code = DepartmentCode(fields::code(department.as_str()));
    let known =
        reference::department(situation.session.reference(), &code)?.filter(|department| department.validity.contains(situation.today()));
    match known {
        Some(department) => Ok(department.department_code),
        None => Err(Fault::new(FaultCodeName::DepartmentUnknown, "no department of today has this code; search for it by name")
            .with(json!({ "department": code }))),
    }
}

fn checked_caller(caller: &Caller) -> Result<Caller, Fault> {
    Ok(Caller {
        name: fields::text("caller.name", &caller.name, 50)?,
        number: fields::optional_text("caller.number", caller.number.as_deref(), 30)?,
    })
}

fn limits_of(situation: &Situation<'_>, urgency: Urgency) -> Result<Limits, Fault> {
    let level = reference::service_level(situation.session.reference(), urgency)?;
    Ok(level.map_or_else(|| urgency.default_limits(), |level| level.limits))
}
