//! The figures that the product keeps (`cargo xtask bench`): each against a bare baseline in the same run, never a timed test.
//!
//! Baselines are fair: the same bytes, sealed on the device's side, WAL and `synchronous=FULL`, a running process over
//! loopback, compressed files made beforehand; pairs are interleaved, so that a busy moment of the machine meets both.

mod bare;
mod enrolled;
mod figure;
mod first_sync;
mod fleet;
mod opening;
mod plantroom;
mod plantroom_server;
mod process;
mod push;
mod shift;
mod timing;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::generate::Cast;
use figure::Figure;

pub use bare::server::serve as serve_bare;
pub use plantroom_server::serve as serve_plantroom;

/// Something that a measurement stumbled over.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How much is measured.
#[derive(Debug, Clone)]
pub struct Scale {
    /// Where the stores are made: a real disk, or syncing costs nothing.
    pub folder: PathBuf,
    /// Orders of the first sync.
    pub orders: usize,
    /// Orders of the large store.
    pub large: usize,
    /// Pairs of product and baseline.
    pub pairs: usize,
    /// Devices of the fleet.
    pub devices: usize,
    /// The one measurement to do; all of them without.
    pub only: Option<String>,
}

/// The team whose orders are generated.
const TEAM: &str = "T01";
/// The seed of every generated order: runs are comparable.
const SEED: u64 = 20_261_121;

/// Measures everything, telling on standard error what it is at; the figures as JSON.
///
/// # Errors
/// When a store or server fails; nothing is measured by halves.
pub fn run(scale: &Scale) -> Result<Value, Failure> {
    let mut figures = Vec::new();
    if ["first_sync", "push", "opening"].into_iter().any(|name| scale.wants(name)) {
        measure_one_device(scale, &mut figures)?;
    }
    if scale.wants("fleet") {
        figures.push(fleet::measure(scale)?);
    }
    let missed = figures.iter().filter(|figure| !figure.met()).count();
    let figures: Vec<Value> = figures.iter().map(Figure::to_json).collect();
    Ok(json!({ "figures": figures, "missed": missed, "cores": std::thread::available_parallelism()?.get() }))
}

/// The measurements around one device with [`Scale::orders`] orders.
fn measure_one_device(scale: &Scale, figures: &mut Vec<Figure>) -> Result<(), Failure> {
    let cast = Cast::of_team(TEAM);
    let (server, devices) = first_sync::measure(scale, &cast, figures)?;
    let folder = first_sync::device_folder(scale, 0);
    if let Some(device) = devices.first().filter(|_| scale.wants("push")) {
        push::measure(scale, &folder, device, &cast, figures)?;
    }
    drop((server, devices));
    if scale.wants("opening") {
        figures.extend(opening::measure(scale, &folder, &cast)?);
    }
    Ok(())
}

impl Scale {
    fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == name)
    }
}
