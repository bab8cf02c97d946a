//! Enrolling, and enrolling again: whose the device is changes only with an answer, and nobody's work is ever mixed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::fault::FaultCodeName::{self, *};
use domain::identity::OrderId;
use domain::recorded::HeldReason;
use domain::reference::{DirectoryEntry, Validity};
use domain::role::Role;
use fixture::{Fixture, MORNING, WORKER, answer_of, enrol_answer};
use serde_json::json;
use sync::wire::{CredentialStanding, Down, EnrollRequest, ExchangeAnswer, UploadOutcome};

const COLLEAGUE: &str = "025519";
const URL: &str = "http://127.0.0.1:1";

fn at_work() -> (Fixture, OrderId) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    (fixture, order)
}

fn prepared(fixture: &Fixture, code: &str) -> EnrollRequest {
    fixture.device.prepare_enrolment(code).unwrap()
}

fn accept(fixture: &Fixture, request: &EnrollRequest, staff_no: &str) -> Option<FaultCodeName> {
    fixture.device.accept_enrolment(URL, request, enrol_answer(staff_no)).err().map(|fault| fault.code)
}

/// The server revokes the device and holds what it sends.
fn revoke(fixture: &Fixture) {
    let request = fixture.device.next_request().unwrap();
    let held = |id| UploadOutcome::Held { id, reason: HeldReason::CredentialRevoked };
    let outcomes = request.uploads.iter().map(|upload| held(upload.id)).collect();
    let highest_sequence = request.uploads.iter().map(|upload| upload.sequence).max().unwrap_or(0);
    let standing = CredentialStanding::Revoked;
    let answer = ExchangeAnswer { outcomes, highest_sequence, standing, ..answer_of(MORNING, Down::Nothing, None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
}

fn status(fixture: &Fixture) -> serde_json::Value {
    fixture.ok(json!({"do": "device_status"}))
}

#[test]
fn a_code_asks_with_the_same_identity_until_it_is_answered() {
    let fixture = Fixture::fresh();
    let asked = prepared(&fixture, "K7QF-2MXD");
    assert_eq!((asked.secret.len(), asked.expected_person.clone()), (64, None));
    let other = prepared(&fixture, "AAAA-BBBB");
    assert!(other.device != asked.device && other.secret != asked.secret);
    let fixture = fixture.reopened();
    assert_eq!(EnrollRequest { code: asked.code.clone(), ..prepared(&fixture, "k7qf2mxd") }, asked);
    let spelled = prepared(&fixture, "L0OI-1AAA");
    assert_eq!(EnrollRequest { code: spelled.code.clone(), ..prepared(&fixture, "1001 iaaa") }, spelled, "as the server reads it");
    assert_eq!(status(&fixture)["enrolled"], false);
    assert_eq!(accept(&fixture, &asked, WORKER), None);
    // The answer came twice, and that of the other code too late.
    assert_eq!(accept(&fixture, &asked, WORKER), None);
    assert_eq!(accept(&fixture, &other, WORKER), Some(AlreadyEnrolled));
    assert_eq!(status(&fixture)["person"]["staff_no"], WORKER);
}

/// The server has never taken it, and nobody can open its order here any more.
#[test]
fn what_was_refused_of_an_order_that_left_is_no_next_persons_to_erase() {
    let (fixture, order) = at_work();
    let request = fixture.device.next_request().unwrap();
    let outcomes = vec![UploadOutcome::IdReused { id: request.uploads[0].id }];
    let entries = vec![sync::wire::LogEntry::Left { position: 1_001, order }];
    let down = Down::Log { entries, cursor: 1_001, more: false };
    let answer = ExchangeAnswer { outcomes, highest_sequence: 1, ..answer_of(MORNING, down, None) };
    fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert_eq!(fixture.ok(json!({"do": "sync_status"}))["held"], 0);
    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    assert_eq!(accept(&fixture, &prepared(&fixture, "AAAA-BBBB"), COLLEAGUE), Some(AlreadyEnrolled));
    assert_eq!(accept(&fixture, &prepared(&fixture, "AAAA-BBBB"), WORKER), None);
}

#[test]
fn after_logging_out_the_same_person_enrols_again_and_sends_what_was_left() {
    let (fixture, order) = at_work();
    let before = fixture.device.next_request().unwrap().uploads;
    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    let request = prepared(&fixture, "AAAA-BBBB");
    assert_eq!(request.expected_person, Some(WORKER.into()));
    assert_eq!(accept(&fixture, &request, WORKER), None);
    assert_eq!(fixture.device.next_request().unwrap().uploads, before);
    assert_eq!(fixture.order(order).events.len(), 5);
    fixture.ok(json!({"do": "arrive", "order": order}));
    let sent = fixture.device.next_request().unwrap().uploads;
    let event = domain::event::Event::from_bytes(&sent[1].event).unwrap();
    assert_eq!((event.device, event.sequence), (request.device, 2));
}

/// The server may have been restored from a backup that knows nothing of the enrolment before, nor of what came under it.
#[test]
fn what_was_acknowledged_under_another_enrolment_is_offered_again_until_it_is_counted() {
    let (fixture, order) = at_work();
    let sent = fixture.device.next_request().unwrap().uploads;
    let quiet = || Down::Log { entries: Vec::new(), cursor: 1_000, more: false };
    fixture.exchange(quiet(), None);
    fixture.ok(json!({"do": "arrive", "order": order}));
    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    assert_eq!(accept(&fixture, &prepared(&fixture, "AAAA-BBBB"), WORKER), None);

    let begins = fixture.device.next_request().unwrap();
    assert_eq!(begins.uploads.len(), 1);
    let knows_nothing = Down::FirstSync { log_end: 1_000, orders: Vec::new(), more: false };
    let waits = UploadOutcome::Held { id: begins.uploads[0].id, reason: HeldReason::PredecessorMissing };
    let missing_sequences = vec![(1, 1)];
    let answer =
        ExchangeAnswer { outcomes: vec![waits], highest_sequence: 2, missing_sequences, ..answer_of(MORNING, knows_nothing, None) };
    fixture.device.apply(&begins, answer, fixture.measured()).unwrap();
    assert_eq!(fixture.order(order).events.len(), 6, "it is here although the server does not have it");
    assert_eq!(fixture.device.next_request().unwrap().uploads, sent);
    fixture.highest.store(2, std::sync::atomic::Ordering::SeqCst);
    fixture.exchange(quiet(), None);
    assert!(fixture.device.next_request().unwrap().uploads.is_empty());
}

#[test]
fn work_that_waits_binds_the_device_to_its_person() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    let request = prepared(&fixture, "AAAA-BBBB");
    let before = (fixture.device.next_request().unwrap(), status(&fixture));
    assert_eq!(accept(&fixture, &request, COLLEAGUE), Some(AlreadyEnrolled));
    assert_eq!((fixture.device.next_request().unwrap(), status(&fixture)), before);
    assert_eq!(accept(&fixture, &prepared(&fixture, "CCCC-DDDD"), WORKER), None);
    assert_eq!(fixture.order(order).events.len(), 5);
}

#[test]
fn a_revoked_device_takes_no_code_of_somebody_else() {
    let (fixture, order) = at_work();
    revoke(&fixture);
    let request = prepared(&fixture, "AAAA-BBBB");
    assert_eq!(request.expected_person, Some(WORKER.into()));
    assert_eq!(accept(&fixture, &request, COLLEAGUE), Some(AlreadyEnrolled));
    let now = status(&fixture);
    assert_eq!((&now["revoked"], &now["person"]["staff_no"]), (&json!(true), &json!(WORKER)));
    // Held work binds the device also after logging out.
    fixture.ok(json!({"do": "log_out"}));
    assert_eq!(accept(&fixture, &prepared(&fixture, "CCCC-DDDD"), COLLEAGUE), Some(AlreadyEnrolled));
    assert_eq!(accept(&fixture, &prepared(&fixture, "EEEE-FFFF"), WORKER), None);
    assert_eq!(status(&fixture)["revoked"], false);
    assert_eq!(fixture.order(order).events.len(), 5);
}

#[test]
fn a_device_without_waiting_work_begins_anew_for_somebody_else() {
    let (fixture, order) = at_work();
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, None);
    fixture.ok(json!({"do": "log_out"}));
    let request = prepared(&fixture, "AAAA-BBBB");
    assert_eq!(request.expected_person, None);
    assert_eq!(accept(&fixture, &request, COLLEAGUE), None);
    assert_eq!(status(&fixture)["person"]["staff_no"], COLLEAGUE);
    assert!(fixture.listed("mine").is_empty() && fixture.listed("team").is_empty());
    fixture.refused(json!({"do": "get_order", "order": order}), OrderUnknown);
    let asks = fixture.device.next_request().unwrap();
    assert_eq!((asks.uploads.len(), asks.progress, asks.reference_revision), (0, sync::wire::Progress::Nothing, 0));
    assert_eq!(fixture.ok(json!({"do": "search_parts", "text": "角阀"}))["parts"], json!([]));
}

/// The same number, held by somebody else from tomorrow.
fn next_holder() -> sync::wire::EnrollAnswer {
    let answer = fixture::enrol_answer(WORKER);
    let validity = Validity { valid_from: chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(), valid_to: None };
    sync::wire::EnrollAnswer { person: DirectoryEntry { name: "新人甲".into(), validity, ..answer.person.clone() }, ..answer }
}

#[test]
fn the_next_holder_of_a_number_inherits_neither_work_nor_orders() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    let request = prepared(&fixture, "AAAA-BBBB");
    let holder = request.expected_holder.clone().unwrap();
    assert!(!holder.is(&next_holder().person) && holder.is(&fixture::enrol_answer(WORKER).person));
    let refused = fixture.device.accept_enrolment("http://127.0.0.1:1", &request, next_holder()).unwrap_err();
    assert_eq!(refused.code, AlreadyEnrolled);
    // Once nothing waits, the device begins anew.
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, None);
    let request = prepared(&fixture, "AAAA-BBBB");
    assert_eq!(request.expected_holder, None);
    fixture.device.accept_enrolment("http://127.0.0.1:1", &request, next_holder()).unwrap();
    fixture.clock.advance(domain::time::DAY_MS);
    fixture.refused(json!({"do": "get_order", "order": order}), OrderUnknown);
    assert!(fixture.listed("mine").is_empty());
}

#[test]
fn a_corrected_name_is_the_same_person() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "log_out", "confirmed": true}));
    let request = prepared(&fixture, "AAAA-BBBB");
    let answer = fixture::enrol_answer(WORKER);
    let person = DirectoryEntry { name: "赵勥".into(), ..answer.person.clone() };
    fixture.device.accept_enrolment("http://127.0.0.1:1", &request, sync::wire::EnrollAnswer { person, ..answer }).unwrap();
    assert_eq!(fixture.order(order).events.len(), 5);
}

#[test]
fn a_device_in_use_asks_for_no_enrolment() {
    let (fixture, _) = at_work();
    assert_eq!(fixture.device.prepare_enrolment("AAAA-BBBB").unwrap_err().code, AlreadyEnrolled);
}

#[test]
fn before_the_first_exchange_a_device_says_that_its_lists_are_missing() {
    let fixture = Fixture::fresh();
    fixture::enrol(&fixture.device);
    let command = json!({"do": "create_order", "location": "L00001", "fault": "F001", "urgency": "normal", "department": "001002", "description": "漏水"});
    assert_eq!(fixture.refused(command.clone(), LocationUnknown)["reason"], "no_lists_yet");
    fixture.first_sync(Vec::new());
    fixture.ok(command);
}

#[test]
fn who_repairs_no_more_is_in_no_team_any_more() {
    let (fixture, _) = Fixture::with_assigned_order();
    assert_eq!(status(&fixture)["person"]["team"], "T01");
    let mut reference = fixture::reference_data();
    reference.staff.retain(|entry| entry.staff_no.as_str() == WORKER);
    reference.revision += 1;
    reference.staff[0] = DirectoryEntry { role: Role::Dispatcher, team_code: None, ..reference.staff[0].clone() };
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, Some(reference));
    let person = &status(&fixture)["person"];
    assert_eq!((&person["role"], &person["team"]), (&json!("dispatcher"), &json!(null)));
}
