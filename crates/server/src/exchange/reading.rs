//! With which scope and for which campus a device reads, and whether that is another by now.

use std::collections::BTreeSet;

use domain::fault::Fault;
use store::Database;
use store::server::counters;
use store::server::devices::{self, Device};
use sync::wire::Progress;

use crate::exchange::credential::subjects_now;
use crate::exchange::reference::remember_campus;
use crate::occasion::Occasion;

/// Whether the person's teams are others than those last noticed.
pub(super) fn scope_has_moved(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<bool, Fault> {
    let now: BTreeSet<String> = subjects_now(database, device, occasion)?.into_iter().collect();
    let noticed: BTreeSet<String> = device.scope_subjects.iter().cloned().collect();
    Ok(now != noticed)
}

/// Whether the device's progress began with another scope than the one noticed last. Told by positions and not by what the
/// device asked for first: a request that was under way for long, or arrives twice, must not pass for a beginning.
pub(super) fn began_with_another_scope(device: &Device, progress: Progress) -> bool {
    match progress {
        Progress::Nothing => false,
        Progress::FirstSync { log_end, .. } => log_end < device.scope_from,
        Progress::Log { cursor } => cursor < device.scope_from,
    }
}

/// Remembers with which scope and for which campus a device reads from here on.
pub(super) fn remember_reading(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<(), Fault> {
    if scope_has_moved(database, device, occasion)? {
        devices::set_scope(database, device, &subjects_now(database, device, occasion)?, counters::next_position(database)?)?;
    }
    remember_campus(database, device, occasion)
}
