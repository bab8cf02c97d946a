//! Importing the hospital's files: checked by `import`, stored in one transaction, confirmations judged again.

use chrono::NaiveDate;
use domain::audit::Deed;
use domain::fault::Fault;
use domain::money::Fen;
use domain::reference::{Department, FaultClass, Location, PriceItem, ServiceLevel, SparePart, Team, Warehouse};
use import::{Checked, Folder, Known, Rows, check_folder};
use store::Database;
use store::server::campus::{Campuses, note_moves};
use store::server::log::{self, LogContent};
use store::server::{ServerStore, counters, reference, unverified};
use store::shared::reference::{all, part_price_on, part_prices_after, upsert};

use crate::audit::{Place, note};
use crate::exchange::credential::note_roles;
use crate::occasion::Occasion;
use crate::orders::leavers::{MOST_AT_ONCE, flag_those_who_had_left};
use crate::orders::settle::judge_again;

/// Differs from every price that a file can give, as negative ones are refused.
const NO_PRICE_YET: Fen = Fen(-1);

/// What an import came to.
pub struct Imported {
    /// File by file, with findings.
    pub checked: Checked,
    /// The revision of the reference data after it.
    pub revision: u64,
    /// Confirmations that could be settled with the new directory.
    pub confirmations_settled: usize,
    /// Confirmations that somebody has to look at now, as by the new directory the confirmer had left; at most [`MOST_AT_ONCE`].
    pub confirmations_flagged: usize,
}

/// Checks the files against each other and the store, and stores what is good. One transaction: a device never sees half
/// of it, and a failure leaves everything as it was. Reading and checking keeps nobody from writing; it is done once more where
/// somebody else imported meanwhile.
///
/// # Errors
/// As the store fails; nothing is then imported.
pub fn import_folder(store: &mut ServerStore, folder: &Folder, effective: NaiveDate, occasion: &Occasion<'_>) -> Result<Imported, Fault> {
    let (as_of, checked) = store.read(|database| check(database, folder, effective))?;
    if !changes(&checked) {
        return Ok(Imported { checked, revision: as_of, confirmations_settled: 0, confirmations_flagged: 0 });
    }
    store.write(|database| {
        let is_as_checked = counters::reference_revision(database)? == as_of;
        let checked = if is_as_checked { checked } else { check(database, folder, effective)?.1 };
        let revision = counters::next_reference_revision(database)?;
        let campuses = Campuses::of(database)?;
        note_roles(database, occasion)?;
        for file in &checked.files {
            put(database, &file.rows, effective, revision)?;
        }
        note_moves(database, &campuses, occasion.yesterday(), revision)?;
        log::append(database, &LogContent::Reference { revision })?;
        note(database, Deed::Imported, None, &revision.to_string(), &Place::Machine, occasion)?;
        let confirmations_settled = judge_unverified_again(database, occasion)?;
        let confirmations_flagged = flag_those_who_had_left(database, MOST_AT_ONCE, occasion)?;
        Ok(Imported { checked, revision, confirmations_settled, confirmations_flagged })
    })
}

/// The revision of the store and what the files are worth against it.
fn check(database: &Database, folder: &Folder, effective: NaiveDate) -> Result<(u64, Checked), Fault> {
    Ok((counters::reference_revision(database)?, check_folder(folder, &known(database, effective)?, effective)))
}

fn changes(checked: &Checked) -> bool {
    checked.files.iter().any(|file| file.added > 0 || file.updated > 0)
}

fn known(database: &Database, effective: NaiveDate) -> Result<Known, Fault> {
    Ok(Known {
        campuses: all(database)?,
        contractors: all(database)?,
        departments: all(database)?,
        locations: all(database)?,
        fault_classes: all(database)?,
        service_levels: all(database)?,
        teams: all(database)?,
        staff: reference::all_staff(database)?,
        parts: parts_priced_on(database, effective)?,
        part_prices_to_come: part_prices_after(database, effective)?,
        price_items: all(database)?,
        warehouses: all(database)?,
        opening_stock: all(database)?,
    })
}

/// A part's row has the price that was imported last, which may be one for a later day: compared is what holds on the day.
fn parts_priced_on(database: &Database, day: NaiveDate) -> Result<Vec<SparePart>, Fault> {
    let mut parts: Vec<SparePart> = all(database)?;
    for part in &mut parts {
        part.unit_price_fen = part_price_on(database, &part.part_code, day)?.map_or(NO_PRICE_YET, |price| price.unit_price_fen);
    }
    Ok(parts)
}

fn put(database: &Database, rows: &Rows, effective: NaiveDate, revision: u64) -> Result<(), Fault> {
    match rows {
        Rows::Unknown => {}
        Rows::Campuses(rows) => drop(upsert(database, rows, revision)?),
        Rows::Contractors(rows) => drop(upsert(database, rows, revision)?),
        Rows::Departments(rows) => drop(upsert::<Department>(database, rows, revision)?),
        Rows::Locations(rows) => drop(upsert::<Location>(database, rows, revision)?),
        Rows::FaultClasses(rows) => drop(upsert::<FaultClass>(database, rows, revision)?),
        Rows::ServiceLevels(rows) => drop(upsert::<ServiceLevel>(database, rows, revision)?),
        Rows::Teams(rows) => drop(upsert::<Team>(database, rows, revision)?),
        Rows::Staff { rows, replaced } => reference::put_staff(database, rows, replaced, revision)?,
        Rows::SpareParts(rows) => reference::put_parts(database, rows as &[SparePart], effective, revision)?,
        Rows::PriceItems(rows) => drop(upsert::<PriceItem>(database, rows, revision)?),
        Rows::Warehouses(rows) => drop(upsert::<Warehouse>(database, rows, revision)?),
        Rows::OpeningStock(rows) => drop(upsert(database, rows, revision)?),
    }
    Ok(())
}

fn judge_unverified_again(database: &Database, occasion: &Occasion<'_>) -> Result<usize, Fault> {
    let mut settled = 0_usize;
    for (order, confirmation) in unverified::all(database)? {
        if judge_again(database, order, confirmation, occasion)? {
            settled = settled.saturating_add(1);
        }
    }
    Ok(settled)
}
