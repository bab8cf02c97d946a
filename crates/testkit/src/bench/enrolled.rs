//! Real devices, enrolled at the real server.

use std::path::Path;

use device::Device;
use device::command::{Command, ListFilter};
use device::reply::{Answer, OrderPage, Reply, SyncReport};

use super::Failure;
use super::bare::folder::Folder;
use super::plantroom::Hospital;
use super::process::Server;

/// Enrols a new device of a person in an empty folder.
///
/// # Errors
/// The device's fault.
pub fn enrol(folder: &Path, hospital: &Hospital, server: &Server, staff_no: &str) -> Result<Device, Failure> {
    let device = Device::open(Folder::make(folder)?.path())?;
    done(&device, &Command::Enroll { url: server.url.clone(), code: hospital.enrol_code(staff_no)? })?;
    Ok(device)
}

/// Carries out a command that has to succeed.
///
/// # Errors
/// The device's fault.
pub fn done(device: &Device, command: &Command) -> Result<Answer, Failure> {
    match device.handle(command) {
        Reply::Ok(answer) => Ok(answer),
        Reply::Error(fault) => Err(format!("{:?}: {} {}", fault.code, fault.message, fault.details).into()),
    }
}

/// Exchanges until quiet.
///
/// # Errors
/// The device's fault.
pub fn synchronise(device: &Device) -> Result<SyncReport, Failure> {
    match done(device, &Command::SyncNow {})? {
        Answer::Synced(report) => Ok(report),
        other => Err(format!("not a report: {other:?}").into()),
    }
}

/// The first page of a list.
///
/// # Errors
/// The device's fault.
pub fn first_page(device: &Device, filter: ListFilter, limit: u32) -> Result<OrderPage, Failure> {
    match done(device, &Command::ListOrders { filter, node: None, limit: Some(limit), after: None })? {
        Answer::Orders(page) => Ok(page),
        other => Err(format!("not a list: {other:?}").into()),
    }
}
