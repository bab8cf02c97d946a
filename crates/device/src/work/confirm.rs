//! 科室确认 on the worker's device: the number is a claim that the server judges; here it is checked against the directory
//! at hand (`domain.md`, "Who records, who confirms").

use domain::confirmer::{self, is_maintenance_staff};
use domain::event::{Confirmed, EventBody, Standing};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::StaffNo;
use domain::reference::DirectoryEntry;
use domain::workflow::Action;
use serde_json::json;
use store::device::Session;
use store::shared::reference;

use crate::command::Confirm;
use crate::fields;
use crate::order::situation::Situation;
use crate::reply::DirectoryStanding;
use crate::work::asking::Asked;

/// What the directory here says of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// The number as it is understood.
    pub staff_no: StaffNo,
    /// Whose it is today, or was or will be.
    pub entry: Option<DirectoryEntry>,
    /// In one word.
    pub standing: DirectoryStanding,
}

/// A number as it is meant, however it was typed.
///
/// # Errors
/// `field_invalid`.
pub fn number_of(typed: &StaffNo) -> Result<StaffNo, Fault> {
    Ok(StaffNo(fields::code(&fields::text("staff_no", typed.as_str(), 20)?)))
}

/// Looks a number up as of `today`.
pub fn directory_of(session: &Session<'_>, own: &StaffNo, staff_no: StaffNo, today: chrono::NaiveDate) -> Result<Directory, Fault> {
    let periods = reference::staff_periods(session.reference(), &staff_no)?;
    let valid = periods.iter().rev().find(|entry| entry.validity.contains(today)).cloned();
    let standing = match (&valid, periods.is_empty()) {
        _ if &staff_no == own => DirectoryStanding::Own,
        (Some(entry), _) if is_maintenance_staff(entry) => DirectoryStanding::MaintenanceStaff,
        (Some(_), _) => DirectoryStanding::Valid,
        (None, false) => DirectoryStanding::NotValid,
        (None, true) => DirectoryStanding::Unknown,
    };
    Ok(Directory { staff_no, entry: valid.or_else(|| periods.last().cloned()), standing })
}

/// Takes the department's word: done, or not done because.
pub fn decide(situation: &Situation<'_>, confirm: &Confirm) -> Result<EventBody, Fault> {
    situation.may(Action::Confirm)?;
    let staff_no = number_of(&confirm.staff_no)?;
    if staff_no == situation.worker.number.staff_no {
        return Err(Fault::new(FaultCodeName::OwnStaffNo, "your own number cannot confirm your own work; ask somebody of the department"));
    }
    let asked = Asked::lately(situation.session, situation.now)?;
    let look_ups = Some(asked.count_with(&staff_no)).filter(|count| *count > 1);
    let directory = directory_for(situation, confirm, &asked, staff_no)?;
    let standing = standing_of(situation, &directory, confirm)?;
    Ok(EventBody::Confirmed(Confirmed {
        staff_no: directory.staff_no,
        accepted: confirm.accepted,
        reason: reason_of(confirm)?,
        name: directory.entry.as_ref().map(|entry| entry.name.clone()),
        department: directory.entry.map(|entry| entry.department_code),
        standing,
        look_ups,
    }))
}

/// What the directory says, where it may still say something: past the limit the number is taken as one that nobody here knows.
fn directory_for(situation: &Situation<'_>, confirm: &Confirm, asked: &Asked, staff_no: StaffNo) -> Result<Directory, Fault> {
    match asked.with(&staff_no) {
        Ok(_) => directory_of(situation.session, &situation.worker.number.staff_no, staff_no, situation.today()),
        Err(_) if confirm.unverified == Some(true) => Ok(Directory { staff_no, entry: None, standing: DirectoryStanding::Unknown }),
        Err(too_many) => Err(too_many),
    }
}

fn reason_of(confirm: &Confirm) -> Result<Option<String>, Fault> {
    match (confirm.accepted, confirm.reason.as_deref()) {
        (false, reason) => fields::reason(reason.unwrap_or_default(), 500).map(Some),
        (true, reason) => fields::optional_text("reason", reason, 500),
    }
}

fn standing_of(situation: &Situation<'_>, directory: &Directory, confirm: &Confirm) -> Result<Standing, Fault> {
    let unverified = confirm.unverified == Some(true);
    match (directory.standing, &directory.entry) {
        (DirectoryStanding::Valid | DirectoryStanding::MaintenanceStaff, Some(entry)) => standing_of_valid(situation, entry, confirm),
        (DirectoryStanding::NotValid, _) if !unverified => Err(Fault::new(
            FaultCodeName::StaffNotValid,
            "the number is not valid today; try another, or confirm with \"unverified\":true for the hospital to check",
        )
        .with(details(directory))),
        (DirectoryStanding::Unknown, _) if !unverified => Err(Fault::new(
            FaultCodeName::StaffUnknown,
            "the list on this device does not have the number; check it, or confirm with \"unverified\":true for the hospital to check",
        )
        .with(details(directory))),
        _ => Ok(Standing::Unverified),
    }
}

fn standing_of_valid(situation: &Situation<'_>, entry: &DirectoryEntry, confirm: &Confirm) -> Result<Standing, Fault> {
    let department = situation.state.report.as_ref().map(|report| &report.department);
    if department != Some(&entry.department_code) && confirm.other_department != Some(true) {
        return Err(other_department(situation, entry)?);
    }
    Ok(confirmer::standing_of(entry, department))
}

fn other_department(situation: &Situation<'_>, entry: &DirectoryEntry) -> Result<Fault, Fault> {
    let department_name = reference::department_label(situation.session.reference(), &entry.department_code)?;
    let message = "the person belongs to another department than the order; confirm with \"other_department\":true if that is right";
    Ok(Fault::new(FaultCodeName::OtherDepartment, message).with(json!({
        "staff_no": entry.staff_no,
        "name": entry.name,
        "department": entry.department_code,
        "department_name": department_name,
        "order_department": situation.state.report.as_ref().map(|report| &report.department),
    })))
}

fn details(directory: &Directory) -> serde_json::Value {
    json!({ "staff_no": directory.staff_no, "name": directory.entry.as_ref().map(|entry| &entry.name) })
}
