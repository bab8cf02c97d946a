//! Orders are compared with the server's while nothing else is to be said, and one that is damaged here comes again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use documents::{PlacedEvent, heads_of};
use domain::event::{Cancelled, EventBody, Numbered};
use domain::fault::FaultCodeName::*;
use domain::node::Node;
use domain::view::Upload;
use fixture::{Fixture, MORNING, answer_of, assigned_order, centre_event, order_id};
use serde_bytes::ByteBuf;
use serde_json::json;
use sync::pack::unpack;
use sync::wire::{Down, ExchangeAnswer, LogEntry, PackedEvent, PackedOrder};

fn quiet() -> Down {
    Down::Log { entries: Vec::new(), cursor: 100_000_000, more: false }
}

/// One exchange in which the server sends these orders anew.
fn exchange_with(fixture: &Fixture, anew: Vec<PackedOrder>) {
    let request = fixture.device.next_request().unwrap();
    let answer = ExchangeAnswer { anew, ..answer_of(MORNING, quiet(), None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
}

/// The pack of this order cannot be read.
fn with_damaged_order() -> (Fixture, domain::identity::OrderId, PackedOrder) {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    let sound = assigned_order(order_id(1));
    let half = ByteBuf::from(sound.packed[..sound.packed.len() / 2].to_vec());
    fixture.first_sync(vec![PackedOrder { packed: half, ..sound.clone() }, assigned_order(order_id(2))]);
    (fixture, order_id(1), sound)
}

/// Orders that the next request compares, and whether by their heads or because they are damaged.
fn compared(fixture: &Fixture) -> Vec<(domain::identity::OrderId, bool)> {
    let checks = fixture.device.next_request().unwrap().checks;
    checks.iter().map(|check| (check.order, !check.heads.is_empty())).collect()
}

#[test]
fn a_damaged_order_is_said_to_be_asked_for_and_comes_again() {
    let (fixture, order, sound) = with_damaged_order();
    let details = fixture.refused(json!({"do": "accept", "order": order}), OrderDamaged);
    assert_eq!(details, json!({ "order": order }));
    assert_eq!(fixture.listed("mine").len(), 2, "the lists go on");

    let fixture = fixture.reopened();
    let checks = fixture.device.next_request().unwrap().checks;
    assert_eq!(checks.iter().map(|check| (check.order, check.heads.len())).collect::<Vec<_>>(), [(order, 0)]);
    exchange_with(&fixture, vec![sound]);
    fixture.ok(json!({"do": "accept", "order": order}));
    assert_eq!(fixture.order(order).node, Node::Accepted);
    assert_eq!(fixture.device.next_request().unwrap().checks, Vec::new(), "while work waits to be sent nothing is compared");
}

#[test]
fn what_arrives_for_a_damaged_order_stops_nothing_and_asks_for_it() {
    let (fixture, order, _) = with_damaged_order();
    // The damage is not known yet when the page is asked for.
    fixture.clock.advance(60_001);
    assert_eq!(compared(&fixture), [(order_id(2), true)]);
    let at = |number, order, body, position| {
        let mut event = centre_event(order, number, body, &[]);
        event.receipt = fixture::receipt(position);
        LogEntry::Event { order, event }
    };
    let cancelled = EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false });
    let numbered = EventBody::Numbered(Numbered { number: "GD20261121-0042".into() });
    fixture.log(vec![at(90, order, cancelled, 1_001), at(91, order_id(2), numbered, 1_002)], 1_002);
    assert_eq!(fixture.order(order_id(2)).number, "GD20261121-0042");
    assert_eq!(fixture.device.next_request().unwrap().checks[0].order, order);
}

#[test]
fn an_order_that_is_not_this_devices_to_see_is_asked_for_once_and_put_away() {
    let (fixture, order, sound) = with_damaged_order();
    fixture.refused(json!({"do": "get_order", "order": order}), OrderDamaged);
    exchange_with(&fixture, Vec::new());
    assert_eq!(fixture.listed("mine"), [order_id(2).to_string()]);
    fixture.refused(json!({"do": "get_order", "order": order}), OrderNotOnDevice);
    for minute in 0..10 {
        fixture.clock.advance(minute * 60_001);
        assert_eq!(compared(&fixture), [(order_id(2), true)], "nobody asks for it again");
    }
    // It comes back like any other when it enters.
    fixture.log(vec![LogEntry::Entered { position: 100_000_001, order: Box::new(sound) }], 100_000_001);
    fixture.ok(json!({"do": "accept", "order": order}));
}

#[test]
fn an_order_is_asked_for_until_the_server_has_looked_for_it() {
    let (fixture, order, sound) = with_damaged_order();
    fixture.refused(json!({"do": "get_order", "order": order}), OrderDamaged);
    for down in [Down::Newer, Down::BeginAnew] {
        for _ in 0..2 {
            fixture.clock.advance(60_001);
            assert_eq!(compared(&fixture), [(order, false)]);
        }
        let request = fixture.device.next_request().unwrap();
        fixture.device.apply(&request, answer_of(MORNING, down, None), fixture.measured()).unwrap();
        assert_eq!(fixture.listed("mine").len(), 2, "nothing was said about it");
    }
    fixture.first_sync(vec![sound, assigned_order(order_id(2))]);
    fixture.ok(json!({"do": "accept", "order": order}));
}

#[test]
fn a_sound_order_is_compared_by_its_heads_and_own_work_outlasts_its_coming_anew() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.exchange(quiet(), None);
    let placed = |event: PackedEvent| PlacedEvent { id: event.id, bytes: event.event.into_vec(), predecessors: event.predecessors };
    let heads = heads_of(unpack(&assigned_order(order).packed).unwrap().into_iter().map(placed).collect()).unwrap();
    let checks = fixture.device.next_request().unwrap().checks;
    assert_eq!(checks.iter().map(|check| (check.order, check.heads.to_vec())).collect::<Vec<_>>(), [(order, heads)]);

    // Work comes between the request and its answer, and the server has the order otherwise.
    let request = fixture.device.next_request().unwrap();
    fixture.ok(json!({"do": "accept", "order": order}));
    let answer = ExchangeAnswer { anew: vec![assigned_order(order)], ..answer_of(MORNING, quiet(), None) };
    assert!(!fixture.device.apply(&request, answer, fixture.measured()).unwrap().quiet);
    let view = fixture.order(order);
    assert_eq!((view.node, view.upload, view.events.len()), (Node::Accepted, Upload::Local, 5));
    fixture.exchange(quiet(), None);
    assert_eq!(fixture.order(order).upload, Upload::Stored);
}
