//! The PIN before the pages of the app: nothing but what opens it, no more tries than there are, and nothing is lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use device::{App, Device, PageId, STORE_FILE, read_command};
use domain::fault::FaultCodeName::{self, *};
use domain::permissions::COMMANDS;
use fixture::{Fixture, TestClock, order_id};
use machine::Stopwatch;
use serde_json::{Value, json};

const IDLE_SECONDS: u64 = 300;

/// Seconds that the program has run, as the test says.
#[derive(Clone, Default)]
struct TestStopwatch(Arc<AtomicU64>);

impl Stopwatch for TestStopwatch {
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// An app over an enrolled device with one order, with what moves its time.
struct Running {
    app: App,
    folder: tempfile::TempDir,
    clock: TestClock,
    stopwatch: TestStopwatch,
}

impl Running {
    fn begin() -> Self {
        let (fixture, _) = Fixture::with_assigned_order();
        let Fixture { folder, clock, device, .. } = fixture;
        Self::over(device, folder, clock)
    }

    fn over(device: Device, folder: tempfile::TempDir, clock: TestClock) -> Self {
        let stopwatch = TestStopwatch::default();
        let device = device.timed_by(Box::new(stopwatch.clone()));
        let app = App::start_with(device, Duration::from_secs(IDLE_SECONDS)).unwrap();
        Self { app, folder, clock, stopwatch }
    }

    fn with_pin(pin: &str) -> Self {
        let running = Self::begin();
        running.ok(1, json!({"do": "set_pin", "pin": pin}));
        running
    }

    /// Another program at the same files, as after a kill; its time begins anew.
    fn started_anew(self) -> Self {
        let device = fixture::open(self.folder.path(), &self.clock, 70_000);
        Self::over(device, self.folder, self.clock)
    }

    fn call(&self, page: u32, command: &Value) -> Value {
        let page = PageId::read(&format!("{page:032}"));
        serde_json::to_value(self.app.handle(page.as_ref(), &read_command(&command.to_string()).unwrap())).unwrap()
    }

    fn ok(&self, page: u32, command: Value) -> Value {
        let reply = self.call(page, &command);
        assert!(reply.get("ok").is_some(), "{command} gave {reply}");
        reply["ok"].clone()
    }

    fn refused(&self, page: u32, command: Value, code: FaultCodeName) -> Value {
        let reply = self.call(page, &command);
        assert_eq!(reply["error"]["code"], code.as_str(), "{command} gave {reply}");
        reply["error"]["details"].clone()
    }

    fn lock(&self, page: u32) -> String {
        self.ok(page, json!({"do": "device_status"}))["lock"].as_str().unwrap().to_owned()
    }

    fn pass(&self, seconds: u64) {
        self.stopwatch.0.fetch_add(seconds, Ordering::SeqCst);
        self.clock.advance(i64::try_from(seconds).unwrap() * 1_000);
    }

    /// Tries a wrong PIN once the wait for it is over.
    fn tries_wrong(&self) -> Value {
        self.pass(self.ok(1, json!({"do": "device_status"}))["pin_wait_seconds"].as_u64().unwrap());
        self.call(1, &json!({"do": "unlock", "pin": "9999"}))["error"].clone()
    }
}

fn unlock(pin: &str) -> Value {
    json!({"do": "unlock", "pin": pin})
}

fn list() -> Value {
    json!({"do": "list_orders", "filter": "mine"})
}

#[test]
fn the_wait_begins_with_the_wrong_pin_and_not_when_somebody_next_asks() {
    let running = Running::with_pin("2580");
    running.ok(1, json!({"do": "lock_now"}));
    let waits: Vec<u64> = (0..5).map(|_| running.refused(1, unlock("9999"), PinWrong)["wait_seconds"].as_u64().unwrap()).collect();
    assert_eq!(waits, [0, 0, 0, 0, 30]);
    running.pass(30);
    assert_eq!(running.refused(1, unlock("9999"), PinWrong)["wait_seconds"], 60);
    running.pass(60);
    running.ok(1, unlock("2580"));
}

#[test]
fn without_a_pin_nothing_is_locked() {
    let running = Running::begin();
    assert_eq!(running.lock(1), "none");
    running.pass(10 * IDLE_SECONDS);
    running.ok(1, list());
    let status = running.ok(1, json!({"do": "device_status"}));
    assert_eq!((&status["pin_tries_left"], &status["pin_wait_seconds"]), (&json!(null), &json!(0)));
}

#[test]
fn a_page_locks_without_a_touch_and_the_pin_opens_it() {
    let running = Running::with_pin("2580");
    assert_eq!(running.lock(1), "open");
    running.pass(IDLE_SECONDS - 1);
    running.ok(1, json!({"do": "touched"}));
    running.pass(IDLE_SECONDS - 1);
    running.ok(1, list());
    // What a page asks by itself is no touch.
    running.ok(1, json!({"do": "sync_status"}));
    running.pass(1);
    running.refused(1, list(), Locked);
    running.refused(1, json!({"do": "touched"}), Locked);
    assert_eq!(running.lock(1), "locked");
    running.ok(1, unlock("2580"));
    running.ok(1, json!({"do": "accept", "order": order_id(1)}));
    running.ok(1, json!({"do": "lock_now"}));
    running.refused(1, list(), Locked);
}

#[test]
fn a_page_opens_for_itself_alone() {
    let running = Running::with_pin("2580");
    assert_eq!((running.lock(1).as_str(), running.lock(2).as_str()), ("open", "locked"));
    running.refused(2, list(), Locked);
    running.ok(2, unlock("2580"));
    running.ok(2, json!({"do": "lock_now"}));
    assert_eq!((running.lock(1).as_str(), running.lock(2).as_str()), ("open", "locked"));
    // One that does not say who it is, and one that starts anew, which has forgotten it.
    let nameless = running.app.handle(None, &read_command(&list().to_string()).unwrap());
    assert_eq!(serde_json::to_value(nameless).unwrap()["error"]["code"], "locked");
    assert_eq!(running.started_anew().lock(1), "locked");
}

#[test]
fn a_locked_page_gets_nothing_but_what_opens_it() {
    let running = Running::with_pin("2580");
    running.ok(1, json!({"do": "lock_now"}));
    for line in COMMANDS {
        let mut command = json!({ "do": line.command });
        let fields = match line.command {
            "device_status" | "unlock" | "lock_now" | "enroll" => continue,
            "list_orders" => json!({"filter": "mine"}),
            "create_order" => {
                json!({"location": "L00001", "fault": "F001", "urgency": "normal", "department": "001002", "description": "漏水"})
            }
            "suspend" => json!({"order": order_id(1), "cause": "parts"}),
            "request_return" => json!({"order": order_id(1), "reason": "派错班组"}),
            "issue_part" | "return_part" => json!({"order": order_id(1), "scan": "BJ000001", "quantity": 1}),
            "add_labour" => json!({"order": order_id(1), "item": "S0001", "quantity": 1}),
            "withdraw" => json!({"event": fixture::event_id(1)}),
            "complete" => json!({"order": order_id(1), "cause": "阀芯老化", "remedy": "更换阀芯"}),
            "look_up_staff" => json!({"staff_no": fixture::NURSE}),
            "confirm" => json!({"order": order_id(1), "staff_no": fixture::NURSE, "accepted": true}),
            "search_parts" | "search_locations" | "search_departments" | "search_labour" => json!({"text": ""}),
            "acknowledge_lost_numbers" => json!({"numbers": []}),
            "set_pin" => json!({"pin": "1470", "current": "2580"}),
            "get_order" | "accept" | "arrive" | "resume" => json!({"order": order_id(1)}),
            _ => json!({}),
        };
        command.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        running.refused(1, command, Locked);
    }
    let status = running.ok(1, json!({"do": "device_status"}));
    assert_eq!((&status["unsent"], &status["person"]["staff_no"]), (&json!(0), &json!(fixture::WORKER)));
}

#[test]
fn wrong_pins_wait_longer_each_time_until_none_opens() {
    let running = Running::with_pin("2580");
    let mut waits = Vec::new();
    for left in (1..10).rev() {
        let refused = running.tries_wrong();
        assert_eq!((&refused["code"], &refused["details"]["tries_left"]), (&json!("pin_wrong"), &json!(left)), "{refused}");
        waits.push(refused["details"]["wait_seconds"].as_u64().unwrap());
    }
    assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480]);
    assert_eq!(running.tries_wrong()["code"], "pin_blocked");
    running.pass(1_000_000);
    running.refused(1, unlock("2580"), PinBlocked);
    let status = running.ok(1, json!({"do": "device_status"}));
    assert_eq!((&status["lock"], &status["pin_tries_left"]), (&json!("locked"), &json!(0)));
    running.started_anew().refused(1, unlock("2580"), PinBlocked);
}

#[test]
fn neither_a_clock_that_is_set_nor_a_new_start_shortens_a_wait() {
    let running = Running::with_pin("2580");
    (0..5).for_each(|_| drop(running.tries_wrong()));
    running.ok(1, json!({"do": "lock_now"}));
    assert_eq!(running.refused(1, unlock("2580"), PinWait)["wait_seconds"], 30);
    running.clock.advance(9_000_000);
    assert_eq!(running.refused(1, unlock("2580"), PinWait)["wait_seconds"], 30);
    running.clock.advance(-90_000_000);
    running.stopwatch.0.fetch_add(29, Ordering::SeqCst);
    assert_eq!(running.refused(1, unlock("2580"), PinWait)["wait_seconds"], 1);
    let running = running.started_anew();
    assert_eq!(running.refused(1, unlock("2580"), PinWait)["wait_seconds"], 30, "it begins anew");
    running.pass(30);
    running.ok(1, unlock("2580"));
    let status = running.ok(1, json!({"do": "device_status"}));
    assert_eq!(status["pin_tries_left"], 10, "a right PIN forgets the wrong ones");
}

#[test]
fn a_pin_is_changed_by_who_knows_it_and_locks_the_other_pages() {
    let running = Running::with_pin("2580");
    running.ok(2, unlock("2580"));
    assert_eq!(running.refused(1, json!({"do": "set_pin", "pin": "1470"}), PinWrong)["tries_left"], 9);
    running.refused(1, json!({"do": "set_pin", "pin": "1470", "current": "9999"}), PinWrong);
    running.refused(1, json!({"do": "set_pin", "pin": "1234", "current": "2580"}), PinUnfit);
    running.ok(1, json!({"do": "set_pin", "pin": "147036", "current": "2580"}));
    assert_eq!((running.lock(1).as_str(), running.lock(2).as_str()), ("open", "locked"));
    running.refused(2, unlock("2580"), PinWrong);
    running.ok(2, unlock("147036"));
}

#[test]
fn too_many_wrong_ones_while_changing_it_lock_every_page() {
    let running = Running::with_pin("2580");
    for left in (0..10).rev() {
        // The screen is touched all the time.
        while running.ok(1, json!({"do": "touched"}))["pin_wait_seconds"] != 0 {
            running.pass(10);
        }
        let refused = running.call(1, &json!({"do": "set_pin", "pin": "1470", "current": "9999"}))["error"].clone();
        assert_eq!(refused["code"], if left > 0 { "pin_wrong" } else { "pin_blocked" });
    }
    assert_eq!(running.lock(1), "locked");
}

#[test]
fn a_code_for_the_same_person_leads_past_the_lock() {
    let running = Running::with_pin("2580");
    running.ok(1, json!({"do": "accept", "order": order_id(1)}));
    running.ok(1, json!({"do": "lock_now"}));
    let enroll = json!({"do": "enroll", "url": "http://127.0.0.1:1", "code": "K7QF-2MXD"});
    // The server is asked although the device is in use; the exchange in the background is waited for.
    running.refused(1, enroll.clone(), ServerUnreachable);
    running.ok(1, unlock("2580"));
    running.refused(1, enroll, AlreadyEnrolled);
}

#[test]
fn enrolling_and_logging_out_take_the_pin_away_and_leave_the_work() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(json!({"do": "set_pin", "pin": "2580"}));
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["lock"], "open", "who owns the files needs none");
    fixture.ok(json!({"do": "get_order", "order": order}));
    let status = fixture.ok(json!({"do": "log_out", "confirmed": true}));
    assert_eq!((&status["lock"], &status["unsent"]), (&json!("none"), &json!(1)));
    fixture.refused(json!({"do": "set_pin", "pin": "2580"}), NotEnrolled);
}

#[test]
fn a_damaged_store_does_not_open_the_lock() {
    let (fixture, _) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "set_pin", "pin": "2580"}));
    fixture.refused(json!({"do": "set_pin", "pin": "1470", "current": "9999"}), PinWrong);
    let Fixture { folder, clock, device, .. } = fixture;
    drop(device);
    let whole = std::fs::read(folder.path().join(STORE_FILE)).unwrap();
    let mut kept = 0;
    for page in 1..whole.len() / 4096 {
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(folder.path().join("plantroom.key"), copy.path().join("plantroom.key")).unwrap();
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0x5A);
        std::fs::write(copy.path().join(STORE_FILE), bytes).unwrap();
        let fixture = Fixture { device: fixture::open(copy.path(), &clock, 9), folder: copy, clock: clock.clone(), highest: 0.into() };
        drop(fixture.call(list()));
        // The damage may be met by this alone; the second time it says how things stand.
        drop(fixture.call(json!({"do": "device_status"})));
        let status = fixture.ok(json!({"do": "device_status"}));
        kept += usize::from(status["damaged_store_moved_to"].is_string() && status["pin_tries_left"] == 9);
    }
    assert!(kept > 0, "the lock was never taken over");
}
