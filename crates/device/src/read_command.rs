//! Reading a command from outside: whatever does not fit is refused by name, nothing is guessed.

use domain::fault::{Fault, FaultCodeName};

use crate::command::Command;

/// The most bytes of one command.
const LARGEST_COMMAND_BYTES: usize = 64 * 1024;

/// Reads `{"do":…}`.
///
/// # Errors
/// `bad_request` with the reason, also for a field that the command does not know.
pub fn read_command(json: &str) -> Result<Command, Fault> {
    if json.len() > LARGEST_COMMAND_BYTES {
        return Err(Fault::new(
            FaultCodeName::BadRequest,
            format!("the command has more than {LARGEST_COMMAND_BYTES} bytes; nothing was done"),
        ));
    }
    // A list would be read as the command's name and its fields in their order.
    if !json.trim_start().starts_with('{') {
        return Err(Fault::new(FaultCodeName::BadRequest, "the command is not a JSON object; nothing was done"));
    }
    serde_json::from_str(json).map_err(|error| {
        Fault::new(FaultCodeName::BadRequest, format!("the command cannot be read: {error}; nothing was done"))
            .with(serde_json::json!({ "reason": error.to_string() }))
    })
}
