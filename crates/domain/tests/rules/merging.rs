//! Contradiction 16: merged while being repaired.

use domain::attention::Attention;
use domain::contradiction::ContradictionKind as Kind;
use domain::node::Node;
use domain::row::OrderRow;
use domain::state::{Charge, Effect};

use crate::story::*;

#[test]
fn a_merged_order_has_ended_and_who_had_it_need_not_go() {
    let mut story = Story::assigned_to_anna();
    story.says(DISPATCHER, merged());
    assert_eq!(outcome(&story.state()), (Node::Merged, vec![]));
    let row = OrderRow::of(&story.state()).unwrap();
    assert_eq!(row.attention_of(&ANNA.holds_it()), Some(Attention::Merged));
    assert_eq!(row.attention_of(&BOLIN.holds_it()), None);
    assert_eq!(row.done_at, story.state().history.last().map(|entry| entry.occurred_at));
}

#[test]
fn work_that_the_dispatcher_did_not_know_of_stands_in_its_own_order() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).says(DISPATCHER, merged()).says(ANNA, arrived()).says(ANNA, issued("P1", 1, 500)).says(ANNA, completed());
    story.meets(ANNA);
    let state = story.state();
    assert_eq!(outcome(&state), (Node::Completed, vec![Kind::MergedWhileRepaired]));
    let contradiction = only(&state, Kind::MergedWhileRepaired);
    assert_eq!((contradiction.number, contradiction.people.clone()), (Some(16), staff(&[DISPATCHER, ANNA])));
    assert_eq!(contradiction.events[0], story.last_of_kind("merged"));
    assert_eq!(story.effect_of(story.last_of_kind("merged")), Effect::Overruled);
    assert!(!contradiction.needs_ruling);
    assert_eq!(story.state_on(ANNA), state);
}

#[test]
fn such_work_is_charged_as_any_other() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).says(DISPATCHER, merged()).says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).meets(ANNA);
    story.judges_last_of(ANNA, domain::event::Standing::Verified, Some("王护士"));
    assert_eq!((story.state().node, story.state().charge), (Node::Confirmed, Charge::Department));
}

#[test]
fn taking_up_alone_does_not_stand_against_a_merging() {
    let mut story = Story::assigned_to_anna();
    story.says(DISPATCHER, merged()).says(ANNA, accepted()).meets(ANNA);
    assert_eq!(outcome(&story.state()), (Node::Merged, vec![]));
    assert_eq!(story.state().withdrawn_from, staff(&[ANNA]));
}

#[test]
fn what_was_drawn_for_a_merged_order_comes_back() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA).says(LEADER, returned(Node::TeamAccepted)).says(DISPATCHER, merged());
    let told = |story: &Story| OrderRow::of(&story.state()).unwrap().attention_of(&ANNA.holds_it());
    assert_eq!((story.state().node, told(&story)), (Node::Merged, Some(Attention::PartsToReturn)));
    story.meets(ANNA).says(ANNA, part_returned("P1", 2, 500)).meets(ANNA);
    assert_eq!(told(&story), Some(Attention::TakenAway));
    assert_eq!(outcome(&story.state()), (Node::Merged, vec![]));
}

#[test]
fn a_completed_order_is_not_merged() {
    let mut story = Story::completed_by_anna();
    story.says(DISPATCHER, merged());
    assert_eq!(outcome(&story.state()), (Node::Completed, vec![Kind::StepDidNotFit]));
}

#[test]
fn an_order_that_takes_in_another_goes_on_as_it_was() {
    let mut story = Story::anna_at_work();
    let before = story.state();
    story.says(DISPATCHER, absorbed());
    let after = story.state();
    assert_eq!((after.node, after.assignee, after.contradictions), (before.node, before.assignee, before.contradictions));
    assert_eq!(story.effect_of(story.last_of_kind("absorbed")), Effect::InEffect);
}
