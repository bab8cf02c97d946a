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
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::node::Node;
use domain::time::{DAY_MS, MINUTE_MS};
use harness::centre::{Centre, DISPATCHER, NURSE, TECHNICIAN, refused};
use harness::{Device, Hospital, completed, confirmed, new_order_id, reported};
use serde_json::{Value, json};
use server::orders::leavers::flag_those_who_had_left;
use store::server::reference;
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

fn confirmed_not_done(staff_no: &str) -> EventBody {
    let EventBody::Confirmed(plain) = confirmed(staff_no) else { panic!("not a confirmation") };
    EventBody::Confirmed(Confirmed { accepted: false, reason: Some("还在滴水".to_owned()), ..plain })
}

/// What is flagged of a confirmation of 21 November once a list has come that was not there yet when it was judged.
async fn check_after(confirmation: EventBody, list_says: impl Fn(&mut Hospital), expected: &[&[&str]]) {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let said = format!("{confirmation:?}");
    let (order, _) = confirmed_order(&mut centre.hospital, &mut device, confirmation);
    let of =
        |view: &domain::view::OrderView| (view.node, view.charge, view.confirmation.as_ref().map(|one| (one.standing, one.name.clone())));
    let before = of(&centre.hospital.view(order));
    list_says(&mut centre.hospital);
    assert_eq!(of(&centre.hospital.view(order)), before, "{said}");
    let expected: Vec<Vec<_>> = expected.iter().map(|one| one.iter().map(|why| ((*why).to_owned(), None)).collect()).collect();
    assert_eq!(reasons(&list(&centre, &dispatcher).await), expected, "{said}");
    assert_sound(&mut centre.hospital);
}

#[track_caller]
fn assert_sound(hospital: &mut Hospital) {
    let verified = server::verifying::verify(&mut hospital.store, false).unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
}

#[tokio::test]
async fn a_later_list_by_which_the_confirmer_had_left_changes_nothing_and_somebody_looks() {
    let leaves = |staff_no: &'static str, last_day: &'static str| move |hospital: &mut Hospital| drop(hospital.leaves(staff_no, last_day));
    check_after(confirmed(NURSE), leaves(NURSE, "2026-11-20"), &[&["had_left"]]).await;
    check_after(confirmed(NURSE), leaves(NURSE, "2026-11-21"), &[]).await;
    check_after(confirmed(OF_ANOTHER_DEPARTMENT), leaves(OF_ANOTHER_DEPARTMENT, "2026-11-20"), &[&["had_left"]]).await;
    check_after(confirmed("025519"), leaves("025519", "2026-11-20"), &[&["maintenance_staff", "had_left"]]).await;
    check_after(confirmed(TECHNICIAN), leaves(TECHNICIAN, "2026-11-20"), &[&["own_number"]]).await;
    check_after(confirmed_not_done(NURSE), leaves(NURSE, "2026-11-20"), &[]).await;
    check_after(confirmed(UNKNOWN), leaves(NURSE, "2026-11-20"), &[]).await;
    let reissued = |first_day| move |hospital: &mut Hospital| hospital.next_holder(NURSE, "2026-11-19", first_day, ("白露", "clinical"));
    check_after(confirmed(NURSE), reissued("2026-11-20"), &[]).await;
    check_after(confirmed(NURSE), reissued("2026-11-21"), &[]).await;
    check_after(confirmed(NURSE), reissued("2026-11-22"), &[&["had_left"]]).await;
}

#[tokio::test]
async fn that_somebody_had_left_is_said_once_whatever_lists_come() {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let (order, event) = confirmed_order(&mut centre.hospital, &mut device, after_look_ups(NURSE, 9));
    let seen = format!("/api/flagged-confirmations/{event}/seen");
    centre.post(&dispatcher, &seen, json!({ "reason": "护士长已核实" })).await;
    assert_eq!(list(&centre, &dispatcher).await["open"], 0);
    assert_eq!(centre.hospital.leaves(NURSE, "2026-11-20").confirmations_flagged, 1);
    assert_eq!(list(&centre, &dispatcher).await["open"], 1, "whoever looked did not know of it");
    let both = [("many_look_ups".to_owned(), Some(9)), ("had_left".to_owned(), None)];
    assert_eq!(reasons(&list(&centre, &dispatcher).await), [both]);
    let (_, view) = centre.get(&dispatcher, &format!("/api/orders/{order}")).await;
    let kinds: Vec<_> =
        view["contradictions"].as_array().unwrap().iter().map(|one| (one["kind"].as_str(), one["settled"].as_bool())).collect();
    assert_eq!(kinds, [(Some("confirmed_after_many_look_ups"), Some(false)), (Some("confirmer_had_left"), Some(false))]);

    centre.post(&dispatcher, &seen, json!({ "reason": "人事已核实" })).await;
    let events = centre.hospital.view(order).events.len();
    for last_day in [Some("2026-11-20"), Some("2026-11-19"), None, Some("2026-11-20")] {
        let imported = match last_day {
            Some(last_day) => centre.hospital.leaves(NURSE, last_day),
            None => centre.hospital.stays(NURSE),
        };
        assert_eq!(imported.confirmations_flagged, 0, "{last_day:?}");
        assert_eq!(list(&centre, &dispatcher).await["open"], 0, "{last_day:?}");
    }
    assert_eq!(centre.hospital.view(order).events.len(), events);
    assert_sound(&mut centre.hospital);
}

#[test]
fn what_is_too_much_for_one_import_is_flagged_by_the_next() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol(TECHNICIAN);
    for _ in 0..3 {
        confirmed_order(&mut hospital, &mut device, confirmed(NURSE));
    }
    let occasion = hospital.host.occasion();
    let flagged: Result<Vec<usize>, Fault> = hospital.store.write(|database| {
        let mut staff = reference::all_staff(database)?;
        staff.retain(|person| person.staff_no.as_str() == NURSE);
        staff[0].validity.valid_to = Some("2026-11-20".parse().unwrap());
        reference::put_staff(database, &staff, &[], 9)?;
        (0..3).map(|_| flag_those_who_had_left(database, 2, &occasion)).collect()
    });
    assert_eq!(flagged.unwrap(), [2, 1, 0]);
    assert_sound(&mut hospital);
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
