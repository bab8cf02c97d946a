//! A backup is made beside the running server and put back into an empty folder; neither ever replaces anything.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod harness;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use domain::identity::{DeviceId, OrderId, StaffNo};
use domain::node::Node;
use domain::row::OrderRow;
use harness::{Hospital, arrived, completed, part_issued};
use serde_json::{Value, json};
use server::occasion::Host;
use server::people::account::set_password;
use server::verifying::verify;
use store::StoreError;
use store::server::{FILE_NAME, ServerStore, counters, devices, meta, orders};
use tempfile::TempDir;

/// Two orders, one of them worked on. Its store stays open and its journal full, as a running server's.
fn hospital() -> (Hospital, OrderId) {
    let mut hospital = Hospital::new();
    hospital.team_accepted_order();
    let (order, mut device) = (hospital.team_accepted_order(), hospital.enrol("025518"));
    let (heads, accepted) = (hospital.heads(order), device.accepted());
    let uploads = device.chain(&hospital, order, &heads, vec![accepted, arrived(), part_issued(), completed()]);
    hospital.push(&device, &uploads);
    let (nurse, occasion) = (StaffNo::from("020007"), hospital.host.occasion());
    hospital.store.write(|database| set_password(database, &nurse, HASH.to_owned(), &occasion)).unwrap();
    (hospital, order)
}

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5$0123456789abcdef";

fn run(command: &str, data: &Path, file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plantroom-server")).args([command, "--data"]).arg(data).arg(file).output().unwrap()
}

/// The JSON line of a run that ended with `exit`.
#[track_caller]
fn said(output: &Output, exit: i32) -> Value {
    assert_eq!(output.status.code(), Some(exit), "{}", complained(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn check_refused(output: &Output, code: &str, sentence: &str) {
    // Damage is what verify and restore look for.
    let exit = if code == "store_damaged" { 2 } else { 1 };
    assert_eq!(output.status.code(), Some(exit), "{}", complained(output));
    let complaint = complained(output);
    assert!(complaint.starts_with(code) && complaint.contains(sentence) && output.stdout.is_empty(), "{complaint}");
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder for backups with one in it.
fn backed_up(hospital: &Hospital) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("monday.backup");
    said(&run("backup", hospital.folder.path(), &file), 0);
    (folder, file)
}

#[test]
fn a_backup_beside_the_open_store_is_one_whole_private_file() {
    let (mut hospital, _) = hospital();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("monday.backup");
    std::fs::write(folder.path().join("monday.backup.unfinished"), "of a run that was killed").unwrap();
    let line = said(&run("backup", hospital.folder.path(), &file), 0);
    let verified = verify(&mut hospital.store, false).unwrap();
    let log_position = hospital.store.read(counters::log_end).unwrap();
    let metadata = std::fs::metadata(&file).unwrap();
    let expected = json!({
        "bytes": metadata.len(), "events": verified.events, "orders": 2, "log_position": log_position, "found": 0,
    });
    assert_eq!(line, expected);
    assert_eq!((names(folder.path()), metadata.permissions().mode() & 0o777), (vec!["monday.backup".to_owned()], 0o600));
}

#[test]
fn a_backup_while_others_write_is_the_data_at_one_moment() {
    let (mut hospital, _) = hospital();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("monday.backup");
    let mut program = Command::new(env!("CARGO_BIN_EXE_plantroom-server"));
    let program = program.args(["backup", "--data"]).arg(hospital.folder.path()).arg(&file).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = program.spawn().unwrap();
    let mut written = 0_u64;
    while running.try_wait().unwrap().is_none() {
        hospital.team_accepted_order();
        written += 1;
    }
    let line = said(&running.wait_with_output().unwrap(), 0);
    assert!(written > 0 && (2..=2 + written).contains(&line["orders"].as_u64().unwrap()), "{written}: {line}");
    assert_eq!(line["found"], 0);
}

#[test]
fn nothing_is_ever_overwritten_by_a_backup_and_none_is_made_of_nothing() {
    let (hospital, _) = hospital();
    let (folder, file) = backed_up(&hospital);
    let before = std::fs::read(&file).unwrap();
    check_refused(&run("backup", hospital.folder.path(), &file), "bad_request", "is there already");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    check_refused(&run("backup", &folder.path().join("nowhere"), &folder.path().join("b")), "bad_request", "no server's data");
    check_refused(&run("backup", hospital.folder.path(), &folder.path().join("no/folder")), "bad_request", "no backup was made");
    assert_eq!(names(folder.path()), ["monday.backup"]);
}

#[test]
fn a_backup_of_data_with_something_wrong_is_made_and_said() {
    let (mut hospital, order) = hospital();
    let wrong = |database: &_| {
        let row = orders::find(database, order)?.unwrap();
        orders::put(database, &OrderRow { node: Node::Reported, ..row })
    };
    hospital.store.write::<_, StoreError>(wrong).unwrap();
    let folder = TempDir::new().unwrap();
    let (file, data) = (folder.path().join("monday.backup"), folder.path().join("data"));
    for output in [run("backup", hospital.folder.path(), &file), run("restore", &data, &file)] {
        assert_eq!(said(&output, 2)["found"], 1);
        assert!(complained(&output).contains(&order.to_string()), "{}", complained(&output));
    }
}

#[test]
fn what_is_restored_is_what_was_backed_up_without_sessions_and_unused_codes() {
    let (mut hospital, order) = hospital();
    let unused = hospital.code("025519");
    let (folder, file) = backed_up(&hospital);
    let (before, data) = (std::fs::read(&file).unwrap(), folder.path().join("new/data"));
    let output = run("restore", &data, &file);
    assert_eq!(said(&output, 0)["orders"], 2);
    assert!(complained(&output).contains("phones"), "{}", complained(&output));
    assert_eq!((names(&data), std::fs::read(&file).unwrap()), (vec![FILE_NAME.to_owned()], before));
    let mut restored = ServerStore::open(&data).unwrap();
    assert_eq!(verify(&mut restored, false).unwrap(), verify(&mut hospital.store, false).unwrap());
    let everything =
        |store: &mut ServerStore| store.read(|database| Ok::<_, StoreError>((orders::find(database, order)?, devices::all(database)?)));
    assert_eq!(everything(&mut restored).unwrap(), everything(&mut hospital.store).unwrap());
    hospital.store = restored;
    assert!(hospital.enrol_with(&unused, DeviceId(uuid::Uuid::from_u128(2)), None).is_err(), "the code may have been used since");
}

#[test]
fn a_folder_with_anything_in_it_is_left_as_it_is() {
    let (hospital, _) = hospital();
    let (folder, file) = backed_up(&hospital);
    let before = names(hospital.folder.path());
    check_refused(&run("restore", hospital.folder.path(), &file), "bad_request", "is not empty");
    assert_eq!(names(hospital.folder.path()), before);
    check_refused(&run("restore", &folder.path().join("data"), &folder.path().join("tuesday")), "bad_request", "is no file");
}

/// The same bit of a text, wherever it is.
fn change_in(bytes: &mut [u8], text: &str) {
    let text = text.as_bytes();
    let places: Vec<usize> = bytes.windows(text.len()).enumerate().filter(|(_, window)| *window == text).map(|(place, _)| place).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|place| bytes[place + text.len() - 1] ^= 1);
}

/// What no order's history speaks of, and any value of which would do: whoever it is about could not sign in, and nobody knew why.
#[test]
fn a_backup_in_which_a_bit_changed_where_it_was_kept_is_refused() {
    check_spoiled("store_damaged", "bits have changed", |bytes| change_in(bytes, HASH));
    check_spoiled("store_damaged", "bits have changed", |bytes| change_in(bytes, "袁佳静"));
    check_spoiled("store_damaged", "take an older backup", |bytes| change_in(bytes, "digest_of_a_backup"));
}

#[test]
fn what_was_restored_can_be_backed_up_and_restored_again() {
    let (hospital, _) = hospital();
    let (folder, file) = backed_up(&hospital);
    let (drill, again) = (folder.path().join("drill"), folder.path().join("again.backup"));
    said(&run("restore", &drill, &file), 0);
    let mut store = ServerStore::open(&drill).unwrap();
    store.write(|database| meta::put(database, meta::LAST_URL, "http://127.0.0.1:9")).unwrap();
    drop(store);
    said(&run("backup", &drill, &again), 0);
    said(&run("restore", &folder.path().join("again"), &again), 0);
}

/// A backup after a change of its bytes is refused, and nothing of it stays.
#[track_caller]
fn check_spoiled(code: &str, sentence: &str, change: impl Fn(&mut Vec<u8>)) {
    let (hospital, _) = hospital();
    let (folder, file) = backed_up(&hospital);
    let mut bytes = std::fs::read(&file).unwrap();
    change(&mut bytes);
    std::fs::write(&file, bytes).unwrap();
    let data = folder.path().join("data");
    check_refused(&run("restore", &data, &file), code, sentence);
    assert!(!data.exists(), "a folder that was made for it goes again");
    std::fs::create_dir(&data).unwrap();
    check_refused(&run("restore", &data, &file), code, sentence);
    assert!(names(&data).is_empty(), "{:?}", names(&data));
}

#[test]
fn what_is_no_sound_backup_is_refused() {
    check_spoiled("store_damaged", "take an older backup", |bytes| bytes.truncate(bytes.len() / 2));
    check_spoiled("store_damaged", "take an older backup", |bytes| bytes.clone_from(&b"no database at all".repeat(300)));
    check_spoiled("store_damaged", "take an older backup", |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle..middle + 8 * 4096].fill(0xAA);
    });
    // `user_version` of SQLite's header.
    check_spoiled("store_newer", "install the newer program", |bytes| bytes[60..64].copy_from_slice(&99_u32.to_be_bytes()));
}

#[test]
fn a_file_that_was_copied_with_its_journal_is_refused() {
    let (hospital, _) = hospital();
    let data = TempDir::new().unwrap();
    check_refused(&run("restore", data.path(), &hospital.folder.path().join(FILE_NAME)), "bad_request", "has a journal beside it");
}

#[test]
fn after_a_restore_no_order_number_of_the_day_is_given_twice() {
    let (hospital, _) = hospital();
    let (_folder, file) = backed_up(&hospital);
    let data = TempDir::new().unwrap();
    let today = || Host::system().occasion().today();
    let before = today();
    said(&run("restore", data.path(), &file), 0);
    // Midnight may have come meanwhile.
    let next = [before, today()].map(|day| {
        let mut store = ServerStore::open(data.path()).unwrap();
        store.write(|database| counters::next_order_number(database, day)).unwrap()
    });
    assert!(next.iter().any(|next| *next > 1_000), "{next:?}");
}

#[test]
fn a_backup_whose_counter_is_behind_comes_back_and_is_said() {
    let (mut hospital, _) = hospital();
    let behind = |database: &store::Database| database.execute_batch("UPDATE counters SET log_end = 5").map_err(StoreError::from);
    hospital.store.write(behind).unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("monday.backup");
    said(&run("backup", hospital.folder.path(), &file), 2);
    let data = TempDir::new().unwrap();
    let restored = run("restore", data.path(), &file);
    said(&restored, 2);
    assert!(complained(&restored).contains("the counter of the log says 5"), "{}", complained(&restored));
}
