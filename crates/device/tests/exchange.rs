//! What an answer of the server does to the device, through the same door as the socket's: orders, lists, clocks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::{Cancelled, Event, EventBody, LabourLine, Numbered, Reassigned, ToPerson, ToTeam};
use domain::fault::FaultCodeName::*;
use domain::money::Fen;
use domain::node::Node;
use domain::quantity::Quantity;
use domain::recorded::HeldReason;
use domain::role::Role;
use domain::time::DAY_MS;
use domain::urgency::Urgency;
use domain::view::Upload;
use fixture::{
    Fixture, MORNING, WORKER, answer_of, assigned_order, at_position, centre_event, event_id, first_position, order_id, packed_order,
    progress, quiet, report,
};
use serde_json::json;
use sync::wire::{CredentialStanding, Down, ExchangeAnswer, LogEntry, Progress, UploadOutcome};

#[test]
fn a_first_sync_brings_orders_and_is_followed_by_the_log() {
    let (fixture, order) = Fixture::with_assigned_order();
    assert_eq!(progress(&fixture.device), Progress::Log { cursor: 1_000 });
    assert_eq!(fixture.listed("mine"), [order.to_string()]);
    let view = fixture.order(order);
    assert_eq!((view.node, view.upload, view.events.len()), (Node::Assigned, Upload::Stored, 4));
    let number = centre_event(order, 90, EventBody::Numbered(Numbered { number: "GD20261121-0042".into() }), &[view.events[3].id]);
    let step = fixture.log(vec![LogEntry::Event { order, event: at_position(number, 1_001) }], 1_001);
    assert!(step.quiet);
    assert_eq!(fixture.order(order).number, "GD20261121-0042");
    assert_eq!(fixture.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"][0]["number"], "GD20261121-0042");
}

/// A line of an order that came with the first synchronisation and in which nothing was done here yet.
#[test]
fn a_line_is_taken_back_by_its_event_alone_on_another_phone_of_the_person() {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    let mut order = assigned_order(order_id(1));
    let mut events = sync::pack::unpack(&order.packed).unwrap();
    let last = events.last().unwrap().id;
    let mut line = centre_event(
        order_id(1),
        19,
        EventBody::LabourAdded(LabourLine {
            item: "WX0001".into(),
            quantity: Quantity::new(1).unwrap(),
            unit_price_fen: Fen(3_000),
            includes_material: false,
        }),
        &[last],
    );
    let own = Event { recorder: WORKER.into(), role: Role::Technician, ..Event::from_bytes(&line.event).unwrap() };
    line.event = own.to_bytes().into();
    events.push(line.clone());
    order.packed = sync::pack::pack(&events).unwrap().into();
    fixture.first_sync(vec![order, assigned_order(order_id(2))]);
    fixture.refused(json!({"do": "withdraw", "event": event_id(999)}), EventUnknown);
    let view = fixture.ok(json!({"do": "withdraw", "event": line.id}));
    assert_eq!(view["id"], order_id(1).to_string());
}

#[test]
fn work_is_stored_at_the_hospital_after_one_exchange() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    assert_eq!(fixture.order(order).upload, Upload::Local);
    let step = fixture.exchange(quiet(1_000), None);
    assert_eq!((step.sent, step.quiet), (1, true));
    assert_eq!(fixture.order(order).upload, Upload::Stored);
    let status = fixture.ok(json!({"do": "sync_status"}));
    assert_eq!((&status["unsent"], &status["last_contact"], &status["reference_as_of"]), (&json!(0), &json!(MORNING), &json!(MORNING)));
    assert_eq!(fixture.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"][0]["upload"], "stored");
}

/// Orders that ended after one that concerns the worker: the lists of what ended and of the team are long.
#[test]
fn what_concerns_the_worker_and_what_may_be_taken_is_found_behind_any_number_of_others() {
    let cancelled = |order, assigned_to: &str| {
        let bodies = [
            EventBody::Reported(report(Urgency::Normal)),
            EventBody::Dispatched(ToTeam { team: "T01".into() }),
            EventBody::TeamAccepted(domain::event::Empty {}),
            EventBody::Assigned(ToPerson { staff_no: assigned_to.into() }),
            EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false }),
        ];
        packed_order(order, first_position(order), &bodies)
    };
    let free = |order, urgency| {
        let bodies = [EventBody::Reported(report(urgency)), EventBody::Dispatched(ToTeam { team: "T01".into() })];
        packed_order(order, first_position(order), &bodies)
    };
    let (mine, critical) = (order_id(1), order_id(2));
    let mut orders = vec![cancelled(mine, WORKER), free(critical, Urgency::Critical)];
    orders.extend((3..60).map(|number| cancelled(order_id(number), "025519")));
    orders.extend((60..120).map(|number| free(order_id(number), Urgency::Normal)));
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    fixture.first_sync(orders);
    assert_eq!(fixture.listed("attention"), [mine.to_string()]);
    assert_eq!(fixture.listed("free"), [critical.to_string()], "what only the leader may accept is not free");
    let row = fixture.ok(json!({"do": "list_orders", "filter": "attention", "node": "cancelled"}))["orders"][0].clone();
    assert_eq!(row["attention"], "cancelled");
    assert_eq!(fixture.listed("done").len(), 50);
    // It is news for a day.
    fixture.clock.advance(DAY_MS);
    fixture.log(Vec::new(), 1_001);
    assert!(fixture.listed("attention").is_empty());
}

#[test]
fn pages_of_what_concerns_the_worker_follow_each_other() {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    fixture.first_sync((1..6).map(|number| assigned_order(order_id(number))).collect());
    for number in 1..6 {
        fixture.ok(json!({"do": "accept", "order": order_id(number)}));
    }
    let request = fixture.device.next_request().unwrap();
    let held = |upload: &sync::wire::Upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::OrderFull };
    let answer = ExchangeAnswer {
        outcomes: request.uploads.iter().map(held).collect(),
        highest_sequence: 5,
        ..answer_of(MORNING, quiet(1_000), None)
    };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    let (mut found, mut after) = (Vec::new(), serde_json::Value::Null);
    loop {
        let page = fixture.ok(json!({"do": "list_orders", "filter": "attention", "limit": 2, "after": after}));
        found.extend(page["orders"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    found.sort();
    assert_eq!(found, [1, 2, 3, 4, 5].map(|number| order_id(number).to_string()));
}

#[test]
fn a_decision_of_the_centre_meets_unsent_work() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(json!({"do": "complete", "order": order, "cause": "老化", "remedy": "更换"}));
    let cancel = centre_event(order, 91, EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false }), &[assigned]);
    fixture.log(vec![LogEntry::Event { order, event: at_position(cancel, 1_001) }], 1_001);
    let view = fixture.order(order);
    assert_eq!(view.node, Node::Completed, "the work stands");
    assert!(!view.contradictions.is_empty());
    assert_eq!(view.events.len(), 7);
}

#[test]
fn an_answer_that_does_not_fit_changes_nothing() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let request = fixture.device.next_request().unwrap();
    for answer in [
        ExchangeAnswer { outcomes: Vec::new(), ..answer_of(MORNING, quiet(1_000), None) },
        answer_of(MORNING, quiet(3), None),
        ExchangeAnswer { protocol: 9, ..answer_of(MORNING, quiet(1_000), None) },
    ] {
        let fault = fixture.device.apply(&request, answer, fixture.measured()).unwrap_err();
        assert_eq!(fault.code, ServerAnswerUnreadable);
        assert_eq!(fixture.device.next_request().unwrap(), request);
    }
}

#[test]
fn a_revoked_device_sends_and_says_so() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let request = fixture.device.next_request().unwrap();
    let outcomes = vec![UploadOutcome::Held { id: request.uploads[0].id, reason: HeldReason::CredentialRevoked }];
    let answer =
        ExchangeAnswer { outcomes, highest_sequence: 1, standing: CredentialStanding::Revoked, ..answer_of(MORNING, Down::Nothing, None) };
    let step = fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert!(step.revoked && step.quiet);
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["revoked"], true);
    assert_eq!(fixture.order(order).upload, Upload::Held);
}

#[test]
fn the_clock_is_measured_and_goes_into_events() {
    let (fixture, order) = Fixture::with_assigned_order();
    let request = fixture.device.next_request().unwrap();
    // The server is an hour ahead; the answer took two seconds.
    let measured = device::synchronise::Measured { answered_at: MORNING, waited_ms: 2_000 };
    fixture.device.apply(&request, answer_of(MORNING.plus(3_600_000 - 1_000), quiet(1_000), None), measured).unwrap();
    fixture.clock.advance(60_000);
    let view = fixture.ok(json!({"do": "accept", "order": order}));
    let accepted = view["events"].as_array().unwrap().last().unwrap();
    assert_eq!(accepted["recorded_at"], json!(MORNING.plus(60_000)));
    assert_eq!(accepted["occurred_at"], json!(MORNING.plus(3_660_000)));
    let event = Event::from_bytes(&fixture.device.next_request().unwrap().uploads[0].event).unwrap();
    assert_eq!(event.clock, Some(domain::time::ClockOffset { offset_ms: 3_600_000, age_ms: 60_000 }));
}

#[test]
fn whose_device_it_is_follows_the_corrected_clock() {
    let fixture = Fixture::enrolled();
    // From tomorrow on the worker is somebody else's deputy in another role; the phone is two days fast.
    let tomorrow = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let mut reference = fixture::reference_data();
    let mut until_today = reference.staff[0].clone();
    until_today.validity.valid_to = tomorrow.pred_opt();
    let mut from_tomorrow = until_today.clone();
    from_tomorrow.name = "赵强改".into();
    from_tomorrow.validity = domain::reference::Validity { valid_from: tomorrow, valid_to: None };
    reference.staff = vec![until_today, from_tomorrow];
    reference.revision += 1;
    fixture.clock.advance(2 * DAY_MS);
    let request = fixture.device.next_request().unwrap();
    let answer = answer_of(MORNING, quiet(1_000), Some(reference));
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["person"]["name"], "赵强");
}

#[test]
fn an_order_goes_to_the_team_list_when_somebody_else_gets_it() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    let reassign = centre_event(order, 92, EventBody::Reassigned(Reassigned { team: None, staff_no: Some("025519".into()) }), &[assigned]);
    fixture.log(vec![LogEntry::Event { order, event: at_position(reassign, 1_001) }], 1_001);
    assert!(fixture.listed("mine").is_empty());
    assert_eq!(fixture.listed("team"), [order.to_string()]);
}

#[test]
fn lists_are_paged_without_losing_or_repeating_a_row() {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    let reported = |number: u128| {
        let urgency = [Urgency::Critical, Urgency::Urgent, Urgency::Normal, Urgency::Planned][usize::try_from(number % 4).unwrap()];
        let bodies = [EventBody::Reported(report(urgency)), EventBody::Dispatched(domain::event::ToTeam { team: "T01".into() })];
        packed_order(order_id(number), number * 10, &bodies)
    };
    fixture.first_sync((1..=25).map(reported).collect());
    for limit in [1, 5, 24, 25, 26, 200] {
        let mut seen = Vec::new();
        let mut after = serde_json::Value::Null;
        loop {
            let mut command = json!({"do": "list_orders", "filter": "team", "limit": limit});
            if !after.is_null() {
                command["after"] = after;
            }
            let page = fixture.ok(command);
            seen.extend(page["orders"].as_array().unwrap().iter().map(|row| row["id"].clone()));
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(seen.len(), 25, "limit {limit}");
        let distinct: std::collections::BTreeSet<String> = seen.iter().map(ToString::to_string).collect();
        assert_eq!(distinct.len(), 25, "limit {limit}");
    }
    let first = fixture.ok(json!({"do": "list_orders", "filter": "team", "limit": 1}));
    assert_eq!(first["orders"][0]["urgency"], "critical", "what is due first is on top");
    let planned = fixture.ok(json!({"do": "list_orders", "filter": "team", "node": "assigned"}));
    assert_eq!(planned["orders"], json!([]));
    fixture.refused(json!({"do": "list_orders", "filter": "team", "limit": 0}), FieldInvalid);
    fixture.refused(json!({"do": "list_orders", "filter": "team", "after": "zzz"}), FieldInvalid);
}
