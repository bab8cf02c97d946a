//! What goes wrong, and what people get: one clear sentence with a code, nothing lost, the next thing to do.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test says by panicking what is wrong")]

use std::fs;

use serde_json::{Value, json};
use tests::device::Device;
use tests::hospital::{DISPATCHER, Desks, Hospital, NURSE, SECURITY_ADMIN, TECHNICIAN, reference_data};
use tests::strange_server::StrangeServer;

/// 角阀 DN15
const VALVE: &str = "BJ000001";

/// A device with an order that is being worked on.
struct AtWork {
    hospital: Hospital,
    device: Device,
    order: String,
}

impl AtWork {
    fn begin() -> Self {
        let hospital = Hospital::open();
        let order = Desks::of(&hospital).assign(TECHNICIAN, "护士站洗手池水龙头滴水");
        let device = hospital.device_of(TECHNICIAN);
        device.works_on(&order, &[json!({ "do": "accept" }), json!({ "do": "arrive" })]);
        Self { hospital, device, order }
    }

    fn issue(&self, scan: &str, quantity: Value) -> Value {
        json!({ "do": "issue_part", "order": self.order, "scan": scan, "quantity": quantity })
    }

    /// The exchange fails with this exit code and error, and afterwards everything is still there and can be sent.
    fn check_exchange(&mut self, answer: Option<&'static [u8]>, exit_code: i32, code: &str) {
        let unsent = self.device.unsent();
        self.hospital.stop_server();
        let ended = {
            let _stranger = answer.map(|answer| StrangeServer::at(self.hospital.address(), Some(answer)));
            self.device.sync_once().with_code(exit_code)
        };
        assert_eq!(ended.json()["error"]["code"], code, "{ended:?}");
        assert!(ended.errors.contains(code), "the engineer reads the code: {ended:?}");
        assert_eq!(self.device.unsent(), unsent, "nothing is lost");
        self.hospital.start_server();
    }
}

#[test]
fn a_server_that_is_away_or_answers_rubbish_loses_nothing() {
    const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 20\r\n\r\n<h1>Hotel WiFi</h1>\r\n";
    const NOISE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.plantroom.sync\r\ncontent-length: 8\r\n\r\nnonsense";
    const HALF: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.plantroom.sync\r\ncontent-length: 5000\r\n\r\n\x28\xb5\x2f\xfd";
    const NOT_HTTP: &[u8] = b"SSH-2.0-OpenSSH_9.2\r\n";
    const NOTHING: &[u8] = b"";
    const BROKEN: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";

    let mut work = AtWork::begin();
    work.check_exchange(None, 3, "server_unreachable");
    // It hangs up without a word.
    work.check_exchange(Some(NOTHING), 3, "server_unreachable");
    for answer in [PAGE, NOISE, HALF, NOT_HTTP] {
        work.check_exchange(Some(answer), 1, "server_answer_unreadable");
    }
    work.check_exchange(Some(BROKEN), 1, "server_failed");

    work.device.sync();
    assert_eq!(work.device.unsent(), 0, "everything goes up in the end");
    assert_eq!(work.device.order(&work.order)["upload"], "stored");
}

#[test]
fn two_exchanges_at_once_are_one() {
    let mut work = AtWork::begin();
    work.hospital.stop_server();
    let silent = StrangeServer::at(work.hospital.address(), None);
    let first = work.device.begin_sync();
    silent.wait_until_asked();

    work.device.is_refused(&json!({ "do": "sync_now" }), "sync_running");
    let second = work.device.sync_once().with_code(1);
    assert_eq!(second.json()["error"]["code"], "sync_running");
    work.device.does(&work.issue(VALVE, json!(1)));

    drop(silent);
    let first = first.end();
    assert_eq!(first.json()["error"]["code"], "server_unreachable", "{first:?}");
    work.hospital.start_server();
    work.device.sync();
    assert_eq!(work.device.unsent(), 0);
}

#[test]
fn a_revoked_device_keeps_its_work_and_sends_it_for_review() {
    let work = AtWork::begin();
    let admin = work.hospital.desk(&SECURITY_ADMIN.person());
    let devices = admin.devices();
    let own = devices.as_array().and_then(|all| all.iter().find(|device| device["staff_no"] == TECHNICIAN)).expect("the device is listed");
    admin.revoke(own["id"].as_str().expect("a device has an id"));

    let ended = work.device.sync_once().with_code(4);
    assert_eq!(ended.json()["error"]["code"], "credential_revoked", "{ended:?}");
    let status = work.device.sync_status();
    assert_eq!((&status["held"], &status["unsent"]), (&json!(2), &json!(0)), "the server has it and holds it: {status}");
    assert_eq!(work.device.order(&work.order)["upload"], "held");
    assert_eq!(work.device.does(&json!({ "do": "device_status" }))["revoked"], true);

    work.device.does(&work.issue(VALVE, json!(1)));
    let _ = work.device.sync_once().with_code(4);
    let centre = Desks::of(&work.hospital).dispatcher.order(&work.order);
    assert_eq!(centre["node"], "assigned", "nothing of it counts yet");

    let dispatcher = work.hospital.desk(DISPATCHER);
    for (item, proposed) in dispatcher.set_aside().iter().zip(["admitted", "admitted", "left"]) {
        assert_eq!((&item["reason"], &item["proposal"]["outcome"]), (&json!("credential_revoked"), &json!(proposed)), "{item:#}");
        dispatcher.review(item["event"].as_str().expect("an item has an event"), if proposed == "admitted" { "admit" } else { "leave" });
    }
    let centre = dispatcher.order(&work.order);
    assert_eq!((&centre["node"], &centre["parts"]), (&json!("in_progress"), &json!([])), "what was proposed counts");
    assert!(dispatcher.set_aside().is_empty());
}

/// The phone is stopped by mistake in the middle of an order; its person gets a new code and finishes the work.
#[test]
fn work_that_goes_on_with_a_new_code_follows_what_the_centre_admits_at_once() {
    let work = AtWork::begin();
    let admin = work.hospital.desk(&SECURITY_ADMIN.person());
    let devices = admin.devices();
    let own = devices.as_array().and_then(|all| all.iter().find(|device| device["staff_no"] == TECHNICIAN)).expect("the device is listed");
    admin.revoke(own["id"].as_str().expect("a device has an id"));
    let _ = work.device.sync_once().with_code(4);
    work.device.enroll(work.hospital.url(), &work.hospital.enroll_code(TECHNICIAN));
    let ends =
        [json!({ "do": "complete", "cause": "老化", "remedy": "更换" }), json!({ "do": "confirm", "staff_no": NURSE.0, "accepted": true })];
    work.device.works_on(&work.order, &ends);
    let ended = work.device.sync_once().with_code(0);
    assert!(ended.errors.starts_with("4 entries are held at the hospital"), "the worker is told: {ended:?}");
    let shown = work.device.order(&work.order);
    let held: Vec<_> = shown["events"].as_array().expect("a history").iter().filter_map(|event| event["held"].as_str()).collect();
    assert_eq!(held, ["credential_revoked", "credential_revoked", "predecessor_missing", "predecessor_missing"]);

    let dispatcher = work.hospital.desk(DISPATCHER);
    let items = dispatcher.set_aside();
    assert_eq!(
        (items.len(), &items[0]["held_together"], &items[0]["proposal"]["outcome"]),
        (4, &json!(4), &json!("admitted")),
        "{items:#?}"
    );
    dispatcher.admit_together(items[3]["event"].as_str().expect("an item has an event"));
    assert!(dispatcher.set_aside().is_empty());
    let ended = work.device.sync_once().with_code(0);
    assert_eq!(ended.errors, "");
    let (there, here) = (dispatcher.order(&work.order), work.device.order(&work.order));
    assert_eq!((&there["node"], &here["node"], &here["upload"]), (&json!("confirmed"), &json!("confirmed"), &json!("stored")));
}

#[test]
fn quantities_are_whole_and_within_reason() {
    let work = AtWork::begin();
    for quantity in [json!(0), json!(-1), json!(1_000_000), json!(1.5)] {
        work.device.is_refused(&work.issue(VALVE, quantity.clone()), "quantity_invalid");
        let labour = json!({ "do": "add_labour", "order": work.order, "item": "S0001", "quantity": quantity });
        work.device.is_refused(&labour, "quantity_invalid");
    }
    let returned = json!({ "do": "return_part", "order": work.order, "scan": VALVE, "quantity": 1 });
    work.device.is_refused(&returned, "more_than_issued");
    assert_eq!(work.device.order(&work.order)["parts"], json!([]));
}

#[test]
fn a_scan_that_matches_nothing_or_two_parts_says_so() {
    let work = AtWork::begin();
    work.device.is_refused(&work.issue("NOSUCH", json!(1)), "part_unknown");

    let folder = tempfile::tempdir().expect("a folder can be made");
    let parts = fs::read_to_string(reference_data().join("spare_parts.csv")).expect("there is a list of parts");
    let (columns, _) = parts.split_once('\n').expect("it has a head");
    let same_barcode = "BJ000901,角阀 DN20,甲牌,只,plumbing,3.00,6904965695674,否\n";
    fs::write(folder.path().join("spare_parts.csv"), format!("{columns}\n{same_barcode}")).expect("a file can be written");
    let imported = work.hospital.import(folder.path()).with_code(0);
    assert!(imported.errors.contains("6904965695674"), "the import warns: {imported:?}");

    work.device.sync();
    let refusal = work.device.is_refused(&work.issue("6904965695674", json!(1)), "part_ambiguous");
    let candidates = refusal["details"]["candidates"].as_array().expect("there are candidates");
    let codes: Vec<_> = candidates.iter().filter_map(|part| part["part"].as_str()).collect();
    assert_eq!(codes, [VALVE, "BJ000901"]);
    work.device.does(&work.issue("BJ000901", json!(1)));
}

#[test]
fn the_same_again_is_recognised() {
    let work = AtWork::begin();
    let id = uuid::Uuid::new_v4().to_string();
    let with = |name: &str, value: Value, mut command: Value| {
        command[name] = value;
        command
    };
    let first = with("id", json!(id), work.issue(VALVE, json!(1)));
    let order = json!({ "do": "get_order", "order": work.order });
    // By one program: an identical scan is the same one for five seconds, and on a busy machine programs take their time to start.
    let replies = work.device.call_each(&[
        first.clone(),
        first.clone(),
        with("quantity", json!(2), first),
        order,
        work.issue(VALVE, json!(1)),
        with("again", json!(true), work.issue(VALVE, json!(1))),
    ]);
    assert_eq!(replies[1], replies[0], "the same id gets the first reply");
    assert_eq!(replies[2]["error"]["code"], "id_reused");
    assert_eq!(replies[3]["ok"]["parts"][0]["quantity"], 1);
    assert_eq!(replies[4]["error"]["code"], "repeated_scan");
    assert_eq!(replies[5]["ok"]["parts"][0]["quantity"], 2);
}

#[test]
fn what_cannot_be_read_or_is_unknown_changes_nothing() {
    let work = AtWork::begin();
    let stranger = uuid::Uuid::new_v4().to_string();
    work.device.is_refused(&json!({ "do": "get_order", "order": stranger }), "order_unknown");
    work.device.is_refused(&json!({ "do": "accept", "order": stranger }), "order_unknown");
    work.device.is_refused(&json!({ "do": "dance" }), "bad_request");
    work.device.is_refused(&json!({ "do": "accept", "order": work.order, "loudly": true }), "bad_request");
    let refusal = work.device.is_refused(&json!({ "do": "resume", "order": work.order }), "transition_not_allowed");
    let next = refusal["details"]["next_actions"].as_array().expect("it says what is possible");
    assert!(next.contains(&json!("complete")), "{next:?}");
    assert_eq!(work.device.unsent(), 2, "nothing was recorded");
}

#[test]
fn the_confirmer_is_somebody_else_and_is_asked_about_what_is_unusual() {
    let work = AtWork::begin();
    work.device.works_on(&work.order, &[json!({ "do": "complete", "cause": "阀芯磨损", "remedy": "更换" })]);
    let confirm = |staff_no: &str| json!({ "do": "confirm", "order": work.order, "staff_no": staff_no, "accepted": true });
    work.device.is_refused(&confirm(TECHNICIAN), "own_staff_no");
    work.device.is_refused(&confirm("999999"), "staff_unknown");
    work.device.is_refused(&confirm(tests::hospital::NURSE_OF_ANOTHER_DEPARTMENT), "other_department");
    let mut refused = confirm(tests::hospital::NURSE.0);
    refused["accepted"] = json!(false);
    work.device.is_refused(&refused, "reason_required");

    let mut unknown = confirm("999999");
    unknown["unverified"] = json!(true);
    work.device.does(&unknown);
    work.device.sync();
    let centre = Desks::of(&work.hospital).dispatcher.order(&work.order);
    assert_eq!(centre["node"], "confirmed");
    assert_eq!(centre["confirmation"]["standing"], "unverified");
    assert_eq!(centre["charge"], "awaiting", "nobody is charged until it is judged");
    assert_eq!(centre["contradictions"][0]["number"], 26);
}

/// A command as the page gives it.
fn call(url: &str, command: &Value) -> Value {
    let client = reqwest::blocking::Client::builder().no_proxy().build().expect("a client can be made");
    let response = client.post(format!("{}/call", url.trim_end_matches('/'))).json(command).send().expect("the app answers");
    response.json().expect("a reply is JSON")
}

#[test]
fn an_app_that_is_killed_has_everything_that_it_answered() {
    let work = AtWork::begin();
    let (app, url) = work.device.serve();
    for place in 1..=5 {
        let mut issue = work.issue(VALVE, json!(1));
        issue["id"] = json!(uuid::Uuid::new_v4().to_string());
        assert_eq!(call(&url, &issue)["ok"]["parts"][0]["quantity"], place);
    }
    app.kill();
    assert_eq!(work.device.order(&work.order)["parts"][0]["quantity"], 5);

    // Killed anywhere in the middle of an exchange, the next one goes on from there.
    drop(work.device.begin_sync().kill());
    work.device.sync();
    assert_eq!(work.device.unsent(), 0);
    let centre = Desks::of(&work.hospital).dispatcher.order(&work.order);
    assert_eq!(centre["parts"][0]["quantity"], 5, "nothing is lost and nothing came twice");
}

#[test]
fn two_windows_on_one_store_see_each_other() {
    let work = AtWork::begin();
    let (one, first) = work.device.serve();
    let (other, second) = work.device.serve();
    let issued = call(&first, &work.issue(VALVE, json!(1)));
    assert_eq!(issued["ok"]["parts"][0]["quantity"], 1, "{issued}");
    let complete = json!({ "do": "complete", "order": work.order, "cause": "阀芯磨损", "remedy": "更换" });
    assert_eq!(call(&second, &complete)["ok"]["node"], "completed");
    assert_eq!(call(&first, &json!({ "do": "get_order", "order": work.order }))["ok"]["node"], "completed");
    one.stop();
    other.stop();
}

#[test]
fn a_damaged_store_is_moved_aside_and_said_so() {
    let work = AtWork::begin();
    let store = work.device.data().join("plantroom.db");
    let bytes = fs::read(&store).expect("the store is a file");
    for journal in ["plantroom.db-wal", "plantroom.db-shm"] {
        drop(fs::remove_file(work.device.data().join(journal)));
    }
    fs::write(&store, vec![0x5a; bytes.len()]).expect("the file can be written");

    let status = work.device.does(&json!({ "do": "device_status" }));
    assert_eq!(status["enrolled"], false, "{status}");
    let moved = status["damaged_store_moved_to"].as_str().expect("it says where the file went");
    let kept = fs::read(work.device.data().join(moved)).expect("the file is kept");
    assert_eq!(kept.len(), bytes.len(), "nothing of it is deleted");

    work.device.enroll(work.hospital.url(), &work.hospital.enroll_code(TECHNICIAN));
    work.device.sync();
    assert_eq!(work.device.order(&work.order)["node"], "assigned", "the hospital gives back what it has");
}
