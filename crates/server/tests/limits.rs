//! What one device may do to an order: neither fill it for others, nor grow it past an answer, nor take an event's place.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod harness;

use domain::event::{EventBody, MOST_EVENTS_BEFORE_THE_END, MOST_EVENTS_OF_A_PERSON, MOST_EVENTS_OF_AN_ORDER, ReviewOutcome};
use domain::fault::FaultCodeName;
use domain::identity::OrderId;
use domain::node::Node;
use domain::recorded::{HeldReason, SetAsideReason, Verdict};
use harness::{Device, Hospital, arrived, completed, confirmed, new_order_id, part_issued, reported, resumed};
use server::orders::decide::Decision;
use server::orders::show::MOST_HELD_SHOWN;
use sync::holding::{MOST_HELD_OF_A_DEVICE, MOST_HELD_OF_AN_ORDER};
use sync::judge::MOST_SET_ASIDE_OF_AN_ORDER;
use sync::wire::{MOST_PREDECESSORS, MOST_UPLOADS, UploadOutcome};

/// How many of the outcomes are recorded with this verdict, and how many are held for this reason.
fn counted(outcomes: &[UploadOutcome], verdict: Verdict, reason: HeldReason) -> (usize, usize) {
    let recorded = outcomes.iter().filter(|one| matches!(one, UploadOutcome::Recorded { receipt, .. } if receipt.verdict == verdict));
    let held = outcomes.iter().filter(|one| matches!(one, UploadOutcome::Held { reason: why, .. } if *why == reason));
    (recorded.count(), held.count())
}

#[test]
fn past_its_limit_an_order_takes_nothing_more_in_and_what_comes_is_kept_and_shown() {
    let mut hospital = Hospital::new();
    let (mut device, mut colleague) = (hospital.enrol("025518"), hospital.enrol("025519"));
    let order = hospital.team_accepted_order();
    let alone = hospital.view(order).events.len();
    fill(&mut hospital, &mut colleague, order, 200, part_issued);
    let before = alone + 200;
    let bodies = (0..MOST_EVENTS_BEFORE_THE_END - 200).map(|_| part_issued()).collect();
    let heads = hospital.heads(order);
    let uploads = device.chain(&hospital, order, &heads, bodies);
    let outcomes = hospital.push(&device, &uploads);
    let fitting = MOST_EVENTS_BEFORE_THE_END - before;
    assert_eq!(counted(&outcomes, Verdict::Admitted, HeldReason::OrderFull), (fitting, alone));
    assert_eq!(hospital.push(&device, &uploads), outcomes, "the same again gets the same answers");
    let shown = hospital.view(order);
    assert_eq!(shown.events.iter().filter(|event| event.held == Some(HeldReason::OrderFull)).count(), alone);

    // What ends the work still goes in, up to the very last place.
    let ends = vec![uploads[fitting - 1].id];
    let more = MOST_EVENTS_OF_AN_ORDER - MOST_EVENTS_BEFORE_THE_END;
    let endings = colleague.chain(&hospital, order, &ends, (0..=more).map(|_| completed()).collect());
    assert_eq!(counted(&hospital.push(&colleague, &endings), Verdict::Admitted, HeldReason::OrderFull), (more, 1));
}

/// One after the other, at the order's ends; all of them go in.
fn fill(hospital: &mut Hospital, device: &mut Device, order: OrderId, count: usize, body: fn() -> EventBody) {
    let heads = hospital.heads(order);
    let uploads = device.chain(hospital, order, &heads, (0..count).map(|_| body()).collect());
    assert_eq!(counted(&hospital.push(device, &uploads), Verdict::Admitted, HeldReason::OrderFull), (count, 0));
}

/// A colleague of the team, who has nothing to do with it, says as much about it as they like.
#[test]
fn one_person_cannot_fill_an_order_for_the_others_of_the_team() {
    let mut hospital = Hospital::new();
    let (mut worker, mut colleague) = (hospital.enrol("025518"), hospital.enrol("025519"));
    let order = hospital.team_accepted_order();
    let (seen, accepted) = (hospital.heads(order), worker.accepted());
    let own = worker.chain(&hospital, order, &seen, vec![accepted, part_issued(), completed(), confirmed("020007")]);
    fill(&mut hospital, &mut colleague, order, MOST_EVENTS_OF_A_PERSON, arrived);
    fill(&mut hospital, &mut colleague, order, MOST_EVENTS_OF_AN_ORDER - MOST_EVENTS_BEFORE_THE_END, resumed);
    let heads = hospital.heads(order);
    let more = [completed(), arrived()].map(|body| colleague.event(&hospital, order, &heads, body));
    assert_eq!(counted(&hospital.push(&colleague, &more), Verdict::Admitted, HeldReason::OrderFull), (0, 2));
    assert_eq!(counted(&hospital.push(&worker, &own), Verdict::Admitted, HeldReason::OrderFull), (4, 0));
}

#[test]
fn a_stranger_cannot_fill_an_order_for_those_whose_it_is() {
    let mut hospital = Hospital::new();
    let (mut stranger, mut worker) = (hospital.enrol("025792"), hospital.enrol("025518"));
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let many = MOST_SET_ASIDE_OF_AN_ORDER + 20;
    let uploads: Vec<_> = (0..many).map(|_| stranger.event(&hospital, order, &heads, arrived())).collect();
    let outcomes = hospital.push(&stranger, &uploads);
    let expected = (MOST_SET_ASIDE_OF_AN_ORDER, many - MOST_SET_ASIDE_OF_AN_ORDER);
    assert_eq!(counted(&outcomes, Verdict::SetAside(SetAsideReason::OutOfScope), HeldReason::TooManySetAside), expected);
    let body = worker.accepted();
    let own = worker.event(&hospital, order, &heads, body);
    assert_eq!(counted(&hospital.push(&worker, &[own]), Verdict::Admitted, HeldReason::OrderFull), (1, 0));
}

#[test]
fn an_order_with_many_ends_still_takes_honest_events_and_the_servers_own() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = new_order_id();
    let report = device.event(&hospital, order, &[], reported());
    let mut loose = || (0..=MOST_PREDECESSORS).map(|_| device.event(&hospital, order, &[report.id], resumed())).collect::<Vec<_>>();
    let (early, late) = (loose(), loose());
    hospital.push(&device, &[vec![report.clone()], early].concat());
    assert_eq!(hospital.heads(order).len(), 2, "the order's number was given at as many ends as an event may name, and one is left");
    hospital.push(&device, &late);
    let ends = hospital.heads(order);
    assert_eq!(ends.len(), MOST_PREDECESSORS);
    let honest = device.event(&hospital, order, &ends, resumed());
    assert_eq!(counted(&hospital.push(&device, &[honest]), Verdict::Admitted, HeldReason::Malformed), (1, 0));
}

#[test]
fn other_content_under_a_used_id_is_kept_and_shown_at_the_centre() {
    let mut hospital = Hospital::new();
    let (mut first, mut second) = (hospital.enrol("025518"), hospital.enrol("025518"));
    let (one, other) = (hospital.team_accepted_order(), new_order_id());
    let heads = hospital.heads(one);
    let body = first.accepted();
    let taken = first.event(&hospital, one, &heads, body);
    hospital.push(&first, std::slice::from_ref(&taken));

    let mut report = second.event(&hospital, other, &[], reported());
    hospital.push(&second, std::slice::from_ref(&report));
    let mut event = second.event(&hospital, other, &[report.id], part_issued());
    let mut content: domain::event::Event = domain::event::Event::from_bytes(&event.event).unwrap();
    content.id = taken.id;
    event.id = taken.id;
    event.event = serde_bytes::ByteBuf::from(content.to_bytes());
    for _ in 0..2 {
        assert_eq!(hospital.push(&second, std::slice::from_ref(&event)), vec![UploadOutcome::IdReused { id: taken.id }]);
    }
    let held: Vec<_> = hospital.view(other).events.into_iter().filter(|event| event.held == Some(HeldReason::IdTaken)).collect();
    assert_eq!(held.iter().map(|event| (event.id, event.kind.as_str())).collect::<Vec<_>>(), [(taken.id, "part_issued")]);

    // What was recorded after it on that device neither waits for it nor takes the other order's event for its own.
    let next = second.event(&hospital, other, &[report.id, taken.id], arrived());
    assert_eq!(counted(&hospital.push(&second, &[next]), Verdict::Admitted, HeldReason::Malformed), (1, 0));
    report.event = serde_bytes::ByteBuf::from(b"rubbish".to_vec());
    assert_eq!(hospital.push(&second, &[report.clone()]), vec![UploadOutcome::IdReused { id: report.id }]);
}

/// The numbers of a device that the server says it lacks.
fn missing(hospital: &mut Hospital, device: &harness::Device) -> Vec<(u64, u64)> {
    hospital.exchange(device, Vec::new()).missing_sequences
}

fn put_off(outcomes: &[UploadOutcome]) -> usize {
    outcomes.iter().filter(|one| matches!(one, UploadOutcome::Held { reason: HeldReason::TooManyHeld, .. })).count()
}

/// A hostile phone, or one in a loop: what would be held without end stays on the phone, is acknowledged nowhere, and comes when
/// there is room again.
#[test]
fn a_phone_fills_neither_the_disk_nor_an_order_with_what_is_held() {
    let mut hospital = Hospital::new();
    let (mut phone, mut worker) = (hospital.enrol("025518"), hospital.enrol("025519"));
    let order = hospital.team_accepted_order();
    let lost = hospital.host.occasion().new_event_id().unwrap();
    let room = usize::try_from(MOST_HELD_OF_AN_ORDER).unwrap();
    let uploads: Vec<_> = (0..room + 20).map(|_| phone.event(&hospital, order, &[lost], arrived())).collect();
    let mut outcomes: Vec<_> = uploads.chunks(MOST_UPLOADS).flat_map(|chunk| hospital.push(&phone, chunk)).collect();
    assert_eq!((counted(&outcomes, Verdict::Admitted, HeldReason::PredecessorMissing), put_off(&outcomes)), ((0, room), 20));

    // Nothing is acknowledged that is not here, and the page of the order stays a page.
    let (kept, not_kept) = uploads.split_at(room);
    assert_eq!(missing(&mut hospital, &phone), []);
    let answer = hospital.exchange(&phone, Vec::new());
    assert_eq!(answer.highest_sequence, kept.last().unwrap().sequence);
    let shown = hospital.view(order);
    let held = shown.events.iter().filter(|event| event.held.is_some()).count();
    assert_eq!((held, shown.held_not_shown), (MOST_HELD_SHOWN as usize, MOST_HELD_OF_AN_ORDER - u64::from(MOST_HELD_SHOWN)));

    // The same again changes nothing, neither does rubbish; the order takes others' work as before.
    outcomes = hospital.push(&phone, not_kept);
    assert_eq!(put_off(&outcomes), 20);
    let mut rubbish = phone.event(&hospital, order, &[], arrived());
    rubbish.event = serde_bytes::ByteBuf::from(b"rubbish".to_vec());
    assert_eq!(put_off(&hospital.push(&phone, &[rubbish])), 1);
    let (heads, body) = (hospital.heads(order), worker.accepted());
    let own = worker.event(&hospital, order, &heads, body);
    assert_eq!(counted(&hospital.push(&worker, &[own]), Verdict::Admitted, HeldReason::OrderFull), (1, 0));

    // Somebody looks at some of it: there is room again for as much.
    for upload in &kept[..20] {
        hospital.review("026149", upload.id, ReviewOutcome::Left, "手机出了故障").unwrap();
    }
    assert_eq!(put_off(&hospital.push(&phone, not_kept)), 0);
    assert_eq!(hospital.exchange(&phone, Vec::new()).highest_sequence, not_kept.last().unwrap().sequence);
}

#[test]
fn a_phone_fills_no_other_limit_either() {
    let mut hospital = Hospital::new();
    let mut phone = hospital.enrol("025518");
    let lost = hospital.host.occasion().new_event_id().unwrap();
    // Ever other orders.
    let room = usize::try_from(MOST_HELD_OF_A_DEVICE).unwrap();
    let uploads: Vec<_> = (0..=room).map(|_| phone.event(&hospital, new_order_id(), &[lost], arrived())).collect();
    let outcomes: Vec<_> = uploads.chunks(MOST_UPLOADS).flat_map(|chunk| hospital.push(&phone, chunk)).collect();
    assert_eq!(put_off(&outcomes), 1);
    // Ever larger events.
    let mut other = hospital.enrol("025519");
    let large: Vec<_> = (0..3)
        .map(|_| {
            let mut upload = other.event(&hospital, new_order_id(), &[], arrived());
            upload.event.resize(3 * 1024 * 1024, b' ');
            upload
        })
        .collect();
    let outcomes: Vec<_> = large.iter().flat_map(|upload| hospital.push(&other, std::slice::from_ref(upload))).collect();
    assert_eq!((counted(&outcomes, Verdict::Admitted, HeldReason::Oversized), put_off(&outcomes)), ((0, 2), 1));
}

#[test]
fn the_centre_fills_no_order_past_its_limit_either() {
    let mut hospital = Hospital::new();
    let (mut device, mut colleague) = (hospital.enrol("025518"), hospital.enrol("025519"));
    let order = hospital.team_accepted_order();
    fill(&mut hospital, &mut colleague, order, MOST_EVENTS_OF_A_PERSON, resumed);
    let left = MOST_EVENTS_OF_AN_ORDER - hospital.view(order).events.len();
    fill(&mut hospital, &mut device, order, left, resumed);
    let reassigned = hospital.decide("026149", order, Decision::Reassign { team: Some("T02".into()), staff_no: None });
    assert_eq!(reassigned.unwrap_err().code, FaultCodeName::OrderFull);
    assert_eq!(hospital.view(order).events.len(), MOST_EVENTS_OF_AN_ORDER);
    // What ends it has a place of its own.
    let cancelled = hospital.decide("026149", order, Decision::Cancel { reason: "重复报修".to_owned(), overridden: false });
    assert_eq!(cancelled.unwrap().node, Node::Cancelled);
}
