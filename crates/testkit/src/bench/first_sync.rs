//! The first sync of a new device against a bare download of the same full orders as gzipped JSON into a sealed table.

use std::path::{Path, PathBuf};

use device::Device;
use domain::holder::HeldNumber;
use domain::identity::StaffNo;
use domain::recorded::Recorded;
use domain::row::{Listing, OrderRow};
use serde_json::{Value, json};

use super::bare::client::{BareClient, gzipped};
use super::bare::folder::Folder;
use super::bare::server::DOWNLOAD;
use super::bare::store::{make_orders, open_sealed};
use super::enrolled::{enrol, synchronise};
use super::figure::Figure;
use super::plantroom::Hospital;
use super::process::Server;
use super::timing::{Pair, medians, timed};
use super::{Failure, Scale};
use crate::generate::Cast;

/// What one device brought.
struct Synced {
    device: Device,
    bytes_down: u64,
    round_trips: u64,
}

/// Measures the first sync. Gives the server and the devices that were synchronised: all of the team's first technician, all with
/// every order.
///
/// # Errors
/// When a store or server fails.
pub fn measure(scale: &Scale, cast: &Cast, figures: &mut Vec<Figure>) -> Result<(Server, Vec<Device>), Failure> {
    let bare = Folder::make(&scale.folder.join("bare-first-sync"))?;
    let worker = cast.technicians.first().ok_or("a team without technicians")?;
    let (hospital, baseline_bytes) = fill(scale, cast, worker, &bare)?;
    let server = hospital.open_doors()?;
    let bare_server = Server::start(&["serve-bare".as_ref(), bare.path().as_os_str()])?;
    let client = BareClient::new(&bare_server.url)?;
    let (mut pairs, mut synced) = (Vec::new(), Vec::new());
    for number in 0..scale.pairs {
        let device = enrol(&device_folder(scale, number), &hospital, &server, worker)?;
        let baseline_ms = download(&client, &bare.file(&format!("orders-{number}.db")))?;
        let (one, product_ms) = timed(|| first_sync(device, scale))?;
        pairs.push(Pair { product_ms, baseline_ms });
        synced.push(one);
        eprintln!("first sync {}: {product_ms:.0} ms, bare {baseline_ms:.0} ms", number.saturating_add(1));
    }
    figures.push(Figure::ratio("first_sync_time", medians(&pairs), 1.5, pairs.len()));
    figures.extend(synced.first().map(|one| bytes_figure(one, baseline_bytes)));
    Ok((server, synced.into_iter().map(|one| one.device).collect()))
}

/// The folder of a device that was synchronised.
pub fn device_folder(scale: &Scale, number: usize) -> PathBuf {
    scale.folder.join(format!("device-{number}"))
}

fn first_sync(device: Device, scale: &Scale) -> Result<Synced, Failure> {
    let report = synchronise(&device)?;
    if report.received != u64::try_from(scale.orders)? {
        return Err(format!("{} orders came instead of {}", report.received, scale.orders).into());
    }
    Ok(Synced { device, bytes_down: report.bytes_down, round_trips: report.round_trips })
}

fn download(client: &BareClient, path: &Path) -> Result<f64, Failure> {
    let mut connection = open_sealed(path)?;
    make_orders(&connection)?;
    Ok(timed(|| client.download(&mut connection))?.1)
}

fn bytes_figure(synced: &Synced, baseline_bytes: usize) -> Figure {
    let baseline = baseline_bytes as f64;
    let details = json!({ "product_bytes": synced.bytes_down, "baseline_bytes": baseline_bytes, "round_trips": synced.round_trips });
    Figure::at_most("first_sync_bytes", synced.bytes_down as f64 / baseline, "ratio", 3.0, details)
}

/// Fills the hospital and writes the same orders as the bare server's file; the file's bytes.
fn fill(scale: &Scale, cast: &Cast, worker: &str, bare: &Folder) -> Result<(Hospital, usize), Failure> {
    eprintln!("filling a hospital with {} orders", scale.orders);
    let worker = HeldNumber::from(StaffNo::from(worker));
    let mut lines = Vec::with_capacity(scale.orders);
    let hospital = Hospital::with_orders(&scale.folder.join("hospital"), cast, scale.orders, |row, recorded| {
        lines.push(line(row, recorded, &worker))
    })?;
    lines.sort_unstable();
    let file = gzipped(lines.join("\n").as_bytes())?;
    std::fs::write(bare.file(DOWNLOAD), &file)?;
    Ok((hospital, file.len()))
}

/// A full order as one line of JSON: what its list shows, its row, its events with predecessors and receipts.
fn line(row: &OrderRow, recorded: &[Recorded], worker: &HeldNumber) -> String {
    let events: Vec<Value> = recorded.iter().map(full_event).collect();
    let listing = match row.listing(worker) {
        Listing::Mine => 0,
        Listing::Team => 1,
        Listing::Done => 2,
    };
    // `order` comes first, so that sorted lines are sorted by order, as the pages of the first sync are.
    let head =
        format!("{{\"order\":\"{}\",\"listing\":{listing},\"sort_at\":{},\"node\":\"{}\"", row.order, row.reported_at.0, row.node.as_str());
    format!("{head},\"row\":{},\"events\":{}}}", json!(row), Value::Array(events))
}

fn full_event(recorded: &Recorded) -> Value {
    let event: Value = serde_json::from_slice(&recorded.event.to_bytes()).unwrap_or_default();
    json!({ "event": event, "predecessors": recorded.predecessors, "receipt": recorded.receipt })
}
