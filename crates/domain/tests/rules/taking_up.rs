//! Taking up, and contradiction 5: two technicians accept.

use domain::contradiction::ContradictionKind as Kind;
use domain::event::Channel;
use domain::event::EventBody;
use domain::node::Node;
use domain::state::Effect;
use domain::urgency::Urgency;

use crate::story::*;

#[test]
fn the_acceptance_with_the_lower_position_leads_and_the_other_person_is_released() {
    let mut story = Story::team_accepted();
    story.says(ANNA, accepted()).says(BOLIN, accepted()).meets(BOLIN).meets(ANNA);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Accepted, vec![Kind::TwoAccepted]));
    assert_eq!((state.assignee, state.withdrawn_from), (Some(BOLIN.staff_no()), staff(&[ANNA])));
    assert_eq!(only(&story.state(), Kind::TwoAccepted).people, staff(&[BOLIN, ANNA]));
    assert_eq!(story.effect_of(story.last_of(ANNA)), Effect::Overruled);
}

#[test]
fn the_released_person_becomes_a_helper_with_an_arrival_or_work() {
    for work in [arrived(), issued("P1", 1, 500), labour("L1", 1, 1000, false)] {
        let mut story = Story::team_accepted();
        story.says(ANNA, accepted()).says(BOLIN, accepted()).says(ANNA, work).meets(BOLIN).meets(ANNA);
        let state = story.state();
        assert_eq!((state.assignee.clone(), state.helpers.clone()), (Some(BOLIN.staff_no()), staff(&[ANNA])));
        assert!(state.withdrawn_from.is_empty());
        assert_eq!(kinds(&state), vec![Kind::TwoAccepted]);
    }
}

#[test]
fn the_assigned_person_who_accepts_after_a_colleague_took_over_is_one_of_two() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).says(BOLIN, accepted()).meets(BOLIN).meets(ANNA);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Accepted, vec![Kind::TwoAccepted]));
    assert_eq!((state.assignee, state.withdrawn_from), (Some(BOLIN.staff_no()), staff(&[ANNA])));
}

#[test]
fn the_third_acceptance_joins_the_same_contradiction() {
    let mut story = Story::team_accepted();
    story.says(ANNA, accepted()).says(BOLIN, accepted()).says(CHEN, accepted()).meets(CHEN).meets(BOLIN).meets(ANNA);
    assert_eq!(only(&story.state(), Kind::TwoAccepted).people, staff(&[CHEN, BOLIN, ANNA]));
}

#[test]
fn each_phone_believes_itself_until_it_has_met_the_server() {
    let mut story = Story::team_accepted();
    story.says(ANNA, accepted()).says(BOLIN, accepted());
    assert_eq!(story.state_on(ANNA).assignee, Some(ANNA.staff_no()));
    assert_eq!(story.state_on(BOLIN).assignee, Some(BOLIN.staff_no()));
    story.meets(ANNA).meets(BOLIN).meets(ANNA);
    assert_eq!(story.state_on(ANNA), story.state_on(BOLIN));
    assert_eq!(story.state().assignee, Some(ANNA.staff_no()));
}

#[test]
fn what_the_server_has_leads_what_it_has_not() {
    let mut story = Story::team_accepted();
    story.says(ANNA, accepted()).says(BOLIN, accepted()).meets(BOLIN);
    assert_eq!(domain::replay::replay(&story.everything()).assignee, Some(BOLIN.staff_no()));
}

#[test]
fn two_phones_of_one_person_are_no_contradiction() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).says(ANNA_ELSEWHERE, accepted()).meets(ANNA).meets(ANNA_ELSEWHERE);
    assert_eq!(outcome(&story.state()), (Node::Accepted, vec![]));
}

#[test]
fn who_takes_up_without_being_assigned_is_marked() {
    let mut story = Story::assigned_to_anna();
    story.says(BOLIN, accepted()).meets(BOLIN);
    let state = story.state();
    assert!(state.took_over);
    assert_eq!((state.assignee, state.withdrawn_from), (Some(BOLIN.staff_no()), staff(&[ANNA])));

    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).meets(ANNA);
    assert!(!story.state().took_over);
}

#[test]
fn an_order_found_on_the_spot_skips_what_was_skipped() {
    let mut found = reported(Urgency::Normal);
    if let EventBody::Reported(report) = &mut found {
        report.channel = Channel::Technician;
        report.team = Some("T01".into());
    }
    let mut story = Story::empty();
    story.says(ANNA, found).says(ANNA, accepted());
    let state = story.state_on(ANNA);
    assert_eq!(outcome(&state), (Node::Accepted, vec![]));
    assert_eq!(state.skipped, vec![Node::Dispatched, Node::TeamAccepted, Node::Assigned]);
    assert_eq!((state.team, state.took_over), (Some("T01".into()), false));
}

#[test]
fn an_order_found_on_the_spot_stays_with_the_finder_when_it_is_dispatched_meanwhile() {
    let mut story = Story::empty();
    story.says(ANNA, reported(Urgency::Normal)).meets(ANNA).says(DISPATCHER, dispatched("T02")).says(ANNA, accepted()).meets(ANNA);
    let state = story.state();
    assert_eq!((state.node, state.assignee, state.team), (Node::Accepted, Some(ANNA.staff_no()), Some("T01".into())));
    let [overruled] = state.contradictions.as_slice() else { panic!("{:?}", state.contradictions) };
    assert_eq!((overruled.kind, overruled.number, overruled.needs_ruling), (Kind::DispatchOverruled, None, false));
    assert_eq!(overruled.events, vec![story.last_of(DISPATCHER), story.last_of(ANNA)]);
    assert_eq!(overruled.people, staff(&[DISPATCHER, ANNA]));
}

#[test]
fn a_dispatch_to_the_finders_own_team_is_not_overruled() {
    let mut story = Story::empty();
    story.says(ANNA, reported(Urgency::Normal)).meets(ANNA).says(DISPATCHER, dispatched("T01")).says(ANNA, accepted()).meets(ANNA);
    assert_eq!(outcome(&story.state()), (Node::Accepted, vec![]));
}

#[test]
fn who_did_not_hear_of_a_reassignment_does_not_take_the_order_up() {
    for decision in [reassigned_to(BOLIN), reassigned_to_team("T02"), returned(Node::Dispatched)] {
        let mut story = Story::assigned_to_anna();
        story.says(LEADER, decision).says(ANNA, accepted()).meets(ANNA);
        let state = story.state();
        assert_ne!(state.assignee, Some(ANNA.staff_no()));
        assert_eq!(state.withdrawn_from, staff(&[ANNA]));
        assert!(kinds(&state).is_empty());
    }
}

#[test]
fn a_whole_team_that_did_not_hear_does_not_take_the_order_up() {
    let mut story = Story::team_accepted();
    story.says(DISPATCHER, reassigned_to_team("T02")).says(BOLIN, accepted()).meets(BOLIN);
    let state = story.state();
    assert_eq!((state.node, state.team, state.assignee), (Node::Dispatched, Some("T02".into()), None));
    assert_eq!(state.withdrawn_from, staff(&[BOLIN]));
}
