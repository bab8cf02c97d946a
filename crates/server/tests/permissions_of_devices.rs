//! What devices may say, walked by the table: every kind of event in every role, by a credential that holds and by one that
//! does not. Through the real server on a socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::event::{
    Absorbed, Cancelled, ConfirmationJudged, Corrected, Empty, EventBody, KNOWN_KINDS, LabourLine, Merged, Numbered, Reason, Reassigned,
    Returned, ReviewOutcome, Reviewed, Ruled, Standing, Suspended, SuspensionCause, ToPerson, ToTeam, Withdrawn,
};
use domain::identity::{EventId, OrderId, TeamCode};
use domain::money::Fen;
use domain::node::Node;
use domain::permissions::may_record_on_device;
use domain::quantity::Quantity;
use domain::recorded::{HeldReason, SetAsideReason, Verdict};
use domain::role::Role;
use harness::centre::{Centre, NURSE, TECHNICIAN, refused};
use harness::{Device, arrived, completed, confirmed, new_order_id, part_issued, reported_in, resumed};
use serde_json::json;
use sync::codec::{decode_answer, encode_request};
use sync::wire::{CredentialStanding, Down, ExchangeAnswer, ExchangeRequest, PROTOCOL, Progress, Upload, UploadOutcome};

/// Technicians: one for each role.
const TECHNICIANS: [&str; 13] =
    ["025518", "025519", "025520", "025536", "025538", "025545", "025548", "025565", "025568", "025569", "025576", "025578", "025671"];

/// An event's body of every kind, about an order with the event `earlier`.
fn bodies(earlier: EventId, team: &TeamCode) -> Vec<EventBody> {
    let reason = || "试一试".to_owned();
    let labour = LabourLine { item: "S0001".into(), quantity: Quantity::ONE, unit_price_fen: Fen(4_000), includes_material: false };
    let EventBody::PartIssued(movement) = part_issued() else { panic!("a part is issued") };
    let judged = ConfirmationJudged {
        event: earlier,
        standing: Standing::Verified,
        directory_revision: 1,
        name: None,
        department: None,
        flags: Vec::new(),
    };
    vec![
        reported_in(team.as_str()),
        EventBody::Corrected(Corrected { field: "description".to_owned(), value: reason() }),
        EventBody::Accepted(domain::event::Accepted { team: team.clone() }),
        arrived(),
        EventBody::Suspended(Suspended { cause: SuspensionCause::Parts, until: None, note: None }),
        resumed(),
        EventBody::ReturnRequested(Reason { reason: reason() }),
        part_issued(),
        EventBody::PartReturned(movement),
        EventBody::LabourAdded(labour),
        EventBody::Withdrawn(Withdrawn { event: earlier }),
        completed(),
        confirmed(NURSE),
        EventBody::Numbered(Numbered { number: "GD20261121-9999".to_owned() }),
        EventBody::Dispatched(ToTeam { team: "T01".into() }),
        EventBody::TeamAccepted(Empty {}),
        EventBody::Assigned(ToPerson { staff_no: TECHNICIAN.into() }),
        EventBody::Reassigned(Reassigned { team: None, staff_no: Some(TECHNICIAN.into()) }),
        EventBody::Returned(Returned { reason: reason(), to: Node::Dispatched }),
        EventBody::Cancelled(Cancelled { reason: reason(), overridden: true }),
        EventBody::Merged(Merged { into: new_order_id(), number: "GD20261121-0002".to_owned() }),
        EventBody::Absorbed(Absorbed { order: new_order_id(), number: "GD20261121-0002".to_owned(), description: reason() }),
        EventBody::ConfirmationJudged(judged),
        EventBody::Ruled(Ruled { contradiction: 1, outcome: reason(), charged: true }),
        EventBody::Reviewed(Reviewed { event: earlier, outcome: ReviewOutcome::Left, reason: reason(), also: Vec::new() }),
    ]
}

/// One exchange over HTTP.
async fn exchange(centre: &Centre, device: &Device, uploads: Vec<Upload>) -> ExchangeAnswer {
    let request = ExchangeRequest {
        protocol: PROTOCOL,
        uploads,
        progress: Progress::Nothing,
        log_mark: None,
        reference_revision: 0,
        checks: Vec::new(),
    };
    let credential = format!("{}.{}", device.id, "ab".repeat(32));
    let sent = centre.client.post(format!("{}/sync/v1/exchange", centre.url)).bearer_auth(credential);
    let answer = sent.body(encode_request(&request).unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    decode_answer(&answer.bytes().await.unwrap()).unwrap()
}

/// An order that the device's person reported, so that it is in scope whatever the person becomes.
async fn own_order(centre: &Centre, device: &mut Device) -> (OrderId, EventId) {
    let order = new_order_id();
    let report = device.event(&centre.hospital, order, &[], reported_in(device.team.as_str()));
    let id = report.id;
    assert_eq!(verdicts(&exchange(centre, device, vec![report]).await), [Verdict::Admitted]);
    (order, id)
}

/// Every kind, each on the first event of the order; a report is of an order of its own.
fn every_kind(centre: &Centre, device: &mut Device, (order, first): (OrderId, EventId)) -> Vec<Upload> {
    let bodies = bodies(first, &device.team);
    assert!(bodies.iter().map(EventBody::kind).eq(KNOWN_KINDS));
    let upload = |body: EventBody| match body {
        EventBody::Reported(_) => device.event(&centre.hospital, new_order_id(), &[], body),
        _ => device.event(&centre.hospital, order, &[first], body),
    };
    bodies.into_iter().map(upload).collect()
}

fn verdicts(answer: &ExchangeAnswer) -> Vec<Verdict> {
    let verdict = |outcome: &UploadOutcome| match outcome {
        UploadOutcome::Recorded { receipt, .. } => receipt.verdict,
        other => panic!("{other:?}"),
    };
    answer.outcomes.iter().map(verdict).collect()
}

#[tokio::test]
async fn every_kind_in_every_role_is_judged_as_the_table_says() {
    let mut centre = Centre::start().await;
    for (role, person) in Role::OF_PEOPLE.iter().copied().zip(TECHNICIANS) {
        let mut device = centre.hospital.enrol(person);
        let own = own_order(&centre, &mut device).await;
        if role != Role::Technician {
            let trade = format!("technician:{}", device.team);
            centre.hospital.correct_staff(person, &trade, role.as_str());
        }
        device.role = role;
        let uploads = every_kind(&centre, &mut device, own);
        let judged = verdicts(&exchange(&centre, &device, uploads).await);
        for (kind, verdict) in KNOWN_KINDS.into_iter().zip(judged) {
            let refused = Verdict::SetAside(SetAsideReason::KindNotPermitted);
            let expected = if may_record_on_device(role, kind) { Verdict::Admitted } else { refused };
            assert_eq!(verdict, expected, "{kind} {role:?}");
        }
    }
}

#[tokio::test]
async fn a_role_that_is_not_the_person_s_counts_for_nothing() {
    let mut centre = Centre::start().await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let own = own_order(&centre, &mut device).await;
    for role in Role::OF_PEOPLE.iter().chain([&Role::System]).copied().filter(|role| *role != Role::Technician) {
        device.role = role;
        let claimed = device.event(&centre.hospital, own.0, &[own.1], arrived());
        let verdict = verdicts(&exchange(&centre, &device, vec![claimed]).await);
        assert_eq!(verdict, [Verdict::SetAside(SetAsideReason::RoleNotHeld)], "{role:?}");
    }
}

/// A phone that lies gives its order to a colleague's team, to another campus's, to a contractor's, or to one that does not exist.
#[tokio::test]
async fn a_team_that_is_not_the_person_s_gets_no_order_from_a_device() {
    let mut centre = Centre::start().await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let own = own_order(&centre, &mut device).await;
    for team in ["T02", "T13", "T04", "T99"] {
        let reported = device.event(&centre.hospital, new_order_id(), &[], reported_in(team));
        let accepted = EventBody::Accepted(domain::event::Accepted { team: team.into() });
        let accepted = device.event(&centre.hospital, own.0, &[own.1], accepted);
        let judged = verdicts(&exchange(&centre, &device, vec![reported, accepted]).await);
        assert_eq!(judged, [Verdict::SetAside(SetAsideReason::OutOfScope); 2], "{team}");
    }
}

/// Nothing is taken from a credential that does not hold, nothing is told to it, and nothing of what it sends is lost.
async fn check_only_held(centre: &Centre, device: &mut Device, own: (OrderId, EventId)) {
    let uploads = every_kind(centre, device, own);
    let sent = uploads.len();
    let answer = exchange(centre, device, uploads).await;
    assert_eq!((answer.standing, &answer.down, answer.reference.is_none()), (CredentialStanding::Revoked, &Down::Nothing, true));
    let held = |outcome: &&UploadOutcome| matches!(outcome, UploadOutcome::Held { reason: HeldReason::CredentialRevoked, .. });
    assert_eq!(answer.outcomes.iter().filter(held).count(), sent, "{:?}", answer.outcomes);
}

#[tokio::test]
async fn a_revoked_credential_may_send_for_review_and_nothing_else() {
    let mut centre = Centre::start().await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let own = own_order(&centre, &mut device).await;
    centre.hospital.revoke(&device);
    check_only_held(&centre, &mut device, own).await;
    let again = json!({ "code": "AAAAA-AAAAA", "device": device.id, "secret": "ab".repeat(32) });
    refused(centre.post("", "/sync/v1/enroll", again).await, (403, "code_invalid"));
}

#[tokio::test]
async fn the_credential_of_a_person_who_left_is_like_a_revoked_one() {
    let mut centre = Centre::start().await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let own = own_order(&centre, &mut device).await;
    centre.hospital.leaves(TECHNICIAN, "2026-11-20");
    check_only_held(&centre, &mut device, own).await;
}
