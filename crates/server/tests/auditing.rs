//! What the audit administrator can read: each deed has its line, and nobody fills the disk with them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::event::ReviewOutcome;
use domain::identity::StaffNo;
use domain::time::{DAY_MS, HOUR_MS};
use harness::centre::{AUDITOR, Centre, DISPATCHER, NURSE, PASSWORD, SECURITY, TECHNICIAN, refused};
use serde_json::{Value, json};
use server::people::account::set_password;

async fn sign_in(centre: &Centre, staff_no: &str, password: &str) -> u16 {
    centre.post("", "/api/session", json!({ "staff_no": staff_no, "password": password })).await.0.as_u16()
}

/// The lines since `position`, oldest first, without those about the auditor.
async fn lines(centre: &Centre, auditor: &str, position: u64) -> Vec<Value> {
    let (status, page) = centre.get(auditor, "/api/audit?limit=200").await;
    assert_eq!(status, 200, "{page}");
    let mut lines: Vec<Value> = page["lines"].as_array().unwrap().clone();
    lines.retain(|line| line["position"].as_u64().unwrap() > position && line["by"] != AUDITOR);
    lines.reverse();
    lines
}

async fn last_position(centre: &Centre, auditor: &str) -> u64 {
    centre.get(auditor, "/api/audit?limit=1").await.1["lines"][0]["position"].as_u64().unwrap()
}

/// What, who, about what, how often; places apart.
fn told(lines: &[Value]) -> Vec<(&str, Option<&str>, Option<&str>, u64)> {
    let word = |line: &'_ Value, key: &str| line[key].as_str().map(|word| word.to_owned().leak() as &str);
    lines.iter().map(|line| (word(line, "deed").unwrap(), word(line, "by"), word(line, "about"), line["times"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn each_deed_has_its_line() {
    let mut centre = Centre::start().await;
    let auditor = centre.sign_in(AUDITOR).await;
    let security = centre.sign_in(SECURITY).await;
    let before = last_position(&centre, &auditor).await;

    let event = centre.hospital.set_aside_event();
    centre.hospital.review(DISPATCHER, event, ReviewOutcome::Left, "电话问过本人").unwrap();
    centre.hospital.review(DISPATCHER, event, ReviewOutcome::Admitted, "又想了想").unwrap();
    let flagged = centre.hospital.flagged_confirmation();
    let dispatcher = centre.sign_in(DISPATCHER).await;
    for _ in 0..2 {
        let (status, _) =
            centre.post(&dispatcher, &format!("/api/flagged-confirmations/{flagged}/seen"), json!({ "reason": "问过" })).await;
        assert_eq!(status, 200);
    }
    let mut phone = centre.hospital.enrol("025519");
    let lost = harness::new_order_id();
    let upload = phone.event(&centre.hospital, lost, &[], harness::arrived());
    centre.hospital.push(&phone, &[upload]);
    centre.hospital.file_again(DISPATCHER, lost).unwrap();
    let device = centre.hospital.enrol(TECHNICIAN).id;
    for _ in 0..2 {
        centre.post(&security, &format!("/api/devices/{device}/revoke"), json!({})).await;
    }
    let occasion = centre.hospital.host.occasion();
    let nurse = StaffNo::from(NURSE);
    centre.hospital.store.write(|database| set_password(database, &nurse, "nothing".to_owned(), &occasion)).unwrap();
    centre.hospital.leaves("020010", "2026-12-31");

    let (event, device, flagged, lost) = (event.to_string(), device.to_string(), flagged.to_string(), lost.to_string());
    let lines = lines(&centre, &auditor, before).await;
    let told = told(&lines);
    for expected in [
        ("left", Some(DISPATCHER), Some(event.as_str()), 1),
        ("admitted", Some(DISPATCHER), Some(event.as_str()), 1),
        ("seen", Some(DISPATCHER), Some(flagged.as_str()), 1),
        ("filed_again", Some(DISPATCHER), Some(lost.as_str()), 1),
        ("code_used", Some(TECHNICIAN), Some(device.as_str()), 1),
        ("device_revoked", Some(SECURITY), Some(device.as_str()), 1),
        ("password_set", None, Some(NURSE), 1),
    ] {
        assert_eq!(told.iter().filter(|line| **line == expected).count(), 1, "{expected:?}: {told:?}");
    }
    assert_eq!(
        lines.last().map(|line| (&line["deed"], &line["about"], &line["place"])),
        Some((&json!("imported"), &json!("2"), &json!("machine")))
    );
    let in_words = |deed: &str| {
        let line = lines.iter().find(|line| line["deed"] == deed).unwrap();
        (line["by_name"].as_str().unwrap_or_default(), line["about_name"].as_str().unwrap_or_default())
    };
    assert_eq!(in_words("device_revoked"), ("赵欣浩", "025518 袁佳静"));
    assert_eq!(in_words("password_set"), ("", "潘勇"));
    assert!(in_words("left").1.starts_with("GD"), "{:?}", in_words("left"));
}

/// The list says late that the number is somebody else's: the phone was given to whoever had it as the list stood then.
#[tokio::test]
async fn a_device_is_named_by_whom_it_was_given_to() {
    let mut centre = Centre::start().await;
    let device = centre.hospital.enrol(TECHNICIAN).id;
    centre.hospital.next_holder(TECHNICIAN, "2026-11-20", "2026-11-21", ("白露", "technician:T01"));
    centre.hospital.advance(DAY_MS);
    let (auditor, security) = (centre.sign_in(AUDITOR).await, centre.sign_in(SECURITY).await);
    centre.post(&security, &format!("/api/devices/{device}/revoke"), json!({})).await;
    let lines = lines(&centre, &auditor, 0).await;
    let about_it: Vec<_> = lines.iter().filter(|line| line["about"] == device.to_string()).collect();
    assert_eq!(about_it.iter().map(|line| &line["deed"]).collect::<Vec<_>>(), ["code_used", "device_revoked"]);
    assert!(about_it.iter().all(|line| line["about_name"] == "025518 袁佳静"), "{about_it:?}");
}

#[tokio::test]
async fn sign_ins_are_counted_by_the_hour_and_made_up_numbers_together() {
    let centre = Centre::start().await;
    let auditor = centre.sign_in(AUDITOR).await;
    let before = last_position(&centre, &auditor).await;
    for _ in 0..2 {
        assert_eq!(sign_in(&centre, NURSE, PASSWORD).await, 200);
    }
    for _ in 0..5 {
        assert_eq!(sign_in(&centre, NURSE, "wrong").await, 401);
    }
    // Nothing is looked at, and nothing written, while the number waits.
    for _ in 0..5 {
        assert_eq!(sign_in(&centre, NURSE, "wrong").await, 429);
    }
    for number in ["777777", "777778", "不是工号"] {
        assert_eq!(sign_in(&centre, number, "wrong").await, 401);
    }
    let lines_now = lines(&centre, &auditor, before).await;
    let expected = [
        ("signed_in", Some(NURSE), None, 2),
        ("sign_in_refused", None, Some(NURSE), 4),
        ("locked_out", None, Some(NURSE), 1),
        ("sign_in_refused", None, None, 3),
    ];
    assert_eq!(told(&lines_now), expected);
    let places: Vec<_> = lines_now.iter().map(|line| &line["place"]).collect();
    assert!(places[0].as_str().unwrap().starts_with("place ") && places[0] == places[1] && places[3].is_null(), "{places:?}");
    let words = lines_now.iter().map(Value::to_string).collect::<String>();
    assert!(!words.contains("127.0.0.1") && !words.contains("wrong") && !words.contains(PASSWORD), "{words}");

    centre.hospital.advance(2 * HOUR_MS);
    let auditor = centre.sign_in(AUDITOR).await;
    assert_eq!(sign_in(&centre, NURSE, PASSWORD).await, 200);
    assert_eq!(told(&lines(&centre, &auditor, before).await).last(), Some(&("signed_in", Some(NURSE), None, 1)));
}

#[tokio::test]
async fn the_trail_is_read_page_by_page_by_the_auditor_alone() {
    let mut centre = Centre::start().await;
    let auditor = centre.sign_in(AUDITOR).await;
    for _ in 0..3 {
        centre.hospital.code(TECHNICIAN);
    }
    let (_, whole) = centre.get(&auditor, "/api/audit").await;
    let whole = whole["lines"].as_array().unwrap().clone();
    let (mut read, mut after) = (Vec::new(), String::new());
    loop {
        let (_, page) = centre.get(&auditor, &format!("/api/audit?limit=2{after}")).await;
        read.extend(page["lines"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(read, whole);
    for bad in ["limit=0", "limit=201", "after=rubbish", "colour=red"] {
        refused(centre.get(&auditor, &format!("/api/audit?{bad}")).await, (400, "bad_request"));
    }
    let dispatcher = centre.sign_in(DISPATCHER).await;
    refused(centre.get(&dispatcher, "/api/audit").await, (403, "not_permitted"));
}
