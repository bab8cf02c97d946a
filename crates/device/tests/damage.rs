//! Damage that several programs meet, that interrupts a rescue, or that SQLite does not notice: nothing vanishes without a word.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;

use device::command::Command;
use device::reply::Reply;
use device::{App, STORE_FILE, read_command};
use domain::fault::FaultCodeName::*;
use domain::identity::OrderId;
use domain::view::Upload;
use fixture::{Fixture, TestClock, event_id};
use serde_json::json;
use sync::wire::{Down, ExchangeAnswer, UploadOutcome};

const PAGE: usize = 4096;

/// A device that has accepted an order.
fn at_work() -> (Fixture, OrderId) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    (fixture, order)
}

/// The files of a device as a process that is killed leaves them, in another folder, without those that `left_out` names.
fn copied(from: &Path, left_out: &[&str]) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !left_out.iter().any(|end| name.ends_with(end)) && !name.ends_with("-shm") {
            std::fs::copy(from.join(&name), to.path().join(&name)).unwrap();
        }
    }
    to
}

fn opened(folder: tempfile::TempDir, clock: &TestClock) -> Fixture {
    Fixture { device: fixture::open(folder.path(), clock, 9), folder, clock: clock.clone(), highest: 0.into() }
}

fn names(folder: &Path, part: &str) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(part)).collect()
}

fn moved_aside(folder: &Path) -> Vec<String> {
    names(folder, ".damaged-").into_iter().filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect()
}

fn spoil(bytes: &[u8], page: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[page * PAGE..(page + 1) * PAGE].fill(0x5A);
    bytes
}

/// The store as one file, with the files beside it.
fn closed(fixture: Fixture) -> (tempfile::TempDir, TestClock, Vec<u8>) {
    let Fixture { folder, clock, device, .. } = fixture;
    drop(device);
    let whole = std::fs::read(folder.path().join(STORE_FILE)).unwrap();
    (folder, clock, whole)
}

#[test]
fn two_programs_that_meet_the_same_damage_make_one_new_store() {
    let (fixture, order) = at_work();
    let unsent = fixture.device.next_request().unwrap().uploads;
    let (folder, clock, whole) = closed(fixture);
    let mut kept = 0;
    for page in 1..whole.len() / PAGE {
        let spoiled = copied(folder.path(), &[]);
        std::fs::write(spoiled.path().join(STORE_FILE), spoil(&whole, page)).unwrap();
        let together = Barrier::new(2);
        let devices: Vec<device::Device> = std::thread::scope(|scope| {
            let open = |seed: u64| {
                let (folder, clock, together) = (spoiled.path(), &clock, &together);
                scope.spawn(move || {
                    together.wait();
                    let device = fixture::open(folder, clock, seed);
                    together.wait();
                    // Whatever it says, it says it of the one store.
                    let _ = device.handle(&Command::GetOrder { order });
                    device
                })
            };
            [open(9_000), open(90_000)].map(|thread| thread.join().unwrap()).into()
        });
        // What this asks may lie on the spoiled page, which is then met only here.
        devices.iter().for_each(|device| drop(device.handle(&Command::DeviceStatus {})));
        let requests: Vec<_> = devices.iter().map(|device| device.next_request().or_else(|_| device.next_request()).unwrap()).collect();
        assert_eq!(requests[0], requests[1], "page {page}");
        assert_eq!(statuses(&devices), 1, "page {page}");
        assert!(moved_aside(spoiled.path()).len() <= 1, "page {page}: {:?}", moved_aside(spoiled.path()));
        kept += usize::from(requests[0].uploads == unsent && !moved_aside(spoiled.path()).is_empty());
        assert!(names(spoiled.path(), ".new-").is_empty() && names(spoiled.path(), ".replaces-").is_empty());
    }
    assert!(kept > 0, "the unsent event was never taken over");
}

#[test]
fn two_programs_that_open_a_new_folder_make_one_key_and_one_device() {
    for cut_off in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        if cut_off {
            std::fs::write(folder.path().join("plantroom.key"), [7; 12]).unwrap();
        }
        let clock = TestClock::new();
        let together = Barrier::new(4);
        let open = |seed| {
            together.wait();
            fixture::open(folder.path(), &clock, seed)
        };
        let open = &open;
        let devices: Vec<device::Device> = std::thread::scope(|scope| {
            let threads: Vec<_> = (1..=4).map(|seed| scope.spawn(move || open(seed * 10_000))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let begun: std::collections::BTreeSet<_> = devices.iter().map(|device| device.prepare_enrolment("K7QF").unwrap().device).collect();
        assert_eq!(begun.len(), 1);
        assert_eq!(moved_aside(folder.path()), Vec::<String>::new());
        assert_eq!(std::fs::metadata(folder.path().join("plantroom.key")).unwrap().len(), 32);
        assert_eq!(names(folder.path(), "key.new"), Vec::<String>::new());
    }
}

/// How many different things the devices say about themselves.
fn statuses(devices: &[device::Device]) -> usize {
    let mut said: Vec<Reply> = devices.iter().map(|device| device.handle(&Command::DeviceStatus {})).collect();
    said.dedup();
    said.len()
}

#[test]
fn the_same_healthy_store_is_not_moved_aside_again() {
    let (fixture, order) = at_work();
    let (folder, clock, whole) = closed(fixture);
    let first = fixture::open(folder.path(), &clock, 9_000);
    let second = fixture::open(folder.path(), &clock, 90_000);
    // Both have the file open; every page but the first is spoiled under them, and their caches know nothing of it.
    let spoiled = (1..whole.len() / PAGE).fold(whole, |bytes, page| spoil(&bytes, page));
    let file = std::fs::OpenOptions::new().write(true).open(folder.path().join(STORE_FILE)).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &spoiled, 0).unwrap();
    for device in [&first, &second, &first, &second] {
        assert!(matches!(device.handle(&Command::GetOrder { order }), Reply::Error(fault) if fault.code == StoreDamaged));
    }
    assert_eq!(moved_aside(folder.path()).len(), 1);
    assert_eq!(statuses(&[first, second]), 1);
}

#[test]
fn a_rescue_that_was_killed_is_finished_by_the_next_program() {
    let (fixture, _) = at_work();
    let unsent = fixture.device.next_request().unwrap().uploads;
    let (folder, clock, whole) = closed(fixture);
    // The last page that is in use belongs to nothing that has to be read when opening.
    let spoiled = |page: usize| {
        let folder = copied(folder.path(), &[]);
        std::fs::write(folder.path().join(STORE_FILE), spoil(&whole, page)).unwrap();
        opened(folder, &clock)
    };
    let replaced = (1..whole.len() / PAGE)
        .map(spoiled)
        .find(|fixture| {
            let _ = fixture.call(json!({"do": "list_orders", "filter": "mine"}));
            !moved_aside(fixture.folder.path()).is_empty() && fixture.device.next_request().unwrap().uploads == unsent
        })
        .unwrap();
    let (folder, clock, _) = closed(replaced);
    let aside = moved_aside(folder.path()).remove(0);
    let number = aside.rsplit('-').next().unwrap();
    let place = |name: &str| folder.path().join(name);
    // Killed before the new store got its name, the journal of the damaged one still beside it.
    std::fs::rename(place(STORE_FILE), place(&format!("{STORE_FILE}.replaces-{number}"))).unwrap();
    std::fs::write(place(&format!("{STORE_FILE}-wal")), b"of the damaged store").unwrap();
    std::fs::write(place(&format!("{STORE_FILE}.new-0")), b"half made").unwrap();
    let fixture = opened(folder, &clock);
    assert_eq!(fixture.device.next_request().unwrap().uploads, unsent);
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["damaged_store_moved_to"], aside.as_str());
    assert_eq!(std::fs::read(fixture.folder.path().join(format!("{aside}-wal"))).unwrap(), b"of the damaged store");
    assert!(names(fixture.folder.path(), ".replaces-").is_empty());
}

#[test]
fn what_the_server_refused_or_holds_is_rescued_too() {
    for outcome in
        [|id| UploadOutcome::IdReused { id }, |id| UploadOutcome::Held { id, reason: domain::recorded::HeldReason::PredecessorMissing }]
    {
        let (fixture, order) = at_work();
        let request = fixture.device.next_request().unwrap();
        let outcomes = vec![outcome(request.uploads[0].id)];
        let down = Down::Log { entries: Vec::new(), cursor: 1_000, more: false };
        let answer = ExchangeAnswer { outcomes, highest_sequence: 1, ..fixture::answer_of(fixture::MORNING, down, None) };
        fixture.device.apply(&request, answer, fixture.measured()).unwrap();
        assert_eq!(fixture.order(order).upload, Upload::Held);
        let (folder, clock, whole) = closed(fixture);
        let kept = (1..whole.len() / PAGE).filter(|page| {
            let copy = copied(folder.path(), &[]);
            std::fs::write(copy.path().join(STORE_FILE), spoil(&whole, *page)).unwrap();
            let fixture = opened(copy, &clock);
            let _ = fixture.call(json!({"do": "get_order", "order": order}));
            !moved_aside(fixture.folder.path()).is_empty() && fixture.ok(json!({"do": "sync_status"}))["held"] == 1
        });
        assert!(kept.count() > 0);
    }
}

/// What is left when somebody deletes the journal, or one byte of it turns.
fn without_journal(fixture: &Fixture) -> [tempfile::TempDir; 2] {
    let turned = copied(fixture.folder.path(), &[]);
    let journal = turned.path().join(format!("{STORE_FILE}-wal"));
    let mut bytes = std::fs::read(&journal).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&journal, bytes).unwrap();
    [copied(fixture.folder.path(), &["-wal"]), turned]
}

#[test]
fn entries_that_vanish_with_the_journal_are_missed_by_number_and_no_number_is_used_twice() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "arrive", "order": order}));
    for folder in without_journal(&fixture) {
        let left = opened(folder, &fixture.clock);
        assert_eq!(left.ok(json!({"do": "device_status"}))["lost_numbers"], json!([1, 2]));
        left.first_sync(vec![fixture::assigned_order(order)]);
        left.ok(json!({"do": "accept", "id": event_id(900), "order": order}));
        assert_eq!(left.device.next_request().unwrap().uploads[0].sequence, 3);
        let left = left.reopened();
        assert_eq!(left.ok(json!({"do": "device_status"}))["lost_numbers"], json!([1, 2]), "said until it is known better");
    }
    assert_eq!(fixture.reopened().ok(json!({"do": "device_status"}))["lost_numbers"], json!([]));
}

#[test]
fn a_number_that_the_hospital_has_is_not_lost() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "arrive", "order": order}));
    let [folder, _] = without_journal(&fixture);
    let left = opened(folder, &fixture.clock);
    left.first_sync(Vec::new());
    for (highest_sequence, missing_sequences, lost) in [(0, vec![], json!([1, 2])), (2, vec![(1, 1)], json!([1])), (2, vec![], json!([]))] {
        let request = left.device.next_request().unwrap();
        let down = Down::Log { entries: Vec::new(), cursor: 1_000, more: false };
        let answer = ExchangeAnswer { highest_sequence, missing_sequences, ..fixture::answer_of(fixture::MORNING, down, None) };
        left.device.apply(&request, answer, left.measured()).unwrap();
        assert_eq!(left.ok(json!({"do": "device_status"}))["lost_numbers"], lost);
    }
}

/// A device of which somebody has deleted the store and nothing else, after it delivered `delivered` of its two entries.
fn deleted(delivered: usize) -> Fixture {
    without_its_store(delivered, |_| {})
}

/// The same, with something else in its place.
fn without_its_store(delivered: usize, put_there: impl Fn(&Path)) -> Fixture {
    let (fixture, order) = at_work();
    if delivered == 1 {
        fixture.log(Vec::new(), 1_000);
    }
    fixture.ok(json!({"do": "arrive", "order": order}));
    if delivered == 2 {
        fixture.log(Vec::new(), 1_000);
    }
    let folder = copied(fixture.folder.path(), &[STORE_FILE, "-wal"]);
    put_there(folder.path());
    opened(folder, &fixture.clock)
}

/// SQLite takes a file of one byte for a new database.
#[test]
fn a_store_of_which_some_bytes_are_left_is_missed_as_well() {
    for bytes in [0, 1, 2, 511] {
        let fixture = without_its_store(0, |folder| std::fs::write(folder.join(STORE_FILE), vec![b'S'; bytes]).unwrap());
        let status = fixture.ok(json!({"do": "device_status"}));
        assert_eq!(status["missing_store_unsent"], json!(2), "{bytes} bytes");
        assert_eq!(moved_aside(fixture.folder.path()).len(), 1, "{bytes} bytes");
        fixture::enrol(&fixture.device);
        assert_eq!(fixture.ok(json!({"do": "device_status"}))["lost_numbers"], json!([1, 2]), "{bytes} bytes");
    }
}

/// The usual damage of a phone that ran out of power: what lies before the cut is whole.
#[test]
fn a_store_whose_end_was_cut_off_gives_what_lies_before() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "arrive", "order": order}));
    for _ in 0..30 {
        fixture.ok(json!({"do": "suspend", "order": order, "cause": "parts"}));
        fixture.ok(json!({"do": "resume", "order": order}));
    }
    let all = fixture.device.next_request().unwrap().uploads.len();
    let (folder, clock, whole) = closed(fixture);
    for bytes in [PAGE, 2 * PAGE, 4 * PAGE + 7] {
        let cut = copied(folder.path(), &[]);
        std::fs::write(cut.path().join(STORE_FILE), &whole[..whole.len() - bytes]).unwrap();
        let fixture = opened(cut, &clock);
        assert_eq!(moved_aside(fixture.folder.path()).len(), 1, "{bytes} bytes");
        let rescued = fixture.device.next_request().unwrap().uploads.len();
        let lost = fixture.ok(json!({"do": "device_status"}))["lost_numbers"].as_array().unwrap().len();
        assert_eq!(rescued + lost, all, "{bytes} bytes");
        assert!(rescued > all / 2, "{bytes} bytes: {rescued} of {all}");
    }
}

#[test]
fn a_store_that_was_deleted_is_missed_and_its_entries_are_lost_by_number_once_it_is_known_who() {
    for (delivered, unsent, lost) in [(0, 2, json!([1, 2])), (1, 1, json!([2])), (2, 0, json!([]))] {
        let fixture = deleted(delivered);
        let status = fixture.ok(json!({"do": "device_status"}));
        assert_eq!((&status["missing_store_unsent"], &status["lost_numbers"]), (&json!(unsent), &json!([])));
        let said = fixture.refused(json!({"do": "list_orders", "filter": "mine"}), NotEnrolled);
        assert_eq!(said, json!({"reason": "store_missing", "unsent": unsent}));
        let fixture = fixture.reopened();
        fixture::enrol(&fixture.device);
        let status = fixture.ok(json!({"do": "device_status"}));
        assert_eq!((&status["missing_store_unsent"], &status["lost_numbers"]), (&json!(null), &lost));
        fixture.first_sync(vec![fixture::assigned_order(fixture::order_id(1))]);
        fixture.ok(json!({"do": "accept", "order": fixture::order_id(1)}));
        assert_eq!(fixture.device.next_request().unwrap().uploads[0].sequence, 3, "no number is given twice");
        assert_eq!(fixture.ok(json!({"do": "device_status"}))["lost_numbers"], lost);
    }
}

#[test]
fn entries_of_a_store_that_was_deleted_are_not_another_person_s() {
    let fixture = deleted(0);
    let request = fixture.device.prepare_enrolment("K7QF-2MXD").unwrap();
    fixture.device.accept_enrolment("http://127.0.0.1:1", &request, fixture::enrol_answer("025519")).unwrap();
    let status = fixture.ok(json!({"do": "device_status"}));
    assert_eq!((&status["missing_store_unsent"], &status["lost_numbers"]), (&json!(null), &json!([])));
}

#[test]
fn a_new_folder_misses_no_store() {
    assert_eq!(Fixture::fresh().reopened().ok(json!({"do": "device_status"}))["missing_store_unsent"], json!(null));
    // Enrolled, and nothing recorded: nothing can be lost.
    let fixture = Fixture::enrolled();
    let fixture = opened(copied(fixture.folder.path(), &[STORE_FILE, "-wal"]), &fixture.clock);
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["missing_store_unsent"], json!(null));
}

#[test]
fn what_the_person_has_read_is_not_said_again_and_stays_known() {
    let fixture = deleted(0);
    fixture::enrol(&fixture.device);
    let status = fixture.ok(json!({"do": "acknowledge_lost_numbers", "numbers": [2, 77]}));
    assert_eq!((&status["lost_numbers"], &status["acknowledged_lost_numbers"]), (&json!([1]), &json!([2])));
    let fixture = fixture.reopened();
    let status = fixture.ok(json!({"do": "acknowledge_lost_numbers", "numbers": [1]}));
    assert_eq!((&status["lost_numbers"], &status["acknowledged_lost_numbers"]), (&json!([]), &json!([1, 2])));
    // The hospital turns out to have one of them.
    fixture.first_sync(Vec::new());
    let request = fixture.device.next_request().unwrap();
    let down = Down::Log { entries: Vec::new(), cursor: 1_000, more: false };
    let answer =
        ExchangeAnswer { highest_sequence: 2, missing_sequences: vec![(2, 2)], ..fixture::answer_of(fixture::MORNING, down, None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["acknowledged_lost_numbers"], json!([2]));
}

#[test]
fn a_store_is_not_moved_aside_for_a_wrong_key() {
    let (fixture, order) = at_work();
    let (folder, clock, whole) = closed(fixture);
    let key = folder.path().join("plantroom.key");
    let right = std::fs::read(&key).unwrap();
    std::fs::write(&key, [9; 32]).unwrap();
    let opened_with = || {
        let keeper = device::seal::KeyFile::beside_the_store(folder.path());
        let randomness = Box::new(machine::SystemRandomness);
        device::Device::open_with(folder.path(), &keeper, Box::new(clock.clone()), randomness)
    };
    let refused = opened_with().err().unwrap();
    assert_eq!((refused.code, &refused.details["reason"]), (StoreFailed, &json!("key_wrong")));
    assert_eq!(moved_aside(folder.path()), Vec::<String>::new());
    assert_eq!(std::fs::read(folder.path().join(STORE_FILE)).unwrap(), whole);
    std::fs::write(&key, right).unwrap();
    assert_eq!(opened(folder, &clock).order(order).events.len(), 5);
}

/// A page's first commands are none that somebody waits for; what it shows by the status it goes on showing.
#[test]
fn pages_learn_of_damage_by_the_status_and_are_refused_nothing_for_it() {
    let (fixture, _) = at_work();
    let (folder, clock, whole) = closed(fixture);
    let mut replaced = 0;
    for page in 1..whole.len() / PAGE {
        let copy = copied(folder.path(), &[]);
        std::fs::write(copy.path().join(STORE_FILE), spoil(&whole, page)).unwrap();
        let Fixture { device, folder: copy, .. } = opened(copy, &clock);
        let app = App::start_with(device, Duration::from_secs(300)).unwrap();
        let ask =
            |command: serde_json::Value| serde_json::to_value(app.handle(None, &read_command(&command.to_string()).unwrap())).unwrap();
        let aside = moved_aside(copy.path());
        if aside.is_empty() || ask(json!({"do": "device_status"}))["ok"]["enrolled"] == false {
            continue;
        }
        replaced += 1;
        for command in [json!({"do": "sync_status"}), json!({"do": "list_orders", "filter": "mine"})] {
            assert!(ask(command.clone()).get("ok").is_some(), "page {page}: {command}");
        }
        assert_eq!(ask(json!({"do": "device_status"}))["ok"]["damaged_store_moved_to"], aside[0].as_str(), "page {page}");
    }
    assert!(replaced > 0, "no page was met whose damage left the person enrolled");
}

#[test]
fn damage_that_shows_after_the_first_look_is_replaced_too() {
    let (fixture, _) = at_work();
    let (folder, clock, whole) = closed(fixture);
    let note = std::fs::read_to_string(folder.path().join("plantroom.number")).unwrap();
    let ahead = note.replace(&format!("{:020}", 1), &format!("{:020}", 3));
    assert_ne!(note, ahead);
    // A note that is ahead makes opening read and write more than who the device is: each page is met by that in its turn.
    let mut replaced = 0;
    for page in 1..whole.len() / PAGE {
        let copy = copied(folder.path(), &[]);
        std::fs::write(copy.path().join(STORE_FILE), spoil(&whole, page)).unwrap();
        std::fs::write(copy.path().join("plantroom.number"), &ahead).unwrap();
        let fixture = opened(copy, &clock);
        replaced += moved_aside(fixture.folder.path()).len();
    }
    assert!(replaced > 1, "only the page of the identity was met");
}
