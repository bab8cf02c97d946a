//! Signing in to the centre: wrong passwords, made-up numbers, numbers that somebody else has now.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::identity::StaffNo;
use domain::time::HOUR_MS;
use harness::Hospital;
use harness::centre::{Centre, NURSE, PASSWORD, read, refused};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use server::people::account::set_password;
use server::people::session;
use sync::wire::CredentialStanding;

/// Nobody's.
const MADE_UP: &str = "777777";

async fn sign_in(centre: &Centre, staff_no: &str, password: &str) -> (StatusCode, Value) {
    centre.post("", "/api/session", json!({ "staff_no": staff_no, "password": password })).await
}

/// Whether the answer says to wait: then no password was looked at.
fn waits((_, body): &(StatusCode, Value)) -> bool {
    body["error"]["details"]["retry_at"].is_i64()
}

#[tokio::test]
async fn five_wrong_passwords_have_to_wait() {
    let centre = Centre::start().await;
    for _ in 0..5 {
        refused(sign_in(&centre, NURSE, "wrong").await, (401, "sign_in_failed"));
    }
    assert!(waits(&sign_in(&centre, NURSE, PASSWORD).await));
    centre.hospital.advance(31_000);
    assert_eq!(sign_in(&centre, NURSE, PASSWORD).await.0, 200);
}

#[tokio::test]
async fn who_has_to_wait_is_told_how_long_and_what_else_helps() {
    let centre = Centre::start().await;
    for _ in 0..5 {
        sign_in(&centre, NURSE, "wrong").await;
    }
    let answer = wrong_password(&centre).send().await.unwrap();
    assert_eq!((answer.status(), answer.headers()["retry-after"].to_str().unwrap()), (StatusCode::TOO_MANY_REQUESTS, "30"));
    let (_, body) = read(answer).await;
    assert_eq!(body["error"]["details"]["wait_seconds"], 30);
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.contains("30 seconds") && message.contains("set-password"), "{message}");
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_nobody_out() {
    let centre = Centre::start().await;
    centre.hospital.advance(9_000 * HOUR_MS);
    for _ in 0..5 {
        sign_in(&centre, NURSE, "wrong").await;
    }
    centre.hospital.advance(-9_000 * HOUR_MS);
    assert_eq!(sign_in(&centre, NURSE, PASSWORD).await.0, 200);
}

/// A sign-in that a proxy passes on for somebody.
async fn sign_in_from(centre: &Centre, source: &str, password: &str) -> (StatusCode, Value) {
    let request = centre.client.post(format!("{}/api/session", centre.url)).header("X-Forwarded-For", source);
    read(request.json(&json!({ "staff_no": NURSE, "password": password })).send().await.unwrap()).await
}

fn at_a_proxy() -> [std::net::IpAddr; 1] {
    ["127.0.0.1".parse().unwrap()]
}

#[tokio::test]
async fn who_fails_on_purpose_keeps_nobody_out_elsewhere() {
    let centre = Centre::start_behind(&at_a_proxy()).await;
    let token = centre.sign_in(NURSE).await;
    for _ in 0..6 {
        sign_in_from(&centre, "10.0.0.66", "wrong").await;
    }
    assert!(waits(&sign_in_from(&centre, "10.0.0.66", PASSWORD).await));
    assert!(waits(&sign_in_from(&centre, "1.2.3.4, 10.0.0.66", PASSWORD).await), "what the client writes itself stands before");
    assert_eq!(sign_in_from(&centre, "10.0.0.5", PASSWORD).await.0, 200);
    assert_eq!(centre.get(&token, "/api/session").await.0, 200, "an open session is not hurt");
}

#[tokio::test]
async fn the_word_of_a_proxy_that_nobody_named_is_not_taken() {
    let centre = Centre::start().await;
    for attempt in 0..5 {
        sign_in_from(&centre, &format!("10.0.0.{attempt}"), "wrong").await;
    }
    assert!(waits(&sign_in_from(&centre, "10.0.0.77", PASSWORD).await));
}

#[tokio::test]
async fn who_fails_from_many_places_keeps_out_only_where_nobody_signed_in() {
    let centre = Centre::start_behind(&at_a_proxy()).await;
    assert_eq!(sign_in_from(&centre, "10.0.0.5", PASSWORD).await.0, 200);
    for attempt in 0..50 {
        let answer = sign_in_from(&centre, &format!("2001:db8:0:{attempt}::1"), "wrong").await;
        assert!(!waits(&answer), "{attempt}: {answer:?}");
    }
    assert!(waits(&sign_in_from(&centre, "10.0.0.6", PASSWORD).await));
    assert_eq!(sign_in_from(&centre, "10.0.0.5", PASSWORD).await.0, 200);
    assert_eq!(sign_in_from(&centre, "10.0.0.6", PASSWORD).await.0, 200, "whoever signs in ends the count");
}

#[tokio::test]
async fn addresses_of_one_network_are_one_place() {
    let centre = Centre::start_behind(&at_a_proxy()).await;
    for attempt in 0..5 {
        sign_in_from(&centre, &format!("2001:db8:0:1::{attempt}"), "wrong").await;
    }
    assert!(waits(&sign_in_from(&centre, "2001:db8:0:1:ffff::9", PASSWORD).await));
    assert_eq!(sign_in_from(&centre, "2001:db8:0:2::9", PASSWORD).await.0, 200);
}

fn wrong_password(centre: &Centre) -> RequestBuilder {
    centre.client.post(format!("{}/api/session", centre.url)).json(&json!({ "staff_no": NURSE, "password": "wrong" }))
}

#[tokio::test]
async fn asking_in_parallel_does_not_pass_the_wait() {
    let centre = Centre::start().await;
    let asking: Vec<_> = (0..20).map(|_| tokio::spawn(wrong_password(&centre).send())).collect();
    let mut looked_at = 0;
    for asked in asking {
        looked_at += usize::from(!waits(&read(asked.await.unwrap().unwrap()).await));
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn a_made_up_number_is_answered_like_a_known_one() {
    let centre = Centre::start().await;
    let long = "7".repeat(10_000);
    let mut answers = Vec::new();
    for number in [NURSE, MADE_UP, &long] {
        let start = centre.hospital.now();
        let mut said = Vec::new();
        for _ in 0..6 {
            let (status, mut body) = sign_in(&centre, number, "wrong").await;
            if let Some(retry_at) = body["error"]["details"]["retry_at"].as_i64() {
                body["error"]["details"]["retry_at"] = json!((retry_at - start) / 1_000);
            }
            said.push((status, body));
        }
        answers.push(said);
    }
    assert!(waits(&answers[0][5]), "{answers:?}");
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn wrong_passwords_are_forgotten_after_a_day() {
    let centre = Centre::start().await;
    for _ in 0..4 {
        sign_in(&centre, NURSE, "wrong").await;
    }
    centre.hospital.advance(25 * HOUR_MS);
    assert!(!waits(&sign_in(&centre, NURSE, "wrong").await));
    assert!(!waits(&sign_in(&centre, NURSE, "wrong").await));
}

#[tokio::test]
async fn a_session_ends_by_signing_out_or_by_time() {
    let centre = Centre::start().await;
    let token = centre.sign_in(NURSE).await;
    assert_eq!(centre.get(&token, "/api/session").await.1["name"], "潘勇");
    assert_eq!(centre.send(Method::DELETE, "/api/session", &token, None, None).await.status(), 204);
    refused(centre.get(&token, "/api/session").await, (401, "session_required"));
    let token = centre.sign_in(NURSE).await;
    centre.hospital.advance(13 * HOUR_MS);
    refused(centre.get(&token, "/api/session").await, (401, "session_required"));
}

/// What the last holder's password and session are worth on the day after their last one.
async fn on_the_day_after(next_holder: &str) -> ((StatusCode, Value), (StatusCode, Value)) {
    let mut centre = Centre::start().await;
    centre.hospital.next_holder(NURSE, "2026-11-21", "2026-11-22", (next_holder, "clinical"));
    centre.hospital.advance(13 * HOUR_MS);
    let token = centre.sign_in(NURSE).await;
    centre.hospital.advance(3 * HOUR_MS / 2);
    (centre.get(&token, "/api/session").await, sign_in(&centre, NURSE, PASSWORD).await)
}

#[tokio::test]
async fn a_reissued_number_brings_neither_password_nor_session() {
    let (session, password) = on_the_day_after("白露").await;
    refused(session, (401, "session_required"));
    refused(password, (401, "sign_in_failed"));
}

/// What the last holder's password and session are worth once a list says that the number is another's from `first_day` on.
async fn after_a_list_of(first_day: &str) -> ((StatusCode, Value), (StatusCode, Value)) {
    let mut centre = Centre::start().await;
    let token = centre.sign_in(NURSE).await;
    let last_day = first_day.parse::<chrono::NaiveDate>().unwrap().pred_opt().unwrap();
    centre.hospital.next_holder(NURSE, &last_day.to_string(), first_day, ("白露", "clinical"));
    (centre.get(&token, "/api/session").await, sign_in(&centre, NURSE, PASSWORD).await)
}

#[tokio::test]
async fn a_list_that_comes_late_ends_what_was_made_since_the_next_holder_s_first_day() {
    for first_day in ["2026-11-21", "2026-11-14"] {
        let (session, password) = after_a_list_of(first_day).await;
        refused(session, (401, "session_required"));
        refused(password, (401, "sign_in_failed"));
    }
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_and_one_in_use_lasts_a_shift() {
    let centre = Centre::start().await;
    let (used, idle) = (centre.sign_in(NURSE).await, centre.sign_in(NURSE).await);
    for _ in 0..11 {
        centre.hospital.advance(HOUR_MS);
        assert_eq!(centre.get(&used, "/api/session").await.0, 200);
    }
    refused(centre.get(&idle, "/api/session").await, (401, "session_required"));
    centre.hospital.advance(HOUR_MS);
    refused(centre.get(&used, "/api/session").await, (401, "session_required"));
}

#[tokio::test]
async fn the_account_of_a_contractor_s_person_ends_with_the_contract() {
    let mut centre = Centre::start().await;
    let contract = |until: &str| format!("W01,安康物业服务有限公司,机电维修,2024-01-01,{until}");
    let host = centre.hospital.host.clone();
    let occasion = host.occasion();
    let phc = server::people::password::hash(PASSWORD, &occasion).unwrap();
    let (person, leader) = ("W5588".into(), "W5585");
    for number in [&person, &leader.into()] {
        let set = |database: &store::Database| server::people::account::set_password(database, number, phc.clone(), &occasion);
        centre.hospital.store.write(set).unwrap();
    }
    let token = centre.sign_in(leader).await;
    let device = centre.hospital.enrol("W5588");
    centre.hospital.import_rows("contractors.csv", &[&contract("2026-11-20")]);
    refused(centre.get(&token, "/api/session").await, (401, "session_required"));
    refused(sign_in(&centre, leader, PASSWORD).await, (401, "sign_in_failed"));
    assert_eq!(centre.hospital.exchange(&device, Vec::new()).standing, CredentialStanding::Revoked);
    let new_code = |database: &store::Database| server::enrolment::new_code_for(database, &person, &occasion);
    let refused = centre.hospital.store.write(new_code).unwrap_err();
    assert!(refused.message.contains("ended on 2026-11-20"), "{refused}");

    centre.hospital.import_rows("contractors.csv", &[&contract("2027-12-31")]);
    assert_eq!(centre.get(&token, "/api/session").await.0, 200);
    assert_eq!(centre.hospital.exchange(&device, Vec::new()).standing, CredentialStanding::Valid);
}

#[tokio::test]
async fn who_moves_to_another_department_stays_signed_in() {
    let (session, password) = on_the_day_after("潘勇").await;
    assert_eq!((session.0.as_u16(), password.0.as_u16()), (200, 200));
}

#[test]
fn a_password_that_is_set_anew_during_the_check_opens_no_session() {
    let mut hospital = Hospital::new();
    let (host, nurse) = (hospital.host.clone(), StaffNo::from(NURSE));
    let occasion = host.occasion();
    let set = |database: &store::Database, phc: &str| set_password(database, &nurse, phc.to_owned(), &occasion);
    let opened = hospital.store.write(|database| {
        set(database, "$old")?;
        let looked_at = session::attempt(database, &nurse, "10.0.0.5", &occasion)?.unwrap();
        set(database, "$new")?;
        session::open(database, &nurse, &looked_at, "10.0.0.5", &occasion)
    });
    assert_eq!(opened.unwrap_err(), session::wrong());
}
