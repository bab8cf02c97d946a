//! The real server over the fictional hospital, filled with generated orders.

use std::path::{Path, PathBuf};

use domain::identity::StaffNo;
use domain::recorded::{Receipt, Recorded, Verdict};
use domain::replay::replay;
use domain::row::OrderRow;
use domain::time::{MINUTE_MS, UtcMillis};
use import::Folder as ImportFolder;
use server::enrolment::new_code_for;
use server::importing::import_folder;
use server::occasion::Host;
use store::Database;
use store::server::events::{self, StoredEvent};
use store::server::log::{self, LogContent};
use store::server::{ServerStore, orders, scope};

use super::bare::folder::Folder;
use super::process::Server;
use super::{Failure, SEED};
use crate::generate::{Cast, GeneratedOrder, Generator};
use crate::hospital::CLEAN;

/// Orders in one transaction while filling.
const ORDERS_AT_ONCE: usize = 1_000;
/// Generated orders were reported within so many minutes before now: all of them are on the devices.
const REPORTED_WITHIN_MINUTES: usize = 20 * 24 * 60;

/// A hospital's data folder.
pub struct Hospital {
    folder: PathBuf,
    host: Host,
}

impl Hospital {
    /// A hospital whose reference data is imported and that has no orders yet.
    ///
    /// # Errors
    /// When the store fails; so for every function here.
    pub fn without_orders(folder: &Path) -> Result<Self, Failure> {
        let hospital = Self { folder: Folder::make(folder)?.path().to_owned(), host: Host::system() };
        let files = CLEAN.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        let effective = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default();
        import_folder(&mut hospital.store()?, &ImportFolder { files }, effective, &hospital.host.occasion())?;
        Ok(hospital)
    }

    /// A hospital with so many orders of one team, half of them open; `each` sees every order as it is stored.
    pub fn with_orders(folder: &Path, cast: &Cast, count: usize, mut each: impl FnMut(&OrderRow, &[Recorded])) -> Result<Self, Failure> {
        let hospital = Self::without_orders(folder)?;
        let mut store = hospital.store()?;
        let mut generator = Generator::new(cast.clone(), SEED);
        let now = hospital.host.clock.now();
        for first in (0..count).step_by(ORDERS_AT_ONCE) {
            let generated: Vec<_> = (first..count).take(ORDERS_AT_ONCE).map(|number| generate(&mut generator, now, number)).collect();
            store.write(|database| {
                for order in generated {
                    let (row, recorded) = put(database, order, cast)?;
                    each(&row, &recorded);
                }
                Ok::<_, Failure>(())
            })?;
        }
        Ok(hospital)
    }

    /// Starts the server in a process of its own.
    pub fn open_doors(&self) -> Result<Server, Failure> {
        Server::start(&[std::ffi::OsStr::new("serve-plantroom"), self.folder.as_os_str()])
    }

    /// A one-time code for a person.
    pub fn enrol_code(&self, staff_no: &str) -> Result<String, Failure> {
        let occasion = self.host.occasion();
        Ok(self.store()?.write(|database| new_code_for(database, &StaffNo::from(staff_no), &occasion))?)
    }

    fn store(&self) -> Result<ServerStore, Failure> {
        Ok(ServerStore::open(&self.folder)?)
    }
}

fn generate(generator: &mut Generator, now: UtcMillis, number: usize) -> GeneratedOrder {
    // A step that shares no factor with the span: reports are spread over it and not in the order of their numbers.
    let minutes = number.wrapping_mul(7_919).checked_rem(REPORTED_WITHIN_MINUTES).unwrap_or(0).saturating_add(120);
    let reported_at = now.plus(i64::try_from(minutes).unwrap_or(0).saturating_mul(MINUTE_MS).saturating_neg());
    if number.is_multiple_of(2) { generator.open_order(reported_at) } else { generator.done_order(reported_at) }
}

/// Stores an order as the server does after judging: log, events, row and scope.
fn put(database: &Database, generated: GeneratedOrder, cast: &Cast) -> Result<(OrderRow, Vec<Recorded>), Failure> {
    let mut recorded = generated.events;
    for event in &mut recorded {
        let position = log::append(database, &LogContent::Event { order: generated.order, event: event.event.id })?;
        let receipt = Receipt { position, received_at: event.event.recorded_at, verdict: Verdict::Admitted, judged_at_position: position };
        event.receipt = Some(receipt.clone());
        let bytes = event.event.to_bytes();
        events::insert(
            database,
            &StoredEvent { id: event.event.id, order: generated.order, bytes, predecessors: event.predecessors.clone(), receipt },
        )?;
    }
    let row = OrderRow::of(&replay(&recorded)).ok_or("a generated order has a report")?;
    orders::put(database, &row)?;
    scope::enter(database, generated.order, &format!("team:{}", cast.team))?;
    if let Some(assignee) = &row.assignee {
        scope::enter(database, generated.order, &format!("staff:{assignee}"))?;
    }
    Ok((row, recorded))
}
