//! Opening a store to the first 50 rows of the list, with 10,000 orders and with ten times as many.

use std::path::{Path, PathBuf};

use device::Device;
use device::command::ListFilter;
use serde_json::json;

use super::enrolled::{enrol, first_page, synchronise};
use super::figure::{Figure, rounded};
use super::plantroom::Hospital;
use super::timing::{Pair, medians, timed};
use super::{Failure, Scale};
use crate::generate::Cast;

/// How often each store is opened.
const OPENINGS: usize = 41;
/// Rows of the first page.
const ROWS: u32 = 50;

/// Measures both stores in turn; `usual` is the folder of a device with [`Scale::orders`] orders.
///
/// # Errors
/// When a store or server fails.
pub fn measure(scale: &Scale, usual: &Path, cast: &Cast) -> Result<Vec<Figure>, Failure> {
    let large = large_store(scale, cast)?;
    let mut pairs = Vec::with_capacity(OPENINGS);
    for _ in 0..OPENINGS {
        let baseline_ms = timed(|| open_and_list(usual))?.1;
        pairs.push(Pair { product_ms: timed(|| open_and_list(&large))?.1, baseline_ms });
    }
    let medians = medians(&pairs);
    let details = json!({ "orders": scale.orders, "openings": OPENINGS });
    let ratio_details = json!({ "orders": scale.large, "opening_ms": rounded(medians.product_ms) });
    Ok(vec![
        Figure::at_most("opening_store", medians.baseline_ms, "ms", 50.0, details),
        Figure::at_most("opening_large_store", medians.ratio, "ratio", 1.5, ratio_details),
    ])
}

fn open_and_list(folder: &Path) -> Result<(), Failure> {
    let page = first_page(&Device::open(folder)?, ListFilter::Mine, ROWS)?;
    if page.orders.len() == usize::try_from(ROWS)? { Ok(()) } else { Err(format!("only {} rows", page.orders.len()).into()) }
}

/// The folder of a device that got [`Scale::large`] orders from a server.
fn large_store(scale: &Scale, cast: &Cast) -> Result<PathBuf, Failure> {
    eprintln!("filling a hospital and a device with {} orders", scale.large);
    let hospital = Hospital::with_orders(&scale.folder.join("large-hospital"), cast, scale.large, |_, _| ())?;
    let server = hospital.open_doors()?;
    let folder = scale.folder.join("large-device");
    let worker = cast.technicians.first().ok_or("a team without technicians")?;
    let device = enrol(&folder, &hospital, &server, worker)?;
    let (report, milliseconds) = timed(|| synchronise(&device))?;
    eprintln!("{} orders came in {milliseconds:.0} ms and {} round trips", report.received, report.round_trips);
    Ok(folder)
}
