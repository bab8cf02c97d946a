//! What leaves the device, what comes back to it, and what a server has lost that was restored.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::{Accepted, Cancelled, Event, EventBody, Numbered, ToTeam};
use domain::fault::FaultCodeName::*;
use domain::identity::EventId;
use domain::node::Node;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::role::Role;
use domain::time::DAY_MS;
use domain::urgency::Urgency;
use fixture::{
    Fixture, MORNING, URL, WORKER, answer_of, answered, assigned_order, at_position, centre_event, counted, enrol_answer, event_id,
    first_position, order_id, packed_order, progress, quiet, receipt, receipt_with, report,
};
use serde_bytes::ByteBuf;
use serde_json::json;
use sync::judge::recorded_outcome;
use sync::wire::{Down, ExchangeAnswer, LogEntry, PackedOrder, Progress, UploadOutcome};

/// An order that was done too long ago to come with the first sync, and about which the log says something nevertheless.
#[test]
fn nothing_is_kept_of_an_order_that_is_not_here() {
    let fixture = Fixture::enrolled();
    let late = centre_event(order_id(7), 90, EventBody::Numbered(Numbered { number: "GD20261121-0042".into() }), &[]);
    fixture.log(vec![LogEntry::Event { order: order_id(7), event: at_position(late, 1_001) }], 1_001);
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
    fixture.log(vec![ruled(1_001), LogEntry::Event { order: order_id(7), event: at_position(late, 1_002) }], 1_002);
    let answer = fixture.call(json!({"do": "get_order", "order": order_id(7)}));
    assert_eq!(answer["error"]["message"], "no such order on this device; synchronise and look again");
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

/// A server that is restored from a backup may have lost what nobody has looked at yet; what was admitted, or left, it gave up itself.
#[test]
fn what_is_set_aside_of_an_order_that_leaves_is_kept_until_somebody_has_looked_at_it() {
    for (verdict, offered) in [(Verdict::SetAside(SetAsideReason::RoleNotHeld), 1), (Verdict::Admitted, 0)] {
        let (fixture, order) = Fixture::with_assigned_order();
        fixture.ok(json!({"do": "accept", "order": order}));
        answered(&fixture, |upload| recorded_outcome(upload.id, &upload.event, receipt_with(verdict), upload.predecessors.clone()));
        fixture.log(vec![LogEntry::Left { position: 1_001, order }], 1_001);
        fixture.refused(json!({"do": "get_order", "order": order}), OrderNotOnDevice);
        let request = fixture.device.next_request().unwrap();
        let answer = ExchangeAnswer { missing_sequences: vec![(1, 1)], ..answer_of(MORNING, quiet(1_001), None) };
        fixture.device.apply(&request, answer, fixture.measured()).unwrap();
        assert_eq!(fixture.device.next_request().unwrap().uploads.len(), offered, "{verdict:?}");
    }
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

/// Nobody else can show it: its report waits as well.
#[test]
fn an_order_of_which_the_hospital_has_taken_nothing_in_stays_until_it_has_or_has_left_it() {
    let fixture = Fixture::enrolled();
    let made = fixture.ok(json!({"do": "create_order", "location": "L00001", "fault": "F001", "urgency": "urgent", "department": "001002", "description": "漏水"}));
    fixture.ok(json!({"do": "accept", "order": made["id"]}));
    let waits = |upload: &sync::wire::Upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::CredentialRevoked };
    answered(&fixture, waits);
    fixture.exchange(Down::BeginAnew, None);
    fixture.first_sync(Vec::new());
    answered(&fixture, waits);
    assert_eq!((fixture.listed("mine").len(), counted(&fixture, "held")), (1, json!(2)));
    assert_eq!(fixture.listed("attention").len(), 1, "it says why");
    let left = |event: &serde_json::Value| UploadOutcome::Left {
        id: serde_json::from_value(event["id"].clone()).unwrap(),
        reason: HeldReason::CredentialRevoked,
        because: "已由同事处理".into(),
    };
    let events = fixture.ok(json!({"do": "get_order", "order": made["id"]}))["events"].as_array().unwrap().clone();
    for (position, event, mine) in [(1_001, &events[1], 1), (1_002, &events[0], 0)] {
        fixture.log(vec![LogEntry::Outcome { position, outcome: left(event) }], position);
        assert_eq!(fixture.listed("mine").len(), mine, "{}", event["kind"]);
    }
}

/// An own entry is held; the device begins anew, and reads on after what the log has said of the entry meanwhile, as when somebody has
/// left it. `brought`: what the first sync brings.
#[track_caller]
fn check_asked_again(standing: impl Fn(EventId) -> UploadOutcome, brought: Vec<PackedOrder>) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    answered(&fixture, |upload| standing(upload.id));
    assert_eq!(counted(&fixture, "held"), 1);
    fixture.exchange(Down::BeginAnew, None);
    let request = fixture.device.next_request().unwrap();
    assert_eq!(request.uploads.len(), 1, "what was not heard of it is asked for");
    let left = UploadOutcome::Left { id: request.uploads[0].id, reason: HeldReason::OrderFull, because: "已另行处理".into() };
    let page = Down::FirstSync { log_end: 1_000, orders: brought, more: false };
    let answer = ExchangeAnswer { outcomes: vec![left], highest_sequence: 1, ..answer_of(MORNING, page, None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    fixture.exchange(quiet(1_000), None);
    assert_eq!((counted(&fixture, "held"), counted(&fixture, "unsent")), (json!(0), json!(0)));
    assert_eq!(fixture.listed("attention"), Vec::<String>::new());
}

#[test]
fn what_became_of_an_own_held_entry_is_asked_for_by_a_device_that_begins_anew() {
    let held = |reason| move |id| UploadOutcome::Held { id, reason };
    for reason in [HeldReason::PredecessorMissing, HeldReason::OrderFull] {
        check_asked_again(held(reason), Vec::new());
        check_asked_again(held(reason), vec![assigned_order(order_id(1))]);
    }
    check_asked_again(|id| UploadOutcome::IdReused { id }, vec![assigned_order(order_id(1))]);
}

#[test]
fn what_is_held_of_another_phone_of_the_person_is_asked_for_by_a_device_that_is_enrolled_anew() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    let mut lost = centre_event(order, 91, EventBody::Accepted(Accepted { team: "T01".into() }), &[assigned]);
    let mut event = Event::from_bytes(&lost.event).unwrap();
    (event.recorder, event.role) = (WORKER.into(), Role::Technician);
    lost.event = ByteBuf::from(event.to_bytes());
    lost.receipt = receipt(1_001);
    fixture.log(vec![LogEntry::Event { order, event: lost }], 1_001);
    fixture.exchange(Down::BeginAnew, None);
    let request = fixture.device.next_request().unwrap();
    let page = Down::FirstSync { log_end: 1_000, orders: vec![assigned_order(order)], more: false };
    fixture.device.apply(&request, answer_of(MORNING, page, None), fixture.measured()).unwrap();
    answered(&fixture, |upload| UploadOutcome::Held { id: upload.id, reason: HeldReason::OrderFull });
    assert!(fixture.device.next_request().unwrap().uploads.is_empty());

    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    let code = fixture.device.prepare_enrolment("M8QF-2MXD").unwrap();
    fixture.device.accept_enrolment(URL, &code, enrol_answer(WORKER)).unwrap();
    assert_eq!(fixture.device.next_request().unwrap().uploads.len(), 1, "it may have been left meanwhile");
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
fn done_orders_leave_the_device_after_thirty_days() {
    let (fixture, order) = Fixture::with_assigned_order();
    let assigned = fixture.order(order).events[3].id;
    let cancel = centre_event(order, 91, EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false }), &[assigned]);
    fixture.log(vec![LogEntry::Event { order, event: at_position(cancel, 1_001) }], 1_001);
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
    fixture.log(vec![LogEntry::Event { order, event: at_position(cancel, 1_001) }], 1_001);
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
