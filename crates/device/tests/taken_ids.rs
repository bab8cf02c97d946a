//! An id that two devices chose for different events: the own event stays, says what became of it, and the exchange goes on.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::{EventBody, Numbered, ToTeam};
use domain::fault::FaultCodeName::*;
use domain::identity::OrderId;
use domain::node::Node;
use domain::urgency::Urgency;
use domain::view::Upload;
use fixture::{Fixture, assigned_order, centre_event, event_id, order_id, packed_order, progress, receipt, report};
use serde_json::json;
use sync::wire::{Down, ExchangeAnswer, LogEntry, PackedEvent, PackedOrder, Progress, UploadOutcome};

const TAKEN: u128 = 900;

/// A device with two orders; on the first it has recorded an event under an id that somebody else takes as well.
fn with_own_event() -> (Fixture, OrderId) {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    fixture.first_sync(vec![assigned_order(order_id(1)), assigned_order(order_id(2))]);
    fixture.ok(json!({"do": "accept", "id": event_id(TAKEN), "order": order_id(1)}));
    (fixture, order_id(1))
}

/// The other event under the id.
fn other_event(order: OrderId, position: u64) -> PackedEvent {
    let body = EventBody::Numbered(Numbered { number: "GD20261121-0042".into() });
    PackedEvent { receipt: receipt(position), ..centre_event(order, TAKEN, body, &[]) }
}

/// An order that contains the other event.
fn order_with_it(order: OrderId) -> PackedOrder {
    let bodies = [EventBody::Dispatched(ToTeam { team: "T01".into() }), EventBody::Reported(report(Urgency::Normal))];
    packed_order(order, TAKEN - 1, &bodies)
}

/// A page that comes before the server has seen the own events.
fn arrives(fixture: &Fixture, entries: Vec<LogEntry>, cursor: u64) {
    let request = fixture.device.next_request().unwrap();
    let outcomes = request.uploads.iter().map(|upload| UploadOutcome::IdReused { id: upload.id }).collect();
    let answer = ExchangeAnswer {
        outcomes,
        highest_sequence: 1,
        ..fixture::answer_of(fixture::MORNING, Down::Log { entries, cursor, more: false }, None)
    };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
}

/// The own event is here as it was recorded, counted and shown as one that the hospital does not have.
fn check_kept(fixture: &Fixture, order: OrderId) {
    let view = fixture.order(order);
    let kept = view.events.iter().find(|event| event.id == event_id(TAKEN)).unwrap();
    assert_eq!((kept.kind.as_str(), view.upload), ("accepted", Upload::Held));
    assert!(kept.held.is_some(), "the person sees that something is wrong with it");
    assert_eq!(fixture.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"][0]["upload"], "held");
    let status = fixture.ok(json!({"do": "sync_status"}));
    assert_eq!((&status["unsent"], &status["held"]), (&json!(0), &json!(1)));
    let again = fixture.ok(json!({"do": "accept", "id": event_id(TAKEN), "order": order}));
    assert_eq!(again["events"].as_array().unwrap().last().unwrap()["id"], json!(event_id(TAKEN)));
}

#[test]
fn an_own_event_is_not_overwritten_by_another_under_its_id() {
    let entered = |order| move |position| LogEntry::Entered { position, order: Box::new(order_with_it(order)) };
    let single = |order| move |position| LogEntry::Event { order, event: other_event(order, position) };
    for entry_at in [
        &single(order_id(1)) as &dyn Fn(u64) -> LogEntry,
        &single(order_id(2)),
        &entered(order_id(1)),
        &entered(order_id(2)),
        &entered(order_id(3)),
    ] {
        let (fixture, order) = with_own_event();
        arrives(&fixture, vec![entry_at(1_001)], 1_001);
        check_kept(&fixture, order);
        assert_eq!(progress(&fixture.device), Progress::Log { cursor: 1_001 }, "the exchange goes on");
        // The same again changes nothing, and later work is sent as ever.
        fixture.highest.store(1, std::sync::atomic::Ordering::SeqCst);
        fixture.log(vec![entry_at(1_002)], 1_002);
        check_kept(&fixture, order);
        fixture.ok(json!({"do": "arrive", "order": order}));
        assert_eq!(fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_003, more: false }, None).sent, 1);
    }
}

#[test]
fn an_unsent_event_is_refused_by_what_comes_before_its_outcome() {
    let (fixture, order) = with_own_event();
    // The page of an answer to a request that had nothing to send yet.
    let mut request = fixture.device.next_request().unwrap();
    request.uploads.clear();
    for (cursor, elsewhere) in [(1_001, order), (1_002, order_id(2))] {
        let entries = vec![LogEntry::Event { order: elsewhere, event: other_event(elsewhere, cursor) }];
        let answer = fixture::answer_of(fixture::MORNING, Down::Log { entries, cursor, more: false }, None);
        fixture.device.apply(&request, answer, fixture.measured()).unwrap();
        check_kept(&fixture, order);
    }
}

#[test]
fn the_same_event_coming_down_is_its_receipt() {
    let (fixture, order) = with_own_event();
    let mut request = fixture.device.next_request().unwrap();
    let own = request.uploads.remove(0);
    let event = PackedEvent { id: own.id, event: own.event, predecessors: own.predecessors, receipt: receipt(1_001) };
    let down = Down::Log { entries: vec![LogEntry::Event { order, event }], cursor: 1_001, more: false };
    let answer = ExchangeAnswer { highest_sequence: 1, ..fixture::answer_of(fixture::MORNING, down, None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert_eq!(fixture.order(order).upload, Upload::Stored);
    assert!(fixture.device.next_request().unwrap().uploads.is_empty());
}

#[test]
fn a_packed_order_that_holds_the_id_is_opened_all_the_same() {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    fixture.first_sync(vec![assigned_order(order_id(1)), assigned_order(order_id(2))]);
    // Looking at an order leaves it packed.
    let inside = fixture.order(order_id(2)).events[0].id;
    fixture.ok(json!({"do": "accept", "id": inside, "order": order_id(1)}));
    fixture.ok(json!({"do": "accept", "order": order_id(2)}));
    assert_eq!(fixture.order(order_id(1)).upload, Upload::Held);
    assert_eq!(fixture.order(order_id(1)).node, Node::Accepted);
    let rows = fixture.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"].clone();
    assert_eq!(rows.as_array().unwrap().iter().filter(|row| row["upload"] == "held").count(), 1, "{rows}");
}

#[test]
fn an_id_inside_a_packed_order_is_taken() {
    let (fixture, order) = Fixture::with_assigned_order();
    let inside = fixture.order(order).events[0].id;
    let details = fixture.refused(json!({"do": "accept", "id": inside, "order": order}), IdReused);
    assert_eq!(details, json!({"order": order}));
    assert_eq!(fixture.order(order).events.len(), 4);
    assert_eq!(fixture.ok(json!({"do": "sync_status"}))["unsent"], 0);
}
