//! What was set aside or is held, in people's hands: each reason, admitted and left, and what follows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::event::{Event, EventBody, LARGEST_EVENT_BYTES, Numbered, ReviewOutcome, ToTeam};
use domain::fault::FaultCodeName;
use domain::identity::EventId;
use domain::node::Node;
use domain::recorded::{HeldReason, SetAsideReason, Verdict};
use domain::review::NotAdmittable;
use domain::role::Role;
use domain::state::Effect;
use harness::centre::{Centre, DISPATCHER, TECHNICIAN, refused};
use harness::scene::{Scene, WHY, rubbish, unknown};
use harness::{arrived, completed, confirmed, new_order_id, part_issued, reported, upload};
use serde_bytes::ByteBuf;
use serde_json::json;
use server::review::item::{ItemReason, ItemStanding, ReviewAction};
use server::review::list::ReviewQuery;
use server::review::unknown_kinds;
use store::server::{events, held};
use sync::judge::MOST_SET_ASIDE_OF_AN_ORDER;
use sync::wire::{LogEntry, Upload, UploadOutcome};

/// A technician of another campus.
const STRANGER: &str = "025792";

/// Everything that can be set aside or held, and what speaks against admitting it.
type Case = (&'static str, ItemReason, fn(&mut Scene) -> EventId, Option<NotAdmittable>);

const CASES: &[Case] = &[
    (
        "another recorder",
        ItemReason::SetAside(SetAsideReason::OtherRecorder),
        |scene| scene.send(|event| event.recorder = "025519".into()),
        None,
    ),
    ("another role", ItemReason::SetAside(SetAsideReason::RoleNotHeld), |scene| scene.send(|event| event.role = Role::Storekeeper), None),
    (
        "the server's role",
        ItemReason::SetAside(SetAsideReason::RoleNotHeld),
        |scene| scene.send(|event| event.role = Role::System),
        Some(NotAdmittable::OfTheServer),
    ),
    (
        "a decision",
        ItemReason::SetAside(SetAsideReason::KindNotPermitted),
        |scene| scene.send(|event| event.body = EventBody::Dispatched(ToTeam { team: "T01".into() })),
        None,
    ),
    (
        "a rule's event",
        ItemReason::SetAside(SetAsideReason::KindNotPermitted),
        |scene| scene.send(|event| event.body = EventBody::Numbered(Numbered { number: "GD1".to_owned() })),
        Some(NotAdmittable::OfTheServer),
    ),
    (
        "a leader's decision",
        ItemReason::SetAside(SetAsideReason::KindNotPermitted),
        |scene| scene.send(|event| event.body = EventBody::TeamAccepted(domain::event::Empty {})),
        Some(NotAdmittable::OthersDecision),
    ),
    ("out of scope", ItemReason::SetAside(SetAsideReason::OutOfScope), out_of_scope, None),
    (
        "an unknown kind",
        ItemReason::SetAside(SetAsideReason::UnknownKind),
        |scene| scene.send(|event| event.body = unknown()),
        Some(NotAdmittable::UnknownKind),
    ),
    ("a missing predecessor", ItemReason::Held(HeldReason::PredecessorMissing), missing, None),
    ("rubbish", ItemReason::Held(HeldReason::Malformed), rubbish, Some(NotAdmittable::Unreadable)),
    ("too large", ItemReason::Held(HeldReason::Oversized), too_large, Some(NotAdmittable::TooLarge)),
    ("a revoked credential", ItemReason::Held(HeldReason::CredentialRevoked), revoked, None),
    ("a taken id", ItemReason::Held(HeldReason::IdTaken), id_taken, Some(NotAdmittable::IdTaken)),
    ("too many", ItemReason::Held(HeldReason::TooManySetAside), too_many, None),
];

fn out_of_scope(scene: &mut Scene) -> EventId {
    scene.device = scene.hospital.enrol(STRANGER);
    scene.send(|_| {})
}

fn missing(scene: &mut Scene) -> EventId {
    let lost = scene.hospital.host.occasion().new_event_id().unwrap();
    let upload = scene.device.event(&scene.hospital, scene.order, &[lost], arrived());
    scene.push(upload)
}

fn too_large(scene: &mut Scene) -> EventId {
    let mut upload = scene.device.event(&scene.hospital, scene.order, &[], arrived());
    upload.event.resize(LARGEST_EVENT_BYTES + 1, b' ');
    scene.push(upload)
}

fn revoked(scene: &mut Scene) -> EventId {
    scene.hospital.revoke(&scene.device);
    scene.send(|_| {})
}

fn id_taken(scene: &mut Scene) -> EventId {
    let heads = scene.hospital.heads(scene.order);
    let first = scene.device.event(&scene.hospital, scene.order, &heads, arrived());
    let mut second = scene.device.event(&scene.hospital, scene.order, &heads, completed());
    scene.push(first.clone());
    let mut event = Event::from_bytes(&second.event).unwrap();
    event.id = first.id;
    second = upload(&event, &heads);
    scene.push(second)
}

fn too_many(scene: &mut Scene) -> EventId {
    scene.device = scene.hospital.enrol(STRANGER);
    let heads = scene.hospital.heads(scene.order);
    let uploads: Vec<Upload> =
        (0..=MOST_SET_ASIDE_OF_AN_ORDER).map(|_| scene.device.event(&scene.hospital, scene.order, &heads, arrived())).collect();
    scene.hospital.push(&scene.device, &uploads);
    uploads.last().unwrap().id
}

#[test]
fn everything_is_listed_with_its_reason_and_what_can_be_done() {
    for (name, reason, make, refusal) in CASES {
        let mut scene = Scene::new();
        let event = make(&mut scene);
        let page = scene.hospital.set_aside(DISPATCHER, &ReviewQuery { limit: Some(200), ..ReviewQuery::default() });
        let item = page.items.iter().find(|item| item.event == event).unwrap_or_else(|| panic!("{name}: {page:?}"));
        assert_eq!((item.reason, item.not_admittable), (Some(*reason), *refusal), "{name}");
        let can = if refusal.is_none() { vec![ReviewAction::Admit, ReviewAction::Leave] } else { vec![ReviewAction::Leave] };
        assert_eq!(item.can, can, "{name}");
        // Whoever only watches sees it and can do nothing.
        let page = scene.hospital.set_aside("026233", &ReviewQuery::default());
        assert!(page.items.iter().all(|item| item.can.is_empty()), "{name}");
    }
}

/// Whoever looks at it is on the telephone, and opens nothing.
#[test]
fn what_waits_is_said_in_words_and_marks_its_order_until_somebody_has_looked() {
    let mut scene = Scene::new();
    let wrong = scene.send(|event| (event.recorder, event.body) = ("025519".into(), part_issued()));
    scene.hospital.revoke(&scene.device);
    let held = scene.send(|event| event.body = part_issued());
    for item in scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).items {
        assert_eq!((item.location_label.as_deref(), item.fault_name.as_deref()), (Some("本部 · 外科楼 B2 空调机房"), Some("水龙头漏水")));
        assert_eq!((item.names.get("BJ000001").map(String::as_str), item.unit.as_deref()), (Some("角阀 DN15"), Some("只")));
    }
    let order = scene.order;
    for view in scene.hospital.view(order).events.iter().filter(|view| [wrong, held].contains(&view.id)) {
        assert_eq!((view.names.get("BJ000001").map(String::as_str), view.unit.as_deref()), (Some("角阀 DN15"), Some("只")), "{view:?}");
    }
    for event in [wrong, held] {
        assert!(scene.is_marked());
        scene.hospital.review(DISPATCHER, event, ReviewOutcome::Left, WHY).unwrap();
    }
    assert!(!scene.is_marked());
}

#[test]
fn a_report_that_waits_says_where_and_what_it_is_about() {
    let mut scene = Scene::new();
    let order = new_order_id();
    let sent = scene.device.event(&scene.hospital, order, &[], reported());
    let mut event = Event::from_bytes(&sent.event).unwrap();
    event.recorder = "025519".into();
    scene.push(upload(&event, &[]));
    let item = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).items.remove(0);
    assert_eq!((item.location_label.as_deref(), item.fault_name.as_deref()), (Some("本部 · 外科楼 B2 医生办公室"), Some("下水道堵塞")));
    assert_eq!(item.names.keys().collect::<Vec<_>>(), ["001002", "F002", "L00002"]);
}

#[test]
fn what_is_admitted_has_effect_and_the_history_says_by_whom() {
    for (name, _, make, refusal) in CASES {
        let mut scene = Scene::new();
        let event = make(&mut scene);
        let open = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).open;
        let ruled = scene.hospital.review(DISPATCHER, event, ReviewOutcome::Admitted, WHY);
        if let Some(refusal) = refusal {
            let fault = ruled.unwrap_err();
            assert_eq!(fault.code, FaultCodeName::NotAdmittable, "{name}");
            assert_eq!(fault.details["why"], serde_json::to_value(refusal).unwrap(), "{name}");
            assert_eq!(scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).open, open, "{name}");
            continue;
        }
        let item = ruled.unwrap();
        assert_eq!((item.standing, item.reason, &item.can), (ItemStanding::Admitted, None, &Vec::new()), "{name}");
        let review = item.review.clone().unwrap();
        assert_eq!((review.outcome, review.by.as_str(), review.reason.as_str()), (ReviewOutcome::Admitted, DISPATCHER, WHY), "{name}");
        assert_eq!(scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).open, open - 1, "{name}");
        assert!(!matches!(scene.effect(event), None | Some(Effect::SetAside | Effect::Held)), "{name}");
        let view = scene.hospital.view(scene.order);
        assert_eq!(view.events.iter().filter(|event| event.kind == "reviewed").count(), 1, "{name}");
        // Admitted twice is once; and it is not taken back.
        assert_eq!(scene.hospital.review(DISPATCHER, event, ReviewOutcome::Admitted, "再一次").unwrap(), item, "{name}");
        let fault = scene.hospital.review(DISPATCHER, event, ReviewOutcome::Left, WHY).unwrap_err();
        assert_eq!(fault.code, FaultCodeName::TransitionNotAllowed, "{name}");
        assert_eq!(scene.hospital.view(scene.order), view, "{name}");
        scene.check_the_store();
    }
}

#[test]
fn what_is_left_stays_as_it_is_and_is_asked_about_no_more() {
    for (name, reason, make, refusal) in CASES {
        let mut scene = Scene::new();
        let event = make(&mut scene);
        let (open, effect) = (scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).open, scene.effect(event));
        let item = scene.hospital.review(DISPATCHER, event, ReviewOutcome::Left, WHY).unwrap();
        assert_eq!((item.reason, item.review.as_ref().unwrap().outcome), (Some(*reason), ReviewOutcome::Left), "{name}");
        assert_eq!(scene.effect(event), effect, "{name}");
        let page = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default());
        assert!(page.open == open - 1 && page.items.iter().all(|item| item.event != event), "{name}");
        let all = scene.hospital.set_aside(DISPATCHER, &ReviewQuery { with_left: true, ..ReviewQuery::default() });
        assert!(all.items.contains(&item), "{name}");
        assert_eq!(scene.hospital.review(DISPATCHER, event, ReviewOutcome::Left, "再一次").unwrap(), item, "{name}");
        // Whoever thinks again may still admit what can be.
        assert_eq!(scene.hospital.review(DISPATCHER, event, ReviewOutcome::Admitted, WHY).is_ok(), refusal.is_none(), "{name}");
        scene.check_the_store();
    }
}

/// Whoever recorded it was told that it stays without effect; only a person gives it effect after that.
#[test]
fn what_was_left_takes_no_effect_by_itself_when_what_it_builds_on_arrives() {
    let mut scene = Scene::new();
    let (before, after) = one_after_the_other(&mut scene);
    scene.push(after.clone());
    scene.hospital.review(DISPATCHER, after.id, ReviewOutcome::Left, WHY).unwrap();
    scene.push(before);
    assert_eq!(scene.effect(after.id), Some(Effect::Held));
    let left = UploadOutcome::Left { id: after.id, reason: HeldReason::PredecessorMissing, because: WHY.to_owned() };
    assert_eq!(scene.hospital.push(&scene.device, std::slice::from_ref(&after)), [left]);
    assert_eq!((scene.effect(after.id), scene.open()), (Some(Effect::Held), 0));
    scene.hospital.review(DISPATCHER, after.id, ReviewOutcome::Admitted, WHY).unwrap();
    assert_eq!(scene.effect(after.id), Some(Effect::InEffect));
    scene.check_the_store();
}

#[test]
fn what_was_left_of_one_phone_is_not_asked_about_again_when_another_of_the_person_sends_it() {
    let mut scene = Scene::new();
    let (_, after) = one_after_the_other(&mut scene);
    scene.push(after.clone());
    scene.hospital.review(DISPATCHER, after.id, ReviewOutcome::Left, WHY).unwrap();
    let second = scene.hospital.enrol(TECHNICIAN);
    let outcomes = scene.hospital.push(&second, std::slice::from_ref(&after));
    assert_eq!(outcomes, [UploadOutcome::Left { id: after.id, reason: HeldReason::PredecessorMissing, because: WHY.to_owned() }]);
    assert_eq!((scene.open(), copies(&mut scene, after.id)), (0, 1));
    scene.check_the_store();
}

#[test]
fn what_was_left_of_a_copy_that_a_colleague_sent_says_nothing_of_the_person_s_own() {
    let mut scene = Scene::new();
    let (before, after) = one_after_the_other(&mut scene);
    let colleague = scene.hospital.enrol("025519");
    scene.hospital.push(&colleague, std::slice::from_ref(&after));
    assert_eq!(copies(&mut scene, after.id), 1);
    scene.hospital.review(DISPATCHER, after.id, ReviewOutcome::Left, WHY).unwrap();
    scene.push(before);
    scene.push(after.clone());
    assert_eq!(scene.effect(after.id), Some(Effect::InEffect));
    scene.check_the_store();
}

fn one_after_the_other(scene: &mut Scene) -> (Upload, Upload) {
    let heads = scene.hospital.heads(scene.order);
    let before = scene.device.event(&scene.hospital, scene.order, &heads, arrived());
    let after = scene.device.event(&scene.hospital, scene.order, &[before.id], completed());
    (before, after)
}

fn copies(scene: &mut Scene, event: EventId) -> usize {
    scene.hospital.store.read(|database| held::copies_of(database, event)).unwrap().len()
}

/// A recorded event's review comes down with its order; what is held is in none.
#[test]
fn whoever_sent_what_is_held_hears_that_it_was_left_and_hears_it_again_when_it_is_sent_again() {
    for (name, reason, make, _) in CASES.iter().filter(|(_, reason, ..)| matches!(reason, ItemReason::Held(_))) {
        let ItemReason::Held(reason) = *reason else { unreachable!() };
        let mut scene = Scene::new();
        let event = make(&mut scene);
        let held = scene.hospital.store.read(|database| held::copies_of(database, event)).unwrap().remove(0);
        let sender = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default()).items.into_iter().find(|item| item.event == event);
        // A phone that the same person was given since; a stopped one hears nothing any more.
        let mut new_phone = scene.hospital.enrol(sender.unwrap().sender.unwrap().as_str());
        scene.hospital.catch_up(&mut new_phone);
        scene.hospital.review(DISPATCHER, event, ReviewOutcome::Left, WHY).unwrap();
        let left = UploadOutcome::Left { id: event, reason, because: WHY.to_owned() };
        let told = scene.hospital.catch_up(&mut new_phone);
        let is_told = |entry: &LogEntry| matches!(entry, LogEntry::Outcome { outcome, .. } if *outcome == left);
        assert!(told.iter().any(is_told), "{name}: {told:?}");
        scene.hospital.review(DISPATCHER, event, ReviewOutcome::Left, WHY).unwrap();
        let sent_again = Upload {
            id: held.id,
            order: held.order,
            sequence: held.sequence,
            event: ByteBuf::from(held.bytes),
            predecessors: held.predecessors,
        };
        let Scene { hospital, device, .. } = &mut scene;
        assert_eq!(hospital.push(device, &[sent_again]), [left], "{name}");
        scene.check_the_store();
    }
}

#[test]
fn nobody_reviews_their_own_and_nobody_without_a_reason() {
    let mut scene = Scene::new();
    let of_the_dispatcher = scene.send(|event| event.recorder = DISPATCHER.into());
    for outcome in [ReviewOutcome::Admitted, ReviewOutcome::Left] {
        let fault = scene.hospital.review(DISPATCHER, of_the_dispatcher, outcome, WHY).unwrap_err();
        assert_eq!((fault.code, &fault.details["why"]), (FaultCodeName::NotAdmittable, &json!("own_event")));
    }
    let other = scene.send(|event| event.recorder = "025519".into());
    assert_eq!(scene.hospital.review(DISPATCHER, other, ReviewOutcome::Admitted, " ").unwrap_err().code, FaultCodeName::ReasonRequired);
    let admitted = scene.send(|_| {});
    assert_eq!(scene.hospital.review(DISPATCHER, admitted, ReviewOutcome::Admitted, WHY).unwrap_err().code, FaultCodeName::NotFound);
    assert_eq!(scene.open(), 2);
}

#[test]
fn the_work_of_a_revoked_device_is_admitted_from_its_beginning_and_judged_as_usual() {
    let mut scene = Scene::new();
    let heads = scene.hospital.heads(scene.order);
    let bodies = vec![scene.device.accepted(), arrived(), completed(), confirmed("020007")];
    let uploads = scene.device.chain(&scene.hospital, scene.order, &heads, bodies);
    scene.hospital.revoke(&scene.device);
    let late = scene.device.event(&scene.hospital, scene.order, &[uploads[3].id], arrived());
    let outcomes = scene.hospital.push(&scene.device, &[uploads.clone(), vec![late.clone()]].concat());
    assert!(outcomes.iter().all(|outcome| matches!(outcome, UploadOutcome::Held { reason: HeldReason::CredentialRevoked, .. })));

    let page = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default());
    for item in &page.items {
        let proposal = item.proposal.unwrap();
        let is_late = item.event == late.id;
        assert_eq!(proposal.outcome, if is_late { ReviewOutcome::Left } else { ReviewOutcome::Admitted }, "{item:?}");
        assert_eq!((proposal.before_revocation, proposal.numbers_unbroken), (!is_late, true), "{item:?}");
    }
    let fault = scene.hospital.review(DISPATCHER, uploads[1].id, ReviewOutcome::Admitted, WHY).unwrap_err();
    assert_eq!((&fault.details["why"], &fault.details["first"]), (&json!("builds_on_held"), &json!([uploads[0].id])));
    for upload in &uploads {
        scene.hospital.review(DISPATCHER, upload.id, ReviewOutcome::Admitted, WHY).unwrap();
    }
    let view = scene.hospital.view(scene.order);
    let confirmation = view.confirmation.unwrap();
    assert_eq!((view.node, confirmation.judged), (Node::Confirmed, true));
    assert_eq!(scene.open(), 1);
    // The device asks again and learns what became of it.
    let again = scene.hospital.push(&scene.device, &uploads[..1]);
    assert!(matches!(&again[0], UploadOutcome::Recorded { receipt, .. } if receipt.verdict == Verdict::Admitted), "{again:?}");
    scene.check_the_store();
}

/// As after a restore: phones have worked on an order of which the server has nothing.
#[test]
fn work_on_an_order_that_is_lost_is_listed_and_admitted_once_its_report_is_filed_again() {
    let mut scene = Scene::new();
    let lost = harness::new_order_id();
    let centre = scene.hospital.host.occasion().new_event_id().unwrap();
    let bodies = vec![scene.device.accepted(), arrived(), completed()];
    let uploads = scene.device.chain(&scene.hospital, lost, &[centre], bodies);
    scene.hospital.push(&scene.device, &uploads);
    let page = scene.hospital.set_aside(DISPATCHER, &ReviewQuery::default());
    let item = page.items.iter().find(|item| item.event == uploads[0].id).unwrap();
    assert_eq!((item.order, item.not_admittable), (lost, Some(NotAdmittable::OrderUnknown)));
    let fault = scene.hospital.review(DISPATCHER, uploads[0].id, ReviewOutcome::Admitted, WHY).unwrap_err();
    assert_eq!(fault.details["why"], "order_unknown");

    let refused = |result: Result<_, domain::fault::Fault>| result.map(|_: domain::view::OrderView| ()).unwrap_err().code;
    assert_eq!(refused(scene.hospital.file_again(harness::centre::NURSE, lost)), FaultCodeName::NotPermitted);
    assert_eq!(refused(scene.hospital.file_again(DISPATCHER, harness::new_order_id())), FaultCodeName::OrderUnknown);
    let filed = scene.hospital.file_again(DISPATCHER, lost).unwrap();
    assert!(filed.id == lost && filed.number.starts_with("GD"), "{filed:?}");
    assert_eq!(refused(scene.hospital.file_again(DISPATCHER, lost)), FaultCodeName::OrderUnknown);
    scene.hospital.admit_together(DISPATCHER, uploads[0].id, WHY).unwrap();
    assert_eq!((scene.hospital.view(lost).node, scene.open()), (Node::Completed, 0));
    scene.check_the_store();
}

#[test]
fn what_waited_for_an_admitted_event_is_recorded_with_it() {
    let mut scene = Scene::new();
    let first = missing(&mut scene);
    let second = scene.device.event(&scene.hospital, scene.order, &[first], completed());
    let second = scene.push(second);
    scene.hospital.review(DISPATCHER, first, ReviewOutcome::Admitted, "手机丢了,前面的记录补不回来").unwrap();
    assert_eq!(scene.open(), 0);
    assert!(!matches!(scene.effect(second), None | Some(Effect::Held | Effect::SetAside)));
}

#[test]
fn a_report_that_is_admitted_opens_the_order() {
    let mut scene = Scene::new();
    scene.order = harness::new_order_id();
    let upload = scene.device.event(&scene.hospital, scene.order, &[], reported());
    let mut event = Event::from_bytes(&upload.event).unwrap();
    event.recorder = "025519".into();
    let report = scene.push(harness::upload(&event, &[]));
    assert_eq!(scene.open(), 1);
    scene.hospital.review(DISPATCHER, report, ReviewOutcome::Admitted, WHY).unwrap();
    let view = scene.hospital.view(scene.order);
    assert!(view.number.starts_with("GD"), "{}", view.number);
}

#[test]
fn a_kind_that_the_program_knows_by_now_is_judged_again_at_its_start() {
    let mut scene = Scene::new();
    let known = scene.send(|_| {});
    let forbidden = scene.send(|event| event.body = EventBody::Numbered(Numbered { number: "GD1".to_owned() }));
    let left = scene.send(|_| {});
    let still_unknown = scene.send(|event| event.body = unknown());
    // As an earlier program would have left them.
    let store = &mut scene.hospital.store;
    let before = Verdict::SetAside(SetAsideReason::UnknownKind);
    store.write(|database| [known, forbidden, left].iter().try_for_each(|event| events::set_verdict(database, *event, before, 1))).unwrap();
    scene.hospital.review(DISPATCHER, left, ReviewOutcome::Left, WHY).unwrap();

    let occasion = scene.hospital.host.occasion();
    assert_eq!(unknown_kinds::judge_again(&mut scene.hospital.store, &occasion).unwrap(), 2);
    assert_eq!(unknown_kinds::judge_again(&mut scene.hospital.store, &occasion).unwrap(), 0);
    let mut verdict = |event| scene.hospital.store.read(|database| events::find(database, event)).unwrap().unwrap().receipt.verdict;
    assert_eq!(verdict(known), Verdict::Admitted);
    assert_eq!(verdict(forbidden), Verdict::SetAside(SetAsideReason::KindNotPermitted));
    assert_eq!((verdict(left), verdict(still_unknown)), (before, before));
    scene.check_the_store();
}

#[tokio::test]
async fn over_rest_a_ruling_is_repeated_by_its_key_and_the_list_has_pages() {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let events: Vec<EventId> = (0..3).map(|_| centre.hospital.set_aside_event()).collect();
    let (status, page) = centre.get(&dispatcher, "/api/set-aside?limit=2").await;
    assert_eq!((status.as_u16(), page["items"].as_array().unwrap().len(), &page["open"]), (200, 2, &json!(3)), "{page}");
    let next = page["next"].as_str().unwrap();
    let (_, rest) = centre.get(&dispatcher, &format!("/api/set-aside?limit=2&after={next}")).await;
    assert_eq!((rest["items"][0]["event"].as_str(), &rest["next"]), (Some(events[0].to_string().as_str()), &json!(null)), "{rest}");
    assert_eq!((&rest["items"][0]["reason"], &rest["items"][0]["kind"]), (&json!("out_of_scope"), &json!("arrived")), "{rest}");

    let path = format!("/api/set-aside/{}/admit", events[0]);
    let send = |body| centre.send(reqwest::Method::POST, &path, &dispatcher, Some(body), Some("key-1"));
    let first = harness::centre::read(send(json!({ "reason": WHY })).await).await;
    assert_eq!((first.0.as_u16(), &first.1["standing"]), (200, &json!("admitted")), "{first:?}");
    assert_eq!(harness::centre::read(send(json!({ "reason": WHY })).await).await, first);
    refused(harness::centre::read(send(json!({ "reason": "别的" })).await).await, (409, "id_reused"));
    refused(centre.post(&dispatcher, &path, json!({})).await, (422, "reason_required"));
    refused(centre.post(&dispatcher, "/api/set-aside/nothing/leave", json!({ "reason": WHY })).await, (404, "not_found"));
    refused(centre.get(&dispatcher, "/api/set-aside?after=rubbish").await, (400, "bad_request"));
}

#[test]
fn nothing_is_deleted_by_a_ruling() {
    let mut scene = Scene::new();
    let event = rubbish(&mut scene);
    scene.hospital.review(DISPATCHER, event, ReviewOutcome::Left, WHY).unwrap();
    let kept = scene.hospital.store.read(|database| held::copies_of(database, event)).unwrap();
    assert_eq!(kept[0].bytes, b"rubbish");

    // Who left it first is known also when it is admitted after all.
    let waiting = missing(&mut scene);
    let held = scene.hospital.store.read(|database| held::copies_of(database, waiting)).unwrap().remove(0);
    scene.hospital.review(DISPATCHER, waiting, ReviewOutcome::Left, WHY).unwrap();
    scene.hospital.review(DISPATCHER, waiting, ReviewOutcome::Admitted, "又想了想").unwrap();
    let left = scene.hospital.store.read(|database| store::server::review::left_held(database, &held)).unwrap();
    assert_eq!(left.map(|left| (left.by, left.reason)), Some((DISPATCHER.into(), WHY.to_owned())));
}
