//! What holds once everything is healed: nothing acknowledged is lost, nothing is there twice, everybody agrees.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Event;
use domain::identity::{EventId, OrderId};
use domain::recorded::{Recorded, Verdict};
use domain::replay::replay;
use domain::row::{Listing, OrderRow};
use domain::time::DAY_MS;
use server::exchange::credential::subjects_now;
use server::orders::history;
use store::device::{DeviceStore, EventStanding, ListedOrder, Session, StoredEvent, StoredProgress};
use store::server::{counters, devices, held, scope};
use sync::pack::unpack;

use super::agreement;
use super::broken::Promise;
use super::centre::Centre;
use super::phone::Phone;
use super::world::World;

/// More than any simulation makes.
const EVERYTHING: usize = 100_000;

/// Checks every promise.
pub fn check(world: &mut World) -> Result<(), Promise> {
    let server = what_the_server_holds(world)?;
    for (number, phone) in world.phones.iter().enumerate() {
        let visible = what_the_phone_may_see(&mut world.centre, phone)?;
        check_phone(phone, &server, &visible)
            .and_then(|()| check_documents(phone, &server, visible.must.get(number)))
            .map_err(|what| Promise(format!("phone {number} of {}: {}", phone.person, what.0)))?;
    }
    Ok(())
}

/// The server's side.
struct ServerSide {
    log_end: u64,
    orders: BTreeMap<OrderId, (OrderRow, Vec<Recorded>)>,
    held: BTreeSet<EventId>,
}

fn what_the_server_holds(world: &mut World) -> Result<ServerSide, Promise> {
    let rows = world.centre.orders()?;
    let acknowledged: Vec<OrderId> = world.phones.iter().flat_map(|phone| phone.acknowledged.values().copied()).collect();
    world.centre.store.read(|database| {
        let mut orders = BTreeMap::new();
        for row in rows {
            let recorded = history::of_order(database, row.order)?;
            check_row(&row, &recorded)?;
            agreement::check(&recorded, &recorded).map_err(Promise)?;
            orders.insert(row.order, (row, recorded));
        }
        let mut held = BTreeSet::new();
        for order in acknowledged {
            held.extend(held::of_order(database, order)?.into_iter().map(|held| held.id));
        }
        Ok(ServerSide { log_end: counters::log_end(database)?, orders, held })
    })
}

fn check_row(row: &OrderRow, recorded: &[Recorded]) -> Result<(), Promise> {
    let derived = OrderRow::of(&replay(recorded));
    if derived.as_ref() == Some(row) {
        Ok(())
    } else {
        Err(Promise::broken(format!("the row {row:?} is not that of its events: {derived:?}")))
    }
}

/// The orders in scope: those that the phone must have, and those that it may have. They differ by what is leaving it by
/// age, which a phone with a wrong clock sees a day earlier or later.
struct Visible {
    must: Vec<OrderId>,
    may: Vec<OrderId>,
}

fn what_the_phone_may_see(centre: &mut Centre, phone: &Phone) -> Result<Visible, Promise> {
    let (device, _) = phone.credential()?;
    let host = centre.host();
    centre.store.read(|database| {
        let device = devices::find(database, device)?.ok_or_else(|| Promise::broken("the server has forgotten a device"))?;
        let subjects = subjects_now(database, &device, &host.occasion())?;
        let done_since = |days: i64| host.clock.now().plus(days.saturating_mul(-DAY_MS));
        let orders = |days| scope::orders_after(database, &subjects, None, done_since(days), EVERYTHING);
        Ok(Visible { must: orders(28)?, may: orders(32)? })
    })
}

fn check_phone(phone: &Phone, server: &ServerSide, visible: &Visible) -> Result<(), Promise> {
    let (path, key) = phone.store();
    DeviceStore::open(&path, &key)?.read(|session| {
        if phone.revoked {
            return check_revoked(session, phone, server);
        }
        check_quiet(session, server)?;
        check_acknowledged(phone, server)?;
        check_orders(session, server, visible)
    })
}

/// Nothing is unsent, held or set aside, and the whole log has been read.
fn check_quiet(session: &Session<'_>, server: &ServerSide) -> Result<(), Promise> {
    let counts = session.own_counts()?;
    if counts != store::device::OwnCounts::default() {
        return Err(Promise::broken(format!("something is not settled: {counts:?}")));
    }
    let progress = session.identity()?.map(|identity| identity.progress);
    let complete = Some(StoredProgress::Log { cursor: server.log_end });
    if progress == complete { Ok(()) } else { Err(Promise::broken(format!("has read up to {progress:?} of {complete:?}"))) }
}

/// A revoked phone has sent everything for review: it is recorded or held, and nothing is unsent.
fn check_revoked(session: &Session<'_>, phone: &Phone, server: &ServerSide) -> Result<(), Promise> {
    let unsent = session.own_counts()?.unsent;
    let arrived = |event: &EventId, order: &OrderId| {
        let recorded = server.orders.get(order).is_some_and(|(_, recorded)| recorded.iter().any(|recorded| recorded.event.id == *event));
        recorded || server.held.contains(event)
    };
    match phone.acknowledged.iter().find(|(event, order)| !arrived(event, order)) {
        Some((event, order)) => Err(Promise::broken(format!("the acknowledged event {event} of {order} never reached the server"))),
        None if unsent > 0 => Err(Promise::broken(format!("{unsent} events are unsent"))),
        None => Ok(()),
    }
}

/// What was acknowledged to a person is on the server, admitted, in its order.
fn check_acknowledged(phone: &Phone, server: &ServerSide) -> Result<(), Promise> {
    for (event, order) in &phone.acknowledged {
        let (_, recorded) = server.orders.get(order).ok_or_else(|| Promise::broken(format!("order {order} is not on the server")))?;
        let found = recorded.iter().find(|recorded| recorded.event.id == *event);
        let verdict = found.and_then(|recorded| recorded.receipt.as_ref()).map(|receipt| receipt.verdict);
        if verdict != Some(Verdict::Admitted) {
            return Err(Promise::broken(format!("the acknowledged event {event} of {order} is on the server as {verdict:?}")));
        }
    }
    Ok(())
}

/// The documents of one order of each phone, because documents take their time.
fn check_documents(phone: &Phone, server: &ServerSide, order: Option<&OrderId>) -> Result<(), Promise> {
    let order = order.filter(|_| !phone.revoked);
    let Some((order, (_, recorded))) = order.and_then(|order| Some((*order, server.orders.get(order)?))) else { return Ok(()) };
    let (path, key) = phone.store();
    let here = DeviceStore::open(&path, &key)?.read(|session| recorded_here(session, order))?;
    agreement::check_documents(&here, recorded).map_err(|what| Promise(format!("order {order}: {what}")))
}

/// The phone has exactly the orders that it may see, and each as the server has it.
fn check_orders(session: &Session<'_>, server: &ServerSide, visible: &Visible) -> Result<(), Promise> {
    let mut here: BTreeMap<OrderId, ListedOrder> = BTreeMap::new();
    for listing in [Listing::Mine, Listing::Team, Listing::Done] {
        here.extend(session.list_orders(listing, None, None, EVERYTHING)?.into_iter().map(|listed| (listed.row.order, listed)));
    }
    if let Some(missing) = visible.must.iter().find(|order| !here.contains_key(order)) {
        return Err(Promise::broken(format!("does not have {missing}, which is in scope")));
    }
    if let Some(left) = here.keys().find(|order| !visible.may.contains(order)) {
        return Err(Promise::broken(format!("still has {left}, which is not in scope")));
    }
    here.values().try_for_each(|listed| check_order(session, server, listed))
}

fn check_order(session: &Session<'_>, server: &ServerSide, listed: &ListedOrder) -> Result<(), Promise> {
    let order = listed.row.order;
    let (row, recorded) = server.orders.get(&order).ok_or_else(|| Promise::broken(format!("order {order} is nowhere else")))?;
    if &listed.row != row {
        return Err(Promise::broken(format!("the row of {order} is {:?} and on the server {row:?}", listed.row)));
    }
    agreement::check(&recorded_here(session, order)?, recorded).map_err(|what| Promise(format!("order {order}: {what}")))
}

fn recorded_here(session: &Session<'_>, order: OrderId) -> Result<Vec<Recorded>, Promise> {
    match session.packed_events(order)? {
        None => session.events_of(order)?.into_iter().map(recorded).collect(),
        Some(packed) => {
            let read = |event: sync::wire::PackedEvent| {
                Ok(Recorded { event: readable(&event.event)?, predecessors: event.predecessors, receipt: Some(event.receipt) })
            };
            unpack(&packed)?.into_iter().map(read).collect()
        }
    }
}

fn recorded(stored: StoredEvent) -> Result<Recorded, Promise> {
    let receipt = match stored.standing {
        EventStanding::Recorded(receipt) => Some(receipt),
        EventStanding::Unsent | EventStanding::Held(_) | EventStanding::Refused => None,
    };
    Ok(Recorded { event: readable(&stored.bytes)?, predecessors: stored.predecessors, receipt })
}

fn readable(bytes: &[u8]) -> Result<Event, Promise> {
    Event::from_bytes(bytes).map_err(|error| Promise::broken(format!("an event cannot be read: {error}")))
}
