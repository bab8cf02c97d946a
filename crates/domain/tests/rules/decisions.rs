//! Decisions of the centre, verdicts, and sets that are not whole.

use domain::contradiction::ContradictionKind as Kind;
use domain::node::Node;
use domain::recorded::SetAsideReason;
use domain::replay::replay;
use domain::state::{Effect, OrderState};

use crate::story::*;

#[test]
fn an_order_goes_its_way_without_a_contradiction() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, confirmed_by(NURSE));
    let nodes: Vec<Node> = story.state_on(ANNA).history.iter().map(|entry| entry.node_after).collect();
    use Node::*;
    assert_eq!(nodes, vec![Reported, Dispatched, TeamAccepted, Assigned, Accepted, InProgress, Completed, Confirmed]);
    assert!(kinds(&story.state_on(ANNA)).is_empty());
}

#[test]
fn giving_back_takes_away_what_was_given_after_that_node() {
    for (to, assignee, team) in [
        (Node::Reported, None, None),
        (Node::Dispatched, None, Some("T01")),
        (Node::TeamAccepted, None, Some("T01")),
        (Node::Assigned, Some(ANNA), Some("T01")),
    ] {
        let mut story = Story::anna_at_work();
        story.says(LEADER, returned(to));
        let state = story.state();
        assert_eq!((state.node, state.assignee, state.team), (to, assignee.map(Person::staff_no), team.map(Into::into)));
        assert_eq!(state.withdrawn_from.is_empty(), assignee.is_some());
    }
}

#[test]
fn an_order_is_not_given_back_to_where_it_has_not_been() {
    let mut story = Story::assigned_to_anna();
    story.says(LEADER, returned(Node::Completed));
    assert_eq!(outcome(&story.state()), (Node::Assigned, vec![Kind::StepDidNotFit]));
}

#[test]
fn reassigning_starts_again_with_the_new_person_or_team() {
    for (decision, node, assignee, team) in
        [(reassigned_to(BOLIN), Node::Assigned, Some(BOLIN), "T01"), (reassigned_to_team("T02"), Node::Dispatched, None, "T02")]
    {
        let mut story = Story::anna_at_work();
        story.says(DISPATCHER, decision);
        let state = story.state();
        assert_eq!((state.node, state.assignee, state.team), (node, assignee.map(Person::staff_no), Some(team.into())));
        assert_eq!(state.withdrawn_from, staff(&[ANNA]));
        assert!(state.participants.contains_key(&ANNA.staff_no()));
    }
}

#[test]
fn what_is_completed_stays_completed_when_somebody_else_gets_the_confirmation() {
    let mut story = Story::completed_by_anna();
    story.says(LEADER, reassigned_to(BOLIN)).meets(BOLIN).says(BOLIN, confirmed_by(NURSE)).meets(BOLIN);
    assert_eq!(outcome(&story.state()), (Node::Confirmed, vec![]));
}

#[test]
fn what_is_set_aside_is_visible_and_without_effect_until_it_is_admitted() {
    let mut story = Story::assigned_to_anna();
    story.says(BOLIN, accepted()).meets_and_is_set_aside(BOLIN, SetAsideReason::OutOfScope);
    let event = story.last_of(BOLIN);
    assert_eq!((story.state().node, story.effect_of(event)), (Node::Assigned, Effect::SetAside));
    assert!(!story.state().participants.contains_key(&BOLIN.staff_no()));
    story.admits(event);
    assert_eq!((story.state().node, story.effect_of(event)), (Node::Accepted, Effect::InEffect));
}

#[test]
fn a_fact_that_is_admitted_later_keeps_its_own_time_and_place() {
    let mut story = Story::anna_at_work();
    story.says(ANNA_ELSEWHERE, issued("P1", 1, 500)).meets_and_is_set_aside(ANNA_ELSEWHERE, SetAsideReason::RoleNotHeld);
    let (event, happened) = (story.last_of(ANNA_ELSEWHERE), story.now);
    story.meets(ANNA).says(ANNA, completed()).meets(ANNA).admits(event);
    let state = story.state();
    assert_eq!(state.moves[0].at, happened);
    assert_eq!(state.history.iter().rposition(|entry| entry.event == event), Some(state.history.len() - 2));
}

#[test]
fn a_decision_that_is_admitted_later_comes_where_it_was_admitted() {
    let mut story = Story::reported();
    story.says(ANNA, dispatched("T02")).says(BOLIN, dispatched("T01"));
    story.meets_and_is_set_aside(ANNA, SetAsideReason::KindNotPermitted).meets(BOLIN);
    let late = story.last_of(ANNA);
    story.admits(late);
    assert_eq!(story.state().team, Some("T01".into()));
}

#[test]
fn a_set_without_a_report_gives_a_state_too() {
    let story = Story::completed_by_anna();
    let all = story.at_centre();
    for missing in 0..all.len() {
        let mut rest = all.clone();
        rest.remove(missing);
        assert_eq!(replay(&rest).history.len(), rest.len());
    }
    assert!(replay(&all[1..]).report.is_none());
    assert_eq!(replay(&[]), OrderState::unknown());
}

#[test]
fn what_is_completed_is_corrected_no_more() {
    for (field, value) in [("department", "D002"), ("urgency", "critical"), ("cause", "老化")] {
        let mut story = Story::completed_by_anna();
        let before = story.state_on(ANNA);
        story.says(ANNA, corrected(field, value));
        let state = story.state_on(ANNA);
        assert_eq!((&state.report, &state.cause), (&before.report, &before.cause), "{field}={value}");
        assert_eq!(state.history.last().unwrap().effect, Effect::Overruled);
        assert_eq!(outcome(&state).1, vec![Kind::StepDidNotFit]);
    }
}

#[test]
fn fields_are_corrected_by_events() {
    let mut story = Story::anna_at_work();
    for (field, value, fits) in [
        ("location", "C1-B1-F01-002", true),
        ("urgency", "critical", true),
        ("cause", "老化", true),
        ("urgency", "soon", false),
        ("colour", "red", false),
    ] {
        story.says(ANNA, corrected(field, value));
        let state = story.state_on(ANNA);
        assert_eq!(state.history.last().unwrap().effect == Effect::InEffect, fits, "{field}={value}");
    }
    let state = story.state_on(ANNA);
    let report = state.report.unwrap();
    assert_eq!((report.location.as_str(), report.limits.arrive_minutes, state.cause.as_deref()), ("C1-B1-F01-002", Some(5), Some("老化")));
}
