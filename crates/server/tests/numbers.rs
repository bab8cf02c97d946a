//! The numbers that a device gives to what it records: which have arrived, and which are missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::recorded::{HeldReason, Verdict};
use harness::outcome::{held, verdict};
use harness::{Hospital, arrived, completed, new_order_id, reported};
use sync::wire::{Upload, UploadOutcome};

/// Two phones of one person both count from 1.
#[test]
fn what_a_phone_offers_for_another_one_counts_as_none_of_its_numbers() {
    let mut hospital = Hospital::new();
    let (mut lost, mut phone) = (hospital.enrol("025518"), hospital.enrol("025518"));
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let of_the_lost = Upload { sequence: domain::event::NO_NUMBER, ..lost.event(&hospital, order, &heads, phone.accepted()) };
    let own = phone.chain(&hospital, order, &[of_the_lost.id], vec![arrived(), completed()]);
    let answer = hospital.exchange(&phone, vec![of_the_lost, own[1].clone()]);
    assert_eq!((verdict(&answer.outcomes[0]), held(&answer.outcomes[1])), (Verdict::Admitted, HeldReason::PredecessorMissing));
    assert_eq!((answer.highest_sequence, answer.missing_sequences), (2, vec![(1, 1)]), "its own number 1 has not come");
}

/// A phone is enrolled anew, sends what it had recorded before, and is restored from a backup of before.
#[test]
fn what_was_recorded_under_an_earlier_enrolment_uses_up_its_numbers() {
    let mut hospital = Hospital::new();
    let mut before = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let recorded = before.event(&hospital, order, &heads, before.accepted());
    let after = hospital.enrol("025518");
    assert_eq!(verdict(&hospital.push(&after, std::slice::from_ref(&recorded))[0]), Verdict::Admitted);
    let answer = hospital.exchange(&before, Vec::new());
    assert_eq!((answer.highest_sequence, answer.missing_sequences), (recorded.sequence, vec![]));
}

#[test]
fn what_a_phone_sends_of_somebody_else_fills_no_gap_of_its_own_numbers() {
    let mut hospital = Hospital::new();
    let (mut colleague, mut phone) = (hospital.enrol("025519"), hospital.enrol("025518"));
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let theirs = colleague.event(&hospital, order, &heads, arrived());
    hospital.push(&colleague, std::slice::from_ref(&theirs));
    let own = phone.chain(&hospital, order, &heads, vec![phone.accepted(), arrived()]);
    let answer = hospital.exchange(&phone, vec![own[1].clone(), theirs.clone()]);
    assert!(matches!(&answer.outcomes[1], UploadOutcome::Recorded { id, .. } if *id == theirs.id), "{:?}", answer.outcomes);
    assert_eq!((answer.highest_sequence, answer.missing_sequences), (2, vec![(1, 1)]), "its own number 1 has not come");
}

#[test]
fn the_last_device_number_survives_a_restore() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let uploads: Vec<_> = (0..3).map(|_| device.event(&hospital, new_order_id(), &[], reported())).collect();
    hospital.push(&device, &uploads);
    device.sequence = 0;
    assert_eq!(hospital.exchange(&device, Vec::new()).highest_sequence, 3);
}
