//! The number of the phone's person was somebody else's before: whose an order is, and what it is told of (decision 021).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::{EventBody, Reassigned};
use domain::node::Node;
use domain::recorded::Receipt;
use domain::reference::{DirectoryEntry, Validity};
use domain::time::{DAY_MS, UtcMillis};
use domain::view::OwnPart;
use domain::workflow::Action;
use fixture::{Fixture, MORNING, URL, WORKER, assigned_order, centre_event, enrol_answer, order_id, receipt, reference_data};
use serde_json::json;
use sync::wire::{Down, LogEntry, PackedEvent, ReferenceDelta};

/// Everything of [`assigned_order`] happened on 2026-11-21; five days later the number has a new holder.
const LATER: i64 = 5 * DAY_MS;

fn period(name: &str, from: &str, to: Option<&str>) -> DirectoryEntry {
    let validity = Validity { valid_from: from.parse().unwrap(), valid_to: to.map(|day| day.parse().unwrap()) };
    DirectoryEntry { name: name.to_owned(), validity, ..enrol_answer(WORKER).person }
}

fn last_holder() -> DirectoryEntry {
    period("田芳佳", "2015-01-01", Some("2026-11-23"))
}

fn next_holder() -> DirectoryEntry {
    period("新人甲", "2026-11-25", None)
}

/// The list with these periods of the worker's number.
fn list_with(periods: &[DirectoryEntry], revision: u64) -> ReferenceDelta {
    let mut reference = reference_data();
    reference.staff.retain(|entry| entry.staff_no.as_str() != WORKER);
    reference.staff.extend_from_slice(periods);
    reference.revision = revision;
    reference
}

/// A phone of `person`, five days after two orders were assigned to the number, whose list has `periods` of it. One order is packed as it
/// came, and of the other an event came later.
fn phone_of(person: &DirectoryEntry, periods: &[DirectoryEntry]) -> Fixture {
    let fixture = Fixture::fresh();
    fixture.clock.advance(LATER);
    let request = fixture.device.prepare_enrolment("K7QF-2MXD").unwrap();
    let mut answer = enrol_answer(WORKER);
    (answer.person, answer.server_time) = (person.clone(), now(&fixture));
    fixture.device.accept_enrolment(URL, &request, answer).unwrap();
    let orders = vec![assigned_order(order_id(1)), assigned_order(order_id(2))];
    let page = Down::FirstSync { log_end: 1_000, orders, more: false };
    exchange(&fixture, page, list_with(periods, 2));
    let again = reassigned_to_the_worker(MORNING);
    exchange(&fixture, log(vec![LogEntry::Event { order: order_id(2), event: again }], 1_001), list_with(periods, 2));
    fixture
}

fn now(fixture: &Fixture) -> UtcMillis {
    domain::time::Clock::now(&fixture.clock)
}

fn log(entries: Vec<LogEntry>, cursor: u64) -> Down {
    Down::Log { entries, cursor, more: false }
}

fn exchange(fixture: &Fixture, down: Down, reference: ReferenceDelta) {
    fixture.exchange(down, Some(reference));
}

/// The second order is given to the worker's number at `at`.
fn reassigned_to_the_worker(at: UtcMillis) -> PackedEvent {
    let body = EventBody::Reassigned(Reassigned { team: None, staff_no: Some(WORKER.into()) });
    let mut event = centre_event(order_id(2), if at == MORNING { 91 } else { 92 }, body, &[]);
    let mut said = domain::event::Event::from_bytes(&event.event).unwrap();
    said.recorded_at = at;
    event.event = serde_bytes::ByteBuf::from(said.to_bytes());
    let receipt = Receipt { received_at: at, ..receipt(if at == MORNING { 1_001 } else { 1_002 }) };
    PackedEvent { receipt, ..event }
}

fn both() -> Vec<String> {
    vec![order_id(1).to_string(), order_id(2).to_string()]
}

#[track_caller]
fn check_lists(fixture: &Fixture, mine: &[String], team: &[String]) {
    let sorted = |filter: &str| {
        let mut listed = fixture.listed(filter);
        listed.sort_unstable();
        listed
    };
    assert_eq!((sorted("mine").as_slice(), sorted("team").as_slice()), (mine, team));
}

#[test]
fn what_the_last_holder_had_is_in_the_team_s_list_of_the_next_one() {
    let fixture = phone_of(&next_holder(), &[last_holder(), next_holder()]);
    check_lists(&fixture, &[], &both());
    for order in [order_id(1), order_id(2)] {
        let shown = fixture.order(order);
        assert_eq!((shown.assignee_name.as_deref(), shown.next_actions), (Some("田芳佳"), vec![Action::Accept]));
        assert_eq!(shown.own_part, OwnPart::Nothing);
    }
    let rows = fixture.ok(json!({"do": "list_orders", "filter": "team"}));
    assert_eq!((&rows["orders"][0]["assignee_name"], &rows["orders"][0]["has_it"]), (&json!("田芳佳"), &json!(false)));
}

#[test]
fn a_list_that_comes_later_leads_to_the_same() {
    let fixture = phone_of(&next_holder(), &[next_holder()]);
    check_lists(&fixture, &both(), &[]);
    exchange(&fixture, log(Vec::new(), 1_001), list_with(&[last_holder(), next_holder()], 3));
    check_lists(&fixture, &[], &both());
    assert_eq!(fixture.order(order_id(1)).next_actions, [Action::Accept]);
}

#[test]
fn the_next_holder_takes_over_as_anybody_of_the_team() {
    let fixture = phone_of(&next_holder(), &[last_holder(), next_holder()]);
    let order = order_id(1);
    fixture.ok(json!({"do": "accept", "order": order}));
    let shown = fixture.order(order);
    assert_eq!((shown.node, shown.took_over, shown.assignee_name.as_deref()), (Node::Accepted, true, Some("新人甲")));
    let names: Vec<_> = shown.events.iter().map(|event| event.recorder_name.as_deref()).collect();
    assert_eq!(names.last(), Some(&Some("新人甲")));
    check_lists(&fixture, &[order.to_string()], &[order_id(2).to_string()]);
}

#[test]
fn what_the_next_holder_is_given_is_theirs() {
    let fixture = phone_of(&next_holder(), &[last_holder(), next_holder()]);
    let entry = LogEntry::Event { order: order_id(2), event: reassigned_to_the_worker(MORNING.plus(LATER)) };
    exchange(&fixture, log(vec![entry], 1_002), list_with(&[last_holder(), next_holder()], 3));
    check_lists(&fixture, &[order_id(2).to_string()], &[order_id(1).to_string()]);
    assert_eq!(fixture.order(order_id(2)).assignee_name.as_deref(), Some("新人甲"));
}

/// The second order goes to a colleague before the number has its next holder.
fn told_of_a_withdrawal(fixture: &Fixture) {
    let to_a_colleague = EventBody::Reassigned(Reassigned { team: None, staff_no: Some("025519".into()) });
    let withdrawal = centre_event(order_id(2), 93, to_a_colleague, &[]);
    let event = PackedEvent { receipt: receipt(1_003), ..withdrawal };
    exchange(fixture, log(vec![LogEntry::Event { order: order_id(2), event }], 1_003), list_with(&[last_holder(), next_holder()], 3));
}

#[test]
fn what_was_taken_from_the_last_holder_is_no_news_to_the_next_one() {
    let next = phone_of(&next_holder(), &[last_holder(), next_holder()]);
    told_of_a_withdrawal(&next);
    let shown = next.order(order_id(2));
    assert_eq!((shown.withdrawn_from, shown.own_part), (vec![WORKER.into()], OwnPart::Nothing));
    let last = phone_of(&period("田芳佳", "2015-01-01", None), &[period("田芳佳", "2015-01-01", None)]);
    told_of_a_withdrawal(&last);
    assert_eq!(last.order(order_id(2)).own_part, OwnPart::TakenAway);
}

#[test]
fn the_phone_of_the_last_holder_keeps_name_and_orders() {
    let fixture = phone_of(&period("田芳佳", "2015-01-01", None), &[period("田芳佳", "2015-01-01", None)]);
    exchange(&fixture, log(Vec::new(), 1_001), list_with(&[last_holder(), next_holder()], 3));
    check_lists(&fixture, &both(), &[]);
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["person"]["name"], "田芳佳");
}
