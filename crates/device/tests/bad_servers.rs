//! Servers that are away, broken or something else: a code for each, and nothing lost.
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

use domain::fault::FaultCodeName::{self, *};
use fixture::{Fixture, order_id};
use serde_json::json;
use sync::wire::Down;

/// Answers every connection with `answer`, whatever it asks, and closes it.
fn answering(answer: Vec<u8>) -> String {
    answering_in_turn(vec![answer])
}

/// The same with several answers, one after the other and over again.
fn answering_in_turn(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (stream, answer) in listener.incoming().zip(answers.iter().cycle()) {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            // The client may have gone; the next one is served all the same.
            let _ = stream.read(&mut head);
            let _ = stream.write_all(answer);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    url
}

fn http(status: &str, content_type: &str, length: usize, body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// A device at work, whose server is at `url`.
fn at_work(url: &str) -> Fixture {
    let fixture = Fixture::fresh();
    fixture::enrol_at(&fixture.device, url);
    fixture.first_sync(vec![fixture::assigned_order(order_id(1))]);
    fixture.ok(json!({"do": "accept", "order": order_id(1)}));
    fixture
}

fn check(url: &str, code: FaultCodeName) {
    let fixture = at_work(url);
    let before = (fixture.device.next_request().unwrap(), fixture.order(order_id(1)));
    fixture.refused(json!({"do": "sync_now"}), code);
    assert_eq!((fixture.device.next_request().unwrap(), fixture.order(order_id(1))), before, "{code:?}");
}

const SYNC: &str = "application/vnd.plantroom.sync";

#[test]
fn a_server_that_is_away_is_unreachable() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check(&format!("http://{closed}"), ServerUnreachable);
}

/// Something takes the connection, as a phone network or a proxy does, and no server is behind it.
#[test]
fn a_server_that_hangs_up_without_an_answer_is_unreachable() {
    check(&answering(Vec::new()), ServerUnreachable);
    check(&resetting(), ServerUnreachable);
}

/// Closes every connection with everything unread, which resets it.
fn resetting() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            // Something has arrived, and nobody reads it.
            let _ = stream.peek(&mut [0]);
            drop(stream);
        }
    });
    url
}

#[test]
fn rubbish_and_half_answers_are_unreadable() {
    check(&answering(b"220 mail.example ESMTP\r\n".to_vec()), ServerAnswerUnreadable);
    check(&answering(http("200 OK", "text/html", 20, b"<html>sign in</html>")), ServerAnswerUnreadable);
    check(&answering(http("200 OK", SYNC, 7, b"rubbish")), ServerAnswerUnreadable);
    check(&answering(http("200 OK", SYNC, 5_000, b"half")), ServerAnswerUnreadable);
    check(&answering(http("200 OK", SYNC, 0, b"")), ServerAnswerUnreadable);
}

#[test]
fn a_refusing_server_says_how() {
    let fixture = at_work(&answering(http("503 Service Unavailable", "text/plain", 4, b"busy")));
    assert_eq!(fixture.refused(json!({"do": "sync_now"}), ServerFailed)["status"], 503);
    check(&answering(http("500 Internal Server Error", "application/json", 2, b"{}")), ServerFailed);
    check(&answering(http("302 Found", "text/plain", 0, b"")), ServerFailed);
}

#[test]
fn only_a_plantroom_server_says_that_a_device_is_unknown() {
    for code in ["not_enrolled", "credential_revoked"] {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"not known","details":null}}}}"#);
        check(&answering(http("401 Unauthorized", "application/json", body.len(), body.as_bytes())), CredentialRevoked);
    }
    for status in ["401 Unauthorized", "403 Forbidden"] {
        check(&answering(http(status, "text/html", 20, b"<html>sign in</html>")), ServerAnswerUnreadable);
        check(&answering(http(status, "text/plain", 0, b"")), ServerAnswerUnreadable);
    }
}

#[test]
fn a_device_that_the_server_does_not_know_says_so_and_may_be_enrolled_again() {
    let body = r#"{"error":{"code":"not_enrolled","message":"not known","details":null}}"#;
    let fixture = at_work(&answering(http("401 Unauthorized", "application/json", body.len(), body.as_bytes())));
    assert!(fixture.device.prepare_enrolment("AAAA-BBBB").is_err());
    fixture.refused(json!({"do": "sync_now"}), CredentialRevoked);
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["revoked"], true);
    assert!(fixture.device.prepare_enrolment("AAAA-BBBB").is_ok());
}

/// A server of a broken counter that sends the device back to the beginning for ever.
#[test]
fn a_server_that_comes_to_no_end_is_left_after_a_few_rounds() {
    let fixture = at_work(&begins_anew_for_ever());
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, None);
    fixture.refused(json!({"do": "sync_now"}), ServerAnswerUnreadable);
    assert_eq!(fixture.order(order_id(1)).events.len(), 5, "and nothing is lost");
}

/// Answers in turn: begin anew, and a whole first sync.
fn begins_anew_for_ever() -> String {
    let page = Down::FirstSync { log_end: 1_000, orders: vec![fixture::assigned_order(order_id(1))], more: false };
    let turn = [Down::BeginAnew, page].map(|down| {
        let answer = fixture::answer_of(fixture::MORNING, down, None);
        let body = sync::codec::encode_answer(&answer).unwrap();
        http("200 OK", SYNC, body.len(), &body)
    });
    answering_in_turn(turn.into())
}

#[test]
fn one_exchange_at_a_time() {
    let fixture = at_work("http://127.0.0.1:1");
    let lock = std::fs::OpenOptions::new().create(true).append(true).open(fixture.folder.path().join("sync.lock")).unwrap();
    lock.lock().unwrap();
    fixture.refused(json!({"do": "sync_now"}), SyncRunning);
    lock.unlock().unwrap();
    fixture.refused(json!({"do": "sync_now"}), ServerUnreachable);
}

#[test]
fn enrolling_meets_the_same_servers() {
    let code = |url: &str| json!({"do": "enroll", "url": url, "code": "K7QF"});
    let wrong =
        http("403 Forbidden", "application/json", 70, br#"{"error":{"code":"code_invalid","message":"no such code","details":null}}"#);
    let wrong = String::from_utf8(wrong).unwrap().replace("content-length: 70", "content-length: 73").into_bytes();
    let said = br#"{"error":{"code":"not_permitted","message":"no device for this role","details":null}}"#;
    let without_device = http("403 Forbidden", "application/json", said.len(), said);
    for (url, refusal) in [
        ("http://127.0.0.1:1".to_owned(), ServerUnreachable),
        ("nonsense".to_owned(), BadRequest),
        ("ftp://127.0.0.1".to_owned(), BadRequest),
        ("http://10.0.0.1".to_owned(), BadRequest),
        (answering(b"rubbish".to_vec()), ServerAnswerUnreadable),
        (answering(http("200 OK", "application/json", 2, b"{}")), ServerAnswerUnreadable),
        (answering(wrong), CodeInvalid),
        (answering(without_device), NotPermitted),
    ] {
        let fixture = Fixture::fresh();
        fixture.refused(code(&url), refusal);
        assert_eq!(fixture.ok(json!({"do": "device_status"}))["enrolled"], false, "{url}");
    }
    at_work("http://127.0.0.1:1").refused(code("http://127.0.0.1:1"), AlreadyEnrolled);
}
