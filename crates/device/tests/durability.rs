//! What was answered stays: through repeated commands, crashes, several processes, a full disk and a damaged file.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use device::STORE_FILE;
use domain::fault::FaultCodeName::*;
use domain::identity::OrderId;
use fixture::{Fixture, event_id};
use serde_json::{Value, json};

fn at_work() -> (Fixture, OrderId) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    (fixture, order)
}

fn issue(order: OrderId, id: u128, quantity: u32) -> Value {
    json!({"do": "issue_part", "id": event_id(id), "order": order, "scan": "BJ000001", "quantity": quantity})
}

#[test]
fn the_same_command_again_gets_the_first_reply() {
    let (fixture, order) = at_work();
    let first = fixture.ok(issue(order, 900, 1));
    fixture.ok(issue(order, 901, 3));
    assert_eq!(fixture.ok(issue(order, 900, 1)), first);
    let fixture = fixture.reopened();
    assert_eq!(fixture.ok(issue(order, 900, 1)), first);
    assert_eq!(fixture.order(order).parts[0].quantity, 4);
}

#[test]
fn an_id_is_used_once() {
    let (fixture, order) = at_work();
    fixture.ok(issue(order, 900, 1));
    fixture.refused(issue(order, 900, 2), IdReused);
    fixture.refused(json!({"do": "return_part", "id": event_id(900), "order": order, "scan": "BJ000001", "quantity": 1}), IdReused);
    // The id of an event that somebody else recorded.
    let assigned = fixture.order(order).events[3].id;
    fixture.refused(json!({"do": "arrive", "id": assigned, "order": order}), IdReused);
    assert_eq!(fixture.order(order).events.len(), 6);
}

#[test]
fn an_id_whose_command_was_refused_is_still_free() {
    let (fixture, order) = at_work();
    fixture.refused(json!({"do": "return_part", "id": event_id(900), "order": order, "scan": "BJ000001", "quantity": 1}), MoreThanIssued);
    fixture.ok(issue(order, 900, 1));
}

#[test]
fn creating_again_gives_the_same_order() {
    let fixture = Fixture::enrolled();
    let create = json!({"do": "create_order", "id": event_id(900), "location": "L00001", "fault": "F001", "urgency": "urgent", "department": "001002", "description": "漏水"});
    let order = fixture.ok(create.clone())["id"].clone();
    assert_eq!(fixture.ok(create.clone())["id"], order);
    let mut changed = create;
    changed["description"] = json!("漏水，越来越大");
    assert_eq!(fixture.refused(changed, IdReused)["order"], order, "whoever changed the form meanwhile is led to the order that exists");
    assert_eq!(fixture.listed("mine").len(), 1);
}

#[test]
fn two_windows_on_one_store_see_each_other_and_lose_nothing() {
    let (fixture, order) = at_work();
    let other = fixture::open(fixture.folder.path(), &fixture.clock, 5_000_000);
    std::thread::scope(|scope| {
        for (device, first) in [(&fixture.device, 1_000), (&other, 2_000)] {
            scope.spawn(move || {
                for number in first..first + 20 {
                    let command = device::read_command(&issue(order, number, 1).to_string()).unwrap();
                    let reply = device.handle(&command);
                    assert!(matches!(reply, device::reply::Reply::Ok(_)), "{reply:?}");
                }
            });
        }
    });
    let view = fixture.order(order);
    assert_eq!(view.parts[0].quantity, 40);
    let mut numbers: Vec<u64> = fixture.device.next_request().unwrap().uploads.iter().map(|upload| upload.sequence).collect();
    numbers.dedup();
    assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
}

#[test]
fn a_full_disk_says_so_and_what_was_saved_is_safe() {
    let (fixture, order) = at_work();
    fixture.device.limit_pages(0).unwrap();
    let mut saved = 0;
    let refusal = loop {
        let reply = fixture.call(issue(order, 1_000 + saved, 1));
        if reply.get("error").is_some() {
            break reply;
        }
        saved += 1;
        assert!(saved < 400, "the disk never became full");
    };
    assert_eq!(refusal["error"]["code"], "disk_full");
    let fixture = fixture.reopened();
    assert_eq!(fixture.order(order).events.len(), 5 + usize::try_from(saved).unwrap());
    fixture.ok(issue(order, 1_000 + saved, 1));
}

fn moved_aside(fixture: &Fixture) -> Vec<String> {
    let names = std::fs::read_dir(fixture.folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".damaged-") && !name.ends_with("-wal") && !name.ends_with("-shm")).collect()
}

#[test]
fn a_damaged_store_is_moved_aside_and_said_so() {
    let (fixture, order) = at_work();
    let Fixture { folder, clock, device, highest } = fixture;
    drop(device);
    let before = std::fs::read(folder.path().join(STORE_FILE)).unwrap();
    let damaged = {
        let mut bytes = before;
        bytes[..4096].fill(0x5A);
        std::fs::write(folder.path().join(STORE_FILE), &bytes).unwrap();
        bytes
    };
    let fixture = Fixture { device: fixture::open(folder.path(), &clock, 9), folder, clock, highest };
    let names = moved_aside(&fixture);
    assert_eq!(names.len(), 1);
    assert_eq!(std::fs::read(fixture.folder.path().join(&names[0])).unwrap(), damaged);
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["damaged_store_moved_to"], names[0].as_str());
    for command in [
        json!({"do": "get_order", "order": order}),
        json!({"do": "list_orders", "filter": "mine"}),
        json!({"do": "accept", "order": order}),
        json!({"do": "sync_now"}),
        json!({"do": "log_out"}),
    ] {
        assert_eq!(fixture.refused(command, StoreDamaged)["moved_to"], names[0].as_str());
    }
    assert_eq!(fixture.ok(json!({"do": "sync_status"}))["unsent"], 0);
    assert_eq!(moved_aside(&fixture).len(), 1, "saying so moves nothing");
    fixture::enrol(&fixture.device);
    fixture.first_sync(Vec::new());
    assert!(fixture.listed("mine").is_empty());
}

/// Leaves the folder of a store as `spoil` makes it, and opens it again.
fn spoiled(spoil: impl FnOnce(&std::path::Path)) -> (Fixture, OrderId) {
    let (fixture, order) = at_work();
    let Fixture { folder, clock, device, highest } = fixture;
    drop(device);
    spoil(folder.path());
    (Fixture { device: fixture::open(folder.path(), &clock, 9), folder, clock, highest }, order)
}

#[test]
fn an_emptied_store_is_no_new_device() {
    let empty = |folder: &std::path::Path| std::fs::write(folder.join(STORE_FILE), b"").unwrap();
    let alone = |folder: &std::path::Path| {
        std::fs::remove_file(folder.join(STORE_FILE)).unwrap();
        std::fs::write(folder.join(format!("{STORE_FILE}-wal")), b"what was written last").unwrap();
    };
    for (fixture, order) in [spoiled(empty), spoiled(alone)] {
        let details = fixture.refused(json!({"do": "get_order", "order": order}), StoreDamaged);
        assert_eq!(fixture.ok(json!({"do": "device_status"}))["damaged_store_moved_to"], details["moved_to"]);
    }
}

#[test]
fn a_missing_key_leaves_the_store_alone() {
    for rest in [None, Some([7_u8; 12])] {
        let (fixture, order) = at_work();
        let Fixture { folder, clock, device, highest } = fixture;
        drop(device);
        let key = folder.path().join("plantroom.key");
        let whole = std::fs::read(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        rest.iter().for_each(|rest| std::fs::write(&key, rest).unwrap());
        let files = |folder: &std::path::Path| {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect::<std::collections::BTreeMap<_, _>>()
        };
        let before = files(folder.path());
        let fault = device::Device::open(folder.path()).err().unwrap();
        assert_eq!((fault.code, &fault.details["reason"]), (StoreFailed, &json!("key_missing")));
        assert_eq!(files(folder.path()), before);
        std::fs::write(&key, whole).unwrap();
        let fixture = Fixture { device: fixture::open(folder.path(), &clock, 9), folder, clock, highest };
        assert_eq!(fixture.order(order).events.len(), 5);
    }
}

#[test]
fn a_store_that_another_process_replaced_is_opened_anew() {
    let (fixture, order) = at_work();
    let other = fixture::open(fixture.folder.path(), &fixture.clock, 5_000_000);
    for name in [STORE_FILE.to_owned(), format!("{STORE_FILE}-wal"), format!("{STORE_FILE}-shm")] {
        std::fs::rename(fixture.folder.path().join(&name), fixture.folder.path().join(format!("aside-{name}"))).unwrap();
    }
    drop(fixture::open(fixture.folder.path(), &fixture.clock, 6_000_000));
    // Nothing goes into the file that lies aside now.
    fixture.refused(issue(order, 900, 1), NotEnrolled);
    drop(other);
}

/// Every page is spoiled once: either nothing that was asked for lay there, or it is met, said so, and begun anew with who
/// the device is and what only it knew.
#[test]
fn damage_that_is_met_later_keeps_identity_and_unsent_work() {
    let (fixture, order) = at_work();
    let unsent = fixture.device.next_request().unwrap().uploads;
    let Fixture { folder, clock, device, .. } = fixture;
    drop(device);
    let whole = std::fs::read(folder.path().join(STORE_FILE)).unwrap();
    let mut kept = 0;
    for page in 1..whole.len() / 4096 {
        let folder_of_page = tempfile::tempdir().unwrap();
        std::fs::copy(folder.path().join("plantroom.key"), folder_of_page.path().join("plantroom.key")).unwrap();
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0x5A);
        std::fs::write(folder_of_page.path().join(STORE_FILE), &bytes).unwrap();
        let spoiled = Fixture {
            device: fixture::open(folder_of_page.path(), &clock, 9),
            folder: folder_of_page,
            clock: clock.clone(),
            highest: 0.into(),
        };
        let reply = spoiled.call(json!({"do": "get_order", "order": order}));
        let aside = moved_aside(&spoiled);
        if aside.is_empty() {
            assert!(reply.get("ok").is_some(), "page {page}: {reply}");
            continue;
        }
        assert_eq!(std::fs::read(spoiled.folder.path().join(&aside[0])).unwrap(), bytes, "page {page}");
        let status = spoiled.ok(json!({"do": "device_status"}));
        assert_eq!(status["damaged_store_moved_to"], aside[0].as_str());
        if status["enrolled"] == true {
            let uploads = spoiled.device.next_request().unwrap().uploads;
            assert!(uploads == unsent || uploads.is_empty(), "page {page}");
            kept += uploads.len();
        }
    }
    assert!(kept > 0, "the unsent event was never taken over");
}

#[test]
fn what_lies_in_the_file_is_sealed() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "complete", "order": order, "cause": "sentence-that-must-not-be-readable", "remedy": "更换"}));
    let Fixture { folder, device, .. } = fixture;
    drop(device);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(12).any(|window| window == b"sentence-tha" || window == b"SQLite forma"));
    }
}
