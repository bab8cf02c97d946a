//! What holds on the server.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, EventBody, NO_NUMBER};
use domain::identity::{DeviceId, EventId, OrderId, PartCode};
use domain::recorded::{Recorded, SetAsideReason, Verdict};
use domain::replay::replay;
use domain::row::OrderRow;
use domain::state::OrderState;
use store::server::held::HeldEvent;
use store::server::{counters, events, held, sequences};
use store::shared::column::unsigned;
use sync::judge::in_order;

use super::super::agreement;
use super::super::broken::Promise;
use super::super::centre::Centre;
use super::super::outsider::Outsider;
use super::super::review::{Given, Rulings};

/// Everything that the server holds.
pub struct ServerSide {
    /// The last position of the log.
    pub log_end: u64,
    /// Its orders.
    pub orders: BTreeMap<OrderId, OrderThere>,
    /// Events of orders that cannot be shown, because nobody has reported them.
    unreported: Vec<Recorded>,
}

/// An order on the server.
pub struct OrderThere {
    /// Its row.
    pub row: OrderRow,
    /// Its events.
    pub recorded: Vec<Recorded>,
    /// What they make of it.
    pub state: OrderState,
}

impl ServerSide {
    /// Reads it.
    pub fn of(centre: &mut Centre) -> Result<Self, Promise> {
        let there = |(row, recorded): (OrderRow, Vec<Recorded>)| (row.order, OrderThere { state: replay(&recorded), row, recorded });
        let orders = centre.histories()?.into_iter().map(there).collect();
        let log_end = centre.store.read(counters::log_end)?;
        let unreported = centre.unreported()?;
        Ok(Self { log_end, orders, unreported })
    }

    /// An event where it is recorded.
    pub fn find(&self, order: OrderId, event: EventId) -> Option<&Recorded> {
        let of_order = self.orders.get(&order).map_or(&self.unreported, |there| &there.recorded);
        of_order.iter().find(|recorded| recorded.event.id == event && recorded.event.order == order)
    }

    /// How many events there are.
    pub fn count_events(&self) -> u64 {
        self.recorded().fold(0, |count, _| count.saturating_add(1))
    }

    /// FNV-1a over the story and every event with its place.
    pub fn trace(&self, story: &[String]) -> u64 {
        let events = self.recorded().flat_map(|recorded| {
            let position = recorded.receipt.as_ref().map_or(0, |receipt| receipt.position);
            recorded.event.to_bytes().into_iter().chain(position.to_le_bytes())
        });
        let story = story.iter().flat_map(|line| line.bytes());
        story.chain(events).fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    /// Every event.
    pub fn recorded(&self) -> impl Iterator<Item = &Recorded> {
        self.orders.values().flat_map(|order| &order.recorded).chain(&self.unreported)
    }
}

/// Checks what holds on the server whoever asks.
pub fn check(centre: &mut Centre, server: &ServerSide) -> Result<(), Promise> {
    for OrderThere { row, recorded, state } in server.orders.values() {
        agreement::check(recorded, recorded, state).map_err(Promise::broken)?;
        rows_are_those_of_their_events(row, state).map_err(|promise| promise.named("rows_are_those_of_their_events"))?;
        balances_are_sums_of_moves(recorded, state).map_err(|promise| promise.named("balances_are_sums_of_moves"))?;
        contradictions_are_listed(row, state).map_err(|promise| promise.named("contradictions_are_listed"))?;
        set_aside_events_have_a_reason(recorded).map_err(|promise| promise.named("set_aside_events_have_a_reason"))?;
    }
    mergings_are_whole(server).map_err(|promise| promise.named("mergings_are_whole"))?;
    bytes_are_kept_verbatim(centre, server).map_err(|promise| promise.named("bytes_are_kept_verbatim"))
}

fn rows_are_those_of_their_events(row: &OrderRow, state: &OrderState) -> Result<(), Promise> {
    let derived = OrderRow::of(state);
    if derived.as_ref() == Some(row) {
        return Ok(());
    }
    Err(Promise::broken(format!("the row {row:?} is not that of its events: {derived:?}")))
}

/// Every movement that has effect is in the state once, with its sign, and the balance of a part is the sum of those that
/// were not withdrawn.
fn balances_are_sums_of_moves(recorded: &[Recorded], state: &OrderState) -> Result<(), Promise> {
    let moved: BTreeMap<EventId, (PartCode, i64)> = recorded.iter().filter(|recorded| recorded.has_effect()).filter_map(movement).collect();
    let shown: BTreeMap<EventId, (PartCode, i64)> =
        state.moves.iter().map(|line| (line.event, (line.part.clone(), line.quantity))).collect();
    if moved != shown || shown.len() != state.moves.len() {
        return Err(Promise::broken(format!("the movements {moved:?} are shown as {:?}", state.moves)));
    }
    let withdrawn: BTreeSet<EventId> = state.moves.iter().filter(|line| line.withdrawn_by.is_some()).map(|line| line.event).collect();
    for part in state.moves.iter().map(|line| &line.part) {
        let standing = moved.iter().filter(|(event, (of, _))| of == part && !withdrawn.contains(event));
        let sum = standing.fold(0_i64, |sum, (_, (_, quantity))| sum.saturating_add(*quantity));
        if sum != state.net_quantity(part) {
            return Err(Promise::broken(format!("{part} adds up to {sum} and stands at {}", state.net_quantity(part))));
        }
    }
    Ok(())
}

fn movement(recorded: &Recorded) -> Option<(EventId, (PartCode, i64))> {
    let (line, sign) = match &recorded.event.body {
        EventBody::PartIssued(line) => (line, 1_i64),
        EventBody::PartReturned(line) => (line, -1),
        _ => return None,
    };
    let quantity = i64::from(line.quantity.get()).saturating_mul(sign);
    Some((recorded.event.id, (line.part.clone(), quantity)))
}

/// As often as an order was merged into another, that one says so: both are recorded, or neither.
fn mergings_are_whole(server: &ServerSide) -> Result<(), Promise> {
    let count = |ends: fn(&Event) -> Option<(OrderId, OrderId)>| {
        let mut times: BTreeMap<(OrderId, OrderId), usize> = BTreeMap::new();
        for pair in server.recorded().filter(|recorded| recorded.has_effect()).filter_map(|recorded| ends(&recorded.event)) {
            let so_far = times.entry(pair).or_default();
            *so_far = so_far.saturating_add(1);
        }
        times
    };
    let merged = count(|event| match &event.body {
        EventBody::Merged(merged) => Some((event.order, merged.into)),
        _ => None,
    });
    let absorbed = count(|event| match &event.body {
        EventBody::Absorbed(absorbed) => Some((absorbed.order, event.order)),
        _ => None,
    });
    if merged == absorbed {
        return Ok(());
    }
    Err(Promise::broken(format!("the mergings {merged:?} are told where they went as {absorbed:?}")))
}

/// Whatever does not fit together and needs a ruling is on the list of what somebody has to look at.
fn contradictions_are_listed(row: &OrderRow, state: &OrderState) -> Result<(), Promise> {
    let open = state.contradictions.iter().any(|contradiction| contradiction.needs_ruling && !contradiction.settled);
    if open && !row.needs_attention {
        return Err(Promise::broken(format!("nobody is told of {:?}", state.contradictions)));
    }
    Ok(())
}

fn set_aside_events_have_a_reason(recorded: &[Recorded]) -> Result<(), Promise> {
    let verdicts = recorded.iter().filter_map(|recorded| recorded.receipt.as_ref()).map(|receipt| receipt.verdict);
    match verdicts.into_iter().find(|verdict| *verdict == Verdict::SetAside(SetAsideReason::Unknown)) {
        Some(_) => Err(Promise::broken("an event is set aside for a reason that nobody can read")),
        None => Ok(()),
    }
}

/// The bytes in the store are those that the event was made of.
fn bytes_are_kept_verbatim(centre: &mut Centre, server: &ServerSide) -> Result<(), Promise> {
    centre.store.read(|database| {
        for order in server.orders.keys() {
            for stored in events::of_order(database, *order)? {
                verbatim(&stored.bytes)?;
            }
        }
        Ok(())
    })
}

/// The event of these bytes, which are the only ones that it has.
pub fn verbatim(bytes: &[u8]) -> Result<Event, Promise> {
    let event = Event::from_bytes(bytes).map_err(|error| Promise::broken(format!("an event cannot be read: {error}")))?;
    if event.to_bytes() == bytes {
        return Ok(event);
    }
    Err(Promise::broken(format!("the bytes of {} are not its own", event.id)).named("bytes_are_kept_verbatim"))
}

/// Whatever was answered is recorded or held, whoever pushed it and whatever it was.
pub fn nothing_is_deleted(centre: &mut Centre, outsider: &Outsider) -> Result<(), Promise> {
    for event in &outsider.answered {
        if centre.verdict_on(*event)?.is_none() && !is_held(centre, *event)? {
            return Err(Promise::broken(format!("{event} was answered and is nowhere")));
        }
    }
    Ok(())
}

/// What somebody gave effect to has it, and builds on what it built on; what somebody left as it was set aside has none.
pub fn rulings_have_effect(centre: &mut Centre) -> Result<(), Promise> {
    let admitted: Vec<(EventId, Given)> = centre.rulings.admitted.iter().map(|(event, given)| (*event, given.clone())).collect();
    for (event, given) in admitted {
        let stored = centre.store.read(|database| events::find(database, event))?;
        let verdict = stored.as_ref().map(|stored| stored.receipt.verdict);
        if verdict != Some(Verdict::Admitted) {
            return Err(Promise::broken(format!("{event} was given effect and is {verdict:?}")));
        }
        let builds_on = stored.map(|stored| in_order(stored.predecessors)).unwrap_or_default();
        if builds_on != given.still_builds_on() {
            let what = format!("{event} was given effect with {given:?} and builds on {builds_on:?}");
            return Err(Promise::broken(what).named("who_knew_what_is_kept"));
        }
    }
    let left: Vec<EventId> = centre.rulings.left.iter().filter(|event| !centre.rulings.have_admitted(**event)).copied().collect();
    for event in left {
        let verdict = centre.verdict_on(event)?;
        if !matches!(verdict, Some(Verdict::SetAside(_))) {
            return Err(Promise::broken(format!("{event} was left as it was set aside and is {verdict:?}")));
        }
    }
    Ok(())
}

/// What was pushed without right has no effect unless somebody gave it effect, and has harmed nothing that was there.
pub fn nothing_forged_has_effect(server: &ServerSide, outsider: &Outsider, rulings: &Rulings) -> Result<(), Promise> {
    let broken = |what: String| Err(Promise::broken(what).named("nothing_forged_has_effect"));
    for recorded in server.recorded() {
        let id = recorded.event.id;
        if outsider.forged.contains(&id) && !rulings.have_admitted(id) && recorded.has_effect() {
            return broken(format!("the forged {} {id} has effect", recorded.event.body.kind()));
        }
        if outsider.attacked.get(&id).is_some_and(|bytes| *bytes != recorded.event.to_bytes()) {
            return broken(format!("{id} is not any more what it was"));
        }
    }
    Ok(())
}

/// The numbers that have arrived from a phone and its copies, whatever devices they have been, as the server counts them, are those
/// of their events that are recorded or held.
pub fn numbers_that_arrived(centre: &mut Centre, server: &ServerSide, family: &BTreeSet<DeviceId>) -> Result<BTreeSet<u64>, Promise> {
    let of_the_family = server.recorded().filter(|recorded| family.contains(&recorded.event.device));
    let mut there: BTreeSet<u64> = of_the_family.map(|recorded| recorded.event.sequence).collect();
    let counted: BTreeSet<u64> = centre.store.read(|database| {
        let mut waiting = database.prepare_cached("SELECT sequence FROM held WHERE device_id = ?1")?;
        let mut counted = BTreeSet::new();
        for device in family {
            let numbers = waiting.query_map([device.0.as_bytes().as_slice()], |row| unsigned(row, 0))?;
            there.extend(numbers.collect::<Result<Vec<_>, _>>()?);
            counted.extend(sequences::ranges(database, *device)?.into_iter().flat_map(|(first, last)| first..=last));
        }
        Ok::<_, Promise>(counted)
    })?;
    // What a phone offers for another one of its person has none of its numbers.
    there.remove(&NO_NUMBER);
    if counted == there {
        return Ok(there);
    }
    Err(Promise::broken(format!("the server counts {counted:?} and has {there:?}")).named("every_number_is_accounted_for"))
}

/// Whether an event waits for review.
pub fn is_held(centre: &mut Centre, event: EventId) -> Result<bool, Promise> {
    Ok(!copies_of(centre, event)?.is_empty())
}

/// What is held under an id.
pub fn copies_of(centre: &mut Centre, event: EventId) -> Result<Vec<HeldEvent>, Promise> {
    Ok(centre.store.read(|database| held::copies_of(database, event))?)
}
