//! What goes on while one transaction holds the store, as an import does for seconds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;

use domain::time::HOUR_MS;
use harness::centre::{Centre, NURSE, PASSWORD, TECHNICIAN, read, refused};
use harness::{Device, Hospital, files, new_order_id, reported};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use server::http::app::MOST_SIGN_INS;
use server::occasion::Occasion;
use store::StoreError;
use store::server::{ServerStore, devices};
use sync::wire::{Down, ExchangeAnswer, ExchangeRequest, PROTOCOL, Progress, Upload};
use tokio::task::JoinSet;

/// Somebody who writes until told to stop.
struct Writing {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Writing {
    fn begin(folder: PathBuf) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let (begin, begun) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut store = ServerStore::open(&folder).unwrap();
            let hold = |_: &store::Database| {
                begin.send(()).unwrap();
                let _ = stopped.recv();
                Ok::<_, StoreError>(())
            };
            store.write(hold).unwrap();
        });
        begun.recv().unwrap();
        Self { stop, thread }
    }

    fn end(self) {
        drop(self.stop);
        self.thread.join().unwrap();
    }
}

/// Somebody who writes in the server itself until told to stop. Whoever waits for their turn there may wait as long as it takes, and for
/// another program ten seconds, which a busy machine can need for a flood.
struct WritingWithin {
    stop: mpsc::Sender<()>,
    written: tokio::task::JoinHandle<()>,
}

impl WritingWithin {
    async fn begin(centre: &Centre) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let app = centre.app.clone();
        let hold = move |_: &store::Database, _: &Occasion<'_>| {
            begin.send(()).unwrap();
            let _ = stopped.recv();
            Ok(())
        };
        let written = tokio::spawn(async move { app.write(hold).await.unwrap() });
        begun.await.unwrap();
        Self { stop, written }
    }

    async fn end(self) {
        drop(self.stop);
        self.written.await.unwrap();
    }
}

fn exchange(centre: &Centre, device: &Device, log_mark: Option<i64>, uploads: Vec<Upload>) -> RequestBuilder {
    let Device { progress, reference: reference_revision, .. } = *device;
    let request = ExchangeRequest { protocol: PROTOCOL, uploads, progress, log_mark, reference_revision, checks: Vec::new() };
    let body = sync::codec::encode_request(&request).unwrap();
    let credential = format!("{}.{}", device.id, "ab".repeat(32));
    centre.client.post(format!("{}/sync/v1/exchange", centre.url)).bearer_auth(credential).body(body)
}

async fn answered(request: RequestBuilder) -> ExchangeAnswer {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    sync::codec::decode_answer(&answer.bytes().await.unwrap()).unwrap()
}

async fn poll(centre: &Centre, device: &Device, log_mark: Option<i64>) -> ExchangeAnswer {
    answered(exchange(centre, device, log_mark, Vec::new())).await
}

#[tokio::test]
async fn a_device_that_says_nothing_new_is_answered() {
    let mut centre = Centre::start().await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let first = poll(&centre, &device, None).await;
    let Down::FirstSync { log_end, .. } = first.down else { panic!("no first page") };
    device.progress = Progress::Log { cursor: log_end };
    let heard =
        |centre: &mut Centre| centre.hospital.store.read(|database| devices::find(database, device.id)).unwrap().unwrap().last_heard_at;
    let before = heard(&mut centre);
    centre.hospital.advance(HOUR_MS);

    let writing = Writing::begin(centre.hospital.folder.path().to_owned());
    assert!(matches!(poll(&centre, &device, first.log_mark).await.down, Down::Log { .. }));
    assert_eq!(heard(&mut centre), before);
    writing.end();

    poll(&centre, &device, first.log_mark).await;
    assert!(heard(&mut centre) > before);
}

/// More than may be worked on at once.
const PUSHERS: usize = 20;

#[tokio::test]
async fn who_says_nothing_new_does_not_wait_for_those_who_do() {
    let mut centre = Centre::start().await;
    let mut idle = centre.hospital.enrol(TECHNICIAN);
    let pushers: Vec<Device> = (0..PUSHERS).map(|_| centre.hospital.enrol(TECHNICIAN)).collect();
    let first = poll(&centre, &idle, None).await;
    let Down::FirstSync { log_end, .. } = first.down else { panic!("no first page") };
    idle.progress = Progress::Log { cursor: log_end };

    let writing = WritingWithin::begin(&centre).await;
    let mut pushing = Vec::new();
    for mut pusher in pushers {
        let report = pusher.event(&centre.hospital, new_order_id(), &[], reported());
        pushing.push(tokio::spawn(answered(exchange(&centre, &pusher, None, vec![report]))));
        // By the last of them, most who push are waiting for whoever writes.
        assert!(matches!(poll(&centre, &idle, first.log_mark).await.down, Down::Log { .. }));
    }
    assert!(!pushing.iter().any(tokio::task::JoinHandle::is_finished));
    writing.end().await;
    for pushed in pushing {
        assert_eq!(pushed.await.unwrap().outcomes.len(), 1);
    }
}

fn sign_in(centre: &Centre, staff_no: &str, password: &str) -> RequestBuilder {
    centre.client.post(format!("{}/api/session", centre.url)).json(&json!({ "staff_no": staff_no, "password": password }))
}

async fn answer_to(request: RequestBuilder) -> (reqwest::StatusCode, Value) {
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn who_has_to_wait_after_wrong_passwords_is_told_so_without_a_write() {
    let centre = Centre::start().await;
    for _ in 0..5 {
        refused(answer_to(sign_in(&centre, NURSE, "wrong")).await, (401, "sign_in_failed"));
    }
    let writing = Writing::begin(centre.hospital.folder.path().to_owned());
    refused(answer_to(sign_in(&centre, NURSE, PASSWORD)).await, (429, "sign_in_failed"));
    writing.end();
}

#[tokio::test]
async fn of_a_flood_of_made_up_numbers_few_wait_for_the_writer() {
    const FLOOD: usize = 100;
    let centre = Centre::start().await;
    let writing = WritingWithin::begin(&centre).await;
    let mut flood = JoinSet::new();
    for number in 0..FLOOD {
        flood.spawn(answer_to(sign_in(&centre, &format!("7{number:05}"), "wrong")));
    }
    for _ in 0..FLOOD - MOST_SIGN_INS {
        refused(flood.join_next().await.unwrap().unwrap(), (429, "sign_in_failed"));
    }
    writing.end().await;
    for answer in flood.join_all().await {
        refused(answer, (401, "sign_in_failed"));
    }
}

#[test]
fn an_import_keeps_nobody_from_writing_while_it_reads_and_checks() {
    let mut hospital = Hospital::new();
    let writing = Writing::begin(hospital.folder.path().to_owned());
    // Everything is read and checked, and nothing of it is new.
    let imported = hospital.import(&files("hospital"));
    assert!(imported.checked.files.iter().all(|file| file.added == 0 && file.updated == 0));
    writing.end();
}
