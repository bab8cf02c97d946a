//! Taking back lines and returning parts (`domain.md`, "Undo").

use domain::contradiction::ContradictionKind as Kind;
use domain::node::Node;
use domain::state::Effect;

use crate::story::*;

fn with_a_part() -> Story {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 3, 500)).everybody_meets();
    story
}

#[test]
fn a_line_is_taken_back_once_by_its_own_recorder() {
    let mut story = with_a_part();
    let line = story.last_of(ANNA);
    story.says(BOLIN, withdrawn(line)).meets(BOLIN);
    assert_eq!((story.state().net_quantity(&"P1".into()), kinds(&story.state())), (3, vec![Kind::StepDidNotFit]));
    story.says(ANNA, withdrawn(line)).says(ANNA_ELSEWHERE, withdrawn(line)).meets(ANNA).meets(ANNA_ELSEWHERE);
    let state = story.state();
    assert_eq!((state.net_quantity(&"P1".into()), kinds(&state)), (0, vec![Kind::StepDidNotFit]));
    assert_eq!(state.moves.len(), 1, "the movement stays in the ledger, marked");
    assert_eq!(story.effect_of(story.last_of(ANNA_ELSEWHERE)), Effect::Overruled);
}

#[test]
fn after_a_confirmation_that_was_known_nothing_is_taken_back() {
    let mut story = with_a_part();
    let line = story.last_of(ANNA);
    story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).says(ANNA, withdrawn(line));
    let state = story.state_on(ANNA);
    assert_eq!((state.net_quantity(&"P1".into()), outcome(&state)), (3, (Node::Confirmed, vec![Kind::StepDidNotFit])));
}

#[test]
fn a_withdrawal_beside_a_confirmation_stands_and_is_flagged() {
    for withdrawal_first in [true, false] {
        let mut story = with_a_part();
        let line = story.last_of(ANNA);
        story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).says(ANNA_ELSEWHERE, withdrawn(line));
        let order = if withdrawal_first { [ANNA_ELSEWHERE, ANNA] } else { [ANNA, ANNA_ELSEWHERE] };
        story.meets(order[0]).meets(order[1]);
        let state = story.state();
        assert_eq!((state.net_quantity(&"P1".into()), outcome(&state)), (0, (Node::Confirmed, vec![Kind::WithdrawnWhileConfirmed])));
    }
}

#[test]
fn surplus_comes_back_after_the_confirmation_too() {
    let mut story = with_a_part();
    story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).says(ANNA, part_returned("P1", 2, 500));
    let state = story.state_on(ANNA);
    assert_eq!((state.net_quantity(&"P1".into()), kinds(&state)), (1, vec![]));
}

#[test]
fn a_part_that_was_drawn_after_a_known_confirmation_is_kept_and_pointed_out() {
    let mut story = with_a_part();
    story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).says(ANNA, issued("P1", 1, 500));
    let state = story.state_on(ANNA);
    assert_eq!((state.net_quantity(&"P1".into()), kinds(&state)), (4, vec![Kind::StepDidNotFit]));
}

#[test]
fn more_returned_than_issued_once_all_is_merged_is_pointed_out() {
    let mut story = with_a_part();
    story.says(ANNA, part_returned("P1", 3, 500)).says(ANNA_ELSEWHERE, part_returned("P1", 3, 500)).meets(ANNA).meets(ANNA_ELSEWHERE);
    let state = story.state();
    assert_eq!((state.net_quantity(&"P1".into()), kinds(&state)), (-3, vec![Kind::ReturnedMoreThanIssued]));
    assert_eq!(only(&state, Kind::ReturnedMoreThanIssued).events.len(), 3);
}

#[test]
fn the_same_upload_twice_counts_once() {
    let story = with_a_part();
    let mut twice = story.at_centre();
    twice.extend(story.at_centre());
    twice.extend(story.everything().into_iter().map(|mut recorded| {
        recorded.receipt = None;
        recorded
    }));
    assert_eq!(domain::replay::replay(&twice), story.state());
    assert_eq!(story.state().net_quantity(&"P1".into()), 3);
}

#[test]
fn the_same_scan_as_two_events_is_two_movements() {
    let mut story = with_a_part();
    story.says(ANNA, issued("P1", 3, 500));
    assert_eq!(story.state_on(ANNA).net_quantity(&"P1".into()), 6);
}
