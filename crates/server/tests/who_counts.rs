//! Whose work counts, and as what: roles at the time of recording, corrected names, reissued numbers, leaders of other teams.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::fault::FaultCodeName;
use domain::identity::{DeviceId, OrderId};
use domain::node::Node;
use domain::recorded::{SetAsideReason, Verdict};
use domain::role::Role;
use domain::time::HOUR_MS;
use harness::{Device, Hospital, arrived, new_order_id, reported};
use server::orders;
use server::orders::decide::Decision;
use server::orders::list::ListQuery;
use sync::wire::{CredentialStanding, Holder, UploadOutcome};

const TECHNICIAN: &str = "025518";
const LEADER: &str = "025514";
const DISPATCHER: &str = "026149";

/// What becomes of an arrival that was recorded before `changed`, and uploaded after it.
#[track_caller]
fn check_admitted_after(changed: impl FnOnce(&mut Hospital), role: Role) {
    let (mut hospital, mut device, order) = team_order();
    device.role = role;
    let heads = hospital.heads(order);
    let upload = device.event(&hospital, order, &heads, arrived());
    changed(&mut hospital);
    let answer = hospital.exchange(&device, vec![upload]);
    assert_eq!(answer.standing, CredentialStanding::Valid);
    let [UploadOutcome::Recorded { receipt, .. }] = answer.outcomes.as_slice() else { panic!("{:?}", answer.outcomes) };
    assert_eq!(receipt.verdict, Verdict::Admitted);
}

/// A technician of T01 with a device that has been heard, and an order of the team.
fn team_order() -> (Hospital, Device, OrderId) {
    let mut hospital = Hospital::new();
    let device = hospital.enrol(TECHNICIAN);
    hospital.exchange(&device, Vec::new());
    let order = hospital.team_accepted_order();
    (hospital, device, order)
}

#[test]
fn work_from_before_a_promotion_counts_after_it() {
    let promoted = |hospital: &mut Hospital| hospital.correct_staff(TECHNICIAN, "technician:T01", "team_leader");
    check_admitted_after(promoted, Role::Technician);
}

#[test]
fn work_from_before_the_end_of_leading_counts_after_it() {
    let ended = |hospital: &mut Hospital| {
        hospital.correct_staff(TECHNICIAN, "technician:T01", "team_leader");
        hospital.correct_staff(TECHNICIAN, "technician:T01", "technician:T01");
    };
    check_admitted_after(ended, Role::TeamLeader);
}

#[test]
fn work_from_before_a_move_to_another_trade_counts_after_it() {
    let name = "袁佳静";
    let moved = |hospital: &mut Hospital| hospital.next_holder(TECHNICIAN, "2026-11-20", "2026-11-21", (name, "storekeeper"));
    check_admitted_after(moved, Role::Technician);
}

#[test]
fn a_corrected_name_leaves_the_device_as_it_is() {
    check_admitted_after(|hospital| hospital.correct_staff(TECHNICIAN, "袁佳静", "袁嘉静"), Role::Technician);
}

/// The number is somebody's again from two days after its last holder left.
fn hospital_with_reissued_number(name: &str) -> (Hospital, Device) {
    let mut hospital = Hospital::new();
    let device = hospital.enrol(TECHNICIAN);
    hospital.next_holder(TECHNICIAN, "2026-11-21", "2026-11-23", (name, "technician:T01"));
    hospital.advance(2 * 24 * HOUR_MS);
    (hospital, device)
}

#[test]
fn the_device_of_the_last_holder_is_not_the_next_one_s() {
    for name in ["白露", "袁佳静"] {
        let (mut hospital, device) = hospital_with_reissued_number(name);
        assert_eq!(hospital.exchange(&device, Vec::new()).standing, CredentialStanding::Revoked, "{name}");
    }
}

#[test]
fn a_list_that_comes_late_ends_device_and_code_of_the_last_holder() {
    for (last_day, first_day) in [("2026-11-20", "2026-11-21"), ("2026-11-13", "2026-11-14")] {
        let mut hospital = Hospital::new();
        let (mut device, code) = (hospital.enrol(TECHNICIAN), hospital.code(TECHNICIAN));
        let order = hospital.team_accepted_order();
        let heads = hospital.heads(order);
        hospital.next_holder(TECHNICIAN, last_day, first_day, ("白露", "technician:T01"));
        let upload = device.event(&hospital, order, &heads, arrived());
        let answer = hospital.exchange(&device, vec![upload]);
        assert_eq!(answer.standing, CredentialStanding::Revoked, "{first_day}");
        assert!(matches!(answer.outcomes.as_slice(), [UploadOutcome::Held { .. }]), "{:?}", answer.outcomes);
        let refused = hospital.enrol_with(&code, DeviceId(uuid::Uuid::from_u128(1)), None).unwrap_err();
        assert_eq!(refused.code, FaultCodeName::CodeInvalid, "{first_day}");
    }
}

#[test]
fn a_code_made_for_the_last_holder_enrols_nobody() {
    let mut hospital = Hospital::new();
    hospital.next_holder(TECHNICIAN, "2026-11-21", "2026-11-22", ("白露", "technician:T01"));
    let code = hospital.code(TECHNICIAN);
    hospital.advance(15 * HOUR_MS);
    let device = DeviceId(uuid::Uuid::from_u128(1));
    assert_eq!(hospital.enrol_with(&code, device, None).unwrap_err().code, FaultCodeName::CodeInvalid);
    let code = hospital.code(TECHNICIAN);
    assert_eq!(hospital.enrol_with(&code, device, None).unwrap().person.name, "白露");
}

#[test]
fn work_of_the_last_holder_is_not_brought_by_the_next_one_s_code() {
    let mut hospital = Hospital::new();
    let code = hospital.code(TECHNICIAN);
    let last = Holder::of(&hospital.enrol_with(&code, DeviceId(uuid::Uuid::from_u128(2)), None).unwrap().person);
    hospital.next_holder(TECHNICIAN, "2026-11-21", "2026-11-22", ("白露", "technician:T01"));
    hospital.advance(24 * HOUR_MS);
    let (code, device) = (hospital.code(TECHNICIAN), DeviceId(uuid::Uuid::from_u128(1)));
    let refused = hospital.enrol_on_a_device_of(&code, device, Some(TECHNICIAN), Some(last)).unwrap_err();
    assert_eq!(refused.code, FaultCodeName::AlreadyEnrolled);
    let next = hospital.enrol_with(&code, device, Some(TECHNICIAN)).unwrap();
    let again = hospital.enrol_on_a_device_of(&code, device, Some(TECHNICIAN), Some(Holder::of(&next.person)));
    assert_eq!(again.unwrap().person.name, "白露");
}

/// Whether somebody sees an order at the centre, and has it in their list.
fn sees(hospital: &mut Hospital, staff_no: &str, order: OrderId) -> (bool, bool) {
    let (person, host) = (hospital.person(staff_no), hospital.host.clone());
    let occasion = host.occasion();
    hospital
        .store
        .read(|database| -> Result<_, domain::fault::Fault> {
            let listed = orders::list::list(database, &ListQuery::default(), &person, &occasion)?;
            let shown = orders::show::show(database, order, &person, &occasion);
            Ok((shown.is_ok(), listed.orders.iter().any(|row| row.id == order)))
        })
        .unwrap()
}

#[test]
fn what_the_last_holder_reported_or_worked_on_is_not_the_next_one_s_to_see() {
    let mut hospital = Hospital::new();
    let reported = hospital.reported_order_of("020007");
    let mut device = hospital.enrol(TECHNICIAN);
    let worked_on = hospital.team_accepted_order();
    let heads = hospital.heads(worked_on);
    let upload = device.event(&hospital, worked_on, &heads, device.accepted());
    hospital.push(&device, &[upload]);
    assert_eq!(sees(&mut hospital, "020007", reported), (true, true));
    assert_eq!(sees(&mut hospital, TECHNICIAN, worked_on), (true, true));

    hospital
        .import_rows("staff.csv", &["020007,潘勇,001002,clinical,,,2018-01-01,2026-11-21", "020007,白露,001003,clinical,,,2026-11-22,"]);
    hospital.next_holder(TECHNICIAN, "2026-11-21", "2026-11-22", ("白露", "technician:T02"));
    hospital.advance(24 * HOUR_MS);
    assert_eq!(sees(&mut hospital, "020007", reported), (false, false));
    assert_eq!(sees(&mut hospital, TECHNICIAN, worked_on), (false, false));
    assert_eq!(sees(&mut hospital, DISPATCHER, reported), (true, true));

    // What they do themselves is theirs.
    hospital.import_rows("staff.csv", &["020007,白露,001002,clinical,,,2026-11-22,"]);
    let own = hospital.reported_order_of("020007");
    hospital.import_rows("staff.csv", &["020007,白露,001003,clinical,,,2026-11-22,"]);
    assert_eq!(sees(&mut hospital, "020007", own), (true, true));
    assert_eq!(sees(&mut hospital, "020007", reported), (false, false));
}

#[test]
fn leading_another_team_decides_nothing_in_the_own_one() {
    let mut hospital = Hospital::new();
    hospital.import_rows("teams.csv", &["T02,本部强电照明班,C1,electrical,,025518,025529"]);
    let order = hospital.dispatched_order();
    assert!(hospital.decide(TECHNICIAN, order, Decision::AcceptForTeam).is_err());

    hospital.decide(DISPATCHER, order, Decision::Reassign { team: Some("T02".into()), staff_no: None }).unwrap();
    let accepted = hospital.decide(TECHNICIAN, order, Decision::AcceptForTeam).unwrap();
    assert_eq!(accepted.node, Node::TeamAccepted);
}

#[test]
fn an_administrator_leads_nobody() {
    let mut hospital = Hospital::new();
    hospital.import_rows("teams.csv", &["T01,本部给排水/水暖班,C1,plumbing,,026219,025517"]);
    let order = hospital.dispatched_order();
    assert_eq!(hospital.person("026219").roles, [Role::SystemAdmin]);
    assert!(hospital.decide("026219", order, Decision::AcceptForTeam).is_err());
}

#[test]
fn a_leader_by_role_decides_only_where_the_teams_say_so() {
    let mut hospital = Hospital::new();
    hospital.import_rows("teams.csv", &["T01,本部给排水/水暖班,C1,plumbing,,025522,025517"]);
    let order = hospital.dispatched_order();
    assert!(hospital.decide(LEADER, order, Decision::AcceptForTeam).is_err());
    assert_eq!(hospital.decide("025522", order, Decision::AcceptForTeam).unwrap().node, Node::TeamAccepted);
}

/// An event would take the numbers of that device and spoil its times.
#[test]
fn the_next_holder_of_a_number_does_not_record_in_the_name_of_the_last_one_s_device() {
    let (mut hospital, before, _) = team_order();
    hospital.next_holder(TECHNICIAN, "2026-11-19", "2026-11-20", ("白露", "technician:T01"));
    let (mut now, own) = (hospital.enrol(TECHNICIAN), hospital.enrol(TECHNICIAN));
    for (named, expected) in [(before.id, Verdict::SetAside(SetAsideReason::OtherRecorder)), (own.id, Verdict::Admitted)] {
        let device = std::mem::replace(&mut now.id, named);
        let upload = now.event(&hospital, new_order_id(), &[], reported());
        now.id = device;
        let outcomes = hospital.push(&now, &[upload]);
        let [UploadOutcome::Recorded { receipt, .. }] = outcomes.as_slice() else { panic!("{outcomes:?}") };
        assert_eq!(receipt.verdict, expected);
    }
}

/// What somebody recorded, and their name.
type Told = (String, Option<String>);

/// What the centre tells of an order: who has it (in the order and in the list), and who recorded what.
fn told(hospital: &mut Hospital, asks: &str, order: OrderId) -> (Option<String>, Option<String>, Vec<Told>) {
    let (person, host) = (hospital.person(asks), hospital.host.clone());
    let occasion = host.occasion();
    hospital
        .store
        .read(|database| -> Result<_, domain::fault::Fault> {
            let listed = orders::list::list(database, &ListQuery::default(), &person, &occasion)?;
            let row = listed.orders.into_iter().find(|row| row.id == order).unwrap();
            let view = orders::show::show(database, order, &person, &occasion)?;
            let recorded = view.events.into_iter().map(|event| (event.kind, event.recorder_name)).collect();
            Ok((view.assignee_name, row.assignee_name, recorded))
        })
        .unwrap()
}

#[test]
fn a_history_names_whoever_held_the_number_then() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol(TECHNICIAN);
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let upload = device.event(&hospital, order, &heads, device.accepted());
    hospital.push(&device, &[upload]);
    let before = told(&mut hospital, DISPATCHER, order);
    assert_eq!((before.0.as_deref(), before.1.as_deref()), (Some("袁佳静"), Some("袁佳静")));

    hospital.next_holder(TECHNICIAN, "2026-11-21", "2026-11-22", ("白露", "technician:T01"));
    hospital.next_holder(DISPATCHER, "2026-11-21", "2026-11-22", ("新人甲", "dispatcher"));
    hospital.advance(24 * HOUR_MS);
    assert_eq!(told(&mut hospital, DISPATCHER, order), before, "the centre's new dispatcher reads what the last one read");

    // Given to the number anew it is the next holder's.
    hospital.decide(DISPATCHER, order, Decision::Reassign { team: None, staff_no: Some(TECHNICIAN.into()) }).unwrap();
    let (assignee, in_list, recorded) = told(&mut hospital, DISPATCHER, order);
    assert_eq!((assignee.as_deref(), in_list.as_deref()), (Some("白露"), Some("白露")));
    let by = |kind: &str| recorded.iter().find(|(of_kind, _)| of_kind == kind).and_then(|(_, name)| name.as_deref());
    assert_eq!((by("accepted"), by("reassigned")), (Some("袁佳静"), Some("新人甲")));
    assert_ne!(by("dispatched"), Some("新人甲"));
}

#[test]
fn what_the_next_holder_accepts_of_the_last_one_s_is_taken_over() {
    let mut hospital = Hospital::new();
    let order = hospital.team_accepted_order();
    hospital.decide(LEADER, order, Decision::Assign { staff_no: TECHNICIAN.into() }).unwrap();
    hospital.next_holder(TECHNICIAN, "2026-11-21", "2026-11-22", ("白露", "technician:T01"));
    hospital.advance(24 * HOUR_MS);
    assert_eq!(told(&mut hospital, DISPATCHER, order).0.as_deref(), Some("袁佳静"));
    let mut next = hospital.enrol(TECHNICIAN);
    let heads = hospital.heads(order);
    let upload = next.event(&hospital, order, &heads, next.accepted());
    hospital.push(&next, &[upload]);
    let view = hospital.view(order);
    assert_eq!((view.node, view.took_over, view.assignee_name.as_deref()), (Node::Accepted, true, Some("白露")));
}
