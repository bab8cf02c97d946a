//! What holds for a phone and its person.

use std::collections::{BTreeMap, BTreeSet};

use domain::identity::{EventId, OrderId};
use domain::recorded::{Recorded, Verdict};
use domain::row::Listing;
use domain::time::DAY_MS;
use server::exchange::credential::subjects_now;
use store::device::{DeviceStore, EventStanding, ListedOrder, OwnCounts, Session, StoredEvent, StoredProgress};
use store::server::{devices, scope};
use sync::judge::in_order;
use sync::pack::unpack;

use super::super::agreement;
use super::super::broken::Promise;
use super::super::centre::Centre;
use super::super::phone::{PATIENCE_MS, Phone};
use super::super::review::Rulings;
use super::of_the_server::{ServerSide, is_held, numbers_that_arrived, verbatim};

/// More than any simulation makes.
const EVERYTHING: usize = 100_000;
/// How wrong a corrected time may be: the server's time is compared half way through an exchange, which nobody waits for longer.
const TOLERANCE_MS: i64 = PATIENCE_MS / 2 + 1;

/// Checks everything that a phone's person was promised.
pub fn check(number: usize, phone: &Phone, centre: &mut Centre, server: &ServerSide) -> Result<(), Promise> {
    let named = |name: &'static str| move |promise: Promise| promise.named(name);
    times_are_true(phone, server).map_err(named("times_are_true"))?;
    who_knew_what_is_kept(phone, server, &centre.rulings).map_err(named("who_knew_what_is_kept"))?;
    numbers_are_given_once(phone, server).map_err(named("numbers_are_given_once"))?;
    let visible = orders_in_scope(centre, phone)?;
    let arrived = numbers_that_arrived(centre, server, phone.credential()?.0)?;
    if phone.revoked.is_some() {
        revoked_work_waits_for_review(phone, centre, server).map_err(named("revoked_work_waits_for_review"))?;
    } else {
        acknowledged_work_is_on_the_server(phone, server).map_err(named("acknowledged_work_is_on_the_server"))?;
    }
    let (path, key) = phone.store();
    DeviceStore::open(&path, &key)?.read(|session| {
        every_number_is_accounted_for(session, &arrived).map_err(named("every_number_is_accounted_for"))?;
        nothing_waits_for_ever(session, phone, server).map_err(named("nothing_waits_for_ever"))?;
        if phone.revoked.is_some() {
            return Ok(());
        }
        has_what_it_may_see_and_nothing_else(session, server, &visible).map_err(named("a_phone_has_what_it_may_see_and_nothing_else"))?;
        equal_sets_and_receipts_make_equal_states(session, server).map_err(named("equal_sets_and_receipts_make_equal_states"))?;
        equal_sets_make_equal_documents(session, server, visible.must.get(number)).map_err(named("equal_sets_make_equal_documents"))
    })
}

/// What was acknowledged to a person is on the server, admitted, in its order.
fn acknowledged_work_is_on_the_server(phone: &Phone, server: &ServerSide) -> Result<(), Promise> {
    for (event, told) in &phone.acknowledged {
        let found = server.find(told.order, *event);
        let verdict = found.and_then(|recorded| recorded.receipt.as_ref()).map(|receipt| receipt.verdict);
        if verdict != Some(Verdict::Admitted) {
            return Err(Promise::broken(format!("the acknowledged event {event} of {} is on the server as {verdict:?}", told.order)));
        }
    }
    Ok(())
}

/// A revoked phone has sent everything for review: what came after the revocation is held until somebody gives it effect.
fn revoked_work_waits_for_review(phone: &Phone, centre: &mut Centre, server: &ServerSide) -> Result<(), Promise> {
    let Some(before) = &phone.revoked else { return Ok(()) };
    for (event, told) in &phone.acknowledged {
        let recorded = server.find(told.order, *event).is_some();
        if recorded && !before.contains(event) && !centre.rulings.admitted.contains(event) {
            return Err(Promise::broken(format!("{event} came after the revocation and is recorded")));
        }
        if !recorded && !is_held(centre, *event)? {
            return Err(Promise::broken(format!("the acknowledged event {event} of {} never reached the server", told.order)));
        }
    }
    Ok(())
}

/// An event builds on what its author had seen, and on nothing else. Somebody who gives effect to what waited for something
/// declares that lost.
fn who_knew_what_is_kept(phone: &Phone, server: &ServerSide, rulings: &Rulings) -> Result<(), Promise> {
    for (event, upload) in &phone.uploaded {
        let Some(recorded) = server.find(upload.order, *event) else { continue };
        let only_less = rulings.admitted.contains(event) && recorded.predecessors.iter().all(|id| upload.predecessors.contains(id));
        if !only_less && in_order(recorded.predecessors.clone()) != in_order(upload.predecessors.clone()) {
            return Err(Promise::broken(format!(
                "{event} built on {:?} and is recorded on {:?}",
                upload.predecessors, recorded.predecessors
            )));
        }
    }
    Ok(())
}

/// While nobody has set the clock since it was compared, what was recorded has its true time.
fn times_are_true(phone: &Phone, server: &ServerSide) -> Result<(), Promise> {
    for (event, told) in phone.acknowledged.iter().filter(|(_, told)| told.clock_is_known) {
        let Some(recorded) = server.find(told.order, *event) else { continue };
        let offset_ms = recorded.event.clock.map_or(0, |clock| clock.offset_ms);
        let wrong_by = recorded.event.recorded_at.plus(offset_ms).since(told.at);
        if wrong_by.abs() > TOLERANCE_MS {
            return Err(Promise::broken(format!("the time of {event} is wrong by {wrong_by} ms")));
        }
    }
    Ok(())
}

/// No two events have the same number, unless the phone could not know.
fn numbers_are_given_once(phone: &Phone, server: &ServerSide) -> Result<(), Promise> {
    if phone.may_repeat_numbers {
        return Ok(());
    }
    let (device, _) = phone.credential()?;
    let mut given: BTreeMap<u64, EventId> = BTreeMap::new();
    for recorded in server.orders.values().flat_map(|(_, recorded)| recorded).filter(|recorded| recorded.event.device == device) {
        if let Some(other) = given.insert(recorded.event.sequence, recorded.event.id) {
            return Err(Promise::broken(format!("{other} and {} have the number {}", recorded.event.id, recorded.event.sequence)));
        }
    }
    Ok(())
}

/// Every number up to the highest has arrived, or is listed as lost.
fn every_number_is_accounted_for(session: &Session<'_>, arrived: &BTreeSet<u64>) -> Result<(), Promise> {
    let Some((_, last)) = session.last_number()? else { return Ok(()) };
    let lost: BTreeSet<u64> = session.lost_numbers(EVERYTHING)?.into_iter().collect();
    match (1..=last).find(|number| !arrived.contains(number) && !lost.contains(number)) {
        Some(number) => Err(Promise::broken(format!("number {number} of {last} is nowhere"))),
        None => Ok(()),
    }
}

/// Nothing is unsent, and on a phone whose credential holds nothing is held or set aside, and the whole log has been read.
fn nothing_waits_for_ever(session: &Session<'_>, phone: &Phone, server: &ServerSide) -> Result<(), Promise> {
    let counts = session.own_counts()?;
    if counts.unsent > 0 || (phone.revoked.is_none() && counts != OwnCounts::default()) {
        return Err(Promise::broken(format!("something is not settled: {counts:?}")));
    }
    let progress = session.identity()?.map(|identity| identity.progress);
    let complete = Some(StoredProgress::Log { cursor: server.log_end });
    if phone.revoked.is_some() || progress == complete {
        return Ok(());
    }
    Err(Promise::broken(format!("has read up to {progress:?} of {complete:?}")))
}

/// The orders in scope: those that the phone must have, and those that it may have. They differ by what is leaving it by age.
struct Visible {
    must: Vec<OrderId>,
    may: Vec<OrderId>,
}

fn orders_in_scope(centre: &mut Centre, phone: &Phone) -> Result<Visible, Promise> {
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

fn has_what_it_may_see_and_nothing_else(session: &Session<'_>, server: &ServerSide, visible: &Visible) -> Result<(), Promise> {
    let here = orders_here(session)?;
    if let Some(missing) = visible.must.iter().find(|order| !here.contains_key(order)) {
        return Err(Promise::broken(format!("does not have {missing}, which is in scope")));
    }
    if let Some(left) = here.keys().find(|order| !visible.may.contains(order)) {
        return Err(Promise::broken(format!("still has {left}, which is not in scope")));
    }
    for order in server.orders.keys().filter(|order| !visible.may.contains(order)) {
        let stays = session.events_of(*order)?.into_iter().find(|event| matches!(event.standing, EventStanding::Recorded(_)));
        if let Some(event) = stays {
            return Err(Promise::broken(format!("still has the content of {} of {order}, which is not in scope", event.id)));
        }
    }
    Ok(())
}

fn orders_here(session: &Session<'_>) -> Result<BTreeMap<OrderId, ListedOrder>, Promise> {
    let mut here = BTreeMap::new();
    for listing in [Listing::Mine, Listing::Team, Listing::Done] {
        here.extend(session.list_orders(listing, None, None, EVERYTHING)?.into_iter().map(|listed| (listed.row.order, listed)));
    }
    Ok(here)
}

/// Each order is as the server has it: events, predecessors, receipts, state and row.
fn equal_sets_and_receipts_make_equal_states(session: &Session<'_>, server: &ServerSide) -> Result<(), Promise> {
    for (order, listed) in orders_here(session)? {
        let (row, recorded) = server.orders.get(&order).ok_or_else(|| Promise::broken(format!("order {order} is nowhere else")))?;
        if &listed.row != row {
            return Err(Promise::broken(format!("the row of {order} is {:?} and on the server {row:?}", listed.row)));
        }
        agreement::check(&recorded_here(session, order)?, recorded).map_err(|what| Promise::broken(format!("order {order}: {what}")))?;
    }
    Ok(())
}

/// The documents of one order of each phone, because documents take their time.
fn equal_sets_make_equal_documents(session: &Session<'_>, server: &ServerSide, order: Option<&OrderId>) -> Result<(), Promise> {
    let Some((order, (_, recorded))) = order.and_then(|order| Some((*order, server.orders.get(order)?))) else { return Ok(()) };
    let here = recorded_here(session, order)?;
    agreement::check_documents(&here, recorded).map_err(|what| Promise::broken(format!("order {order}: {what}")))
}

fn recorded_here(session: &Session<'_>, order: OrderId) -> Result<Vec<Recorded>, Promise> {
    match session.packed_events(order)? {
        None => session.events_of(order)?.into_iter().map(recorded).collect(),
        Some(packed) => {
            let read = |event: sync::wire::PackedEvent| {
                Ok(Recorded { event: verbatim(&event.event)?, predecessors: event.predecessors, receipt: Some(event.receipt) })
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
    Ok(Recorded { event: verbatim(&stored.bytes)?, predecessors: stored.predecessors, receipt })
}
