//! Several real programs at one data folder: what they do together, and what is left when they are killed in the middle.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

#[path = "../../device/tests/fixture/mod.rs"]
mod fixture;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use device::STORE_FILE;
use fixture::{Fixture, order_id};
use serde_json::{Value, json};

const PAGE: usize = 4096;
const LIST: &str = r#"{"do":"list_orders","filter":"mine"}"#;

fn start(folder: &Path, command: &str) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_plantroom-device"));
    program.arg("--data").arg(folder).args(["call", command]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    program.spawn().unwrap()
}

fn reply(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn run(folder: &Path, command: &str) -> Value {
    reply(&start(folder, command).wait_with_output().unwrap())
}

fn names(folder: &Path, part: &str) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(part) && !name.ends_with("-wal") && !name.ends_with("-shm")).collect()
}

/// The files of a device with one unsent event, and its store's bytes.
fn at_work() -> (tempfile::TempDir, Vec<u8>) {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    fixture.first_sync(vec![fixture::assigned_order(order_id(1))]);
    fixture.ok(json!({"do": "accept", "order": order_id(1)}));
    let Fixture { folder, device, .. } = fixture;
    drop(device);
    let whole = std::fs::read(folder.path().join(STORE_FILE)).unwrap();
    (folder, whole)
}

fn spoiled(from: &Path, whole: &[u8], page: usize) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    std::fs::copy(from.join("plantroom.key"), to.path().join("plantroom.key")).unwrap();
    let mut bytes = whole.to_vec();
    bytes[page * PAGE..(page + 1) * PAGE].fill(0x5A);
    std::fs::write(to.path().join(STORE_FILE), bytes).unwrap();
    to
}

/// A page without which the list cannot be read, and the identity and the unsent event can.
fn page_of_the_list(folder: &Path, whole: &[u8]) -> usize {
    let is_it = |page: &usize| {
        let spoiled = spoiled(folder, whole, *page);
        let device = device::Device::open(spoiled.path()).unwrap();
        let _ = device.handle(&device::read_command(LIST).unwrap());
        !names(spoiled.path(), ".damaged-").is_empty() && device.next_request().unwrap().uploads.len() == 1
    };
    (1..whole.len() / PAGE).find(is_it).unwrap()
}

/// What every program has to find in the end.
fn check_rescued(folder: &Path, occasion: &str) {
    run(folder, LIST);
    let status = run(folder, r#"{"do":"device_status"}"#)["ok"].clone();
    assert_eq!((&status["enrolled"], &status["unsent"]), (&json!(true), &json!(1)), "{occasion}: {status}");
    assert_eq!(names(folder, ".damaged-"), [status["damaged_store_moved_to"].as_str().unwrap()], "{occasion}");
    assert_eq!(names(folder, ".replaces-"), Vec::<String>::new(), "{occasion}");
    assert_eq!(status["lost_numbers"], json!([]), "{occasion}");
}

#[test]
fn programs_that_meet_one_damaged_store_at_once_make_one_new_store() {
    let (folder, whole) = at_work();
    let page = page_of_the_list(folder.path(), &whole);
    for round in 0..4 {
        let spoiled = spoiled(folder.path(), &whole, page);
        let programs: Vec<Child> = (0..3).map(|_| start(spoiled.path(), LIST)).collect();
        for program in programs {
            let said = reply(&program.wait_with_output().unwrap());
            assert_eq!(said["error"]["code"].as_str().unwrap_or("store_damaged"), "store_damaged", "{said}");
        }
        check_rescued(spoiled.path(), &format!("round {round}"));
    }
}

/// Kills a program that meets the damage, at a step of its rescue. Whether the kill met it there: it may have been faster than the
/// look.
fn is_killed_at(folder: &Path, step: &str) -> bool {
    let mut program = start(folder, LIST);
    while program.try_wait().unwrap().is_none() && names(folder, step).is_empty() {
        std::thread::yield_now();
    }
    let _ = program.kill();
    // Whoever ends by itself says how it went.
    program.wait().unwrap().code().is_none()
}

#[test]
fn a_program_killed_at_any_step_of_a_rescue_leaves_it_to_the_next() {
    const STEPS: [&str; 4] = [".new-copy", ".new-", ".replaces-", ".damaged-"];
    /// For each step; if none was met by then, as many more as it takes.
    const TRIES: usize = 5;
    const MOST_TRIES: usize = 200;
    let (folder, whole) = at_work();
    let page = page_of_the_list(folder.path(), &whole);
    let mut missed = STEPS.to_vec();
    let is_enough =
        |tries: usize, missed: &[&str]| missed.is_empty() || tries >= MOST_TRIES || tries >= TRIES && missed.len() < STEPS.len();
    let mut tries = 0;
    while !is_enough(tries, &missed) {
        tries += 1;
        missed.retain(|step| {
            let spoiled = spoiled(folder.path(), &whole, page);
            let was_killed = is_killed_at(spoiled.path(), step);
            let next: Vec<Child> = (0..2).map(|_| start(spoiled.path(), LIST)).collect();
            next.into_iter().for_each(|program| assert!(!program.wait_with_output().unwrap().stdout.is_empty()));
            check_rescued(spoiled.path(), step);
            !was_killed
        });
    }
    // A step may be too short to be met on a machine that is busy, but not all of them.
    assert!(missed.len() < STEPS.len(), "no kill met its step in {MOST_TRIES} tries each");
}

#[test]
fn programs_that_begin_at_once_and_are_killed_leave_one_device() {
    for dying in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let mut programs: Vec<Child> = (0..4).map(|_| start(folder.path(), r#"{"do":"device_status"}"#)).collect();
        programs[dying].kill().unwrap();
        for (number, program) in programs.into_iter().enumerate() {
            let output = program.wait_with_output().unwrap();
            assert!(number == dying || reply(&output)["ok"]["enrolled"] == false, "{output:?}");
        }
        assert_eq!(run(folder.path(), r#"{"do":"device_status"}"#)["ok"]["damaged_store_moved_to"], Value::Null);
        assert_eq!(names(folder.path(), ".damaged-"), Vec::<String>::new());
    }
}
