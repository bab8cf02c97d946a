//! In which order what waits for somebody is listed, and what has to be decided first.

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
use domain::identity::{EventId, OrderId};
use domain::recorded::HeldReason;
use domain::time::DAY_MS;
use harness::centre::{DISPATCHER, TECHNICIAN};
use harness::{Device, Hospital, arrived, completed, reported};
use serde_json::json;
use server::orders::show::MOST_HELD_SHOWN;
use server::review::item::{ReviewAction, ReviewItem};
use server::review::list::ReviewQuery;
use sync::wire::{LogEntry, UploadOutcome};

const WHY: &str = "电话问过本人";
/// A technician of another campus.
const STRANGER: &str = "025792";

fn hospital_with_order() -> (Hospital, OrderId) {
    let mut hospital = Hospital::new();
    let order = hospital.team_accepted_order();
    (hospital, order)
}

#[test]
fn what_waits_is_listed_order_by_order_from_its_beginning() {
    let (mut hospital, order) = hospital_with_order();
    let other = hospital.set_aside_event();
    hospital.advance(1_000);
    let mut device = hospital.enrol(STRANGER);
    let heads = hospital.heads(order);
    let bodies = vec![device.accepted(), arrived(), completed()];
    let uploads = device.chain(&hospital, order, &heads, bodies);
    for page in [&uploads[..2], &uploads[2..]] {
        hospital.push(&device, page);
        hospital.advance(1_000);
    }
    let expected: Vec<EventId> = uploads.iter().map(|upload| upload.id).chain([other]).collect();
    for limit in 1..=4 {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let query = ReviewQuery { limit: Some(limit), after: after.take(), ..ReviewQuery::default() };
            let page = hospital.set_aside(DISPATCHER, &query);
            listed.extend(page.items.iter().map(|item| item.event));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(listed, expected, "{limit}");
    }
}

/// Nobody would see the order.
#[test]
fn nothing_of_an_order_is_admitted_before_its_report() {
    let (mut hospital, _) = hospital_with_order();
    let mut device = hospital.enrol(TECHNICIAN);
    let lost = harness::new_order_id();
    let bodies = vec![arrived(), reported()];
    let uploads = device.chain(&hospital, lost, &[], bodies);
    hospital.push(&device, &uploads[..1]);
    let refusal = hospital.review(DISPATCHER, uploads[0].id, ReviewOutcome::Admitted, WHY).unwrap_err();
    assert_eq!(refusal.details, json!({ "why": "order_unknown", "first": [] }));
    hospital.push(&device, &uploads[1..]);
    let refusal = hospital.review(DISPATCHER, uploads[0].id, ReviewOutcome::Admitted, WHY).unwrap_err();
    assert_eq!(refusal.details, json!({ "why": "builds_on_held", "first": [uploads[1].id] }));
    for upload in uploads.iter().rev() {
        hospital.review(DISPATCHER, upload.id, ReviewOutcome::Admitted, WHY).unwrap();
    }
    assert_eq!(hospital.view(lost).events.iter().filter(|event| event.kind == "arrived").count(), 1);

    // Or it is filed once more.
    let lost = harness::new_order_id();
    let upload = device.event(&hospital, lost, &[], arrived());
    hospital.push(&device, std::slice::from_ref(&upload));
    hospital.file_again(DISPATCHER, lost).unwrap();
    hospital.review(DISPATCHER, upload.id, ReviewOutcome::Admitted, WHY).unwrap();
    let verified = server::verifying::verify(&mut hospital.store, false).unwrap();
    assert!(verified.findings.is_empty());
}

/// Events of a stopped phone, one on top of the other.
fn held_chain(hospital: &mut Hospital, device: &mut Device, order: OrderId, heads: &[EventId], length: usize) -> Vec<EventId> {
    let bodies = (0..length).map(|_| arrived()).collect();
    let uploads = device.chain(hospital, order, heads, bodies);
    hospital.revoke(device);
    for page in uploads.chunks(100) {
        hospital.push(device, page);
    }
    uploads.iter().map(|upload| upload.id).collect()
}

/// The one that was listed last.
fn last_listed(hospital: &mut Hospital) -> ReviewItem {
    let (mut last, mut after) = (None, None);
    loop {
        let page = hospital.set_aside(DISPATCHER, &ReviewQuery { limit: Some(200), after, ..ReviewQuery::default() });
        last = page.items.into_iter().last().or(last);
        after = page.next;
        if after.is_none() {
            return last.unwrap();
        }
    }
}

/// What two phones of one person have waiting may be longer than any thread's stack is deep, and nothing catches its end.
#[test]
fn however_long_a_held_history_is_it_is_followed_to_its_beginning() {
    const OF_ONE_PHONE: usize = 500;
    let (mut hospital, order) = hospital_with_order();
    let (mut first, mut second) = (hospital.enrol(TECHNICIAN), hospital.enrol(TECHNICIAN));
    let heads = hospital.heads(order);
    let of_the_first = held_chain(&mut hospital, &mut first, order, &heads, OF_ONE_PHONE);
    let heads = [*of_the_first.last().unwrap()];
    let of_the_second = held_chain(&mut hospital, &mut second, order, &heads, OF_ONE_PHONE);
    let on_a_small_stack = std::thread::Builder::new().stack_size(1 << 20).spawn(move || last_listed(&mut hospital));
    let item = on_a_small_stack.unwrap().join().unwrap();
    assert_eq!(Some(&item.event), of_the_second.last());
    assert_eq!(item.held_together, 2 * OF_ONE_PHONE as u64);
    assert!(item.can.contains(&ReviewAction::AdmitTogether), "{item:?}");
}

/// The order and its list row count what waits for somebody, and nothing else; what is beyond the page of the order as well.
#[test]
fn what_was_left_is_counted_no_more_on_its_order() {
    let (mut hospital, order) = hospital_with_order();
    let mut device = hospital.enrol(TECHNICIAN);
    let heads = hospital.heads(order);
    let beyond = 5;
    let held = held_chain(&mut hospital, &mut device, order, &heads, MOST_HELD_SHOWN as usize + beyond);
    for (left, event) in held.iter().enumerate() {
        let view = hospital.view(order);
        let open =
            view.events.iter().filter(|event| event.held.is_some() && event.left.is_none()).count() + view.undecided_not_shown as usize;
        assert_eq!((open, view.undecided, view.held_not_shown as usize), (held.len() - left, true, beyond));
        hospital.review(DISPATCHER, *event, ReviewOutcome::Left, WHY).unwrap();
    }
    let view = hospital.view(order);
    assert_eq!((view.undecided, view.held_not_shown as usize, view.undecided_not_shown), (false, beyond, 0));
    assert!(view.events.iter().filter(|event| event.held.is_some()).all(|event| event.left.as_deref() == Some(WHY)));
}

/// Each has their own phone and their own work; the number is all that they share.
#[test]
fn the_two_holders_of_a_number_are_two_senders() {
    let (mut hospital, order) = hospital_with_order();
    let (mut of_the_last, heads) = (hospital.enrol(TECHNICIAN), hospital.heads(order));
    hospital.next_holder(TECHNICIAN, "2026-11-21", "2026-11-22", ("白露", "technician:T01"));
    hospital.advance(DAY_MS);
    let (mut of_the_next, mut another_of_the_next) = (hospital.enrol(TECHNICIAN), hospital.enrol(TECHNICIAN));
    let theirs = held_chain(&mut hospital, &mut of_the_last, order, &heads, 2);
    let own = held_chain(&mut hospital, &mut of_the_next, order, &heads, 2);
    for item in hospital.set_aside(DISPATCHER, &ReviewQuery::default()).items {
        assert_eq!(item.held_together, 2, "{item:?}");
    }
    hospital.catch_up(&mut another_of_the_next);
    for (event, is_told) in [(theirs[1], false), (own[1], true)] {
        hospital.review(DISPATCHER, event, ReviewOutcome::Left, WHY).unwrap();
        let told = hospital.catch_up(&mut another_of_the_next);
        let is_of_the_event = |entry: &LogEntry| matches!(entry, LogEntry::Outcome { outcome, .. } if *outcome == left(event));
        assert_eq!(told.iter().any(is_of_the_event), is_told, "{told:?}");
    }
    hospital.admit_together(DISPATCHER, own[0], WHY).unwrap();
    let open: Vec<EventId> = hospital.set_aside(DISPATCHER, &ReviewQuery::default()).items.iter().map(|item| item.event).collect();
    assert_eq!(open, [theirs[0]]);
}

fn left(event: EventId) -> UploadOutcome {
    UploadOutcome::Left { id: event, reason: HeldReason::CredentialRevoked, because: WHY.to_owned() }
}
