//! A thief with the phone and a server of their own: the work goes to nobody but the hospital, and nothing is shown.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use device::{App, Device, PageId, read_command};
use domain::fault::FaultCodeName::{self, *};
use fixture::{Fixture, WORKER, order_id};
use serde_json::{Value, json};
use sync::wire::Down;

const PIN: &str = "2580";
/// A server that names itself the hospital's, and gives the code to whoever asks.
struct OwnServer {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl OwnServer {
    /// Answers every request with an enrolment of `staff_no`.
    fn of(staff_no: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let body = serde_json::to_vec(&fixture::enrol_answer(staff_no)).unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 8192]);
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
                let _ = stream.shutdown(std::net::Shutdown::Write);
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        Self { url, asked }
    }

    fn was_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn enroll(&self) -> Value {
        json!({"do": "enroll", "url": self.url, "code": "AAAA-BBBB"})
    }
}

/// The app over a device, and its one page.
struct Phone {
    app: App,
    _folder: tempfile::TempDir,
}

impl Phone {
    fn over(fixture: Fixture) -> Self {
        let Fixture { folder, device, .. } = fixture;
        Self { app: App::start_with(device, Duration::from_secs(300)).unwrap(), _folder: folder }
    }

    /// With one order that was accepted and is unsent, and a PIN.
    fn at_work() -> Self {
        let (fixture, order) = Fixture::with_assigned_order();
        fixture.ok(json!({"do": "accept", "order": order}));
        let phone = Self::over(fixture);
        phone.ok(json!({"do": "set_pin", "pin": PIN}));
        phone
    }

    /// The same with everything sent.
    fn with_all_sent() -> Self {
        let (fixture, _) = sent();
        let phone = Self::over(fixture);
        phone.ok(json!({"do": "set_pin", "pin": PIN}));
        phone
    }

    fn locked(self) -> Self {
        self.ok(json!({"do": "lock_now"}));
        self
    }

    fn logged_out(self) -> Self {
        self.ok(json!({"do": "log_out", "confirmed": true}));
        self
    }

    fn call(&self, command: &Value) -> Value {
        let page = PageId::read(&format!("{:032}", 1));
        serde_json::to_value(self.app.handle(page.as_ref(), &read_command(&command.to_string()).unwrap())).unwrap()
    }

    fn ok(&self, command: Value) -> Value {
        let reply = self.call(&command);
        assert!(reply.get("ok").is_some(), "{command} gave {reply}");
        reply["ok"].clone()
    }

    #[track_caller]
    fn refused(&self, command: Value, code: FaultCodeName) {
        let reply = self.call(&command);
        assert_eq!(reply["error"]["code"], code.as_str(), "{command} gave {reply}");
    }

    fn status(&self) -> Value {
        self.ok(json!({"do": "device_status"}))
    }
}

fn sent() -> (Fixture, domain::identity::OrderId) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, None);
    (fixture, order)
}

/// The server is not even asked, so that it learns nothing, and the device is as it was.
#[track_caller]
fn stays_the_hospitals(phone: &Phone) {
    let server = OwnServer::of(WORKER);
    let before = phone.status();
    phone.refused(server.enroll(), OtherServer);
    // The content of a QR code names a server as well.
    let scanned = json!({"do": "enroll", "url": fixture::URL, "code": format!("{}/#code=AAAA-BBBB", server.url)});
    phone.refused(scanned, OtherServer);
    assert_eq!((server.was_asked(), phone.status()), (0, before));
    // Where it belongs it may be enrolled; here that server is away.
    phone.refused(json!({"do": "enroll", "url": fixture::URL, "code": "CCCC-DDDD"}), ServerUnreachable);
}

#[test]
fn a_locked_phone_goes_to_no_other_server() {
    stays_the_hospitals(&Phone::at_work().locked());
    stays_the_hospitals(&Phone::with_all_sent().locked());
}

#[test]
fn a_phone_that_was_logged_out_with_work_goes_to_no_other_server() {
    stays_the_hospitals(&Phone::at_work().logged_out());
}

#[test]
fn without_work_it_may_go_elsewhere_and_takes_nothing_along() {
    let phone = Phone::with_all_sent().logged_out();
    let server = OwnServer::of(WORKER);
    assert_eq!(phone.ok(server.enroll())["server_url"], server.url);
    phone.refused(json!({"do": "get_order", "order": order_id(1)}), OrderUnknown);
    assert_eq!(phone.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"], json!([]));
    assert_eq!(phone.ok(json!({"do": "search_locations", "text": ""}))["locations"], json!([]));
}

#[test]
fn whoever_gave_the_pin_may_take_the_work_along_to_a_server_that_moved() {
    let phone = Phone::at_work();
    let colleagues = OwnServer::of("025519");
    phone.refused(colleagues.enroll(), AlreadyEnrolled);
    phone.refused(json!({"do": "enroll", "url": fixture::URL, "code": "CCCC-DDDD"}), AlreadyEnrolled);
    let moved = OwnServer::of(WORKER);
    let status = phone.ok(moved.enroll());
    assert_eq!((&status["server_url"], &status["unsent"]), (&json!(moved.url), &json!(1)));
    phone.ok(json!({"do": "get_order", "order": order_id(1)}));
}

#[test]
fn whoever_owns_the_files_may_take_the_work_along_after_logging_out() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let moved = OwnServer::of(WORKER);
    fixture.refused(moved.enroll(), AlreadyEnrolled);
    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    assert_eq!(fixture.ok(moved.enroll())["unsent"], 1);
    assert_eq!(fixture.order(order).events.len(), 5);
}

/// A store that was damaged is replaced: where it belongs is saved with the work.
#[test]
fn a_damaged_store_goes_to_no_other_server() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(json!({"do": "set_pin", "pin": PIN}));
    let Fixture { folder, clock, device, .. } = fixture;
    drop::<Device>(device);
    let path = folder.path().join(device::STORE_FILE);
    let whole = std::fs::read(&path).unwrap();
    let mut kept = 0;
    for page in 1..whole.len() / 4096 {
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(folder.path().join("plantroom.key"), copy.path().join("plantroom.key")).unwrap();
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0x5A);
        std::fs::write(copy.path().join(device::STORE_FILE), bytes).unwrap();
        let device = fixture::open(copy.path(), &clock, 9);
        let phone = Phone::over(Fixture { device, folder: copy, clock: clock.clone(), highest: 0.into() });
        // The damage may be met by this alone.
        let before = phone.call(&json!({"do": "device_status"}));
        let server = OwnServer::of(WORKER);
        let reply = phone.call(&server.enroll());
        let status = phone.status();
        if status["unsent"] != 0 {
            assert!(status["server_url"] == fixture::URL && reply.get("error").is_some(), "page {page}: {before} {reply} {status}");
            kept += usize::from(reply["error"]["code"] == "other_server");
        }
    }
    assert!(kept > 0, "the work was never taken over");
}
