//! What holds for every history: those that people could make, and those that nobody could.

use std::collections::BTreeSet;

use domain::assess::{Prices, assess};
use domain::contradiction::ContradictionKind;
use domain::event::{Empty, EventBody, Standing};
use domain::identity::EventId;
use domain::node::Node;
use domain::recorded::{Receipt, Recorded, SetAsideReason, Verdict};
use domain::replay::replay;
use domain::role::Role;
use domain::state::{Charge, Effect};
use domain::time::{ClockOffset, HOUR_MS, HospitalZone, UtcMillis};
use domain::urgency::Urgency;
use domain::workflow::{Action, Actor, CURRENT_WORKFLOW, next_actions, workflow};
use proptest::prelude::*;
use uuid::Uuid;

use crate::story::*;

const PEOPLE: [Person; 7] = [ANNA, BOLIN, CHEN, ANNA_ELSEWHERE, LEADER, DISPATCHER, SYSTEM];

/// One thing that happens in a random story; numbers choose among what there is.
#[derive(Debug, Clone)]
enum Happening {
    Says { person: usize, what: usize, about: usize },
    Meets { person: usize },
    SetAside { person: usize },
    Admits { about: usize },
    Clock { person: usize, hours: i64, measured: bool },
}

fn happening() -> impl Strategy<Value = Happening> {
    let number = || 0..64usize;
    prop_oneof![
        12 => (number(), number(), number()).prop_map(|(person, what, about)| Happening::Says { person, what, about }),
        4 => number().prop_map(|person| Happening::Meets { person }),
        1 => number().prop_map(|person| Happening::SetAside { person }),
        1 => number().prop_map(|about| Happening::Admits { about }),
        1 => (number(), -3..3i64, any::<bool>()).prop_map(|(person, hours, measured)| Happening::Clock { person, hours, measured }),
    ]
}

/// Anything that anybody can say, `about` naming an earlier event where one is needed.
fn words(what: usize, about: EventId) -> EventBody {
    match what % 29 {
        0 => reported(Urgency::Normal),
        1 => corrected("department", "D002"),
        2 | 3 => accepted(),
        4 | 5 => arrived(),
        6 => suspended_until(None),
        7 => resumed(),
        8 => return_requested(),
        9 | 10 => issued("P1", 2, 500),
        11 => part_returned("P1", 1, 500),
        12 | 13 => labour("L1", 1, 3000, what.is_multiple_of(5)),
        14 => withdrawn(about),
        15 | 16 => completed(),
        17 => confirmed_by(NURSE),
        18 => confirmed_as(HEAD_NURSE, None, Standing::Unverified),
        19 => refused_by(HEAD_NURSE),
        20 => judged(about, if what < 28 { Standing::Verified } else { Standing::Rejected }, None),
        21 => dispatched("T02"),
        22 => assigned(CHEN),
        23 => reassigned_to(BOLIN),
        24 => returned(Node::Dispatched),
        25 => cancelled(),
        26 => merged(),
        27 => ruled([1, 2, 14, 26][what % 4], what < 28),
        _ => EventBody::Unknown { kind: "photographed".to_owned(), body: serde_json::json!({ "of": about }) },
    }
}

fn tell(story: &mut Story, happening: &Happening) {
    let person = |person: usize| PEOPLE[person % PEOPLE.len()];
    let phone = |number: usize| PEOPLE[number % 4];
    let written = story.everything();
    let some = |about: usize| written.get(about % written.len().max(1)).map_or(EventId(Uuid::nil()), |recorded| recorded.event.id);
    let at_centre = |story: &Story, event: EventId| story.at_centre().iter().any(|recorded| recorded.event.id == event);
    match happening {
        Happening::Says { person: number, what, about } => story.says(person(*number), words(*what, some(*about))),
        Happening::Meets { person } => story.meets(phone(*person)),
        Happening::SetAside { person } => story.meets_and_is_set_aside(phone(*person), SetAsideReason::OutOfScope),
        Happening::Admits { about } if at_centre(story, some(*about)) => story.admits(some(*about)),
        Happening::Admits { .. } => story,
        Happening::Clock { person, hours, measured } => {
            let offset = measured.then_some(ClockOffset { offset_ms: -hours * HOUR_MS, age_ms: 0 });
            story.clock_of(phone(*person), hours * HOUR_MS, offset)
        }
    };
}

/// A story that people and phones could have made.
fn story() -> impl Strategy<Value = Story> {
    let beginnings = prop_oneof![
        Just(Story::empty()),
        Just(Story::reported()),
        Just(Story::team_accepted()),
        Just(Story::assigned_to_anna()),
        Just(Story::anna_at_work()),
        Just(Story::completed_by_anna()),
    ];
    (beginnings, prop::collection::vec(happening(), 0..24)).prop_map(|(mut story, happenings)| {
        happenings.iter().for_each(|happening| tell(&mut story, happening));
        story
    })
}

/// Events whose predecessors and receipts make no sense: rings, unknown ids, one position twice, a receipt from nowhere.
fn nonsense() -> impl Strategy<Value = Vec<Recorded>> {
    (story(), prop::collection::vec((0..64usize, prop::collection::vec(0..80usize, 0..4), prop::option::of(0..9u64)), 0..40)).prop_map(
        |(story, changes)| {
            let mut recorded = story.everything();
            let ids: Vec<EventId> = recorded.iter().map(|recorded| recorded.event.id).collect();
            for (which, predecessors, position) in changes {
                let Some(changed) = (!recorded.is_empty()).then(|| which % recorded.len()) else { continue };
                recorded[changed].predecessors =
                    predecessors.iter().map(|place| ids.get(*place).copied().unwrap_or(EventId(Uuid::nil()))).collect();
                recorded[changed].receipt = position.map(receipt_from_nowhere);
            }
            recorded
        },
    )
}

fn receipt_from_nowhere(position: u64) -> Receipt {
    Receipt { position, received_at: UtcMillis(i64::MAX - 1), verdict: Verdict::Admitted, judged_at_position: position / 2 }
}

fn shuffled(recorded: Vec<Recorded>) -> impl Strategy<Value = (Vec<Recorded>, Vec<Recorded>)> {
    (Just(recorded.clone()), Just(recorded).prop_shuffle())
}

fn cost(recorded: &[Recorded]) -> domain::assess::Assessment {
    assess(&replay(recorded), &Prices::default(), MORNING, HospitalZone::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_arrival_gives_the_same_state_and_cost((told, arrived) in story().prop_flat_map(|story| shuffled(story.everything()))) {
        prop_assert_eq!(replay(&told), replay(&arrived));
        prop_assert_eq!(cost(&told), cost(&arrived));
    }

    #[test]
    fn the_order_of_arrival_does_not_matter_for_nonsense_either((told, arrived) in nonsense().prop_flat_map(shuffled)) {
        prop_assert_eq!(replay(&told), replay(&arrived));
    }

    #[test]
    fn replicas_merged_in_any_way_give_the_same_state(story in story(), of_first in any::<u64>(), first_wins in any::<bool>()) {
        let all = story.everything();
        let part = |wanted: bool| all.iter().enumerate().filter(move |(place, _)| (of_first >> (place % 64) & 1 == 1) == wanted || place % 3 == 0);
        let (first, second): (Vec<_>, Vec<_>) = (part(true).map(|(_, recorded)| recorded.clone()).collect(), part(false).map(|(_, recorded)| recorded.clone()).collect());
        let merged = if first_wins { [first, second].concat() } else { [second, first].concat() };
        prop_assert_eq!(replay(&merged), replay(&all));
    }

    #[test]
    fn twice_is_once_and_the_receipt_is_what_counts(story in story()) {
        let all = story.everything();
        let without_receipts = all.iter().cloned().map(|recorded| Recorded { receipt: None, ..recorded });
        let twice: Vec<Recorded> = without_receipts.chain(all.iter().cloned()).chain(all.iter().cloned()).collect();
        prop_assert_eq!(replay(&twice), replay(&all));
    }

    #[test]
    fn everything_is_in_the_history_once_and_nothing_before_what_its_author_knew(recorded in prop_oneof![nonsense(), story().prop_map(|story| story.everything())]) {
        let state = replay(&recorded);
        let in_history: Vec<EventId> = state.history.iter().map(|entry| entry.event).collect();
        prop_assert_eq!(in_history.iter().collect::<BTreeSet<_>>(), recorded.iter().map(|recorded| &recorded.event.id).collect());
        prop_assert_eq!(in_history.len(), recorded.len());
    }

    #[test]
    fn every_movement_and_every_labour_line_that_counts_is_kept(story in story()) {
        let state = story.state();
        let lines: BTreeSet<EventId> = state.moves.iter().map(|movement| movement.event).chain(state.labour.iter().map(|labour| labour.event)).collect();
        let is_line = |body: &EventBody| matches!(body, EventBody::PartIssued(_) | EventBody::PartReturned(_) | EventBody::LabourAdded(_));
        let told: BTreeSet<EventId> = story.at_centre().iter().filter(|recorded| recorded.has_effect() && is_line(&recorded.event.body)).map(|recorded| recorded.event.id).collect();
        prop_assert_eq!(lines, told);
    }

    #[test]
    fn nothing_comes_before_what_its_author_had_seen(story in story()) {
        let all = story.everything();
        let state = replay(&all);
        let entry = |id: EventId| state.history.iter().enumerate().find(|(_, entry)| entry.event == id).expect("in the history");
        for recorded in &all {
            let (place, own) = entry(recorded.event.id);
            for (earlier, seen) in recorded.predecessors.iter().map(|id| entry(*id)) {
                prop_assert!(earlier < place && seen.occurred_at <= own.occurred_at);
            }
        }
    }

    #[test]
    fn phones_that_have_met_the_server_agree_with_it(story in story()) {
        let mut story = story;
        story.everybody_meets();
        for person in [ANNA, BOLIN, CHEN, ANNA_ELSEWHERE] {
            prop_assert_eq!(story.state_on(person), story.state());
        }
    }

    #[test]
    fn what_a_set_aside_event_says_changes_nothing(story in story()) {
        let mut other_words = story.at_centre();
        for recorded in other_words.iter_mut().filter(|recorded| !recorded.has_effect()) {
            recorded.event.body = EventBody::Unknown { kind: "sung".to_owned(), body: serde_json::Value::Null };
        }
        prop_assert_eq!(replay(&other_words), story.state());
    }

    #[test]
    fn no_calling_off_stands_against_work_that_neither_side_knew_of(story in story()) {
        let all = story.everything();
        let state = replay(&all);
        let taken_back: BTreeSet<EventId> = all.iter().filter_map(|recorded| match &recorded.event.body {
            EventBody::Withdrawn(withdrawn) => Some(withdrawn.event),
            _ => None,
        }).collect();
        let in_effect = |id: EventId| state.history.iter().any(|entry| entry.event == id && entry.effect == Effect::InEffect);
        let calls_off = |recorded: &&Recorded| matches!(recorded.event.body.kind(), "cancelled" | "merged");
        for decision in all.iter().filter(calls_off).filter(|recorded| in_effect(recorded.event.id)) {
            for work in all.iter().filter(|recorded| recorded.has_effect() && is_work(recorded) && !taken_back.contains(&recorded.event.id)) {
                let known = story.knew(decision.event.id, work.event.id) || story.knew(work.event.id, decision.event.id);
                prop_assert!(known, "{:?} stands against {:?}", decision.event.body, work.event.body);
            }
        }
    }

    #[test]
    fn nobody_is_charged_while_somebody_has_to_rule(story in story()) {
        let state = story.state();
        let open = state.contradictions.iter().any(|contradiction| contradiction.needs_ruling && !contradiction.settled);
        prop_assert!(!open || state.charge != Charge::Department);
    }

    #[test]
    fn what_the_table_allows_the_replay_does(choices in prop::collection::vec((0..5usize, 0..16usize), 1..30)) {
        let mut story = Story::empty();
        story.says(DISPATCHER, reported(Urgency::Critical)).everybody_meets();
        for (person, choice) in choices {
            do_something_allowed(&mut story, PEOPLE[[0, 1, 2, 4, 5][person]], choice)?;
        }
    }
}

fn is_work(recorded: &Recorded) -> bool {
    matches!(recorded.event.body.kind(), "arrived" | "part_issued" | "labour_added" | "completed" | "confirmed")
}

/// The person does one of the things that the table offers; it has to take effect and lead where the table says.
fn do_something_allowed(story: &mut Story, person: Person, choice: usize) -> Result<(), TestCaseError> {
    let before = story.state();
    let actor = Actor { number: person.holds_it(), role: person.role, team: (person.role != Role::Dispatcher).then(|| "T01".into()) };
    let offered = next_actions(&before, &actor);
    let Some(action) = offered.get(choice % offered.len().max(1)).copied() else { return Ok(()) };
    let line = domain::workflow::own_lines(&before, &actor.number).next();
    story.says(person, words_of(action, line, before.node)).everybody_meets();
    let after = story.state();
    let effect = after.history.last().map(|entry| entry.effect);
    prop_assert_eq!(effect, Some(Effect::InEffect), "{:?} at {:?}", action, before.node);
    prop_assert!(!kinds(&after).contains(&ContradictionKind::StepDidNotFit), "{:?} at {:?}", action, before.node);
    let leads_to =
        workflow(CURRENT_WORKFLOW).iter().find(|line| line.action == action && line.from.contains(&before.node)).and_then(|line| line.to);
    prop_assert!(leads_to.is_none_or(|node| node == after.node), "{:?} at {:?} led to {:?}", action, before.node, after.node);
    Ok(())
}

fn words_of(action: Action, line: Option<EventId>, node: Node) -> EventBody {
    match action {
        Action::Accept => accepted(),
        Action::Arrive => arrived(),
        Action::Suspend => suspended_until(None),
        Action::Resume => resumed(),
        Action::RequestReturn => return_requested(),
        Action::IssuePart => issued("P1", 1, 500),
        Action::ReturnPart => part_returned("P1", 1, 500),
        Action::AddLabour => labour("L1", 1, 3000, false),
        Action::Withdraw => withdrawn(line.expect("offered only where there is a line")),
        Action::Complete => completed(),
        Action::Confirm => confirmed_by(NURSE),
        Action::Dispatch => dispatched("T01"),
        Action::AcceptForTeam => EventBody::TeamAccepted(Empty {}),
        Action::Assign => assigned(BOLIN),
        Action::Reassign => reassigned_to(CHEN),
        Action::Return => returned(domain::workflow::node_before(node).expect("offered only where there is one")),
        Action::Cancel => cancelled(),
        Action::Merge => merged(),
    }
}
