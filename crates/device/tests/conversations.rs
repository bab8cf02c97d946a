//! Whole exchanges over a socket with a server that answers what a test wants, and does something while it is asked.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use domain::event::Event;
use fixture::{Fixture, MORNING, answer_of, assigned_order, order_id, receipt, reference_data};
use serde_json::json;
use sync::codec::{CONTENT_TYPE, decode_request, encode_answer};
use sync::judge::recorded_outcome;
use sync::wire::{Down, ExchangeAnswer, ExchangeRequest, Progress, UploadOutcome};

/// What a server was asked, one after the other.
type Heard = Arc<Mutex<Vec<ExchangeRequest>>>;

/// A server that answers each request, the first being number 0, as `answer` says.
fn server(answer: impl Fn(usize, &ExchangeRequest) -> ExchangeAnswer + Send + 'static) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = Heard::default();
    let hearing = heard.clone();
    std::thread::spawn(move || {
        let mut highest_sequence = 0;
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let request = decode_request(&body_of(&mut stream)).unwrap();
            hearing.lock().unwrap().push(request.clone());
            highest_sequence = request.uploads.iter().map(|upload| upload.sequence).fold(highest_sequence, u64::max);
            let outcomes = outcomes(&request);
            let answer = ExchangeAnswer { outcomes, highest_sequence, ..answer(number, &request) };
            let body = encode_answer(&answer).unwrap();
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: {CONTENT_TYPE}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    (url, heard)
}

fn body_of(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece).unwrap();
        assert!(count > 0, "the device went away");
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let Some(end) = text.find("\r\n\r\n") else { continue };
        let length = text[..end].split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok()).unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            return bytes.split_off(end + 4);
        }
    }
}

/// Every upload is recorded.
fn outcomes(request: &ExchangeRequest) -> Vec<UploadOutcome> {
    let recorded = request.uploads.iter().zip(5_000..);
    recorded.map(|(upload, position)| recorded_outcome(upload.id, &upload.event, receipt(position), upload.predecessors.clone())).collect()
}

fn quiet(cursor: u64) -> Down {
    Down::Log { entries: Vec::new(), cursor, more: false }
}

/// Three orders on three pages, then the log.
fn in_pages(request: &ExchangeRequest) -> ExchangeAnswer {
    let page = |number, more| Down::FirstSync { log_end: 1_000, orders: vec![assigned_order(order_id(number))], more };
    let (down, reference) = match request.progress {
        Progress::Nothing => (page(1, true), Some(reference_data())),
        Progress::FirstSync { after, .. } if after == order_id(1) => (page(2, true), None),
        Progress::FirstSync { .. } => (page(3, false), None),
        Progress::Log { cursor } => (quiet(cursor), None),
    };
    answer_of(MORNING, down, reference)
}

fn progress_of(heard: &Heard) -> Vec<Progress> {
    heard.lock().unwrap().iter().map(|request| request.progress).collect()
}

#[test]
fn pages_of_the_first_sync_are_asked_for_once_each() {
    let fixture = Fixture::fresh();
    let (url, heard) = server(|_, request| in_pages(request));
    fixture::enrol_at(&fixture.device, &url);
    assert_eq!(fixture.ok(json!({"do": "sync_now"}))["round_trips"], 4);
    let after = |number| Progress::FirstSync { log_end: 1_000, after: order_id(number) };
    assert_eq!(progress_of(&heard), [Progress::Nothing, after(1), after(2), Progress::Log { cursor: 1_000 }]);
    assert_eq!(fixture.listed("mine").len(), 3);
}

#[test]
fn work_that_is_done_while_the_next_page_is_asked_for_goes_with_the_next_request() {
    let fixture = Fixture::fresh();
    let (folder, clock) = (fixture.folder.path().to_owned(), fixture.clock.clone());
    let (url, heard) = server(move |number, request| {
        // The page before is being stored, or is stored, when this request comes.
        if number == 2 {
            let window = fixture::open(&folder, &clock, 5_000_000);
            let accept = device::read_command(&json!({"do": "accept", "order": order_id(1)}).to_string()).unwrap();
            assert!(matches!(window.handle(&accept), device::reply::Reply::Ok(_)));
        }
        in_pages(request)
    });
    fixture::enrol_at(&fixture.device, &url);
    let report = fixture.ok(json!({"do": "sync_now"}));
    assert_eq!((&report["sent"], &report["round_trips"]), (&json!(1), &json!(5)));
    let heard = heard.lock().unwrap();
    assert_eq!(heard[3].progress, heard[2].progress, "what was asked ahead is asked again");
    assert_eq!(heard[3].uploads.len(), 1);
    assert_eq!(fixture.listed("mine").len(), 3);
}

/// The worker sets the clock forward by an hour while the server answers, which knows the time.
#[test]
fn a_clock_that_is_set_during_an_exchange_is_known_as_it_is_set() {
    const HOUR_MS: i64 = 3_600_000;
    let (fixture, order) = (Fixture::fresh(), order_id(1));
    let clock = fixture.clock.clone();
    let (url, _) = server(move |number, _| {
        if number == 0 {
            clock.advance(HOUR_MS);
        }
        answer_of(MORNING, quiet(1_000), None)
    });
    fixture::enrol_at(&fixture.device, &url);
    fixture.first_sync(vec![assigned_order(order)]);
    fixture.ok(json!({"do": "sync_now"}));
    fixture.ok(json!({"do": "accept", "order": order}));
    let accepted = Event::from_bytes(&fixture.device.next_request().unwrap().uploads[0].event).unwrap();
    let offset_ms = accepted.clock.unwrap().offset_ms;
    assert!((offset_ms + HOUR_MS).abs() < HOUR_MS / 10, "{offset_ms}");
}
