//! The one command: a page asks, the device answers.

use std::path::Path;
use std::sync::Arc;

use domain::fault::{Fault, FaultCodeName};
use serde_json::{Value, json};
use tauri::State;

/// Whoever answers the page's commands, in the form of the outside contract.
#[derive(Clone)]
pub struct Answering(Arc<dyn Fn(Value) -> Value + Send + Sync>);

impl Answering {
    /// The device whose store lies in `folder`. A store that cannot be opened answers every command with its fault,
    /// so that the person reads in the window what happened and what to do.
    pub fn open(_folder: &Path) -> Self {
        Self(Arc::new(|_| json!({ "error": Fault::new(FaultCodeName::NotEnrolled, "the device is not connected to the window yet") })))
    }

    fn answer(&self, command: Value) -> Value {
        (self.0)(command)
    }
}

/// Passes a command to the device, away from the window's thread, and its reply back.
#[tauri::command]
pub async fn call(device: State<'_, Answering>, command: Value) -> Result<Value, ()> {
    let device = device.inner().clone();
    let reply = tauri::async_runtime::spawn_blocking(move || device.answer(command)).await;
    Ok(reply.unwrap_or_else(|_| broken()))
}

fn broken() -> Value {
    let message = "the device stopped in the middle of the command; what was recorded before is safe: do it again, or start the app anew";
    json!({ "error": Fault::new(FaultCodeName::Internal, message) })
}
