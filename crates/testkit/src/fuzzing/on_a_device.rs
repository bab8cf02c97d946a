//! What reaches a device: answers of whatever stands where the server should, scans, commands of a page.

use device::command::{Command, ListFilter};
use device::reply::Reply;
use device::synchronise::Measured;
use device::synchronise::qr::invitation;
use device::synchronise::transport::ServerAddress;
use device::{Device, read_command};
use domain::fault::{Fault, FaultCodeName};
use domain::time::UtcMillis;
use sync::codec::decode_answer;
use sync::wire::{Down, EnrollAnswer};

use super::bodies::packed;
use super::workplace::{CODE, moment};

/// What comes back when a code was sent.
pub fn enrolment_answer(bytes: &[u8]) {
    // What a refusal says is read in the same place.
    let _ = serde_json::from_slice::<Fault>(bytes);
    let Ok(answer) = serde_json::from_slice::<EnrollAnswer>(bytes) else { return };
    let (device, _folder) = moment().new_device();
    let request = device.prepare_enrolment(CODE).unwrap_or_else(|fault| panic!("{fault}"));
    if device.accept_enrolment("http://127.0.0.1:1", &request, answer).is_ok() {
        still_works(&device);
    }
}

/// What somebody scans or pastes to enrol.
pub fn scanned_invitation(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let invitation = invitation("https://typed.example", text);
    if let Ok(address) = ServerAddress::parse(&invitation.url) {
        assert!(ServerAddress::parse(address.as_str()).is_ok(), "an address that was accepted is not accepted again: {}", address.as_str());
    }
}

/// One command, as pages and scripts send it.
pub fn worker_command(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(command) = read_command(text) else { return };
    // These two would speak to whatever address the input names.
    if matches!(command, Command::Enroll { .. } | Command::SyncNow { .. }) {
        return;
    }
    let (device, _folder) = moment().device();
    let reply = device.handle(&command);
    no_mistake_of_ours(&reply);
    if matches!(command, Command::LogOut { .. }) {
        return;
    }
    still_works(&device);
}

/// The message inside a body that came as the answer to a request, stored. A page of a first synchronisation goes to a device that has
/// nothing yet.
pub fn stored_answer(bytes: &[u8]) {
    let Ok(answer) = decode_answer(&packed(bytes)) else { return };
    let (device, _folder) = if matches!(answer.down, Down::FirstSync { .. }) { moment().empty_device() } else { moment().device() };
    let request = device.next_request().unwrap_or_else(|fault| panic!("{fault}"));
    let measured = Measured { answered_at: UtcMillis(1), waited_ms: 1 };
    if let Err(fault) = device.apply(&request, answer, measured) {
        assert_ne!(fault.code, FaultCodeName::Internal, "{fault}");
    }
    still_works(&device);
}

/// Lists, orders and the next exchange are there, whatever came.
fn still_works(device: &Device) {
    for filter in [ListFilter::Mine, ListFilter::Team, ListFilter::Done] {
        no_mistake_of_ours(&device.handle(&Command::ListOrders { filter, node: None, limit: None, after: None }));
    }
    no_mistake_of_ours(&device.handle(&Command::GetOrder { order: moment().order }));
    no_mistake_of_ours(&device.handle(&Command::SyncStatus {}));
    if let Err(fault) = device.next_request() {
        assert_ne!(fault.code, FaultCodeName::Internal, "{fault}");
    }
}

fn no_mistake_of_ours(reply: &Reply) {
    if let Reply::Error(fault) = reply {
        assert_ne!(fault.code, FaultCodeName::Internal, "{fault}");
    }
}
