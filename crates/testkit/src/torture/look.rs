//! The look at everything, when all programs have been let be: what was acknowledged is there, once, everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::identity::StaffNo;
use serde_json::{Value, json};
use store::server::{ServerStore, devices, sequences};
use tempfile::TempDir;

use super::Failure;
use super::chaos::Round;
use super::desk::Desk;
use super::exchanges::exchange;
use super::figures::Figures;
use super::hospital::{TECHNICIANS, done};
use super::ledger::{Fact, events_of, text};

/// An exchange that is let be may meet what came before it, but not for ever.
const MOST_EXCHANGES: usize = 20;
/// What a device and the centre have to say alike of an order.
const SAME_ON_BOTH: [&str; 20] = [
    "id",
    "number",
    "node",
    "urgency",
    "location",
    "fault",
    "department",
    "description",
    "team",
    "assignee",
    "due_at",
    "arrived_at",
    "completed_at",
    "cause",
    "remedy",
    "parts",
    "labour",
    "cost_fen",
    "confirmation",
    "contradictions",
];

/// Every device exchanges until it has nothing to say and has heard everything.
///
/// # Errors
/// When a program cannot be started.
pub fn heal(round: &Round<'_>) -> Result<(), Failure> {
    // What the first one brings up, the others hear only then.
    for _ in 0..2 {
        for device in 0..TECHNICIANS.len() {
            until_quiet(round, device)?;
        }
    }
    Ok(())
}

fn until_quiet(round: &Round<'_>, device: usize) -> Result<(), Failure> {
    let mut last = String::new();
    for _ in 0..MOST_EXCHANGES {
        let (ended, said) = exchange(round, device, None)?;
        if ended.code == Some(0) {
            return Ok(());
        }
        last = format!("{ended:?} {said}");
    }
    round.figures.fail(format!("device {device}: no exchange comes to its end: {last}"));
    Ok(())
}

/// Everything that was promised.
///
/// # Errors
/// When somebody cannot be asked.
pub fn at_everything(round: &Round<'_>, desk: &Desk) -> Result<(), Failure> {
    let waiting = desk.get(round, "/api/set-aside?limit=50")?;
    if waiting.get("items").and_then(Value::as_array).is_some_and(|items| !items.is_empty()) {
        round.figures.fail(format!("somebody's work has no effect: {waiting}"));
    }
    let mut shown = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for (order, facts) in round.ledger.by_order() {
        let at_the_centre = desk.order(round, &order)?;
        check_facts(round, &order, &facts, &at_the_centre);
        if !numbers.insert(text(&at_the_centre, "number")) {
            round.figures.fail(format!("two orders have the number {}", text(&at_the_centre, "number")));
        }
        shown.insert(order, at_the_centre);
    }
    for device in 0..TECHNICIANS.len() {
        check_device(round, device)?;
        compare(round, device, &shown)?;
    }
    Ok(())
}

/// What was acknowledged is on the server, once, and has effect.
fn check_facts(round: &Round<'_>, order: &str, facts: &[(String, Fact)], shown: &Value) {
    let events = events_of(shown);
    for (event, fact) in facts {
        Figures::count(&round.figures.facts_looked_for);
        let times = events.iter().filter(|other| *other == event).count();
        if times != 1 {
            round
                .figures
                .fail(format!("order {order}: event {event} ({}) is on the server {times} times; told: {:?}", fact.what, fact.told));
        }
    }
    let upload = text(shown, "upload");
    if upload != "stored" {
        round.figures.fail(format!("order {order} is {upload:?} at the centre"));
    }
}

fn check_device(round: &Round<'_>, device: usize) -> Result<(), Failure> {
    let ask = |what: &str| round.hospital.ask_device(round.programs, device, &json!({ "do": what }));
    let (sync, status) = (ask("sync_status")?, ask("device_status")?);
    let expected = [
        (&sync, "unsent", json!(0)),
        (&sync, "held", json!(0)),
        (&sync, "set_aside", json!(0)),
        (&status, "enrolled", json!(true)),
        (&status, "revoked", json!(false)),
        (&status, "lost_numbers", json!([])),
        (&status, "damaged_store_moved_to", Value::Null),
    ];
    for (said, name, expected) in expected {
        let is = said.get("ok").and_then(|said| said.get(name)).cloned().unwrap_or_default();
        if is != expected {
            round.figures.fail(format!("device {device}: {name} is {is} instead of {expected}"));
        }
    }
    Ok(())
}

/// The device has every order of its team as the centre has it.
fn compare(round: &Round<'_>, device: usize, at_the_centre: &BTreeMap<String, Value>) -> Result<(), Failure> {
    let may_see: Vec<(&String, &Value)> =
        at_the_centre.iter().filter(|(_, order)| order.get("team").is_some_and(Value::is_string)).collect();
    let commands: String = may_see.iter().map(|(id, _)| format!("{}\n", json!({ "do": "get_order", "order": id }))).collect();
    let said = done(round.hospital.device_program(round.programs, device).args(["call", "-"]), &commands)?;
    for ((id, centre), line) in may_see.iter().zip(said.lines()) {
        Figures::count(&round.figures.orders_compared);
        let reply: Value = serde_json::from_str(line)?;
        let Some(here) = reply.get("ok") else {
            round.figures.fail(format!("device {device}: order {id} cannot be shown: {reply}"));
            continue;
        };
        for difference in differences(here, centre) {
            round.figures.fail(format!("device {device}: order {id}: {difference}"));
        }
    }
    Ok(())
}

fn differences(here: &Value, centre: &Value) -> Vec<String> {
    let told = |name: &&str| {
        let (one, other) = (here.get(*name), centre.get(*name));
        (one != other).then(|| format!("{name} is {one:?} on the device and {other:?} at the centre"))
    };
    let mut differences: Vec<String> = SAME_ON_BOTH.iter().filter_map(told).collect();
    let sorted = |order: &Value| {
        let mut events = events_of(order);
        events.sort();
        events
    };
    if sorted(here) != sorted(centre) {
        differences.push(format!("its events are {:?} on the device and {:?} at the centre", sorted(here), sorted(centre)));
    }
    if text(here, "upload") != "stored" {
        differences.push(format!("it is {:?} on the device", text(here, "upload")));
    }
    differences
}

/// The server has stopped: its data fits together, and it has every number of every device from the first to the highest.
///
/// # Errors
/// When its data cannot be opened.
pub fn at_the_data(round: &Round<'_>) -> Result<(), Failure> {
    if let Err(failure) = done(&mut round.hospital.server_program(round.programs, "verify"), "") {
        round.figures.fail(format!("verify finds something: {failure}"));
    }
    let copy = copied(&round.hospital.server_data())?;
    let mut store = ServerStore::open(copy.path())?;
    for (device, person) in TECHNICIANS.iter().enumerate() {
        let person = StaffNo::from(*person);
        let ranges = store.read(|database| -> Result<_, Failure> {
            let own = devices::all(database)?.into_iter().find(|device| device.staff_no == person).ok_or("a device is gone")?;
            Ok(sequences::ranges(database, own.id)?)
        })?;
        let told = round.ledger.told(device).len();
        let whole = match ranges.as_slice() {
            [] => told == 0,
            [(1, last)] => usize::try_from(*last).is_ok_and(|last| last >= told),
            _ => false,
        };
        if !whole {
            round.figures.fail(format!("device {device}: the server has the numbers {ranges:?} of {told} acknowledged events"));
        }
    }
    Ok(())
}

/// Where it lies, this process may serve the file system, and a store maps files into memory: a page that is missing there would
/// wait for a thread that waits for the same memory.
fn copied(data: &Path) -> Result<TempDir, Failure> {
    let copy = tempfile::tempdir()?;
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
        }
    }
    Ok(copy)
}
