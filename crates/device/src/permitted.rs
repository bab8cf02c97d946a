//! Who may give which command (`domain::permissions`): refused here, what a role may not record never waits on a device only
//! to be set aside by the server.

use domain::fault::{Fault, FaultCodeName};
use domain::permissions::may_command;

use crate::command::Command;
use crate::worker::Worker;

/// Whether the person of the device may give the command in the role of today.
///
/// # Errors
/// `not_permitted`.
pub fn check_permitted(worker: &Worker, command: &Command) -> Result<(), Fault> {
    if may_command(worker.role, command.name()) {
        return Ok(());
    }
    let message = format!(
        "{} is not for the role {} of this device's person; nothing was saved now, and what was recorded before is kept and sent; \
         if the role is wrong, have the staff list put right",
        command.name(),
        worker.role.as_str()
    );
    Err(Fault::new(FaultCodeName::NotPermitted, message))
}
