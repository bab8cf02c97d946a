//! What becomes of own work at the hospital, and where the worker sees it: stored, held, set aside, left.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::{Accepted, Cancelled, Event, EventBody, ReviewOutcome, Reviewed};
use domain::fault::FaultCodeName::*;
use domain::identity::OrderId;
use domain::node::Node;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::role::Role;
use domain::state::Effect;
use domain::time::DAY_MS;
use domain::view::Upload;
use fixture::{
    Fixture, MORNING, WORKER, answer_of, answered, assigned_order, at_position, centre_event, counted, order_id, quiet, receipt,
    receipt_with,
};
use serde_json::json;
use sync::judge::recorded_outcome;
use sync::wire::{ExchangeAnswer, LogEntry, PackedOrder, UploadOutcome};

/// What the server makes of an upload.
type Answering = Box<dyn Fn(&sync::wire::Upload) -> UploadOutcome>;

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
    fixture.log(vec![LogEntry::Event { order, event: at_position(review.clone(), 2_001) }], 2_001);
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
    fixture.log(vec![LogEntry::Event { order, event: at_position(cancel, 2_101) }], 2_101);
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

/// An order of the worker's team in which an entry that the worker recorded on another phone is set aside for `reason`; a colleague has it.
fn set_aside_from_another_phone(order: OrderId, reason: SetAsideReason) -> PackedOrder {
    let mut packed = assigned_order(order);
    let mut events = sync::pack::unpack(&packed.packed).unwrap();
    let body = EventBody::Accepted(Accepted { team: "T01".into() });
    let mut on_another_phone = centre_event(order, 91, body, &[events[3].id]);
    let mut event = Event::from_bytes(&on_another_phone.event).unwrap();
    (event.recorder, event.role) = (WORKER.into(), Role::Technician);
    on_another_phone.event = event.to_bytes().into();
    on_another_phone.receipt = receipt_with(Verdict::SetAside(reason));
    events.push(on_another_phone);
    packed.packed = sync::pack::pack(&events).unwrap().into();
    (packed.row.assignee, packed.row.took_part) = (Some("025519".into()), [("025519".into(), MORNING)].into());
    packed
}

/// The phone with which it was recorded may be lost: then the person hears of it on this one or nowhere.
#[test]
fn what_the_person_recorded_on_another_phone_is_counted_and_listed_while_it_is_set_aside() {
    let shown = |fixture: &Fixture| (counted(fixture, "set_aside"), fixture.listed("attention").len());
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    let order = order_id(1);
    let pushed_by_somebody = set_aside_from_another_phone(order_id(2), SetAsideReason::OtherRecorder);
    fixture.first_sync(vec![set_aside_from_another_phone(order, SetAsideReason::UnknownKind), pushed_by_somebody]);
    assert_eq!(shown(&fixture), (json!(1), 1));
    assert_eq!(fixture.listed("attention"), [order.to_string()]);

    let event = fixture.order(order).events[4].id;
    let left = Reviewed { event, outcome: ReviewOutcome::Left, reason: "别人已处理".into(), also: Vec::new() };
    let review = centre_event(order, 95, EventBody::Reviewed(left), &[event]);
    fixture.log(vec![LogEntry::Event { order, event: at_position(review, 2_001) }], 2_001);
    assert_eq!(shown(&fixture), (json!(0), 0));
}
