//! A server that lost what it had acknowledged: whatever this device's person recorded is kept here and offered again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use chrono::NaiveDate;
use domain::event::{Accepted, Event, EventBody, NO_NUMBER};
use domain::identity::{EventId, OrderId, StaffNo};
use domain::node::Node;
use domain::reference::Validity;
use domain::role::Role;
use domain::view::Upload;
use fixture::{Fixture, MORNING, WORKER, answer_of, assigned_order, centre_event, event_id, order_id};
use serde_bytes::ByteBuf;
use serde_json::json;
use sync::pack::{pack, unpack};
use sync::wire::{Down, EnrollAnswer, ExchangeAnswer, PackedEvent, PackedOrder};

fn quiet() -> Down {
    Down::Log { entries: Vec::new(), cursor: 100_000_000, more: false }
}

/// The order as the server has it, with one more event that a technician recorded.
fn with_event_of(order: OrderId, recorder: &str, id: u128, sequence: u64) -> PackedOrder {
    let sound = assigned_order(order);
    let mut events = unpack(&sound.packed).unwrap();
    let last = events.last().unwrap().id;
    let plain = centre_event(order, id, EventBody::Accepted(Accepted { team: "T01".into() }), &[last]);
    let event = Event { recorder: StaffNo::from(recorder), role: Role::Technician, sequence, ..Event::from_bytes(&plain.event).unwrap() };
    events.push(PackedEvent { event: ByteBuf::from(event.to_bytes()), ..plain });
    PackedOrder { packed: ByteBuf::from(pack(&events).unwrap()), ..sound }
}

/// A device on which this order lies as it came.
fn holding(order: PackedOrder) -> Fixture {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    fixture.first_sync(vec![order]);
    fixture.exchange(quiet(), None);
    fixture
}

/// The server begins anew, and this is all that it has.
fn begin_anew(fixture: &Fixture, orders: Vec<PackedOrder>) {
    fixture.exchange(Down::BeginAnew, None);
    let request = fixture.device.next_request().unwrap();
    let outcomes = request
        .uploads
        .iter()
        .map(|upload| sync::judge::recorded_outcome(upload.id, &upload.event, fixture::receipt(3_000), upload.predecessors.clone()))
        .collect();
    let page = Down::FirstSync { log_end: 1_000, orders, more: false };
    let answer = ExchangeAnswer { outcomes, highest_sequence: 99, ..answer_of(MORNING, page, None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
}

/// The order comes anew because it differs.
fn come_anew(fixture: &Fixture, order: PackedOrder) {
    let request = fixture.device.next_request().unwrap();
    assert_eq!(request.checks.len(), 1, "one order is compared");
    let answer = ExchangeAnswer { anew: vec![order], highest_sequence: 99, ..answer_of(MORNING, quiet(), None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
}

fn offered(fixture: &Fixture) -> Vec<(EventId, u64)> {
    fixture.device.next_request().unwrap().uploads.iter().map(|upload| (upload.id, upload.sequence)).collect()
}

#[test]
fn an_acknowledged_entry_that_an_order_coming_anew_lacks_is_kept_and_offered_again() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order, "id": event_id(900)}));
    fixture.exchange(quiet(), None);
    come_anew(&fixture, assigned_order(order));
    let view = fixture.order(order);
    assert_eq!((view.node, view.upload, view.events.len()), (Node::Accepted, Upload::Local, 5));
    assert_eq!(offered(&fixture), [(event_id(900), 1)]);
    fixture.exchange(quiet(), None);
    assert_eq!((fixture.order(order).upload, offered(&fixture)), (Upload::Stored, Vec::new()));
}

#[test]
fn an_entry_of_this_person_that_had_come_from_the_server_is_offered_again_and_has_no_number_of_this_device() {
    let order = order_id(1);
    let ways: [fn(&Fixture); 3] = [
        |fixture| come_anew(fixture, assigned_order(order_id(1))),
        |fixture| begin_anew(fixture, vec![assigned_order(order_id(1))]),
        |fixture| begin_anew(fixture, Vec::new()),
    ];
    for (way, lost_by) in ways.iter().enumerate() {
        for opened in [false, true] {
            let fixture = holding(with_event_of(order, WORKER, 950, 7));
            if opened {
                fixture.ok(json!({"do": "arrive", "order": order, "id": event_id(951)}));
                fixture.exchange(quiet(), None);
            }
            lost_by(&fixture);
            let mut expected = vec![(event_id(950), NO_NUMBER)];
            expected.extend(opened.then(|| (event_id(951), 1)));
            assert_eq!(offered(&fixture), expected, "way {way}, opened: {opened}");
            let view = fixture.order(order);
            assert_eq!((view.upload, view.events.len()), (Upload::Local, 4 + expected.len()), "way {way}, opened: {opened}");
        }
    }
}

#[test]
fn what_another_phone_recorded_and_the_server_keeps_no_more_of_is_offered_again_with_each_exchange() {
    let fixture = holding(with_event_of(order_id(1), WORKER, 950, 7));
    come_anew(&fixture, assigned_order(order_id(1)));
    for _ in 0..3 {
        fixture.device.begin_exchange().unwrap();
        assert_eq!(offered(&fixture), [(event_id(950), NO_NUMBER)]);
        let request = fixture.device.next_request().unwrap();
        let put_off = sync::wire::UploadOutcome::Held { id: event_id(950), reason: domain::recorded::HeldReason::TooManyHeld };
        let answer = ExchangeAnswer { outcomes: vec![put_off], ..answer_of(MORNING, quiet(), None) };
        assert!(fixture.device.apply(&request, answer, fixture.measured()).unwrap().quiet, "the exchange ends");
        assert_eq!(offered(&fixture), []);
    }
}

/// Two phones of one person both count from 1: what is offered for the other one takes no number away from this one.
#[test]
fn what_another_phone_recorded_stands_for_no_number_that_is_lost_here() {
    let fixture = holding(with_event_of(order_id(1), WORKER, 950, 1));
    fixture.ok(json!({"do": "arrive", "order": order_id(1), "id": event_id(951)}));
    fixture.exchange(quiet(), None);
    come_anew(&fixture, assigned_order(order_id(1)));
    assert_eq!(offered(&fixture), [(event_id(950), NO_NUMBER), (event_id(951), 1)]);
    // The server has not got number 1 although what the other phone recorded under it came.
    let request = fixture.device.next_request().unwrap();
    let upload = &request.uploads[0];
    let outcome = sync::judge::recorded_outcome(upload.id, &upload.event, fixture::receipt(3_000), upload.predecessors.clone());
    let waits = sync::wire::UploadOutcome::Held { id: event_id(951), reason: domain::recorded::HeldReason::PredecessorMissing };
    let answer = ExchangeAnswer { outcomes: vec![outcome, waits], ..answer_of(MORNING, quiet(), None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert_eq!(offered(&fixture), [], "held is answered");
    let answer = ExchangeAnswer { highest_sequence: 0, ..answer_of(MORNING, quiet(), None) };
    let request = fixture.device.next_request().unwrap();
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert_eq!(offered(&fixture), [(event_id(951), 1)], "what is offered for the other phone is not asked for by number");
}

#[test]
fn what_others_recorded_on_their_phones_stays_and_is_not_offered_in_this_persons_name() {
    let order = order_id(1);
    for lost_by in [come_anew, |fixture: &Fixture, order| begin_anew(fixture, vec![order])] {
        let fixture = holding(with_event_of(order, "025519", 950, 7));
        lost_by(&fixture, assigned_order(order));
        assert_eq!(offered(&fixture), Vec::new());
        assert!(fixture.order(order).events.iter().any(|event| event.id == event_id(950)), "it may be the last copy");
    }
}

#[test]
fn what_an_earlier_holder_of_the_number_recorded_is_not_offered() {
    let fixture = Fixture::fresh();
    let request = fixture.device.prepare_enrolment("K7QF-2MXD").unwrap();
    let answer = fixture::enrol_answer(WORKER);
    let today = Validity { valid_from: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(), valid_to: None };
    let person = domain::reference::DirectoryEntry { validity: today, ..answer.person };
    fixture.clock.advance(domain::time::DAY_MS);
    fixture.device.accept_enrolment("http://127.0.0.1:1", &request, EnrollAnswer { person, ..answer }).unwrap();
    fixture.first_sync(vec![with_event_of(order_id(1), WORKER, 950, 7)]);
    fixture.exchange(quiet(), None);
    come_anew(&fixture, assigned_order(order_id(1)));
    assert_eq!(offered(&fixture), Vec::new());
}

#[test]
fn a_pack_that_cannot_be_read_replaces_nothing() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.exchange(quiet(), None);
    come_anew(&fixture, PackedOrder { packed: ByteBuf::from(vec![1, 2, 3]), ..assigned_order(order) });
    assert_eq!(fixture.order(order).events.len(), 4);
}

#[test]
fn what_an_answer_settles_is_not_sent_again_for_a_number_that_it_misses() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let request = fixture.device.next_request().unwrap();
    let upload = &request.uploads[0];
    let outcomes = vec![sync::judge::recorded_outcome(upload.id, &upload.event, fixture::receipt(2_000), upload.predecessors.clone())];
    // A server that does not count what it has.
    let answer = ExchangeAnswer { outcomes, highest_sequence: 0, ..answer_of(MORNING, quiet(), None) };
    assert!(fixture.device.apply(&request, answer, fixture.measured()).unwrap().quiet);
    assert_eq!((fixture.order(order).upload, offered(&fixture)), (Upload::Stored, Vec::new()));
}
