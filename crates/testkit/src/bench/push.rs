//! Offline edits, each against a bare durable transaction of the same bytes; then all of them pushed, against a bare gzipped
//! POST that is inserted durably and whose receipts are kept durably.

use std::path::Path;

use device::command::ListFilter;
use device::seal::{KeyFile, KeyKeeper};
use device::{Device, STORE_FILE};
use domain::identity::OrderId;
use machine::SystemRandomness;
use rusqlite::Connection;
use serde_json::{json, value::RawValue};
use store::StoreError;
use store::device::{DeviceStore, StoredEvent};

use super::bare::client::{BareClient, posting};
use super::bare::folder::Folder;
use super::bare::store::{Edit, Posted, insert_edit, make_events, open_sealed};
use super::enrolled::{done, first_page, synchronise};
use super::figure::Figure;
use super::process::Server;
use super::shift::{DEEDS_OF_AN_ORDER, Deed, finishing};
use super::timing::{Pair, medians, timed};
use super::{Failure, SEED, Scale};
use crate::generate::{Cast, Chance};

/// Orders of one push.
const ORDERS: u32 = 40;
/// The most round trips of one push.
const MOST_ROUND_TRIPS: f64 = 2.0;

/// One device with its shift, and the bare tables beside it.
struct Push<'a> {
    device: &'a Device,
    /// The device's own store, read for the bytes that it made.
    made: DeviceStore,
    bare: Connection,
    client: BareClient,
    cast: &'a Cast,
    chance: Chance,
}

/// Measures edits and pushes of a device that has orders in progress.
///
/// # Errors
/// When a store or server fails.
pub fn measure(scale: &Scale, folder: &Path, device: &Device, cast: &Cast, figures: &mut Vec<Figure>) -> Result<(), Failure> {
    let bare = Folder::make(&scale.folder.join("bare-push"))?;
    let server = Server::start(&["serve-bare".as_ref(), bare.path().as_os_str()])?;
    let mut push = Push {
        device,
        made: DeviceStore::open(&folder.join(STORE_FILE), &KeyFile::beside_the_store(folder).key(&SystemRandomness)?)?,
        bare: open_sealed(&bare.file("device.db"))?,
        client: BareClient::new(&server.url)?,
        cast,
        chance: Chance::new(SEED),
    };
    make_events(&push.bare)?;
    let (mut edits, mut pushes, mut round_trips) = (Vec::new(), Vec::new(), 0);
    for number in 0..scale.pairs {
        edits.extend(push.make_edits()?);
        let (pair, trips) = push.send()?;
        eprintln!("push {}: {:.1} ms, bare {:.1} ms, {trips} round trips", number.saturating_add(1), pair.product_ms, pair.baseline_ms);
        pushes.push(pair);
        round_trips = trips.max(round_trips);
    }
    figures.push(Figure::ratio("edit_durable", medians(&edits), 2.0, edits.len()));
    figures.push(Figure::ratio("push_time", medians(&pushes), 5.0, pushes.len()));
    let details = json!({ "events": (ORDERS as usize).saturating_mul(DEEDS_OF_AN_ORDER), "orders": ORDERS });
    figures.push(Figure::at_most("push_round_trips", round_trips as f64, "round_trips", MOST_ROUND_TRIPS, details));
    Ok(())
}

impl Push<'_> {
    /// Finishes the next orders of the list, a bare transaction after each deed.
    fn make_edits(&mut self) -> Result<Vec<Pair>, Failure> {
        let now = domain::time::Clock::now(&machine::SystemClock);
        let mut pairs = Vec::new();
        for order in self.next_orders()? {
            for deed in finishing(order, self.cast, &mut self.chance, now) {
                pairs.push(self.edit(&deed)?);
            }
        }
        Ok(pairs)
    }

    fn next_orders(&self) -> Result<Vec<OrderId>, Failure> {
        let page = first_page(self.device, ListFilter::Mine, ORDERS)?;
        let orders: Vec<OrderId> = page.orders.iter().map(|order| order.id).collect();
        if orders.len() == usize::try_from(ORDERS)? { Ok(orders) } else { Err("too few orders in progress: generate more".into()) }
    }

    fn edit(&mut self, deed: &Deed) -> Result<Pair, Failure> {
        let (_, product_ms) = timed(|| done(self.device, &deed.command))?;
        let edit = self.made_by(deed)?;
        let ((), baseline_ms) = timed(|| insert_edit(&mut self.bare, &edit))?;
        Ok(Pair { product_ms, baseline_ms })
    }

    /// The bytes that a deed left in the device's store.
    fn made_by(&mut self, deed: &Deed) -> Result<Edit, Failure> {
        let read = self.made.read(|session| Ok::<_, StoreError>((session.event(deed.event)?, session.reply(deed.event)?)))?;
        let (Some(event), Some(reply)) = read else { return Err("the deed is not in the store".into()) };
        Ok(Edit { id: event.id.to_string(), order: event.order.to_string(), event: String::from_utf8(event.bytes)?, reply: reply.reply })
    }

    /// Sends what was edited, bare first; the round trips of the product.
    fn send(&mut self) -> Result<(Pair, u64), Failure> {
        let unsent = self.made.read(|session| session.unsent_events(usize::MAX))?;
        let body = posted(&unsent)?;
        let ((), baseline_ms) = timed(|| self.client.post(&mut self.bare, body))?;
        let (report, product_ms) = timed(|| synchronise(self.device))?;
        if report.sent != u64::try_from(unsent.len())? || report.set_aside > 0 {
            return Err(format!("{} events were to be sent: {report:?}", unsent.len()).into());
        }
        Ok((Pair { product_ms, baseline_ms }, report.round_trips))
    }
}

/// The bare body of these events.
fn posted(events: &[StoredEvent]) -> Result<Vec<u8>, Failure> {
    let texts: Vec<_> = events.iter().map(texts_of).collect();
    let posted = texts.iter().zip(events).map(|((id, order, predecessors), event)| {
        let event: &RawValue = serde_json::from_slice(&event.bytes)?;
        Ok(Posted { id, order, predecessors: predecessors.iter().map(String::as_str).collect(), event })
    });
    posting(&posted.collect::<Result<Vec<_>, Failure>>()?)
}

fn texts_of(event: &StoredEvent) -> (String, String, Vec<String>) {
    (event.id.to_string(), event.order.to_string(), event.predecessors.iter().map(ToString::to_string).collect())
}
