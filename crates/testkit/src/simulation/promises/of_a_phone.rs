//! What holds for a phone and its person.

use std::collections::{BTreeMap, BTreeSet};

use device::command::{Command, ListFilter};
use device::reply::Answer;
use domain::identity::{DeviceId, EventId, OrderId};
use domain::recorded::{HeldReason, Recorded, SetAsideReason, Verdict};
use domain::row::Listing;
use domain::time::DAY_MS;
use domain::view::OrderView;
use server::exchange::credential::subjects_now;
use store::device::{DeviceStore, EventStanding, ListedOrder, Session, StoredEvent, StoredProgress};
use store::server::{devices, held, review, scope};
use store::shared::column::uuid;
use sync::judge::in_order;
use sync::pack::unpack;

use super::super::agreement;
use super::super::broken::Promise;
use super::super::centre::Centre;
use super::super::phone::{PATIENCE_MS, Phone};
use super::super::review::Rulings;
use super::of_the_server::{ServerSide, copies_of, is_held, numbers_that_arrived, verbatim};

/// More than any simulation makes.
const EVERYTHING: usize = 100_000;
/// Longer than any simulation lasts.
const ANY_AGE_DAYS: i64 = 10_000;
/// How wrong a corrected time may be: the server's time is compared half way through an exchange, which nobody waits for longer.
const TOLERANCE_MS: i64 = PATIENCE_MS / 2 + 1;

/// Checks everything that a phone's person was promised.
pub fn check(number: usize, phone: &Phone, centre: &mut Centre, server: &ServerSide, family: &BTreeSet<DeviceId>) -> Result<(), Promise> {
    let named = |name: &'static str| move |promise: Promise| promise.named(name);
    times_are_true(phone, server).map_err(named("times_are_true"))?;
    who_knew_what_is_kept(phone, server, &centre.rulings).map_err(named("who_knew_what_is_kept"))?;
    numbers_are_given_once(phone, server).map_err(named("numbers_are_given_once"))?;
    let visible = orders_in_scope(centre, phone)?;
    let arrived = numbers_that_arrived(centre, server, family)?;
    revoked_work_waits_for_review(phone, centre, server).map_err(named("revoked_work_waits_for_review"))?;
    acknowledged_work_is_on_the_server(phone, centre, server).map_err(named("acknowledged_work_is_on_the_server"))?;
    let is_revoked = centre.revoked.contains_key(&phone.credential()?.0);
    let waiting = own_events_without_effect(phone)?;
    let shown = if is_revoked { Vec::new() } else { contradictions_shown(phone)? };
    let (path, key) = phone.store();
    DeviceStore::open(&path, &key)?.read(|session| {
        every_number_is_accounted_for(session, &arrived).map_err(named("every_number_is_accounted_for"))?;
        everything_is_sent(session).map_err(named("nothing_waits_for_ever"))?;
        if is_revoked {
            return Ok(());
        }
        nothing_waits_for_ever(session, &waiting, centre, server).map_err(named("nothing_waits_for_ever"))?;
        has_what_it_may_see_and_nothing_else(session, server, &visible).map_err(named("a_phone_has_what_it_may_see_and_nothing_else"))?;
        equal_sets_and_receipts_make_equal_states(session, server, &visible).map_err(named("equal_sets_and_receipts_make_equal_states"))?;
        contradictions_are_those_of_the_server(session, server, &shown).map_err(named("contradictions_are_those_of_the_server"))?;
        equal_sets_make_equal_documents(session, server, one_of(&visible.must, number)).map_err(named("equal_sets_make_equal_documents"))
    })
}

/// What was acknowledged to a person is on the server, admitted, in its order. What it waits for is a person's decision: about the
/// input of a revoked credential, or what builds on that. What it may be set aside for is one as well: somebody left it so before the
/// server knew its kind.
fn acknowledged_work_is_on_the_server(phone: &Phone, centre: &mut Centre, server: &ServerSide) -> Result<(), Promise> {
    for (event, told) in &phone.acknowledged {
        let found = server.find(told.order, *event);
        let is_kept = match found.and_then(|recorded| recorded.receipt.as_ref()).map(|receipt| receipt.verdict) {
            Some(Verdict::Admitted) => true,
            Some(Verdict::SetAside(reason)) => reason == SetAsideReason::UnknownKind && centre.rulings.left.contains(event),
            None => waits_for_a_decision(centre, *event, told.device)?,
        };
        if !is_kept {
            let held = copies_of(centre, *event)?;
            let verdict = found.and_then(|recorded| recorded.receipt.as_ref());
            let what = format!("the acknowledged event {event} of {} is on the server as {verdict:?}, held as {held:?}", told.order);
            return Err(Promise::broken(what));
        }
    }
    Ok(())
}

/// Whether it is held because its sender or its recording device was revoked, or because it builds on something that is held.
fn waits_for_a_decision(centre: &mut Centre, event: EventId, recorded_on: DeviceId) -> Result<bool, Promise> {
    for held in copies_of(centre, event)? {
        let waits = match held.reason {
            HeldReason::CredentialRevoked => [held.device, recorded_on].iter().any(|device| centre.revoked.contains_key(device)),
            HeldReason::PredecessorMissing => {
                let mut before = held.predecessors.iter();
                before.try_fold(false, |waits, event| Ok::<_, Promise>(waits || is_held(centre, *event)?))?
            }
            _ => false,
        };
        if waits {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What was recorded on a device that was revoked, and had not arrived by then, is recorded only where the dispatcher has admitted
/// that very event.
fn revoked_work_waits_for_review(phone: &Phone, centre: &Centre, server: &ServerSide) -> Result<(), Promise> {
    for (event, told) in &phone.acknowledged {
        let came_late = centre.revoked.get(&told.device).is_some_and(|arrived| !arrived.contains(event));
        if came_late && server.find(told.order, *event).is_some() && !centre.rulings.have_admitted(*event) {
            return Err(Promise::broken(format!("{event} came after the revocation and is recorded")));
        }
    }
    Ok(())
}

/// An event builds on what its author had seen, and on nothing else. Somebody who gives effect to what waited for something
/// declares that lost, and nothing else of what it builds on.
fn who_knew_what_is_kept(phone: &Phone, server: &ServerSide, rulings: &Rulings) -> Result<(), Promise> {
    for (event, upload) in &phone.uploaded {
        let Some(recorded) = server.find(upload.order, *event) else { continue };
        if recorded.event.to_bytes() != upload.event.as_slice() {
            return Err(Promise::broken(format!("{event} is recorded with other bytes than were sent")).named("bytes_are_kept_verbatim"));
        }
        let kept = upload.predecessors.iter().filter(|predecessor| !rulings.have_declared_lost(**predecessor, *event));
        if in_order(recorded.predecessors.clone()) != in_order(kept.copied().collect()) {
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
        let wrong_by = recorded.event.claimed_at().since(told.at);
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
    let mut given: BTreeMap<(DeviceId, u64), EventId> = BTreeMap::new();
    for recorded in server.recorded().filter(|recorded| phone.devices.contains(&recorded.event.device)) {
        if let Some(other) = given.insert((recorded.event.device, recorded.event.sequence), recorded.event.id) {
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

fn everything_is_sent(session: &Session<'_>) -> Result<(), Promise> {
    let counts = session.own_counts()?;
    if counts.only_here() == 0 { Ok(()) } else { Err(Promise::broken(format!("something was not sent: {counts:?}"))) }
}

/// A phone has heard everything, and what of its own work has no effect waits for a decision or got one.
fn nothing_waits_for_ever(session: &Session<'_>, waiting: &[Waiting], centre: &mut Centre, server: &ServerSide) -> Result<(), Promise> {
    for Waiting { event, state } in waiting {
        let is_known = match state.as_str() {
            "held" => is_open(centre, *event)?,
            "set_aside" => centre.rulings.left.contains(event),
            "left" => centre.rulings.left.contains(event) || centre.rulings.left_held.contains(event),
            _ => false,
        };
        if !is_known {
            return Err(Promise::broken(format!("{event} is {state} here and not on the server")));
        }
    }
    let progress = session.identity()?.map(|identity| identity.progress);
    let complete = Some(StoredProgress::Log { cursor: server.log_end });
    if progress == complete {
        return Ok(());
    }
    Err(Promise::broken(format!("has read up to {progress:?} of {complete:?}")))
}

/// Whether it is held, and nobody has looked at it.
fn is_open(centre: &mut Centre, event: EventId) -> Result<bool, Promise> {
    centre.store.read(|database| {
        for copy in held::copies_of(database, event)? {
            if review::left_held(database, &copy)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

/// An own event that has no effect, as the phone has it.
struct Waiting {
    event: EventId,
    state: String,
}

fn own_events_without_effect(phone: &Phone) -> Result<Vec<Waiting>, Promise> {
    let inside = phone.look_inside()?;
    let mut statement =
        inside.prepare("SELECT id, state FROM events WHERE sequence IS NOT NULL AND state IN ('held', 'refused', 'set_aside', 'left')")?;
    let waiting = statement.query_map([], |row| Ok(Waiting { event: EventId(uuid(row, 0)?), state: row.get(1)? }))?;
    Ok(waiting.collect::<Result<_, _>>()?)
}

/// The contradictions that the phone shows to its person, of every order in its lists.
fn contradictions_shown(phone: &Phone) -> Result<Vec<OrderView>, Promise> {
    let mut shown = Vec::new();
    for filter in [ListFilter::Mine, ListFilter::Team, ListFilter::Done] {
        let Answer::Orders(page) = phone.ask(&Command::ListOrders { filter, node: None, limit: Some(200), after: None })? else { continue };
        for row in page.orders {
            if let Answer::Order(view) = phone.ask(&Command::GetOrder { order: row.id })? {
                shown.push(*view);
            }
        }
    }
    Ok(shown)
}

/// Whoever looks at an order on a phone reads the same contradictions as whoever looks at it at the centre, unless own work waits
/// there that the server does not count yet.
fn contradictions_are_those_of_the_server(session: &Session<'_>, server: &ServerSide, shown: &[OrderView]) -> Result<(), Promise> {
    for view in shown {
        let Some(there) = server.orders.get(&view.id).map(|order| &order.state.contradictions) else { continue };
        if !has_held(session, view.id)? && view.contradictions != *there {
            return Err(Promise::broken(format!(
                "{} contradicts itself by {:?}, and on the server by {there:?}",
                view.id, view.contradictions
            )));
        }
    }
    Ok(())
}

fn has_held(session: &Session<'_>, order: OrderId) -> Result<bool, Promise> {
    Ok(session.events_of(order)?.iter().any(|event| matches!(event.standing, EventStanding::Held(_))))
}

/// Nobody has looked at it yet, and a server that is restored may have lost it.
fn is_own_set_aside(event: &StoredEvent) -> bool {
    let is_set_aside = matches!(&event.standing, EventStanding::Recorded(receipt) if receipt.verdict != Verdict::Admitted);
    event.sequence.is_some() && is_set_aside
}

/// The orders in scope: those that the phone must have, and those that it may have. They differ by what is leaving it by age.
struct Visible {
    must: Vec<OrderId>,
    may: Vec<OrderId>,
    /// However old: what is done leaves a phone by age only once nothing of it waits.
    at_any_age: Vec<OrderId>,
}

fn orders_in_scope(centre: &mut Centre, phone: &Phone) -> Result<Visible, Promise> {
    let (device, _) = phone.credential()?;
    let host = centre.host();
    centre.store.read(|database| {
        let device = devices::find(database, device)?.ok_or_else(|| Promise::broken("the server has forgotten a device"))?;
        let subjects = subjects_now(database, &device, &host.occasion())?;
        let done_since = |days: i64| host.clock.now().plus(days.saturating_mul(-DAY_MS));
        let orders = |days| scope::orders_after(database, &subjects, None, done_since(days), EVERYTHING);
        Ok(Visible { must: orders(28)?, may: orders(32)?, at_any_age: orders(ANY_AGE_DAYS)? })
    })
}

fn has_what_it_may_see_and_nothing_else(session: &Session<'_>, server: &ServerSide, visible: &Visible) -> Result<(), Promise> {
    let here = orders_here(session)?;
    if let Some(missing) = visible.must.iter().find(|order| !here.contains_key(order)) {
        return Err(Promise::broken(format!("does not have {missing}, which is in scope")));
    }
    for left in here.keys().filter(|order| !visible.may.contains(order)) {
        // Own work that waits for a decision stays, whether or not the server has the order.
        if !has_held(session, *left)? {
            return Err(Promise::broken(format!("still has {left}, which is not in scope")));
        }
    }
    for order in server.orders.keys().filter(|order| !visible.may.contains(order)) {
        if visible.at_any_age.contains(order) && has_held(session, *order)? {
            continue;
        }
        let stays = session
            .events_of(*order)?
            .into_iter()
            .find(|event| matches!(event.standing, EventStanding::Recorded(_)) && !is_own_set_aside(event));
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
fn equal_sets_and_receipts_make_equal_states(session: &Session<'_>, server: &ServerSide, visible: &Visible) -> Result<(), Promise> {
    for (order, listed) in orders_here(session)? {
        let is_kept_for_work_that_waits = !visible.may.contains(&order) && has_held(session, order)?;
        if is_kept_for_work_that_waits {
            // A new enrolment brings no order that old: it comes whole once somebody has decided.
            continue;
        }
        let there = server.orders.get(&order).ok_or_else(|| Promise::broken(format!("order {order} is nowhere else")))?;
        if listed.row != there.row && !has_held(session, order)? {
            return Err(Promise::broken(format!("the row of {order} is {:?} and on the server {:?}", listed.row, there.row)));
        }
        agreement::check(&recorded_here(session, order)?, &there.recorded, &there.state)
            .map_err(|what| Promise::broken(format!("order {order}: {what}")))?;
    }
    Ok(())
}

/// One of the orders, another for each phone.
fn one_of(orders: &[OrderId], number: usize) -> Option<&OrderId> {
    orders.get(number.checked_rem(orders.len())?)
}

/// The documents of one order of each phone, because documents take their time.
fn equal_sets_make_equal_documents(session: &Session<'_>, server: &ServerSide, order: Option<&OrderId>) -> Result<(), Promise> {
    let Some((order, there)) = order.and_then(|order| Some((*order, server.orders.get(order)?))) else { return Ok(()) };
    let here = recorded_here(session, order)?;
    agreement::check_documents(&here, &there.recorded).map_err(|what| Promise::broken(format!("order {order}: {what}")))
}

fn recorded_here(session: &Session<'_>, order: OrderId) -> Result<Vec<Recorded>, Promise> {
    match session.packed_events(order)? {
        // What is held is in no history.
        None => {
            let events = session.events_of(order)?.into_iter();
            events.filter(|event| !matches!(event.standing, EventStanding::Held(_) | EventStanding::Left { .. })).map(recorded).collect()
        }
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
        EventStanding::Unsent | EventStanding::Held(_) | EventStanding::Refused | EventStanding::Left { .. } => None,
    };
    Ok(Recorded { event: verbatim(&stored.bytes)?, predecessors: stored.predecessors, receipt })
}
