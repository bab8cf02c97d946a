//! Numbers are reissued: what was done under one, or given to it, is told of whoever held it then, and stays theirs (decision 021).

use std::collections::BTreeMap;

use domain::holder::HeldNumber;
use domain::node::Node;
use domain::recorded::SetAsideReason;
use domain::reference::DirectoryEntry;
use domain::row::{Listing, OrderRow};
use domain::time::HospitalZone;
use domain::view::{Names, OrderView, OwnPart, Surroundings, order_view};
use domain::workflow::{Action, Actor, next_actions};

use crate::story::*;

/// The stories begin on 2026-11-21; Anna's last day is the 22nd, and on the 24th the number is somebody else's.
fn periods() -> Vec<DirectoryEntry> {
    vec![ANNA.held_by("安娜", "2018-01-01", Some("2026-11-22")), ANNA.held_by("白露", "2026-11-24", None)]
}

fn holder(period: usize) -> HeldNumber {
    HeldNumber::of(&periods()[period], &periods(), HospitalZone::default())
}

/// The number is the next holder's.
fn reissue(story: &mut Story) {
    story.wait_hours(4 * 24);
}

fn view(story: &Story) -> OrderView {
    view_for(story, None)
}

/// As the holder of a period sees it on their phone.
fn seen_in(story: &Story, period: usize) -> OrderView {
    view_for(story, Some(period))
}

fn view_for(story: &Story, period: Option<usize>) -> OrderView {
    let staff = BTreeMap::from([
        (ANNA.staff_no(), periods()),
        (
            DISPATCHER.staff_no(),
            vec![DISPATCHER.held_by("明杰", "2018-01-01", Some("2026-11-21")), DISPATCHER.held_by("新派", "2026-11-22", None)],
        ),
    ]);
    let surroundings = Surroundings {
        names: Names { staff, ..Names::default() },
        next_actions: period.map(|period| actions(story, period)).unwrap_or_default(),
        reader: period.map(holder),
        ..Surroundings::default()
    };
    order_view(&story.state(), &story.at_centre(), surroundings).unwrap()
}

fn actions(story: &Story, period: usize) -> Vec<Action> {
    next_actions(&story.state(), &Actor { number: holder(period), role: ANNA.role, team: Some("T01".into()) })
}

fn row(story: &Story) -> OrderRow {
    OrderRow::of(&story.state()).unwrap()
}

#[test]
fn the_history_names_whoever_held_the_number_then() {
    let mut story = Story::anna_at_work();
    reissue(&mut story);
    story.says(DISPATCHER, reassigned_to(BOLIN));
    let view = view(&story);
    let named =
        |kind: &str| view.events.iter().filter(|event| event.kind == kind).map(|event| event.recorder_name.clone()).collect::<Vec<_>>();
    assert_eq!(named("reported"), [Some("明杰".to_owned())]);
    assert_eq!(named("dispatched"), [Some("明杰".to_owned())]);
    assert_eq!(named("arrived"), [Some("安娜".to_owned())]);
    assert_eq!(named("reassigned"), [Some("新派".to_owned())]);
    let assigned = view.events.iter().find(|event| event.kind == "assigned").unwrap();
    assert_eq!(assigned.names.get(ANNA.number).map(String::as_str), Some("安娜"));
}

#[test]
fn whoever_has_an_order_is_named_as_when_it_was_theirs() {
    let mut story = Story::anna_at_work();
    reissue(&mut story);
    assert_eq!(view(&story).assignee_name.as_deref(), Some("安娜"));
    story.says(LEADER, reassigned_to(BOLIN)).says(LEADER, reassigned_to(ANNA));
    assert_eq!(view(&story).assignee_name.as_deref(), Some("白露"));
}

#[test]
fn what_the_last_holder_had_is_no_task_of_the_next_one() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA);
    reissue(&mut story);
    assert_eq!(actions(&story, 1), []);
    assert_eq!(row(&story).listing(&holder(1)), Listing::Team);
    assert!(actions(&story, 0).contains(&Action::Complete), "whose phone comes late still knows what it has");
    assert_eq!(row(&story).listing(&holder(0)), Listing::Mine);

    story.says(LEADER, cancelled());
    assert_eq!((row(&story).attention_of(&holder(1)), row(&story).concerns_until(&holder(1))), (None, None));
    assert_ne!(row(&story).attention_of(&holder(0)), None);
}

#[test]
fn what_was_taken_from_the_last_holder_is_no_news_to_the_next_one() {
    let mut story = Story::assigned_to_anna();
    story.says(LEADER, reassigned_to(BOLIN));
    assert_ne!(row(&story).attention_of(&holder(0)), None);
    assert_eq!(row(&story).attention_of(&holder(1)), None);
}

#[test]
fn what_somebody_is_in_an_order_the_next_holder_of_the_number_is_not() {
    let check = |story: &Story, last: OwnPart| {
        assert_eq!((seen_in(story, 0).own_part, seen_in(story, 1).own_part), (last, OwnPart::Nothing));
    };
    let mut story = Story::team_accepted();
    check(&story, OwnPart::Nothing);
    story.says(LEADER, assigned(ANNA)).everybody_meets();
    check(&story, OwnPart::HasIt);
    story.says(LEADER, reassigned_to(BOLIN)).everybody_meets();
    check(&story, OwnPart::TakenAway);
    story.says(ANNA, arrived()).meets(ANNA);
    check(&story, OwnPart::Helps);
    reissue(&mut story);
    check(&story, OwnPart::Helps);
    story.says(LEADER, reassigned_to(ANNA));
    assert_eq!(seen_in(&story, 1).own_part, OwnPart::HasIt, "given to the number when it was the next one's");
}

#[test]
fn whoever_only_brought_something_once_took_part_and_whoever_only_reported_did_not() {
    let mut story = Story::reported();
    story.says(ANNA, issued("P1", 1, 500)).meets_and_is_set_aside(ANNA, SetAsideReason::OutOfScope);
    assert_eq!((seen_in(&story, 0).own_part, seen_in(&story, 1).own_part), (OwnPart::TookPart, OwnPart::Nothing));
    let reported =
        order_view(&story.state(), &story.at_centre(), Surroundings { reader: Some(DISPATCHER.holds_it()), ..Surroundings::default() });
    assert_eq!(reported.unwrap().own_part, OwnPart::Nothing);
}

#[test]
fn lines_of_the_last_holder_cannot_be_taken_back_by_the_next_one() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA);
    reissue(&mut story);
    story.says(LEADER, reassigned_to(ANNA)).everybody_meets();
    story.says(ANNA, accepted()).says(ANNA, issued("P2", 1, 300)).meets(ANNA);
    let of = |period: usize| -> Vec<bool> {
        seen_in(&story, period).events.iter().filter(|event| event.kind == "part_issued").map(|event| event.withdrawable).collect()
    };
    assert_eq!(of(1), [false, true]);
    assert!(view(&story).events.iter().all(|event| !event.withdrawable), "where nobody asks");
}

#[test]
fn whoever_gets_it_assigned_anew_has_it_and_did_not_take_it_over() {
    let mut story = Story::anna_at_work();
    reissue(&mut story);
    story.says(LEADER, reassigned_to(ANNA)).everybody_meets();
    assert!(actions(&story, 1).contains(&Action::Accept));
    assert_eq!(row(&story).listing(&holder(1)), Listing::Mine);
    story.says(ANNA, accepted()).meets(ANNA);
    assert!(actions(&story, 1).contains(&Action::Complete));
    assert!(!view(&story).took_over);
}

#[test]
fn the_next_holder_takes_over_what_the_last_one_was_given() {
    let mut story = Story::assigned_to_anna();
    reissue(&mut story);
    assert_eq!(row(&story).listing(&holder(1)), Listing::Team);
    assert_eq!(actions(&story, 1), [Action::Accept], "as anybody of the team");
    story.says(ANNA, accepted()).meets(ANNA);
    let shown = view(&story);
    assert_eq!((shown.node, shown.took_over, shown.assignee_name.as_deref()), (Node::Accepted, true, Some("白露")));
    assert_eq!(row(&story).listing(&holder(1)), Listing::Mine);
    assert!(actions(&story, 1).contains(&Action::Complete));
}

#[test]
fn whoever_moves_to_another_department_keeps_number_and_orders() {
    let mut story = Story::assigned_to_anna();
    let periods = [ANNA.held_by("安娜", "2018-01-01", Some("2026-11-22")), ANNA.held_by("安娜", "2026-11-23", None)];
    let anna = HeldNumber::of(&periods[1], &periods, HospitalZone::default());
    story.wait_hours(4 * 24);
    assert_eq!(row(&story).listing(&anna), Listing::Mine);
    let staff = BTreeMap::from([(ANNA.staff_no(), periods.to_vec())]);
    story.says(ANNA, accepted()).meets(ANNA);
    let surroundings = Surroundings { names: Names { staff, ..Names::default() }, ..Surroundings::default() };
    assert!(!order_view(&story.state(), &story.at_centre(), surroundings).unwrap().took_over);
}
