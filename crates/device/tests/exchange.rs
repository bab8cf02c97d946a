//! What an answer of the server does to the device, through the same door as the socket's.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::{Accepted, Cancelled, Event, EventBody, LabourLine, Numbered, Reassigned, ReviewOutcome, Reviewed, ToPerson, ToTeam};
use domain::fault::FaultCodeName::*;
use domain::money::Fen;
use domain::node::Node;
use domain::quantity::Quantity;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::role::Role;
use domain::state::Effect;
use domain::time::DAY_MS;
use domain::urgency::Urgency;
use domain::view::Upload;
use fixture::{
    Fixture, MORNING, WORKER, answer_of, assigned_order, centre_event, event_id, first_position, order_id, packed_order, progress, receipt,
    report,
};
use serde_bytes::ByteBuf;
use serde_json::json;
use sync::judge::recorded_outcome;
use sync::wire::{CredentialStanding, Down, ExchangeAnswer, LogEntry, Progress, UploadOutcome};

fn quiet(cursor: u64) -> Down {
    Down::Log { entries: Vec::new(), cursor, more: false }
}

#[test]
fn a_first_sync_brings_orders_and_is_followed_by_the_log() {
    let (fixture, order) = Fixture::with_assigned_order();
    assert_eq!(progress(&fixture.device), Progress::Log { cursor: 1_000 });
    assert_eq!(fixture.listed("mine"), [order.to_string()]);
    let view = fixture.order(order);
    assert_eq!((view.node, view.upload, view.events.len()), (Node::Assigned, Upload::Stored, 4));
    let number = centre_event(order, 90, EventBody::Numbered(Numbered { number: "GD20261121-0042".into() }), &[view.events[3].id]);
    let step = fixture.log(vec![LogEntry::Event { order, event: domain_at(number, 1_001) }], 1_001);
    assert!(step.quiet);
    assert_eq!(fixture.order(order).number, "GD20261121-0042");
    assert_eq!(fixture.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"][0]["number"], "GD20261121-0042");
}

/// An order that was done too long ago to come with the first sync, and about which the log says something nevertheless.
#[test]
fn nothing_is_kept_of_an_order_that_is_not_here() {
    let fixture = Fixture::enrolled();
    let late = centre_event(order_id(7), 90, EventBody::Numbered(Numbered { number: "GD20261121-0042".into() }), &[]);
    fixture.log(vec![LogEntry::Event { order: order_id(7), event: domain_at(late, 1_001) }], 1_001);
    // With something of it here, the report would be said to be missing.
    let answer = fixture.call(json!({"do": "get_order", "order": order_id(7)}));
    assert_eq!(answer["error"]["message"], "no such order on this device; synchronise and look again");
    fixture.log(vec![LogEntry::Entered { position: 1_002, order: Box::new(assigned_order(order_id(7))) }], 1_002);
    assert_eq!(fixture.order(order_id(7)).events.len(), 4, "it comes whole");
}

/// The second ruling about such an order comes in the answer with the first.
#[test]
fn nothing_is_kept_of_an_order_that_is_not_here_when_it_is_ruled_on() {
    let fixture = Fixture::enrolled();
    let ruled = |position| LogEntry::Judged { position, order: order_id(7), event: event_id(70), verdict: Verdict::Admitted };
    let late = centre_event(order_id(7), 90, EventBody::Numbered(Numbered { number: "GD20261121-0042".into() }), &[]);
    fixture.log(vec![ruled(1_001), LogEntry::Event { order: order_id(7), event: domain_at(late, 1_002) }], 1_002);
    let answer = fixture.call(json!({"do": "get_order", "order": order_id(7)}));
    assert_eq!(answer["error"]["message"], "no such order on this device; synchronise and look again");
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

fn domain_at(mut event: sync::wire::PackedEvent, position: u64) -> sync::wire::PackedEvent {
    event.receipt = receipt(position);
    event
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

/// What the server makes of an upload.
type Answering = Box<dyn Fn(&sync::wire::Upload) -> UploadOutcome>;

/// Sends the one unsent event and gets `outcome` for it.
fn answered(fixture: &Fixture, outcome: impl Fn(&sync::wire::Upload) -> UploadOutcome) {
    let request = fixture.device.next_request().unwrap();
    let outcomes = request.uploads.iter().map(outcome).collect();
    let highest_sequence = request.uploads.iter().map(|upload| upload.sequence).max().unwrap();
    let answer = ExchangeAnswer { outcomes, highest_sequence, ..answer_of(MORNING, quiet(1_000), None) };
    fixture.highest.store(highest_sequence, std::sync::atomic::Ordering::SeqCst);
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
}

#[test]
fn each_outcome_shows_where_the_work_is() {
    let set_aside = receipt_with(Verdict::SetAside(SetAsideReason::OutOfScope));
    let outcomes: [(&str, Answering); 4] = [
        ("set_aside", Box::new(move |upload| recorded_outcome(upload.id, &upload.event, set_aside.clone(), upload.predecessors.clone()))),
        ("held", Box::new(|upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::PredecessorMissing })),
        ("held", Box::new(|upload| UploadOutcome::IdReused { id: upload.id })),
        // Other bytes under this id are at the server: said by the hash.
        ("held", Box::new(|upload| recorded_outcome(upload.id, b"other bytes", receipt(9), upload.predecessors.clone()))),
    ];
    for (upload, outcome) in outcomes {
        let (fixture, order) = Fixture::with_assigned_order();
        fixture.ok(json!({"do": "accept", "order": order}));
        answered(&fixture, outcome);
        assert_eq!(fixture.ok(json!({"do": "get_order", "order": order}))["upload"], upload);
        assert_eq!(fixture.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"][0]["upload"], upload);
        let status = fixture.ok(json!({"do": "sync_status"}));
        assert_eq!((&status["unsent"], &status[upload]), (&json!(0), &json!(1)));
    }
}

#[test]
fn what_the_server_keeps_no_more_of_counts_as_unsent_and_is_offered_again() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let put_off = |uploads: &[sync::wire::Upload]| -> Vec<UploadOutcome> {
        uploads.iter().map(|upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::TooManyHeld }).collect()
    };
    for _ in 0..3 {
        let request = fixture.device.next_request().unwrap();
        assert_eq!(request.uploads.len(), 1, "it is offered with every exchange");
        let answer = ExchangeAnswer { outcomes: put_off(&request.uploads), highest_sequence: 0, ..answer_of(MORNING, quiet(1_000), None) };
        let step = fixture.device.apply(&request, answer, fixture.measured()).unwrap();
        assert_eq!((step.sent, step.quiet), (0, true), "nothing arrived, and the exchange ends");
        let status = fixture.ok(json!({"do": "sync_status"}));
        assert_eq!((&status["unsent"], &status["held"]), (&json!(1), &json!(0)));
        let shown = fixture.ok(json!({"do": "get_order", "order": order}));
        assert_eq!(shown["upload"], "local");
        assert_eq!(shown["events"].as_array().unwrap().last().unwrap()["held"], "too_many_held", "and the worker reads why");
        fixture.refused(json!({"do": "log_out"}), domain::fault::FaultCodeName::UnsentWork);
        // The next exchange, whose answer says again that the number has not arrived.
        let idle = fixture.device.next_request().unwrap();
        assert_eq!(idle.uploads, []);
        let answer = ExchangeAnswer { highest_sequence: 0, ..answer_of(MORNING, quiet(1_000), None) };
        assert!(!fixture.device.apply(&idle, answer, fixture.measured()).unwrap().quiet);
    }
}

fn receipt_with(verdict: Verdict) -> Receipt {
    Receipt { verdict, ..receipt(2_000) }
}

#[test]
fn a_later_verdict_and_a_later_outcome_are_taken() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let upload = fixture.device.next_request().unwrap().uploads[0].clone();
    answered(&fixture, |upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::PredecessorMissing });
    let outcome = recorded_outcome(
        upload.id,
        &upload.event,
        Receipt { verdict: Verdict::SetAside(SetAsideReason::OutOfScope), ..receipt(1_001) },
        upload.predecessors.clone(),
    );
    fixture.log(vec![LogEntry::Outcome { position: 1_002, outcome }], 1_002);
    assert_eq!(fixture.order(order).upload, Upload::SetAside);
    fixture.log(vec![LogEntry::Judged { position: 1_003, order, event: upload.id, verdict: Verdict::Admitted }], 1_003);
    let view = fixture.order(order);
    assert_eq!((view.upload, view.node), (Upload::Stored, Node::Accepted));
}

#[test]
fn an_own_event_is_no_longer_counted_as_set_aside_once_it_is_admitted() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let upload = fixture.device.next_request().unwrap().uploads[0].clone();
    let set_aside = Receipt { verdict: Verdict::SetAside(SetAsideReason::OutOfScope), ..receipt(1_001) };
    let told = |receipt: &Receipt| recorded_outcome(upload.id, &upload.event, receipt.clone(), upload.predecessors.clone());
    answered(&fixture, |_| told(&set_aside));
    assert_eq!(counted(&fixture, "set_aside"), 1);
    fixture.log(vec![LogEntry::Judged { position: 1_003, order, event: upload.id, verdict: Verdict::Admitted }], 1_003);
    assert_eq!(counted(&fixture, "set_aside"), 0);

    fixture.log(vec![LogEntry::Outcome { position: 1_004, outcome: told(&set_aside) }], 1_004);
    assert_eq!(counted(&fixture, "set_aside"), 1);
    let admitted = Receipt { verdict: Verdict::Admitted, judged_at_position: 1_003, ..set_aside.clone() };
    fixture.log(vec![LogEntry::Outcome { position: 1_005, outcome: told(&admitted) }], 1_005);
    assert_eq!(counted(&fixture, "set_aside"), 0);
}

fn counted(fixture: &Fixture, field: &str) -> serde_json::Value {
    fixture.ok(json!({"do": "sync_status"}))[field].clone()
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
fn what_waits_for_a_decision_concerns_the_worker_until_somebody_has_looked_at_it() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    assert!(fixture.listed("attention").is_empty());
    answered(&fixture, |upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::OrderFull });
    assert_eq!(fixture.listed("attention"), [order.to_string()]);
    let own = fixture.order(order).events[4].id;
    let left = UploadOutcome::Left { id: own, reason: HeldReason::OrderFull, because: "新工单里已登记".into() };
    fixture.log(vec![LogEntry::Outcome { position: 2_001, outcome: left }], 2_001);
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

/// How the order stands in its list: the entry waits for a decision, it is among what concerns the worker, where the work is.
fn check_listed(fixture: &Fixture, filter: &str, undecided: bool, upload: &str) {
    let row = fixture.ok(json!({"do": "list_orders", "filter": filter}))["orders"][0].clone();
    assert_eq!((&row["undecided"], &row["upload"]), (&json!(undecided), &json!(upload)));
}

#[test]
fn what_was_set_aside_and_left_is_counted_no_more_and_says_why() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let sent = fixture.device.next_request().unwrap().uploads[0].clone();
    let set_aside = receipt_with(Verdict::SetAside(SetAsideReason::OutOfScope));
    answered(&fixture, |upload| recorded_outcome(upload.id, &upload.event, set_aside.clone(), upload.predecessors.clone()));
    let own = fixture.order(order).events[4].clone();
    assert_eq!((counted(&fixture, "set_aside"), own.left, fixture.order(order).undecided), (json!(1), None, true));
    check_listed(&fixture, "mine", true, "set_aside");

    let left = Reviewed { event: own.id, outcome: ReviewOutcome::Left, reason: "别人已处理".into(), also: Vec::new() };
    let review = centre_event(order, 95, EventBody::Reviewed(left), &[own.id]);
    fixture.log(vec![LogEntry::Event { order, event: domain_at(review.clone(), 2_001) }], 2_001);
    let view = fixture.order(order);
    assert_eq!((counted(&fixture, "set_aside"), view.undecided, view.upload), (json!(0), false, Upload::SetAside));
    let shown = view.events.iter().find(|event| event.id == own.id).unwrap();
    assert_eq!((shown.left.as_deref(), shown.effect), (Some("别人已处理"), Effect::SetAside));
    check_listed(&fixture, "mine", false, "set_aside");

    // The outcome comes once more, as after a lost answer: it was left all the same.
    let outcome = recorded_outcome(own.id, &sent.event, set_aside.clone(), sent.predecessors.clone());
    fixture.log(vec![LogEntry::Outcome { position: 2_002, outcome }], 2_002);
    assert_eq!(counted(&fixture, "set_aside"), 0);
    // Whoever left it may still give it effect.
    fixture.log(vec![LogEntry::Judged { position: 2_003, order, event: own.id, verdict: Verdict::Admitted }], 2_003);
    let view = fixture.order(order);
    assert_eq!((view.upload, view.node, view.events[4].left.clone()), (Upload::Stored, Node::Accepted, None));
}

#[test]
fn what_was_held_and_left_has_no_effect_is_counted_no_more_and_leaves_with_its_order() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    answered(&fixture, |upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::OrderFull });
    let own = fixture.order(order).events[4].id;
    assert_eq!((counted(&fixture, "held"), fixture.order(order).node), (json!(1), Node::Accepted));
    check_listed(&fixture, "mine", true, "held");

    let left = UploadOutcome::Left { id: own, reason: HeldReason::OrderFull, because: "新工单里已登记".into() };
    fixture.log(vec![LogEntry::Outcome { position: 2_001, outcome: left }], 2_001);
    let view = fixture.order(order);
    assert_eq!((counted(&fixture, "held"), counted(&fixture, "unsent")), (json!(0), json!(0)));
    assert_eq!((view.node, view.upload, view.undecided), (Node::Assigned, Upload::Held, false), "as the hospital has it");
    let shown = view.events.iter().find(|event| event.id == own).unwrap();
    assert_eq!((shown.held, shown.left.as_deref(), shown.effect), (Some(HeldReason::OrderFull), Some("新工单里已登记"), Effect::Held));
    check_listed(&fixture, "mine", false, "held");
    // What is recorded from here on does not wait for it.
    fixture.ok(json!({"do": "accept", "order": order}));
    assert!(!fixture.device.next_request().unwrap().uploads[0].predecessors.contains(&own));
    fixture.exchange(quiet(2_001), None);

    // Done for longer than orders stay: a left event is no reason to keep it.
    let head = fixture.order(order).events[4].id;
    let cancel = centre_event(order, 96, EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: true }), &[head]);
    fixture.log(vec![LogEntry::Event { order, event: domain_at(cancel, 2_101) }], 2_101);
    assert_eq!(fixture.order(order).node, Node::Cancelled);
    fixture.clock.advance(31 * DAY_MS);
    fixture.log(Vec::new(), 2_102);
    fixture.refused(json!({"do": "get_order", "order": order}), OrderNotOnDevice);
}

#[test]
fn what_was_set_aside_of_an_order_that_is_not_here_any_more_is_not_counted() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let set_aside = receipt_with(Verdict::SetAside(SetAsideReason::OutOfScope));
    answered(&fixture, |upload| recorded_outcome(upload.id, &upload.event, set_aside.clone(), upload.predecessors.clone()));
    assert_eq!(counted(&fixture, "set_aside"), 1);
    fixture.log(vec![LogEntry::Left { position: 2_002, order }], 2_002);
    assert_eq!(counted(&fixture, "set_aside"), 0, "nobody could open it");
}

#[test]
fn a_decision_of_the_centre_meets_unsent_work() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(json!({"do": "complete", "order": order, "cause": "老化", "remedy": "更换"}));
    let cancel = centre_event(order, 91, EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false }), &[assigned]);
    fixture.log(vec![LogEntry::Event { order, event: domain_at(cancel, 1_001) }], 1_001);
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
fn an_order_that_left_is_put_away_and_comes_back_whole() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    let first_reply = fixture.ok(json!({"do": "arrive", "id": fixture::event_id(900), "order": order}));
    fixture.exchange(quiet(1_000), None);
    fixture.ok(json!({"do": "complete", "order": order, "cause": "老化", "remedy": "更换"}));
    fixture.log(vec![LogEntry::Left { position: 1_005, order }], 1_005);
    fixture.refused(json!({"do": "get_order", "order": order}), OrderNotOnDevice);
    assert!(fixture.listed("mine").is_empty());
    // The same command again still gets its first reply.
    assert_eq!(fixture.ok(json!({"do": "arrive", "id": fixture::event_id(900), "order": order})), first_reply);
    fixture.log(vec![LogEntry::Entered { position: 1_006, order: Box::new(assigned_order(order)) }], 1_006);
    assert_eq!(fixture.order(order).node, Node::Assigned);
    assert_eq!(fixture.listed("mine"), [order.to_string()]);
}

#[test]
fn unsent_work_survives_that_its_order_leaves() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    // The log says so before the device could send.
    let request = fixture.device.next_request().unwrap();
    let outcomes = vec![UploadOutcome::Held { id: request.uploads[0].id, reason: HeldReason::PredecessorMissing }];
    fixture.ok(json!({"do": "arrive", "order": order}));
    let entries = vec![LogEntry::Left { position: 1_001, order }];
    let answer =
        ExchangeAnswer { outcomes, highest_sequence: 1, ..answer_of(MORNING, Down::Log { entries, cursor: 1_001, more: false }, None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    let unsent = fixture.device.next_request().unwrap().uploads;
    assert_eq!(unsent.len(), 1);
    fixture.exchange(quiet(1_001), None);
    assert_eq!(fixture.ok(json!({"do": "sync_status"}))["unsent"], 0);
}

#[test]
fn beginning_anew_keeps_unsent_work_and_puts_away_what_does_not_come_again() {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    fixture.first_sync(vec![assigned_order(order_id(1)), assigned_order(order_id(2)), assigned_order(order_id(3))]);
    fixture.ok(json!({"do": "accept", "order": order_id(1)}));
    fixture.ok(json!({"do": "accept", "order": order_id(2)}));
    fixture.exchange(quiet(1_000), None);
    fixture.ok(json!({"do": "arrive", "order": order_id(1)}));
    let request = fixture.device.next_request().unwrap();
    let outcomes =
        request.uploads.iter().map(|upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::PredecessorMissing }).collect();
    let answer = ExchangeAnswer { outcomes, highest_sequence: 3, ..answer_of(MORNING, Down::BeginAnew, None) };
    assert!(!fixture.device.apply(&request, answer, fixture.measured()).unwrap().quiet);
    assert_eq!(progress(&fixture.device), Progress::Nothing);
    assert_eq!(fixture.listed("mine").len(), 3, "the orders stay until the new ones are here");
    fixture.highest.store(3, std::sync::atomic::Ordering::SeqCst);
    fixture.first_sync(vec![assigned_order(order_id(3)), assigned_order(order_id(4))]);
    assert_eq!(fixture.device.next_request().unwrap().uploads.len(), 2, "what was acknowledged is offered before its order goes");
    fixture.exchange(quiet(1_000), None);
    let mut mine = fixture.listed("mine");
    mine.sort();
    assert_eq!(mine, [order_id(1), order_id(3), order_id(4)].map(|order| order.to_string()));
    fixture.refused(json!({"do": "get_order", "order": order_id(2)}), OrderNotOnDevice);
}

/// What is left of an order that does not come again, once the server has answered about the own entry in it.
#[track_caller]
fn check_what_is_left(reason: HeldReason, mine: usize, held: u64) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.exchange(Down::BeginAnew, None);
    fixture.first_sync(Vec::new());
    assert_eq!(fixture.listed("mine").len(), 1, "before the server has answered");
    answered(&fixture, |upload| UploadOutcome::Held { id: upload.id, reason });
    assert_eq!((fixture.listed("mine").len(), fixture.ok(json!({"do": "sync_status"}))["held"].as_u64()), (mine, Some(held)), "{reason:?}");
}

#[test]
fn an_order_that_is_not_this_devices_to_see_goes_also_where_own_work_of_it_waits_for_a_decision() {
    // Nobody can look at it here any more, so that it is not counted here either: the centre has it.
    check_what_is_left(HeldReason::CredentialRevoked, 0, 0);
    check_what_is_left(HeldReason::OrderFull, 0, 0);
    // The server may have lost it.
    check_what_is_left(HeldReason::PredecessorMissing, 1, 1);
    // The server has not taken it yet.
    check_what_is_left(HeldReason::TooManyHeld, 1, 0);
}

#[test]
fn an_order_whose_own_report_was_left_at_the_centre_is_listed_no_more() {
    let fixture = Fixture::enrolled();
    let view = fixture.ok(json!({"do": "create_order", "location": "L00001", "fault": "F001", "urgency": "urgent", "department": "001002", "description": "漏水"}));
    assert_eq!(fixture.listed("team").len() + fixture.listed("mine").len(), 1);
    answered(&fixture, |upload| UploadOutcome::Left {
        id: upload.id, reason: HeldReason::CredentialRevoked, because: "没有此事".into()
    });
    assert_eq!(fixture.listed("team").len() + fixture.listed("mine").len(), 0);
    fixture.refused(json!({"do": "get_order", "order": view["id"]}), OrderNotOnDevice);
}

#[test]
fn what_the_server_lost_is_sent_again() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(json!({"do": "arrive", "order": order}));
    fixture.exchange(quiet(1_000), None);
    let request = fixture.device.next_request().unwrap();
    assert!(request.uploads.is_empty());
    let restored = ExchangeAnswer { highest_sequence: 1, ..answer_of(MORNING, quiet(1_000), None) };
    let step = fixture.device.apply(&request, restored, fixture.measured()).unwrap();
    assert!(!step.quiet);
    assert_eq!(fixture.device.next_request().unwrap().uploads.iter().map(|upload| upload.sequence).collect::<Vec<_>>(), [2]);
}

/// The server was restored from a backup that has the order, but not yet who it was assigned to.
#[test]
fn what_the_centre_lost_of_an_order_is_taken_out_and_nothing_waits_for_it() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.exchange(quiet(1_000), None);
    let left = [EventBody::Reported(report(Urgency::Normal)), EventBody::Dispatched(ToTeam { team: "T01".into() })];
    let restored = packed_order(order, first_position(order), &left);
    let dispatched = fixture.order(order).events[1].id;

    fixture.exchange(Down::BeginAnew, None);
    let request = fixture.device.next_request().unwrap();
    let page = Down::FirstSync { log_end: 1_000, orders: vec![restored], more: false };
    fixture.device.apply(&request, answer_of(MORNING, page, None), fixture.measured()).unwrap();
    let offered = fixture.device.next_request().unwrap().uploads;
    assert_eq!(offered.iter().map(|upload| (upload.sequence, upload.predecessors.clone())).collect::<Vec<_>>(), [(1, vec![dispatched])]);
    let kinds: Vec<String> = fixture.order(order).events.iter().map(|event| event.kind.clone()).collect();
    assert_eq!(kinds, ["reported", "dispatched", "accepted"]);
}

/// How many uploads follow when a restored server has lost an event that came to this device as this person's with `verdict`.
fn offered_after_a_restore(verdict: Verdict) -> usize {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    let mut arrived = centre_event(order, 91, EventBody::Accepted(Accepted { team: "T01".into() }), &[assigned]);
    let mut event = Event::from_bytes(&arrived.event).unwrap();
    (event.recorder, event.role) = (WORKER.into(), Role::Technician);
    arrived.event = ByteBuf::from(event.to_bytes());
    arrived.receipt = Receipt { verdict, ..receipt(1_001) };
    fixture.log(vec![LogEntry::Event { order, event: arrived }], 1_001);
    fixture.exchange(Down::BeginAnew, None);
    fixture.first_sync(vec![assigned_order(order)]);
    fixture.device.next_request().unwrap().uploads.len()
}

#[test]
fn what_somebody_else_pushed_in_this_persons_name_is_never_offered_as_own() {
    assert_eq!(offered_after_a_restore(Verdict::Admitted), 1, "recorded on another device of this person");
    assert_eq!(offered_after_a_restore(Verdict::SetAside(SetAsideReason::OtherRecorder)), 0);
}

#[test]
fn a_restored_device_counts_on_above_what_the_server_holds() {
    let (fixture, order) = Fixture::with_assigned_order();
    let request = fixture.device.next_request().unwrap();
    let answer = ExchangeAnswer { highest_sequence: 41, ..answer_of(MORNING, quiet(1_000), None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    fixture.ok(json!({"do": "accept", "order": order}));
    assert_eq!(fixture.device.next_request().unwrap().uploads[0].sequence, 42);
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
fn done_orders_leave_the_device_after_thirty_days() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    let cancel = centre_event(order, 91, EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false }), &[assigned]);
    fixture.log(vec![LogEntry::Event { order, event: domain_at(cancel, 1_001) }], 1_001);
    assert_eq!(fixture.listed("done").len(), 1);
    fixture.clock.advance(29 * DAY_MS);
    fixture.exchange(quiet(1_001), None);
    assert_eq!(fixture.listed("done").len(), 1);
    fixture.clock.advance(2 * DAY_MS);
    fixture.exchange(quiet(1_001), None);
    assert!(fixture.listed("done").is_empty());
    fixture.refused(json!({"do": "get_order", "order": order}), OrderNotOnDevice);
}

#[test]
fn a_phone_whose_clock_is_a_month_fast_keeps_what_was_done_today() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    let cancel = centre_event(order, 91, EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false }), &[assigned]);
    fixture.log(vec![LogEntry::Event { order, event: domain_at(cancel, 1_001) }], 1_001);
    fixture.clock.advance(31 * DAY_MS);
    let at_the_server = |days: i64| {
        let request = fixture.device.next_request().unwrap();
        let answer = answer_of(MORNING.plus(days * DAY_MS), quiet(1_001), None);
        fixture.device.apply(&request, answer, fixture.measured()).unwrap();
        fixture.listed("done").len()
    };
    assert_eq!(at_the_server(0), 1);
    assert_eq!(fixture.ok(json!({"do": "sync_status"}))["reference_as_of"], json!(MORNING), "名单截至 is the hospital's time");
    assert_eq!(at_the_server(31), 0);
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
fn an_order_that_comes_with_an_event_set_aside_says_so_in_the_list() {
    let packed = |verdict: Verdict| {
        let mut order = assigned_order(order_id(1));
        let mut events = sync::pack::unpack(&order.packed).unwrap();
        events[3].receipt = receipt_with(verdict);
        order.packed = sync::pack::pack(&events).unwrap().into();
        order
    };
    for (verdict, upload) in [(Verdict::Admitted, "stored"), (Verdict::SetAside(SetAsideReason::OutOfScope), "set_aside")] {
        let fixture = Fixture::fresh();
        fixture::enrol(&fixture.device);
        fixture.first_sync(vec![packed(verdict)]);
        for filter in ["mine", "team"] {
            let rows = fixture.ok(json!({"do": "list_orders", "filter": filter}))["orders"].clone();
            assert!(rows.as_array().unwrap().iter().all(|row| row["upload"] == upload), "{rows}");
        }
        assert_eq!(fixture.ok(json!({"do": "get_order", "order": order_id(1)}))["upload"], upload);
    }
}

#[test]
fn an_order_goes_to_the_team_list_when_somebody_else_gets_it() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    let reassign = centre_event(order, 92, EventBody::Reassigned(Reassigned { team: None, staff_no: Some("025519".into()) }), &[assigned]);
    fixture.log(vec![LogEntry::Event { order, event: domain_at(reassign, 1_001) }], 1_001);
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
