//! Confirming: who counts, and contradictions 10, 13, 14 and 26.

use domain::contradiction::ContradictionKind as Kind;
use domain::event::{EventBody, Standing, Suspicion};
use domain::identity::EventId;
use domain::node::Node;
use domain::state::{Charge, OrderState};

use crate::story::*;

/// A confirmation with the device's opinion, and the server's judgement, if it has judged.
struct Case {
    typed: &'static str,
    shown: Option<&'static str>,
    opinion: Standing,
    judgement: Option<(Standing, Option<&'static str>)>,
}

fn check(case: Case, node: Node, contradictions: &[Kind], charge: Charge) {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_as(case.typed, case.shown, case.opinion)).meets(ANNA);
    if let Some((standing, name)) = case.judgement {
        story.judges_last_of(ANNA, standing, name);
    }
    let state = story.state();
    assert_eq!(
        (outcome(&state), state.charge),
        ((node, contradictions.to_vec()), charge),
        "{} {:?} {:?}",
        case.typed,
        case.opinion,
        case.judgement
    );
}

fn typed(shown: Option<&'static str>, opinion: Standing, judgement: Option<(Standing, Option<&'static str>)>) -> Case {
    Case { typed: NURSE, shown, opinion, judgement }
}

const NAME: Option<&str> = Some("王护士");

#[test]
fn the_server_judges_what_a_confirmation_is_worth() {
    use Standing::{MaintenanceStaff, OtherDepartment, Rejected, Unverified, Verified};
    check(typed(NAME, Verified, None), Node::Confirmed, &[], Charge::NotYet);
    check(typed(NAME, Verified, Some((Verified, NAME))), Node::Confirmed, &[], Charge::Department);
    check(typed(NAME, OtherDepartment, Some((OtherDepartment, NAME))), Node::Confirmed, &[], Charge::Department);
    check(typed(NAME, Verified, Some((MaintenanceStaff, NAME))), Node::Confirmed, &[Kind::ConfirmedByMaintenance], Charge::Department);
    check(typed(None, Unverified, None), Node::Confirmed, &[Kind::ConfirmerUnknown], Charge::Awaiting);
    check(typed(None, Unverified, Some((Unverified, None))), Node::Confirmed, &[Kind::ConfirmerUnknown], Charge::Awaiting);
    check(typed(None, Unverified, Some((Verified, NAME))), Node::Confirmed, &[], Charge::Department);
    check(typed(NAME, Unverified, Some((Unverified, NAME))), Node::Confirmed, &[Kind::ConfirmerNotValid], Charge::Awaiting);
    check(typed(NAME, Verified, Some((Rejected, NAME))), Node::Completed, &[Kind::ConfirmerNotValid], Charge::NotYet);
    check(typed(None, Unverified, Some((Rejected, None))), Node::Completed, &[Kind::ConfirmationRejected], Charge::NotYet);
}

#[test]
fn the_workers_own_number_confirms_nothing_even_before_it_is_judged() {
    let own = |judgement| Case { typed: ANNA.number, shown: Some("安娜"), opinion: Standing::MaintenanceStaff, judgement };
    check(own(None), Node::Completed, &[Kind::ConfirmationRejected], Charge::NotYet);
    check(own(Some((Standing::Rejected, Some("安娜")))), Node::Completed, &[Kind::ConfirmationRejected], Charge::NotYet);
}

#[test]
fn an_unverified_confirmation_is_judged_again_after_an_import() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_as(NURSE, None, Standing::Unverified)).meets(ANNA);
    let confirmation = story.last_of(ANNA);
    for (standing, name, charge) in [(Standing::Unverified, None, Charge::Awaiting), (Standing::Verified, NAME, Charge::Department)] {
        story.says(SYSTEM, judged(confirmation, standing, name));
        assert_eq!(story.state().charge, charge);
    }
    let state = story.state();
    assert_eq!(state.confirmation.as_ref().unwrap().name.as_deref(), NAME);
    let doubt = only(&state, Kind::ConfirmerUnknown);
    assert!(doubt.settled && !state.needs_attention(), "{doubt:?}");
}

#[test]
fn a_rejection_that_an_import_takes_back_stays_to_be_seen() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_as(NURSE, None, Standing::Unverified)).meets(ANNA);
    let confirmation = story.last_of(ANNA);
    for (standing, settled) in [(Standing::Unverified, false), (Standing::Rejected, false), (Standing::Verified, true)] {
        story.says(SYSTEM, judged(confirmation, standing, NAME));
        assert_eq!(only(&story.state(), Kind::ConfirmerNotValid).settled, settled, "{standing:?}");
    }
    assert_eq!((story.state().node, story.state().charge), (Node::Confirmed, Charge::Department));
}

/// A confirmation with these flags, and what it is then.
fn flagged(flags: &[Suspicion]) -> (Story, EventId) {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_by(NURSE)).meets(ANNA);
    let confirmation = story.last_of(ANNA);
    story.says(SYSTEM, judged_with_flags(confirmation, flags));
    (story, confirmation)
}

#[test]
fn a_flagged_confirmation_counts_and_is_settled_once_somebody_has_seen_it() {
    let expected = [
        (Suspicion::Burst, Kind::ConfirmedInBurst),
        (Suspicion::NeverOfTheDepartment, Kind::ConfirmerNeverOfTheDepartment),
        (Suspicion::ManyLookUps, Kind::ConfirmedAfterManyLookUps),
        (Suspicion::HadLeft, Kind::ConfirmerHadLeft),
    ];
    for (why, kind) in expected {
        let (mut story, confirmation) = flagged(&[why]);
        let state = story.state();
        assert_eq!((outcome(&state), state.charge), ((Node::Confirmed, vec![kind]), Charge::Department));
        let found = only(&state, kind);
        assert_eq!((found.needs_ruling, found.settled, &found.people), (false, false, &vec![NURSE.into(), ANNA.number.into()]));
        story.says(DISPATCHER, seen(confirmation));
        assert!(only(&story.state(), kind).settled);
        story.says(SYSTEM, judged_with_flags(confirmation, &[why]));
        assert!(!only(&story.state(), kind).settled, "found again after somebody looked");
    }
    assert_eq!(outcome(&flagged(&[Suspicion::Unknown]).0.state()), (Node::Confirmed, vec![]));
}

#[test]
fn a_ruling_charges_an_unverified_confirmation() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_as(NURSE, None, Standing::Unverified)).meets(ANNA).judges_last_of(ANNA, Standing::Unverified, None);
    story.says(DISPATCHER, ruled(26, true));
    assert_eq!(story.state().charge, Charge::Department);
}

#[test]
fn a_rejected_confirmation_can_be_made_good_by_another() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_as(NURSE, None, Standing::Unverified)).meets(ANNA).judges_last_of(ANNA, Standing::Rejected, None);
    assert!(story.state().needs_attention());
    story.meets(ANNA).says(ANNA, confirmed_by(HEAD_NURSE)).meets(ANNA).judges_last_of(ANNA, Standing::Verified, NAME);
    let state = story.state();
    assert_eq!((state.node, state.charge, state.needs_attention()), (Node::Confirmed, Charge::Department, false));
    assert_eq!(state.confirmation.unwrap().staff_no, HEAD_NURSE.into());
}

#[test]
fn a_rejection_changes_nothing_where_a_second_valid_confirmation_exists() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_as(NURSE, None, Standing::Unverified)).says(ANNA_ELSEWHERE, confirmed_by(HEAD_NURSE));
    story.meets(ANNA).judges_last_of(ANNA, Standing::Rejected, None);
    story.meets(ANNA_ELSEWHERE).judges_last_of(ANNA_ELSEWHERE, Standing::Verified, NAME);
    let state = story.state();
    assert_eq!((state.node, state.charge), (Node::Confirmed, Charge::Department));
    assert!(only(&state, Kind::ConfirmationRejected).settled);
}

#[test]
fn of_two_confirmations_the_first_stands_and_the_second_is_a_witness() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_by(NURSE)).says(ANNA_ELSEWHERE, confirmed_by(HEAD_NURSE));
    story.meets(ANNA_ELSEWHERE).judges_last_of(ANNA_ELSEWHERE, Standing::Verified, NAME);
    story.meets(ANNA).judges_last_of(ANNA, Standing::Verified, NAME);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Confirmed, vec![Kind::ConfirmedTwice]));
    assert_eq!((state.charge, state.needs_attention()), (Charge::Department, false));
    assert_eq!(state.confirmation.unwrap().staff_no, HEAD_NURSE.into());
    assert_eq!(state.witnesses.len(), 1);
}

#[test]
fn the_same_person_twice_says_nothing_new() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_by(NURSE)).says(ANNA_ELSEWHERE, confirmed_by(NURSE)).meets(ANNA).meets(ANNA_ELSEWHERE);
    let state = story.state();
    assert_eq!((outcome(&state), state.witnesses.len()), ((Node::Confirmed, vec![]), 0));
}

/// One confirms on one phone, one refuses on another; `refusal_first`: which the server hears first.
fn confirmed_and_refused(refusal_first: bool) -> Story {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_by(NURSE)).says(ANNA_ELSEWHERE, refused_by(HEAD_NURSE));
    let order = if refusal_first { [ANNA_ELSEWHERE, ANNA] } else { [ANNA, ANNA_ELSEWHERE] };
    for person in order {
        story.meets(person).judges_last_of(person, Standing::Verified, NAME);
    }
    story
}

#[test]
fn a_confirmation_beside_a_refusal_is_a_dispute_until_somebody_rules() {
    for refusal_first in [true, false] {
        let mut story = confirmed_and_refused(refusal_first);
        let state = story.state();
        assert_eq!(outcome(&state), (Node::Disputed, vec![Kind::ConfirmedAndRefused]), "refusal first: {refusal_first}");
        assert_eq!((state.charge, state.refusals, state.needs_attention()), (Charge::Awaiting, 1, true));
        assert!(state.completed_at.is_some());
        story.says(DISPATCHER, ruled(14, !refusal_first));
        let state = story.state();
        assert_eq!((state.node, state.needs_attention()), (Node::Confirmed, false));
        assert_eq!(state.charge, if refusal_first { Charge::Nobody } else { Charge::Department });
    }
}

/// Two who both have the order complete offline, and each asks somebody else in the department.
fn both_complete_and_ask(first: EventBody, second: EventBody) -> OrderState {
    let mut story = Story::team_accepted();
    story.says(ANNA, accepted()).says(BOLIN, accepted()).says(BOLIN, arrived()).meets(ANNA).meets(BOLIN).meets(ANNA);
    story.says(ANNA, completed()).says(BOLIN, completed()).says(ANNA, first).says(BOLIN, second);
    story.meets(ANNA).meets(BOLIN);
    story.state()
}

#[test]
fn what_two_people_hear_from_the_department_is_weighed_as_if_one_had_asked() {
    let cases = [
        (confirmed_by(NURSE), confirmed_by(HEAD_NURSE), Node::Confirmed, Kind::ConfirmedTwice),
        (confirmed_by(NURSE), refused_by(HEAD_NURSE), Node::Disputed, Kind::ConfirmedAndRefused),
        (refused_by(NURSE), confirmed_by(HEAD_NURSE), Node::Disputed, Kind::ConfirmedAndRefused),
    ];
    for (first, second, node, kind) in cases {
        let state = both_complete_and_ask(first, second);
        assert_eq!((state.node, only(&state, kind).settled), (node, false));
        assert_eq!(only(&state, Kind::BothWorked).people, staff(&[ANNA, BOLIN]));
    }
}

#[test]
fn a_refusal_sends_the_order_back_to_work() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, refused_by(NURSE));
    let state = story.state_on(ANNA);
    assert_eq!(outcome(&state), (Node::InProgress, vec![]));
    assert_eq!((state.refusals, state.completed_at, state.completed_by), (1, None, None));
    story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE));
    let state = story.state_on(ANNA);
    assert_eq!((outcome(&state), state.refusals), ((Node::Confirmed, vec![]), 1));
}

#[test]
fn an_old_confirmation_does_not_dispute_a_refusal_that_was_worked_off() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA_ELSEWHERE, confirmed_by(HEAD_NURSE));
    story.says(ANNA, refused_by(NURSE)).says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).meets(ANNA).meets(ANNA_ELSEWHERE);
    assert_eq!(outcome(&story.state()), (Node::Confirmed, vec![Kind::ConfirmedTwice]));
}

#[test]
fn a_rejected_refusal_sends_nothing_back() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, refused_by(NURSE)).meets(ANNA).judges_last_of(ANNA, Standing::Rejected, None);
    let state = story.state();
    assert_eq!((state.node, state.refusals), (Node::Completed, 0));
}
