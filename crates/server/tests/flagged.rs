//! Confirmations that are unlikely to be honest: they count, the worker is not held up, and somebody is asked to look.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::event::{Confirmed, EventBody};
use domain::identity::{EventId, OrderId};
use domain::node::Node;
use domain::time::{DAY_MS, MINUTE_MS};
use harness::centre::{Centre, DISPATCHER, NURSE, TECHNICIAN, refused};
use harness::{Device, Hospital, completed, confirmed, new_order_id, reported};
use serde_json::{Value, json};
use sync::wire::UploadOutcome;

/// Nobody's.
const UNKNOWN: &str = "777777";
/// Of another department than the orders.
const OF_ANOTHER_DEPARTMENT: &str = "020595";

/// An order found on the spot, repaired and confirmed by `confirmation`.
fn confirmed_order(hospital: &mut Hospital, device: &mut Device, confirmation: EventBody) -> (OrderId, EventId) {
    let order = new_order_id();
    let bodies = vec![reported(), device.accepted(), completed(), confirmation];
    let uploads = device.chain(hospital, order, &[], bodies);
    let outcomes = hospital.push(device, &uploads);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, UploadOutcome::Recorded { .. })), "{outcomes:?}");
    (order, uploads[3].id)
}

fn after_look_ups(staff_no: &str, look_ups: u32) -> EventBody {
    let EventBody::Confirmed(plain) = confirmed(staff_no) else { panic!("not a confirmation") };
    EventBody::Confirmed(Confirmed { look_ups: Some(look_ups), ..plain })
}

async fn list(centre: &Centre, token: &str) -> Value {
    let (status, page) = centre.get(token, "/api/flagged-confirmations").await;
    assert_eq!(status, 200, "{page}");
    page
}

/// Reasons with their counts, newest first.
fn reasons(page: &Value) -> Vec<Vec<(String, Option<u64>)>> {
    let doubts = |item: &Value| item["doubts"].as_array().unwrap().clone();
    let one = |doubt: &Value| (doubt["why"].as_str().unwrap().to_owned(), doubt["count"].as_u64());
    page["items"].as_array().unwrap().iter().map(|item| doubts(item).iter().map(one).collect()).collect()
}

/// What is flagged of confirmations that come one after the other, `minutes` apart.
async fn check(confirmations: Vec<EventBody>, minutes: i64, node: Node, expected: &[&[(&str, Option<u64>)]]) {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let mut last = None;
    for confirmation in confirmations {
        last = Some(confirmed_order(&mut centre.hospital, &mut device, confirmation).0);
        centre.hospital.advance(minutes * MINUTE_MS);
    }
    assert_eq!(centre.hospital.view(last.unwrap()).node, node);
    let token = if minutes < 60 { dispatcher } else { centre.sign_in(DISPATCHER).await };
    let expected: Vec<Vec<_>> = expected.iter().map(|one| one.iter().map(|(why, count)| ((*why).to_owned(), *count)).collect()).collect();
    assert_eq!(reasons(&list(&centre, &token).await), expected);
}

#[tokio::test]
async fn four_orders_of_one_worker_within_minutes_are_a_burst() {
    let of_nurse = |count| vec![confirmed(NURSE); count];
    check(of_nurse(3), 2, Node::Confirmed, &[]).await;
    check(of_nurse(5), 2, Node::Confirmed, &[&[("burst", Some(5))], &[("burst", Some(4))]]).await;
    check(of_nurse(5), 8, Node::Confirmed, &[]).await;
    check(vec![confirmed(UNKNOWN); 4], 2, Node::Confirmed, &[&[("burst", Some(4))]]).await;
}

#[tokio::test]
async fn a_number_that_never_confirms_for_its_own_department_is_flagged() {
    let away = || confirmed(OF_ANOTHER_DEPARTMENT);
    check(vec![away(), away()], 60, Node::Confirmed, &[]).await;
    check(vec![away(), away(), away()], 60, Node::Confirmed, &[&[("never_of_the_department", Some(3))]]).await;
    check(vec![away(), away(), away()], 20 * DAY_MS / MINUTE_MS, Node::Confirmed, &[]).await;
}

#[tokio::test]
async fn who_confirms_and_what_was_looked_up_before_is_flagged() {
    check(vec![confirmed(TECHNICIAN)], 1, Node::Completed, &[&[("own_number", None)]]).await;
    check(vec![confirmed("025519")], 1, Node::Confirmed, &[&[("maintenance_staff", None)]]).await;
    check(vec![after_look_ups(NURSE, 6)], 1, Node::Confirmed, &[&[("many_look_ups", Some(6))]]).await;
    check(vec![after_look_ups(NURSE, 5)], 1, Node::Confirmed, &[]).await;
}

#[tokio::test]
async fn somebody_who_left_is_flagged_as_not_valid() {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    centre.hospital.leaves(NURSE, "2026-11-20");
    let mut device = centre.hospital.enrol(TECHNICIAN);
    confirmed_order(&mut centre.hospital, &mut device, confirmed(NURSE));
    assert_eq!(reasons(&list(&centre, &dispatcher).await), [[("not_valid".to_owned(), None)]]);
}

#[tokio::test]
async fn the_dispatcher_says_what_was_found_and_the_history_keeps_it() {
    let mut centre = Centre::start().await;
    let (dispatcher, nurse) = (centre.sign_in(DISPATCHER).await, centre.sign_in(NURSE).await);
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let (order, event) = confirmed_order(&mut centre.hospital, &mut device, after_look_ups(NURSE, 9));
    refused(centre.get(&nurse, "/api/flagged-confirmations").await, (403, "not_permitted"));
    let seen = format!("/api/flagged-confirmations/{event}/seen");
    refused(centre.post(&nurse, &seen, json!({ "reason": "好" })).await, (403, "not_permitted"));
    refused(centre.post(&dispatcher, &seen, json!({})).await, (422, "reason_required"));
    let page = list(&centre, &dispatcher).await;
    assert_eq!((page["open"].as_u64(), page["items"][0]["can_see"].as_bool()), (Some(1), Some(true)));

    let contradiction = |view: &Value| view["contradictions"][0].clone();
    let (_, view) = centre.get(&dispatcher, &format!("/api/orders/{order}")).await;
    assert_eq!(contradiction(&view)["kind"], "confirmed_after_many_look_ups");
    assert_eq!((view["charge"].as_str(), contradiction(&view)["settled"].as_bool()), (Some("department"), Some(false)), "{view}");
    for _ in 0..2 {
        let (status, item) = centre.post(&dispatcher, &seen, json!({ "reason": "护士长已核实" })).await;
        assert_eq!((status.as_u16(), item["review"]["reason"].as_str()), (200, Some("护士长已核实")), "{item}");
    }
    let (_, view) = centre.get(&dispatcher, &format!("/api/orders/{order}")).await;
    assert_eq!(contradiction(&view)["settled"], true);
    assert_eq!(view["events"].as_array().unwrap().iter().filter(|event| event["kind"] == "reviewed").count(), 1);
    let page = list(&centre, &dispatcher).await;
    assert_eq!((page["open"].as_u64(), page["items"].as_array().map(Vec::len)), (Some(0), Some(0)));
    let (_, with_seen) = centre.get(&dispatcher, "/api/flagged-confirmations?with_seen=true").await;
    assert_eq!(with_seen["items"][0]["review"]["by"], DISPATCHER);
    refused(centre.get(&dispatcher, "/api/flagged-confirmations?limit=0").await, (400, "bad_request"));
    let unknown = format!("/api/flagged-confirmations/{order}/seen");
    refused(centre.post(&dispatcher, &unknown, json!({ "reason": "好" })).await, (404, "not_found"));
}

#[tokio::test]
async fn pages_of_the_list_follow_each_other() {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let mut events: Vec<String> = Vec::new();
    for _ in 0..3 {
        events.push(confirmed_order(&mut centre.hospital, &mut device, after_look_ups(NURSE, 9)).1.to_string());
    }
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let (_, page) = centre.get(&dispatcher, &format!("/api/flagged-confirmations?limit=1{after}")).await;
        found.extend(page["items"].as_array().unwrap().iter().map(|item| item["event"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    events.reverse();
    assert_eq!(found, events);
}

#[test]
fn rows_of_confirmations_are_made_anew_from_the_events() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol(TECHNICIAN);
    let (order, _) = confirmed_order(&mut hospital, &mut device, after_look_ups(NURSE, 9));
    let rows = |hospital: &mut Hospital| hospital.store.read(|database| store::server::confirmations::of_order(database, order)).unwrap();
    let before = rows(&mut hospital);
    assert_eq!(before.len(), 1);
    hospital.store.write(|database| store::server::confirmations::put_of_order(database, order, &[])).unwrap();
    let verified = server::verifying::verify(&mut hospital.store, true).unwrap();
    assert!(verified.findings.iter().any(|finding| finding.what.contains("confirmations") && finding.repaired), "{verified:?}");
    assert_eq!(rows(&mut hospital), before);
}
