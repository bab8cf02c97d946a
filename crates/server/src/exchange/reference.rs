//! Reference data for a device: its campus only, by revision. A device that moves to another campus gets the whole of it
//! under a new revision, so that a lost answer only means being sent again.

use domain::fault::Fault;
use store::Database;
use store::server::counters;
use store::server::devices::{self, Device};
use store::server::reference::{CampusReference, of_campus};
use sync::wire::ReferenceDelta;

use crate::exchange::credential::person_of;
use crate::occasion::Occasion;

/// What is newer than the device's revision; `None` when nothing is.
pub(super) fn newer(database: &Database, device: &Device, held: u64) -> Result<Option<ReferenceDelta>, Fault> {
    let revision = counters::reference_revision(database)?;
    let Some(campus) = device.campus.as_ref().filter(|_| held < revision) else { return Ok(None) };
    let since = if held < device.campus_from_revision { 0 } else { held };
    Ok(Some(ReferenceDelta { whole: since == 0, ..delta(revision, of_campus(database, campus, since)?) }))
}

/// Whether the person's campus is another than the one the device reads.
pub(super) fn has_moved(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<bool, Fault> {
    let campus = person_of(database, device, occasion)?.and_then(|person| person.campus);
    Ok(campus.is_some() && campus != device.campus)
}

/// Remembers the campus of the device's person.
pub(super) fn remember_campus(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<(), Fault> {
    let campus = person_of(database, device, occasion)?.and_then(|person| person.campus);
    let Some(campus) = campus.filter(|campus| device.campus.as_ref() != Some(campus)) else { return Ok(()) };
    let from_revision = if device.campus.is_none() { 0 } else { counters::next_reference_revision(database)? };
    Ok(devices::set_campus(database, device.id, &campus, from_revision)?)
}

fn delta(revision: u64, rows: CampusReference) -> ReferenceDelta {
    ReferenceDelta {
        revision,
        whole: false,
        campuses: rows.campuses,
        departments: rows.departments,
        staff: rows.staff,
        locations: rows.locations,
        fault_classes: rows.fault_classes,
        teams: rows.teams,
        service_levels: rows.service_levels,
        parts: rows.parts,
        part_prices: rows.part_prices,
        price_items: rows.price_items,
        warehouses: rows.warehouses,
    }
}
