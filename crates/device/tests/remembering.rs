//! What one deed leaves for the next is used only while it is true: whatever happens in between, the next deed stands on the order as
//! it lies in the store by then.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use device::Device;
use domain::event::{Corrected, EventBody};
use domain::fault::FaultCodeName::*;
use domain::identity::{EventId, OrderId};
use domain::reference::{DirectoryEntry, Validity};
use domain::role::Role;
use domain::view::OrderView;
use fixture::{Fixture, WORKER, answer_of, centre_event, event_id, reference_data};
use serde_json::{Value, json};
use sync::wire::{Down, LogEntry, ReferenceDelta};

fn issue(order: OrderId, id: u128) -> Value {
    json!({"do": "issue_part", "id": event_id(id), "order": order, "scan": "BJ000001", "quantity": 1})
}

fn other_window(fixture: &Fixture, seed: u64) -> Device {
    fixture::open(fixture.folder.path(), &fixture.clock, seed)
}

fn do_in(device: &Device, command: &Value) {
    let reply = device.handle(&device::read_command(&command.to_string()).unwrap());
    assert!(matches!(reply, device::reply::Reply::Ok(_)), "{reply:?}");
}

/// Two deeds with something in between: the second says what a window says that has just been opened, and builds on every end of the
/// history.
#[track_caller]
fn check(between: impl FnOnce(&Fixture, OrderId) -> Vec<EventId>) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(issue(order, 900));
    let ends = between(&fixture, order);
    let said: OrderView = serde_json::from_value(fixture.ok(issue(order, 901))).unwrap();
    let uploads = fixture.device.next_request().unwrap().uploads;
    assert_eq!(uploads.iter().find(|upload| upload.id == event_id(901)).unwrap().predecessors, ends);
    let anew = Fixture { device: other_window(&fixture, 7_000_000), ..fixture };
    assert_eq!(anew.order(order), said);
}

#[test]
fn nothing_in_between() {
    check(|_, _| vec![event_id(900)]);
}

#[test]
fn a_refused_deed_in_between() {
    check(|fixture, order| {
        fixture.refused(json!({"do": "confirm", "order": order, "staff_no": WORKER, "accepted": true}), TransitionNotAllowed);
        vec![event_id(900)]
    });
}

#[test]
fn another_window_in_between() {
    check(|fixture, order| {
        do_in(&other_window(fixture, 5_000_000), &issue(order, 950));
        vec![event_id(950)]
    });
}

#[test]
fn another_order_in_between() {
    check(|fixture, _| {
        fixture.ok(json!({"do": "create_order", "location": "L00001", "fault": "F001", "urgency": "urgent", "department": "001002", "description": "漏水"}));
        vec![event_id(900)]
    });
}

#[test]
fn an_exchange_in_between() {
    check(|fixture, _| {
        fixture.log(Vec::new(), 1_001);
        vec![event_id(900)]
    });
}

#[test]
fn an_exchange_of_another_window_in_between() {
    check(|fixture, order| {
        let other = other_window(fixture, 5_000_000);
        let request = other.next_request().unwrap();
        let event = centre_event(order, 5_001, corrected(), &[fixture.order(order).events[3].id]);
        let entries = vec![LogEntry::Event { order, event: event.clone() }];
        let outcomes = request.uploads.iter().enumerate().map(|(index, upload)| {
            sync::judge::recorded_outcome(upload.id, &upload.event, fixture::receipt(2_000 + index as u64), upload.predecessors.clone())
        });
        let outcomes = outcomes.collect();
        let down = Down::Log { entries, cursor: 5_001, more: false };
        let answer = sync::wire::ExchangeAnswer { outcomes, highest_sequence: 2, ..answer_of(fixture::MORNING, down, None) };
        other.apply(&request, answer, fixture.measured()).unwrap();
        vec![event_id(900), event.id]
    });
}

fn corrected() -> EventBody {
    EventBody::Corrected(Corrected { field: "urgency".to_owned(), value: "critical".to_owned() })
}

#[test]
fn a_deed_that_the_full_disk_undid() {
    check(|fixture, order| {
        fixture.device.limit_pages(0).unwrap();
        let mut saved = 900;
        loop {
            let reply = fixture.call(issue(order, 10_000 + saved));
            if reply.get("error").is_some() {
                assert_eq!(reply["error"]["code"], "disk_full");
                break;
            }
            saved += 1;
        }
        fixture.device.limit_pages(1_000).unwrap();
        vec![event_id(if saved == 900 { 900 } else { 10_000 + saved - 1 })]
    });
}

#[test]
fn an_order_that_left_the_scope_in_between() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.log(vec![LogEntry::Left { position: 1_002, order }], 1_002);
    fixture.refused(issue(order, 901), OrderNotOnDevice);
}

#[test]
fn a_person_who_does_other_work_from_tomorrow() {
    let (fixture, order) = Fixture::with_assigned_order();
    let worker = reference_data().staff.swap_remove(0);
    let until_today = Validity { valid_to: Some("2026-11-21".parse().unwrap()), ..worker.validity };
    let from_tomorrow = Validity { valid_from: "2026-11-22".parse().unwrap(), valid_to: None };
    let today = DirectoryEntry { validity: until_today, ..worker.clone() };
    let tomorrow = DirectoryEntry { validity: from_tomorrow, role: Role::Requester, team_code: None, ..worker };
    let delta = ReferenceDelta { revision: 6, staff: vec![today, tomorrow], ..ReferenceDelta::default() };
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_001, more: false }, Some(delta));
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(issue(order, 901));
    fixture.clock.advance(24 * 3_600_000);
    fixture.refused(issue(order, 902), NotPermitted);
}
