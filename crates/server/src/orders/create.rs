//! Filing an order at the centre.

use domain::audit::Deed;
use domain::event::{Caller, Channel, EventBody, Reported};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DepartmentCode, FaultCode, LocationCode, OrderId};
use domain::permissions::may_record_at_centre;
use domain::reference::FaultClass;
use domain::role::Role;
use domain::urgency::Urgency;
use domain::view::OrderView;
use domain::workflow::CURRENT_WORKFLOW;
use serde::Deserialize;
use store::Database;
use store::server::{held, orders};
use store::shared::reference;
use utoipa::ToSchema;

use crate::audit::{Place, note};
use crate::occasion::Occasion;
use crate::orders::fields::{MOST_CHARACTERS, text};
use crate::orders::history::of_order;
use crate::orders::record::{Author, record_own};
use crate::orders::settle::settle;
use crate::orders::show::view;
use crate::people::Person;
use crate::review::item::reviewer;

/// What is filed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// Code of the place.
    pub location: LocationCode,
    /// Code of the fault class.
    pub fault: FaultCode,
    /// How urgent; that of the fault class where not given.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// Who is charged.
    pub department: DepartmentCode,
    /// In words, 1 to 1000 characters.
    pub description: String,
    /// Who called.
    #[serde(default, deserialize_with = "domain::object::optional")]
    pub caller: Option<NewCaller>,
    /// An order that this server lost, as by a restore, and of which phones have work that is held here: its report is filed once
    /// more under its own id, so that their work can be admitted. Dispatcher.
    #[serde(default)]
    pub order: Option<OrderId>,
}

/// Who called. Recorded it is a [`Caller`], which has to read what later programs add; what is filed says nothing unknown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCaller {
    /// Name, 1 to 50 characters.
    pub name: String,
    /// Telephone number, at most 30 characters.
    #[serde(default)]
    pub number: Option<String>,
}

/// The most characters of a caller's name and number: as on a device.
const MOST_OF_NAME: usize = 50;
const MOST_OF_NUMBER: usize = 30;

/// Files an order and gives it with its number.
///
/// # Errors
/// A [`Fault`] when the person may not file orders, a code is unknown or a text does not fit; nothing is then recorded.
pub fn create(database: &Database, new: &NewOrder, person: &Person, occasion: &Occasion<'_>) -> Result<OrderView, Fault> {
    let role = reporting_role(person, new)?;
    let order = match new.order {
        Some(lost) => lost_order(database, lost, person)?,
        None => OrderId(occasion.new_uuid()?),
    };
    let body = EventBody::Reported(report(database, new, role, occasion)?);
    let author = Author { staff_no: person.staff_no().clone(), role };
    record_own(database, order, &mut of_order(database, order)?, &author, body, occasion)?;
    if new.order.is_some() {
        note(database, Deed::FiledAgain, Some(person.staff_no()), &order.to_string(), &Place::Session, occasion)?;
    }
    let settled = settle(database, order, occasion)?;
    view(database, order, &settled.recorded, &settled.state, person, occasion)
}

/// Its id, where there is nothing of it but what is held, and the person reviews that.
fn lost_order(database: &Database, order: OrderId, person: &Person) -> Result<OrderId, Fault> {
    if !reviewer(person).may_review() {
        return Err(Fault::new(FaultCodeName::NotPermitted, "this role does not file an order that was lost; nothing was recorded"));
    }
    let waits = held::count_of_order(database, order)? > 0 || !of_order(database, order)?.is_empty();
    if orders::find(database, order)?.is_some() || !waits {
        let message = "no work waits for such an order, or it is here already; nothing was recorded; look at the order or file a new one";
        return Err(Fault::new(FaultCodeName::OrderUnknown, message));
    }
    Ok(order)
}

fn reporting_role(person: &Person, new: &NewOrder) -> Result<Role, Fault> {
    let role = person.roles.iter().copied().find(|role| may_record_at_centre(*role, "reported"));
    let role = role.ok_or_else(|| Fault::new(FaultCodeName::NotPermitted, "this role does not file orders at the centre"))?;
    if role == Role::Requester && &new.department != person.department() {
        return Err(Fault::new(FaultCodeName::NotPermitted, "a department files orders for itself; call the centre for another one"));
    }
    Ok(role)
}

fn report(database: &Database, new: &NewOrder, role: Role, occasion: &Occasion<'_>) -> Result<Reported, Fault> {
    let fault = checked_fault(database, new)?;
    check_place_and_department(database, new, occasion)?;
    let urgency = new.urgency.unwrap_or(fault.default_urgency);
    let level = reference::service_level(database, urgency)?;
    Ok(Reported {
        location: new.location.clone(),
        fault: new.fault.clone(),
        urgency,
        department: new.department.clone(),
        description: text("description", &new.description, MOST_CHARACTERS)?,
        caller: new.caller.as_ref().map(checked_caller).transpose()?,
        channel: if role == Role::Requester { Channel::Requester } else { Channel::Centre },
        team: None,
        limits: level.map_or_else(|| urgency.default_limits(), |level| level.limits),
        workflow: CURRENT_WORKFLOW,
    })
}

fn checked_fault(database: &Database, new: &NewOrder) -> Result<FaultClass, Fault> {
    let unknown = || Fault::new(FaultCodeName::FaultUnknown, format!("there is no fault class {}; nothing was recorded", new.fault));
    reference::fault_class(database, &new.fault)?.ok_or_else(unknown)
}

fn check_place_and_department(database: &Database, new: &NewOrder, occasion: &Occasion<'_>) -> Result<(), Fault> {
    if reference::location(database, &new.location)?.is_none() {
        return Err(Fault::new(FaultCodeName::LocationUnknown, format!("there is no place {}; nothing was recorded", new.location)));
    }
    let department = reference::department(database, &new.department)?;
    if !department.is_some_and(|department| department.validity.contains(occasion.today())) {
        let message = format!("there is no department {} today; nothing was recorded", new.department);
        return Err(Fault::new(FaultCodeName::DepartmentUnknown, message));
    }
    Ok(())
}

fn checked_caller(caller: &NewCaller) -> Result<Caller, Fault> {
    let number = caller.number.as_deref().filter(|number| !number.trim().is_empty());
    Ok(Caller {
        name: text("caller.name", &caller.name, MOST_OF_NAME)?,
        number: number.map(|number| text("caller.number", number, MOST_OF_NUMBER)).transpose()?,
    })
}
