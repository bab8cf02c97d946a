//! Finding parts, places, departments, labour items and fault classes in the reference data here.

use chrono::NaiveDate;
use domain::fault::{Fault, FaultCodeName};
use domain::reference::{Department, FaultClass, Location, SparePart};
use serde_json::json;
use store::device::Session;
use store::shared::reference;

use crate::reply::{
    DepartmentFound, DepartmentsFound, FaultFound, FaultsFound, LabourFound, LabourItemFound, LocationFound, LocationsFound, PartFound,
    PartsFound, StaffAnswer,
};
use crate::work::Directory;
use crate::worker::Worker;

/// The most that a search gives.
const MOST_FOUND: u32 = 50;
/// What somebody looks for has at most so many characters, as the longest name of the staff list and the store has.
const LONGEST_TEXT: usize = 200;

/// Parts by words, code or barcode, at the price of today.
pub fn parts(session: &Session<'_>, text: &str, today: NaiveDate) -> Result<PartsFound, Fault> {
    let found = reference::search_parts(session.reference(), looked_for(text)?, MOST_FOUND)?;
    Ok(PartsFound { parts: found.into_iter().map(|part| part_found(session, part, today)).collect::<Result<_, Fault>>()? })
}

/// Also nothing at all: then what comes first is found.
fn looked_for(text: &str) -> Result<&str, Fault> {
    if text.chars().count() <= LONGEST_TEXT {
        return Ok(text);
    }
    let message = format!("what is looked for has at most {LONGEST_TEXT} characters; nothing was looked for");
    Err(Fault::new(FaultCodeName::FieldInvalid, message).with(json!({ "field": "text", "most": LONGEST_TEXT })))
}

fn part_found(session: &Session<'_>, part: SparePart, today: NaiveDate) -> Result<PartFound, Fault> {
    let price = reference::part_price_on(session.reference(), &part.part_code, today)?;
    Ok(PartFound {
        unit_price_fen: price.map_or(part.unit_price_fen, |price| price.unit_price_fen),
        part: part.part_code,
        name: part.name,
        brand: part.brand,
        unit: part.unit,
        supplier_barcode: part.supplier_barcode,
    })
}

/// Places by words or code.
pub fn locations(session: &Session<'_>, text: &str) -> Result<LocationsFound, Fault> {
    let found = reference::search_locations(session.reference(), looked_for(text)?, MOST_FOUND)?;
    let said = |place: Location| -> Result<LocationFound, Fault> {
        Ok(LocationFound { label: reference::location_label(session.reference(), &place)?, location: place.location_code })
    };
    Ok(LocationsFound { locations: found.into_iter().map(said).collect::<Result<_, Fault>>()? })
}

/// Departments of today by words or code.
pub fn departments(session: &Session<'_>, text: &str, today: NaiveDate) -> Result<DepartmentsFound, Fault> {
    let found = reference::search_departments(session.reference(), looked_for(text)?, today, MOST_FOUND)?;
    let said = |one: Department| -> Result<DepartmentFound, Fault> {
        let name = reference::in_campus(session.reference(), &one.campus_code, one.name)?;
        Ok(DepartmentFound { department: one.department_code, name })
    };
    Ok(DepartmentsFound { departments: found.into_iter().map(said).collect::<Result<_, Fault>>()? })
}

/// Labour items in force today, the team's trade first.
pub fn labour(session: &Session<'_>, worker: &Worker, text: &str, today: NaiveDate) -> Result<LabourFound, Fault> {
    let trade = worker.team.as_ref().map(|team| team.trade.0.as_str());
    let found = reference::search_price_items(session.reference(), looked_for(text)?, trade, today, MOST_FOUND)?;
    let items = found.into_iter().map(|item| LabourItemFound {
        item: item.item_code,
        name: item.name,
        unit: item.unit,
        unit_price_fen: item.unit_price_fen,
        includes_material: item.includes_material,
    });
    Ok(LabourFound { items: items.collect() })
}

/// Fault classes, the team's trade first.
pub fn faults(session: &Session<'_>, worker: &Worker) -> Result<FaultsFound, Fault> {
    let own_trade = |class: &FaultClass| worker.team.as_ref().is_some_and(|team| team.trade == class.trade);
    let mut classes = reference::all::<FaultClass>(session.reference())?;
    classes.sort_by_key(|class| !own_trade(class));
    let faults = classes.into_iter().map(|class| FaultFound {
        own_trade: own_trade(&class),
        fault: class.fault_code,
        name: class.name,
        default_urgency: class.default_urgency,
    });
    Ok(FaultsFound { faults: faults.collect() })
}

/// Whose number it is.
pub fn staff(session: &Session<'_>, directory: Directory) -> Result<StaffAnswer, Fault> {
    let department = directory.entry.as_ref().map(|entry| entry.department_code.clone());
    let department_name = department.as_ref().map(|code| reference::department_label(session.reference(), code)).transpose()?.flatten();
    Ok(StaffAnswer {
        staff_no: directory.staff_no,
        name: directory.entry.map(|entry| entry.name),
        department,
        department_name,
        standing: directory.standing,
    })
}
