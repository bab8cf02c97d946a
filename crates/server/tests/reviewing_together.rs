//! Admitting at once what is held of one person for one order: where it is offered, and what follows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::event::{Event, EventBody, ReviewOutcome};
use domain::fault::FaultCodeName;
use domain::identity::EventId;
use domain::node::Node;
use domain::recorded::{HeldReason, Verdict};
use domain::state::Effect;
use harness::centre::{DISPATCHER, TECHNICIAN};
use harness::scene::{Scene, WHY, rubbish, unknown};
use harness::{Device, arrived, completed, confirmed, reported, upload};
use serde_json::json;
use server::review::decide::Ruling;
use server::review::item::{ItemStanding, ReviewAction};
use server::review::list::ReviewQuery;
use sync::wire::{Upload, UploadOutcome};

/// A phone is stopped, then its person gets a new code and goes on with the same order.
#[test]
fn the_work_of_a_stopped_phone_is_admitted_at_once_and_what_was_done_after_it_follows_by_itself() {
    let mut scene = Scene::new();
    let heads = scene.hospital.heads(scene.order);
    let bodies = vec![scene.device.accepted(), arrived(), harness::part_issued()];
    let stopped = scene.device.chain(&scene.hospital, scene.order, &heads, bodies);
    scene.hospital.revoke(&scene.device);
    scene.hospital.push(&scene.device, &stopped);
    let broken = rubbish(&mut scene);
    scene.device = Device { sequence: 4, ..scene.hospital.enrol(TECHNICIAN) };
    let bodies = vec![completed(), confirmed("020007")];
    let later = scene.device.chain(&scene.hospital, scene.order, &[stopped[2].id], bodies);
    let outcomes = scene.hospital.push(&scene.device, &[stopped.clone(), later.clone()].concat());
    let reason_of = |outcome: &UploadOutcome| if let UploadOutcome::Held { reason, .. } = outcome { Some(*reason) } else { None };
    let expected = [vec![HeldReason::CredentialRevoked; 3], vec![HeldReason::PredecessorMissing; 2]].concat();
    assert_eq!(outcomes.iter().filter_map(reason_of).collect::<Vec<_>>(), expected);

    // The centre sees the proposal, and that six entries wait together.
    let page = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default());
    for upload in stopped.iter().chain(&later) {
        let item = page.items.iter().find(|item| item.event == upload.id).unwrap();
        assert!(item.can.contains(&ReviewAction::AdmitTogether) && item.held_together == 6, "{item:?}");
    }
    let first = page.items.iter().find(|item| item.event == stopped[0].id).unwrap();
    assert_eq!(first.proposal.unwrap().outcome, ReviewOutcome::Admitted);
    let unreadable = page.items.iter().find(|item| item.event == broken).unwrap();
    assert_eq!(unreadable.can, [ReviewAction::Leave]);

    let item = scene.hospital.admit_together(DISPATCHER, later[1].id, WHY).unwrap();
    assert_eq!(item.standing, ItemStanding::Admitted);
    let view = scene.hospital.view(scene.order);
    assert_eq!((view.node, view.parts.len(), view.confirmation.unwrap().judged), (Node::Confirmed, 1, true));
    // What could not be admitted is still there; the others were decided about by one entry of the history.
    assert_eq!(scene.open(), 1);
    let reviews: Vec<_> = view.events.iter().filter(|event| event.kind == "reviewed").collect();
    assert_eq!((reviews.len(), reviews[0].body["also"].as_array().map(Vec::len)), (1, Some(2)), "{reviews:?}");
    let stored = scene.hospital.review(DISPATCHER, stopped[1].id, ReviewOutcome::Admitted, WHY).unwrap();
    assert_eq!(stored.review.unwrap().reason, WHY);
    // And the phone learns of it.
    let again = scene.hospital.push(&scene.device, &[stopped, later].concat());
    assert!(again.iter().all(|outcome| matches!(outcome, UploadOutcome::Recorded { receipt, .. } if receipt.verdict == Verdict::Admitted)));
    scene.check_the_store();
}

#[test]
fn nothing_is_admitted_together_by_whom_may_not_or_with_what_cannot_be() {
    let mut scene = Scene::new();
    let heads = scene.hospital.heads(scene.order);
    let bodies = vec![scene.device.accepted(), arrived()];
    let uploads = scene.device.chain(&scene.hospital, scene.order, &heads, bodies);
    scene.hospital.revoke(&scene.device);
    scene.hospital.push(&scene.device, &uploads);
    let broken = rubbish(&mut scene);
    for (by, event, why) in [("026233", uploads[0].id, "not_your_role"), (DISPATCHER, broken, "unreadable")] {
        let fault = scene.hospital.admit_together(by, event, WHY).unwrap_err();
        assert_eq!((fault.code, &fault.details["why"]), (FaultCodeName::NotAdmittable, &json!(why)));
    }
    assert_eq!(scene.hospital.admit_together(DISPATCHER, uploads[0].id, " ").unwrap_err().code, FaultCodeName::ReasonRequired);
    assert_eq!(scene.open(), 3);
}

/// What a stopped phone had: everything is held.
fn stopped(scene: &mut Scene, bodies: Vec<EventBody>) -> Vec<EventId> {
    let heads = scene.hospital.heads(scene.order);
    let uploads = scene.device.chain(&scene.hospital, scene.order, &heads, bodies);
    scene.hospital.revoke(&scene.device);
    scene.hospital.push(&scene.device, &uploads);
    uploads.into_iter().map(|upload| upload.id).collect()
}

/// What the dispatcher can do about an entry.
fn can(scene: &mut Scene, event: EventId) -> Vec<ReviewAction> {
    let query = ReviewQuery { with_left: true, ..ReviewQuery::default() };
    scene.hospital.set_aside(DISPATCHER, &query).items.into_iter().find(|item| item.event == event).unwrap().can
}

#[test]
fn admitting_together_is_offered_only_where_it_is_possible() {
    let mut scene = Scene::new();
    let held = stopped(&mut scene, vec![unknown(), arrived(), completed()]);
    for event in &held {
        assert_eq!(can(&mut scene, *event), [ReviewAction::Leave], "nobody can admit what they build on");
    }
    let fault = scene.hospital.admit_together(DISPATCHER, held[2], WHY).unwrap_err();
    assert_eq!((&fault.details["why"], &fault.details["first"]), (&json!("builds_on_held"), &json!([held[1]])));
    scene.hospital.review(DISPATCHER, held[0], ReviewOutcome::Left, WHY).unwrap();
    assert_eq!(can(&mut scene, held[2]), [ReviewAction::AdmitTogether, ReviewAction::Leave]);
    scene.hospital.admit_together(DISPATCHER, held[2], WHY).unwrap();
    assert_eq!((scene.effect(held[1]), scene.effect(held[2]), scene.open()), (Some(Effect::InEffect), Some(Effect::InEffect), 0));
    scene.check_the_store();
}

/// The report comes along, and what lies between it and the last entry does not.
#[test]
fn admitting_together_is_not_offered_over_what_nobody_can_admit_while_the_report_waits_too() {
    let mut scene = Scene::new();
    scene.order = harness::new_order_id();
    let held = stopped(&mut scene, vec![reported(), unknown(), arrived()]);
    assert_eq!(can(&mut scene, held[0]), [ReviewAction::Admit, ReviewAction::AdmitTogether, ReviewAction::Leave]);
    assert_eq!(can(&mut scene, held[2]), [ReviewAction::Leave]);
}

#[test]
fn what_somebody_has_left_is_admitted_only_by_itself() {
    let mut scene = Scene::new();
    let bodies = vec![scene.device.accepted(), arrived(), completed()];
    let held = stopped(&mut scene, bodies);
    scene.hospital.review(DISPATCHER, held[1], ReviewOutcome::Left, WHY).unwrap();
    assert_eq!(can(&mut scene, held[1]), []);
    let fault = scene.hospital.admit_together(DISPATCHER, held[1], WHY).unwrap_err();
    assert_eq!((&fault.details["why"], &fault.details["first"]), (&json!("builds_on_held"), &json!([held[0]])));
    scene.hospital.review(DISPATCHER, held[0], ReviewOutcome::Admitted, WHY).unwrap();
    assert_eq!(can(&mut scene, held[1]), [ReviewAction::Admit]);
    scene.hospital.admit_together(DISPATCHER, held[1], WHY).unwrap();
    assert_eq!((scene.effect(held[1]), scene.open()), (Some(Effect::InEffect), 1));
    scene.check_the_store();
}

/// What a second phone of the sender holds under the id of an entry: other content.
fn other_content(scene: &mut Scene, entry: &Upload, body: EventBody) -> Device {
    let mut other = scene.hospital.enrol(TECHNICIAN);
    let mut event = Event::from_bytes(&other.event(&scene.hospital, scene.order, &entry.predecessors, body).event).unwrap();
    event.id = entry.id;
    scene.hospital.revoke(&other);
    scene.hospital.push(&other, &[upload(&event, &entry.predecessors)]);
    other
}

/// What each of the copies says decides about that copy alone.
#[test]
fn one_copy_that_can_be_admitted_is_enough_for_what_builds_on_it() {
    for unknown_first in [true, false] {
        let mut scene = Scene::new();
        let heads = scene.hospital.heads(scene.order);
        let (first, second) = if unknown_first { (unknown(), arrived()) } else { (arrived(), unknown()) };
        let uploads = scene.device.chain(&scene.hospital, scene.order, &heads, vec![first, completed()]);
        scene.hospital.revoke(&scene.device);
        scene.hospital.push(&scene.device, &uploads);
        let other = other_content(&mut scene, &uploads[0], second);
        let can_be_admitted = if unknown_first { other.id } else { scene.device.id };

        for item in scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).items {
            let together = item.event != uploads[0].id || item.device == can_be_admitted;
            assert_eq!(item.can.contains(&ReviewAction::AdmitTogether), together, "{unknown_first}: {item:?}");
        }
        scene.hospital.admit_together(DISPATCHER, uploads[1].id, WHY).unwrap();
        let view = scene.hospital.view(scene.order);
        assert_eq!((view.node, scene.open()), (Node::Completed, 1), "{unknown_first}");
        scene.check_the_store();
    }
}

/// Two contents that could both be admitted.
#[test]
fn of_the_copies_under_one_id_the_one_that_was_pointed_at_is_admitted() {
    for second_is_chosen in [false, true] {
        let mut scene = Scene::new();
        let heads = scene.hospital.heads(scene.order);
        let uploads = scene.device.chain(&scene.hospital, scene.order, &heads, vec![arrived(), completed()]);
        scene.hospital.revoke(&scene.device);
        scene.hospital.push(&scene.device, &uploads);
        let other = other_content(&mut scene, &uploads[0], harness::resumed());
        let chosen = if second_is_chosen { other.id } else { scene.device.id };
        let (event, outcome) = (uploads[0].id, ReviewOutcome::Admitted);
        let ruling = Ruling { event, device: Some(chosen), content: None, outcome, together: true, reason: WHY.to_owned() };
        let item = scene.hospital.rule(DISPATCHER, &ruling).unwrap();
        assert_eq!((item.standing, item.device), (ItemStanding::Admitted, chosen));
        scene.check_the_store();
    }
}

/// Each entry builds on what the other phone had recorded before it, and the phone that began is heard last.
#[test]
fn the_work_of_two_phones_that_took_turns_is_admitted_at_once() {
    // As many as one person may record in an order.
    const TURNS: usize = domain::event::MOST_EVENTS_OF_A_PERSON;
    let mut scene = Scene::new();
    let mut phones = [scene.hospital.enrol(TECHNICIAN), scene.hospital.enrol(TECHNICIAN)];
    let (mut heads, mut uploads) = (scene.hospital.heads(scene.order), [Vec::new(), Vec::new()]);
    for turn in 0..TURNS {
        let upload = phones[turn % 2].event(&scene.hospital, scene.order, &heads, arrived());
        heads = vec![upload.id];
        uploads[turn % 2].push(upload);
    }
    for (phone, uploads) in phones.iter().zip(&uploads).rev() {
        scene.hospital.revoke(phone);
        for page in uploads.chunks(100) {
            scene.hospital.push(phone, page);
        }
    }
    scene.hospital.admit_together(DISPATCHER, heads[0], WHY).unwrap();
    let page = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default());
    assert_eq!((page.open, scene.effect(heads[0])), (0, Some(Effect::InEffect)));
    scene.check_the_store();
}
