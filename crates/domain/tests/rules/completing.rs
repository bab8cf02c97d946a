//! Repair and completion; contradictions 3 and 4.

use domain::contradiction::ContradictionKind as Kind;
use domain::node::Node;
use domain::state::Effect;
use domain::time::{DAY_MS, HOUR_MS};

use crate::story::*;

#[test]
fn a_completion_wins_against_a_reassignment_to_somebody_who_has_not_begun() {
    for accepted_before in [true, false] {
        let mut story = Story::assigned_to_anna();
        if accepted_before {
            story.says(ANNA, accepted()).meets(ANNA);
        }
        story.says(LEADER, reassigned_to(BOLIN)).meets(BOLIN).says(BOLIN, accepted()).meets(BOLIN);
        if !accepted_before {
            story.says(ANNA, accepted());
        }
        story.says(ANNA, arrived()).says(ANNA, completed()).meets(ANNA);
        let state = story.state();
        assert_eq!(outcome(&state), (Node::Completed, vec![Kind::CompletedAfterReassignment]), "accepted before: {accepted_before}");
        assert_eq!((state.assignee.clone(), state.completed_by.clone()), (Some(ANNA.staff_no()), Some(ANNA.staff_no())));
        assert_eq!((state.withdrawn_from.clone(), state.helpers.clone()), (staff(&[BOLIN]), vec![]));
        assert_eq!(only(&state, Kind::CompletedAfterReassignment).people, staff(&[ANNA, BOLIN]));
        assert_eq!(story.effect_of(story.last_of_kind("reassigned")), Effect::Overruled);
    }
}

#[test]
fn the_acceptance_that_comes_in_after_the_winning_completion_is_no_second_contradiction() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).meets(ANNA).says(LEADER, reassigned_to(BOLIN)).meets(BOLIN);
    story.says(BOLIN, accepted()).says(ANNA, completed()).meets(ANNA).meets(BOLIN);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Completed, vec![Kind::CompletedAfterReassignment]));
    assert_eq!((state.assignee, state.withdrawn_from), (Some(ANNA.staff_no()), staff(&[BOLIN])));
}

#[test]
fn who_helps_afterwards_and_knows_of_the_completion_had_not_begun() {
    let mut story = Story::anna_at_work();
    story.says(LEADER, reassigned_to(BOLIN)).says(ANNA, completed()).meets(ANNA).meets(BOLIN);
    story.says(BOLIN, issued("P1", 1, 500)).meets(BOLIN);
    let state = story.state();
    assert_eq!((outcome(&state), state.assignee), ((Node::Completed, vec![Kind::CompletedAfterReassignment]), Some(ANNA.staff_no())));
}

#[test]
fn when_the_other_has_begun_both_worked() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).meets(ANNA).says(LEADER, reassigned_to(BOLIN)).meets(BOLIN);
    story.says(BOLIN, accepted()).says(BOLIN, arrived()).says(BOLIN, labour("L1", 1, 3000, false)).meets(BOLIN);
    story.says(ANNA, arrived()).says(ANNA, labour("L1", 1, 3000, false)).says(ANNA, issued("P1", 1, 500)).says(ANNA, completed());
    story.meets(ANNA);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Completed, vec![Kind::BothWorked]));
    assert_eq!((state.assignee.clone(), state.helpers.clone()), (Some(BOLIN.staff_no()), staff(&[ANNA])));
    assert_eq!(state.completed_by, Some(ANNA.staff_no()));
    let priced: Vec<_> = state.labour.iter().filter(|labour| labour.priced).map(|labour| labour.recorder.clone()).collect();
    assert_eq!(priced, staff(&[ANNA]), "labour is priced once, that of the one who completed");
    assert_eq!(state.net_quantity(&"P1".into()), 1);
}

#[test]
fn work_of_both_that_comes_in_the_other_order_is_the_same_contradiction() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).meets(ANNA).says(LEADER, reassigned_to(BOLIN)).meets(BOLIN);
    story.says(BOLIN, accepted()).says(BOLIN, arrived()).says(BOLIN, labour("L1", 1, 3000, false));
    story.says(ANNA, arrived()).says(ANNA, labour("L1", 1, 3000, false)).says(ANNA, completed()).meets(ANNA).meets(BOLIN);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Completed, vec![Kind::BothWorked]));
    assert_eq!(state.labour.iter().filter(|labour| labour.priced).count(), 1);
}

#[test]
fn two_who_accepted_and_both_completed_contributed_both() {
    let mut story = Story::team_accepted();
    for person in [ANNA, BOLIN] {
        story.says(person, accepted()).says(person, arrived()).says(person, labour("L1", 1, 3000, false)).says(person, completed());
    }
    story.meets(ANNA).meets(BOLIN);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Completed, vec![Kind::TwoAccepted, Kind::BothWorked]));
    assert_eq!(
        (state.assignee.clone(), state.helpers.clone(), state.completed_by.clone()),
        (Some(ANNA.staff_no()), staff(&[BOLIN]), Some(ANNA.staff_no()))
    );
    let priced: Vec<bool> = state.labour.iter().map(|labour| labour.priced).collect();
    assert_eq!(priced, vec![true, false]);
}

#[test]
fn a_helper_who_knew_is_priced_beside_the_other() {
    let mut story = Story::team_accepted();
    story.says(ANNA, accepted()).says(BOLIN, accepted()).says(BOLIN, arrived()).meets(ANNA).meets(BOLIN).meets(ANNA);
    story.says(ANNA, labour("L1", 1, 3000, false)).meets(ANNA).meets(BOLIN);
    story.says(BOLIN, labour("L2", 1, 1000, false)).meets(BOLIN);
    let state = story.state();
    assert_eq!(kinds(&state), vec![Kind::TwoAccepted]);
    assert!(state.labour.iter().all(|labour| labour.priced));
}

#[test]
fn work_after_the_order_was_given_back_is_kept_and_completes_it() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).meets(ANNA).says(LEADER, returned(Node::TeamAccepted));
    story.says(ANNA, arrived());
    let mut meanwhile = story.clone();
    let state = meanwhile.meets(ANNA).state();
    assert_eq!((state.node, state.helpers), (Node::TeamAccepted, staff(&[ANNA])), "an arrival alone does not take the decision back");
    story.says(ANNA, completed()).meets(ANNA);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Completed, vec![Kind::CompletedAfterReassignment]));
    assert_eq!(state.assignee, Some(ANNA.staff_no()));
}

#[test]
fn completing_implies_the_arrival_and_the_resuming() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).says(ANNA, completed());
    let state = story.state_on(ANNA);
    assert_eq!(outcome(&state), (Node::Completed, vec![]));
    assert_eq!((state.arrived_at, state.arrival_implied), (state.completed_at, true));

    let mut story = Story::anna_at_work();
    story.says(ANNA, suspended_until(None)).says(ANNA, completed());
    let state = story.state_on(ANNA);
    assert_eq!((outcome(&state), state.suspension), ((Node::Completed, vec![]), None));
    assert!(!state.arrival_implied);
}

#[test]
fn a_suspension_over_a_day_waits_for_approval() {
    for (hours, pending) in [(23, false), (24, false), (25, true)] {
        let mut story = Story::anna_at_work();
        let begins = story.now.plus(60_000);
        story.says(ANNA, suspended_until(Some(begins.plus(hours * HOUR_MS))));
        let suspension = story.state_on(ANNA).suspension.unwrap();
        assert_eq!((suspension.approval_pending, suspension.since), (pending, begins), "{hours} h");
    }
    assert_eq!(DAY_MS, 24 * HOUR_MS);
}

#[test]
fn a_suspension_that_names_no_day_waits_for_approval() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, suspended_until(None));
    assert!(story.state_on(ANNA).suspension.unwrap().approval_pending);
}

#[test]
fn suspending_and_resuming_go_to_and_fro() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, suspended_until(None));
    assert_eq!(story.state_on(ANNA).node, Node::Suspended);
    story.says(ANNA, resumed());
    assert_eq!(outcome(&story.state_on(ANNA)), (Node::InProgress, vec![]));
}

#[test]
fn a_request_to_give_back_stays_until_it_is_settled_or_work_goes_on() {
    for settled_by in [
        None,
        Some((ANNA, arrived())),
        Some((ANNA, completed())),
        Some((LEADER, returned(Node::TeamAccepted))),
        Some((LEADER, reassigned_to(BOLIN))),
    ] {
        let mut story = Story::assigned_to_anna();
        story.says(ANNA, accepted()).says(ANNA, return_requested()).meets(ANNA);
        let expected = settled_by.is_none();
        if let Some((person, body)) = settled_by {
            story.says(person, body).meets(ANNA);
        }
        assert_eq!(story.state().return_request.is_some(), expected);
        assert_eq!(story.state().needs_attention(), expected);
    }
}

#[test]
fn the_earliest_arrival_counts_whoever_comes_in_first() {
    let mut story = Story::team_accepted();
    story.says(BOLIN, accepted()).says(BOLIN, arrived());
    let first = story.now;
    story.says(ANNA, accepted()).says(ANNA, arrived()).meets(ANNA).meets(BOLIN);
    assert_eq!(story.state().arrived_at, Some(first));
}
