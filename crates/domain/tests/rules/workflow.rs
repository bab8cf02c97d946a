//! Who may do what from where.

use domain::fault::{Fault, FaultCodeName};
use domain::node::Node;
use domain::role::Role;
use domain::urgency::Urgency;
use domain::workflow::{Action, Actor, check as check_action, next_actions, return_target};

use crate::story::*;

fn actor(person: Person, team: &str) -> Actor {
    Actor { number: person.holds_it(), role: person.role, team: Some(team.into()) }
}

fn check(story: &Story, person: Person, expected: &[Action]) {
    assert_eq!(next_actions(&story.state(), &actor(person, "T01")), expected, "{}", person.number);
}

use Action::*;

#[test]
fn a_technician_of_the_team_takes_up_and_a_colleague_may_take_over() {
    let mut story = Story::reported();
    check(&story, ANNA, &[]);
    check(&story, DISPATCHER, &[Dispatch, Cancel, Merge]);
    story.says(DISPATCHER, dispatched("T01"));
    check(&story, ANNA, &[]);
    check(&story, LEADER, &[AcceptForTeam, Reassign, Return]);
    story.says(LEADER, domain::event::EventBody::TeamAccepted(domain::event::Empty {}));
    check(&story, ANNA, &[Accept]);
    check(&story, LEADER, &[Accept, Assign, Reassign, Return]);
    story.says(LEADER, assigned(ANNA));
    check(&story, ANNA, &[Accept, RequestReturn]);
    check(&story, BOLIN, &[Accept]);
    assert_eq!(next_actions(&story.state(), &actor(BOLIN, "T02")), &[]);
}

#[test]
fn only_who_has_the_order_or_helps_works_on_it() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).meets(ANNA);
    check(&story, ANNA, &[Arrive, RequestReturn, IssuePart, AddLabour, Complete]);
    check(&story, BOLIN, &[]);
    story.says(ANNA, arrived()).says(ANNA, issued("P1", 1, 500)).meets(ANNA);
    check(&story, ANNA, &[Suspend, RequestReturn, IssuePart, ReturnPart, AddLabour, Withdraw, Complete]);
    story.says(ANNA, suspended_until(None)).meets(ANNA);
    check(&story, ANNA, &[Resume, IssuePart, ReturnPart, AddLabour, Withdraw, Complete]);
    story.says(ANNA, completed()).meets(ANNA);
    check(&story, ANNA, &[IssuePart, ReturnPart, AddLabour, Withdraw, Confirm]);
    check(&story, BOLIN, &[]);
    story.says(ANNA, confirmed_by(NURSE)).meets(ANNA);
    check(&story, ANNA, &[ReturnPart]);
}

#[test]
fn a_leader_does_what_the_technicians_of_the_team_do() {
    let story = Story::anna_at_work();
    check(&story, LEADER, &[Suspend, RequestReturn, IssuePart, AddLabour, Complete, Reassign, Return, Cancel]);
    assert_eq!(next_actions(&story.state(), &actor(LEADER, "T02")), &[]);
}

#[test]
fn a_critical_order_is_taken_up_before_the_team_has_accepted_it() {
    let mut story = Story::empty();
    story.says(DISPATCHER, reported(Urgency::Critical)).says(DISPATCHER, dispatched("T01"));
    check(&story, ANNA, &[Accept]);
}

#[test]
fn who_found_it_takes_it_up() {
    let mut story = Story::empty();
    story.says(ANNA, reported(Urgency::Normal)).meets(ANNA);
    check(&story, ANNA, &[Accept]);
    check(&story, BOLIN, &[]);
}

#[test]
fn a_released_helper_goes_on_and_brings_parts_back() {
    let mut story = Story::team_accepted();
    story.says(ANNA, accepted()).says(BOLIN, accepted()).says(BOLIN, issued("P1", 1, 500)).meets(ANNA).meets(BOLIN);
    check(&story, BOLIN, &[Arrive, RequestReturn, IssuePart, ReturnPart, AddLabour, Withdraw, Complete]);
    story.says(LEADER, reassigned_to(BOLIN)).says(LEADER, reassigned_to(CHEN)).meets(CHEN).says(CHEN, accepted()).meets(CHEN);
    check(&story, BOLIN, &[ReturnPart, Withdraw]);
}

/// It is not with her any more, but what she drew for it is still in her bag.
#[test]
fn whoever_drew_parts_brings_them_back_or_takes_the_line_back_also_once_others_have_the_order() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA).says(LEADER, reassigned_to(BOLIN));
    check(&story, ANNA, &[Accept, ReturnPart, Withdraw]);
    check(&story, BOLIN, &[Accept, RequestReturn]);
    for target in [Node::TeamAccepted, Node::Dispatched, Node::Reported] {
        story.says(LEADER, returned(target));
        let may = next_actions(&story.state(), &actor(ANNA, "T01"));
        assert!(may.contains(&ReturnPart) && may.contains(&Withdraw), "{target:?}: {may:?}");
        assert!(!next_actions(&story.state(), &actor(CHEN, "T01")).contains(&ReturnPart), "{target:?}");
    }
    story.says(ANNA, part_returned("P1", 2, 500)).meets(ANNA);
    assert_eq!(story.state().net_quantity(&"P1".into()), 0);
    assert!(!next_actions(&story.state(), &actor(ANNA, "T01")).contains(&ReturnPart));
}

#[test]
fn a_refusal_says_what_can_be_done_instead() {
    let story = Story::assigned_to_anna();
    let refuse = |person: Person, action| Fault::from(check_action(&story.state(), &actor(person, "T01"), action).unwrap_err());
    let early = refuse(ANNA, Complete);
    assert_eq!(early.code, FaultCodeName::TransitionNotAllowed);
    let word = early.details["action"].as_str().unwrap();
    assert!(early.message.starts_with(&format!("{word} is not possible")), "{}", early.message);
    assert_eq!(early.details["next_actions"], serde_json::json!(["accept", "request_return"]));
    assert_eq!(refuse(ANNA, Dispatch).code, FaultCodeName::NotPermitted);
    assert!(check_action(&story.state(), &actor(ANNA, "T01"), Accept).is_ok());
}

#[test]
fn parts_can_be_returned_where_nothing_is_out_so_that_the_answer_is_more_than_issued() {
    let story = Story::anna_at_work();
    assert!(check_action(&story.state(), &actor(ANNA, "T01"), ReturnPart).is_ok());
}

#[test]
fn a_decided_return_leads_to_where_the_leader_can_give_the_order_to_somebody_else() {
    let mut story = Story::anna_at_work();
    assert_eq!(return_target(&story.state()), Some(Node::Accepted));
    story.says(ANNA, return_requested()).meets(ANNA);
    assert_eq!(return_target(&story.state()), Some(Node::TeamAccepted));
    assert_eq!(return_target(&Story::reported().state()), None);
}

#[test]
fn parts_of_a_cancelled_order_are_brought_back() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 1, 500)).meets(ANNA).says(LEADER, cancelled());
    check(&story, ANNA, &[ReturnPart]);
}

#[test]
fn a_requester_cancels_only_an_own_report_before_work() {
    const REQUESTER: Person = Person { number: "040001", role: Role::Requester, ..DISPATCHER };
    let mut story = Story::empty();
    story.says(REQUESTER, reported(Urgency::Normal));
    check(&story, REQUESTER, &[Cancel]);
    check(&Story::reported(), REQUESTER, &[]);
}
