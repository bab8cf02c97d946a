//! What is judged by what came before it, in whose device's name, and which numbers count as arrived.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::event::Event;
use domain::identity::{DeviceId, OrderId};
use domain::recorded::{HeldReason, SetAsideReason, Verdict};
use harness::{Device, Hospital, arrived, completed, new_order_id, part_issued, reported};
use serde_bytes::ByteBuf;
use sync::wire::{Upload, UploadOutcome};
use uuid::Uuid;

#[track_caller]
fn verdicts(outcomes: &[UploadOutcome]) -> Vec<Verdict> {
    let verdict = |outcome: &UploadOutcome| match outcome {
        UploadOutcome::Recorded { receipt, .. } => receipt.verdict,
        other => panic!("{other:?}"),
    };
    outcomes.iter().map(verdict).collect()
}

/// An event with something changed in it; the envelope stays.
fn changed(upload: &Upload, change: impl FnOnce(&mut Event)) -> Upload {
    let mut event = Event::from_bytes(&upload.event).unwrap();
    change(&mut event);
    Upload { event: ByteBuf::from(event.to_bytes()), ..upload.clone() }
}

#[test]
fn a_colleague_s_help_that_came_first_is_judged_by_whose_the_order_is_by_then() {
    let mut hospital = Hospital::new();
    let (mut finder, mut helper) = (hospital.enrol("025518"), hospital.enrol("025519"));
    let order = new_order_id();
    let report = finder.event(&hospital, order, &[], reported());
    let body = finder.accepted();
    let accepted = finder.event(&hospital, order, &[report.id], body);
    let help = helper.chain(&hospital, order, &[accepted.id], vec![arrived(), part_issued()]);
    let outcomes = hospital.push(&helper, &help);
    assert!(outcomes.iter().all(|one| matches!(one, UploadOutcome::Held { reason: HeldReason::PredecessorMissing, .. })), "{outcomes:?}");

    let done = finder.event(&hospital, order, &[accepted.id], completed());
    assert_eq!(verdicts(&hospital.push(&finder, &[report, accepted, done])), [Verdict::Admitted; 3]);
    assert_eq!(verdicts(&hospital.push(&helper, &help)), [Verdict::Admitted; 2]);
    let shown = hospital.view(order);
    assert_eq!((shown.number.starts_with("GD"), shown.parts.len()), (true, 1), "{}", shown.number);
}

/// An order in the scope of both devices' team, and what may be said of it.
fn order_of_the_team() -> (Hospital, Device, OrderId) {
    let mut hospital = Hospital::new();
    let device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    (hospital, device, order)
}

/// The verdict on work for T01 that a phone still had when it was enrolled anew, after `change` and for whoever has the number then.
#[track_caller]
fn check_work_for_an_earlier_team(change: impl Fn(&mut Hospital), expected: Verdict) {
    let (mut hospital, mut before, order) = order_of_the_team();
    hospital.catch_up(&mut before);
    let heads = hospital.heads(order);
    let done = before.event(&hospital, order, &heads, arrived());
    change(&mut hospital);
    let after = hospital.enrol("025518");
    assert_eq!(verdicts(&hospital.push(&after, &[done])), [expected]);
}

#[test]
fn work_for_an_earlier_team_counts_after_the_phone_was_enrolled_anew() {
    let moved = |hospital: &mut Hospital| hospital.correct_staff("025518", "technician:T01", "technician:T02");
    check_work_for_an_earlier_team(moved, Verdict::Admitted);
    let reissued = |hospital: &mut Hospital| hospital.next_holder("025518", "2026-11-20", "2026-11-21", ("白露", "technician:T02"));
    check_work_for_an_earlier_team(reissued, Verdict::SetAside(SetAsideReason::OtherRecorder));
}

#[test]
fn nobody_records_in_the_name_of_another_s_device_or_of_the_server_s() {
    let (mut hospital, mut device, order) = order_of_the_team();
    let victim = hospital.enrol("025519");
    let heads = hospital.heads(order);
    let server = hospital.store.read(server::orders::record::known_own_device).unwrap().unwrap();
    let (nobody, refused) = (DeviceId(Uuid::from_u128(77)), Verdict::SetAside(SetAsideReason::OtherRecorder));
    for (named, expected) in [(victim.id, refused), (server, refused), (nobody, Verdict::Admitted), (device.id, Verdict::Admitted)] {
        let upload = device.event(&hospital, order, &heads, arrived());
        let upload = changed(&upload, |event| event.device = named);
        assert_eq!(verdicts(&hospital.push(&device, &[upload])), [expected], "{named}");
    }
}

#[test]
fn a_number_that_is_not_the_event_s_own_does_not_count_as_arrived() {
    let (mut hospital, mut device, order) = order_of_the_team();
    let heads = hospital.heads(order);
    let first = device.event(&hospital, order, &heads, arrived());
    hospital.push(&device, std::slice::from_ref(&first));
    let poisoned = |upload: &Upload| Upload { sequence: u64::MAX, ..upload.clone() };
    let other = changed(&first, |event| event.recorded_at = event.recorded_at.plus(1));
    let missing = hospital.host.occasion().new_event_id().unwrap();
    let unseen = device.event(&hospital, order, &[missing], arrived());
    for upload in [&first, &other, &unseen].map(poisoned) {
        hospital.push(&device, &[upload]);
    }
    let answer = hospital.exchange(&device, Vec::new());
    assert_eq!((answer.highest_sequence, answer.missing_sequences), (first.sequence, vec![]));
    // Under its own number it counts, wherever it is kept.
    hospital.push(&device, std::slice::from_ref(&unseen));
    assert_eq!(hospital.exchange(&device, Vec::new()).highest_sequence, unseen.sequence);
}
