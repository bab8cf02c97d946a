//! Contradictions 1 and 2: worked on and cancelled meanwhile.

use domain::contradiction::ContradictionKind as Kind;
use domain::event::Standing;
use domain::node::Node;
use domain::state::{Charge, Effect};
use domain::time::{ClockOffset, HOUR_MS};

use crate::story::*;

/// Anna goes offline, the order is cancelled before or after she is on site, she completes and has it confirmed.
fn worked_offline(cancelled_before_arrival: bool) -> Story {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted());
    if cancelled_before_arrival {
        story.says(DISPATCHER, cancelled()).says(ANNA, arrived());
    } else {
        story.says(ANNA, arrived()).says(DISPATCHER, cancelled());
    }
    story.says(ANNA, issued("P1", 1, 500)).says(ANNA, completed()).says(ANNA, confirmed_by(NURSE));
    story.meets(ANNA).judges_last_of(ANNA, Standing::Verified, Some("王护士"));
    story
}

#[test]
fn the_work_stands_against_a_cancellation_that_came_after_the_arrival() {
    let story = worked_offline(false);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Confirmed, vec![Kind::WorkedWhileCancelled]));
    assert_eq!(state.charge, Charge::Department);
    assert!(!state.needs_attention());
    let contradiction = only(&state, Kind::WorkedWhileCancelled);
    assert_eq!(contradiction.people, staff(&[DISPATCHER, ANNA]));
    assert_eq!(contradiction.events[0], story.last_of_kind("cancelled"));
    assert_eq!(story.effect_of(story.last_of_kind("cancelled")), Effect::Overruled);
}

#[test]
fn a_cancellation_before_the_arrival_lets_nobody_be_charged_until_a_ruling() {
    let mut story = worked_offline(true);
    assert_eq!(outcome(&story.state()), (Node::Confirmed, vec![Kind::CancelledBeforeWork]));
    assert_eq!(story.state().charge, Charge::Awaiting);
    assert!(story.state().needs_attention());
    for (charged, charge) in [(true, Charge::Department), (false, Charge::Nobody)] {
        story.says(DISPATCHER, ruled(2, charged));
        assert_eq!(story.state().charge, charge);
        assert!(!story.state().needs_attention());
    }
}

#[test]
fn a_ruling_that_did_not_know_of_the_contradiction_settles_nothing() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).says(DISPATCHER, cancelled()).says(DISPATCHER, ruled(2, true));
    assert_eq!(story.effect_of(story.last_of_kind("ruled")), Effect::Overruled);
    story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).meets(ANNA).judges_last_of(ANNA, Standing::Verified, Some("王护士"));
    assert_eq!(story.state().charge, Charge::Awaiting);
}

#[test]
fn an_uncertain_clock_proves_no_arrival_before_the_cancellation() {
    let mut story = Story::assigned_to_anna();
    story.clock_of(ANNA, 0, Some(ClockOffset { offset_ms: 0, age_ms: 25 * HOUR_MS }));
    story.says(ANNA, accepted()).says(ANNA, arrived()).says(DISPATCHER, cancelled()).says(ANNA, completed()).meets(ANNA);
    assert_eq!(outcome(&story.state()), (Node::Completed, vec![Kind::CancelledBeforeWork, Kind::WrongClock]));
}

#[test]
fn a_wrong_but_measured_clock_is_corrected_before_it_is_compared() {
    let mut story = Story::assigned_to_anna();
    story.clock_of(ANNA, HOUR_MS, Some(ClockOffset { offset_ms: -HOUR_MS, age_ms: 0 }));
    story.says(ANNA, accepted()).says(ANNA, arrived()).says(DISPATCHER, cancelled()).says(ANNA, completed()).meets(ANNA);
    assert_eq!(outcome(&story.state()), (Node::Completed, vec![Kind::WorkedWhileCancelled, Kind::WrongClock]));
}

#[test]
fn taking_up_alone_does_not_stand_against_a_cancellation() {
    let mut story = Story::assigned_to_anna();
    story.says(DISPATCHER, cancelled()).says(ANNA, accepted()).meets(ANNA);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Cancelled, vec![]));
    assert_eq!(state.withdrawn_from, staff(&[ANNA]));
}

#[test]
fn a_part_that_was_taken_back_at_once_is_no_work() {
    let mut story = Story::assigned_to_anna();
    story.says(DISPATCHER, cancelled()).says(ANNA, accepted()).says(ANNA, issued("P1", 1, 500));
    let issue = story.last_of(ANNA);
    story.says(ANNA, withdrawn(issue)).meets(ANNA);
    assert_eq!(story.state().node, Node::Cancelled);
}

#[test]
fn the_phone_that_hears_of_the_cancellation_shows_the_work_as_well() {
    let mut story = Story::assigned_to_anna();
    story.says(DISPATCHER, cancelled()).says(ANNA, accepted()).says(ANNA, arrived());
    assert_eq!(story.state().node, Node::Cancelled, "the centre has not heard of the work");
    assert_eq!(story.state_on(ANNA).node, Node::InProgress);
    story.meets(ANNA);
    assert_eq!(story.state(), story.state_on(ANNA));
    assert_eq!(story.state().node, Node::InProgress);
}

#[test]
fn work_that_knew_of_the_cancellation_changes_nothing_but_keeps_its_parts() {
    let mut story = Story::assigned_to_anna();
    story.says(DISPATCHER, cancelled()).meets(ANNA).says(ANNA, arrived()).says(ANNA, issued("P1", 1, 500)).meets(ANNA);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Cancelled, vec![Kind::StepDidNotFit, Kind::StepDidNotFit]));
    assert_eq!(state.net_quantity(&"P1".into()), 1);
}

#[test]
fn a_completed_order_is_not_cancelled() {
    let mut story = Story::completed_by_anna();
    story.says(DISPATCHER, cancelled());
    assert_eq!(outcome(&story.state()), (Node::Completed, vec![Kind::StepDidNotFit]));
}
