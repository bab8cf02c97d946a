//! The one command: a page asks, the device answers.

use std::path::PathBuf;
use std::sync::Arc;

use device::reply::Reply;
use device::{App, Device, PageId, read_command};
use domain::fault::{Fault, FaultCodeName};
use serde_json::Value;
use tauri::State;

use crate::made_once::MadeOnce;

/// The device of this window. It is opened when the first page asks, and tried again when that failed (a full disk,
/// say), so that the person reads in the window what happened and goes on without starting anew.
#[derive(Clone)]
pub struct OpenedDevice {
    folder: PathBuf,
    opened: Arc<MadeOnce<App>>,
}

impl OpenedDevice {
    /// The device whose store lies in `folder`.
    pub fn within(folder: PathBuf) -> Self {
        Self { folder, opened: Arc::new(MadeOnce::empty()) }
    }

    /// Nothing is recorded any more: the window is closed and the process about to end.
    pub fn rest(&self) {
        if let Some(opened) = self.opened.take_for_good() {
            opened.rest();
        }
    }

    fn answer(&self, page: Option<&PageId>, command: &Value) -> Reply {
        let reply = read_command(&command.to_string()).and_then(|command| Ok(self.opened()?.handle(page, &command)));
        reply.unwrap_or_else(Reply::Error)
    }

    /// Several pages may ask at once when the window opens: there is one device, and one exchange in the background.
    fn opened(&self) -> Result<Arc<App>, Fault> {
        self.opened.get_or_make(|| App::start(Device::open(&self.folder)?))
    }
}

/// Passes a command to the device, away from the window's thread, and its reply back. `page` is the word by which the page
/// names itself: it alone is open once it has given the PIN.
#[tauri::command]
pub async fn call(device: State<'_, OpenedDevice>, command: Value, page: Option<String>) -> Result<Reply, ()> {
    let device = device.inner().clone();
    let page = page.as_deref().and_then(PageId::read);
    let reply = tauri::async_runtime::spawn_blocking(move || device.answer(page.as_ref(), &command)).await;
    Ok(reply.unwrap_or_else(|_| Reply::Error(broken())))
}

fn broken() -> Fault {
    let message = "the device stopped in the middle of the command; what was recorded before is safe: do it again, or start the app anew";
    Fault::new(FaultCodeName::Internal, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(folder: PathBuf, command: Value, pointer: &str, expected: Value) {
        let reply = OpenedDevice::within(folder).answer(None, &command);
        let reply = serde_json::to_value(reply).expect("replies can be written");
        assert_eq!(reply.pointer(pointer), Some(&expected), "{reply}");
    }

    #[test]
    fn commands_reach_the_device() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        check(folder.path().join("data"), json!({ "do": "sync_status" }), "/ok/unsent", json!(0));
    }

    #[test]
    fn what_is_no_command_is_refused_by_code() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        check(folder.path().into(), json!({ "do": "dance" }), "/error/code", json!("bad_request"));
    }

    #[test]
    fn a_store_that_cannot_be_opened_answers_with_its_fault_and_is_tried_again() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = folder.path().join("data");
        std::fs::write(&place, "a file where the folder should be").expect("it can be written");
        let device = OpenedDevice::within(place.clone());
        assert!(
            matches!(device.answer(None, &json!({ "do": "sync_status" })), Reply::Error(fault) if fault.code == FaultCodeName::StoreFailed)
        );
        std::fs::remove_file(&place).expect("it is ours");
        assert!(matches!(device.answer(None, &json!({ "do": "sync_status" })), Reply::Ok(_)));
    }
}
