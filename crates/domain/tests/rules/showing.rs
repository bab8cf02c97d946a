//! The order as it is shown, and its row.

use std::collections::BTreeMap;

use domain::assess::Prices;
use domain::attention::Attention;
use domain::contradiction::ContradictionKind as Kind;
use domain::event::Standing;
use domain::node::Node;
use domain::recorded::{HeldReason, SetAsideReason};
use domain::reference::Validity;
use domain::replay::replay;
use domain::row::{FOR_EVER, Listing, OrderRow};
use domain::state::Effect;
use domain::time::DAY_MS;
use domain::view::{HeldEvent, Names, Surroundings, Upload, order_view};

use crate::story::*;

#[test]
fn what_concerns_somebody_most_is_where_the_work_is() {
    let mut story = Story::assigned_to_anna();
    let upload = |story: &Story, held: &[HeldReason]| {
        let held: BTreeMap<_, _> = held.iter().map(|reason| (story.last_of(ANNA), *reason)).collect();
        let recorded = story.on(ANNA);
        order_view(&replay(&recorded), &recorded, Surroundings { held, ..Surroundings::default() }).unwrap().upload
    };
    story.says(ANNA, accepted());
    assert_eq!(upload(&story, &[]), Upload::Local);
    assert_eq!(upload(&story, &[HeldReason::PredecessorMissing]), Upload::Held);
    story.meets(ANNA);
    assert_eq!(upload(&story, &[]), Upload::Stored);
    story.says(ANNA, arrived()).meets_and_is_set_aside(ANNA, SetAsideReason::RoleNotHeld);
    assert_eq!(upload(&story, &[HeldReason::Malformed]), Upload::SetAside);
}

#[test]
fn what_is_held_is_shown_once_after_the_history() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).meets(ANNA).says(ANNA, arrived());
    let arrival = story.on(ANNA).last().unwrap().event.clone();
    let recorded = story.at_centre();
    let held = |event: domain::event::Event, readable: bool| HeldEvent {
        id: event.id,
        device: event.device,
        sender: ANNA.staff_no(),
        received_at: event.recorded_at.plus(-1),
        reason: if readable { HeldReason::CredentialRevoked } else { HeldReason::Malformed },
        left: None,
        event: readable.then_some(event),
    };
    let of_history = recorded.last().unwrap().event.clone();
    let mut unreadable = held(arrival.clone(), false);
    unreadable.id = domain::identity::EventId(uuid::Uuid::from_u128(7));
    let held_events = vec![held(of_history, true), held(arrival.clone(), true), held(arrival.clone(), false), unreadable];
    let view = order_view(&replay(&recorded), &recorded, Surroundings { held_events, ..Surroundings::default() }).unwrap();
    assert_eq!(view.events.len(), recorded.len() + 2);
    let shown = view.events[recorded.len()..].iter();
    let shown: Vec<_> = shown.map(|event| (event.kind.as_str(), event.held, event.effect, event.verdict, event.recorder.clone())).collect();
    assert_eq!(
        shown,
        [
            ("arrived", Some(HeldReason::CredentialRevoked), Effect::Held, None, ANNA.staff_no()),
            ("unreadable", Some(HeldReason::Malformed), Effect::Held, None, ANNA.staff_no()),
        ]
    );
    assert_eq!(view.events[recorded.len()].occurred_at, arrival.recorded_at.plus(-1));
}

/// Of an event that is in the history, too: another phone's copy with other content is held beside it.
/// Other content under the id of an event.
fn held_under(event: &domain::event::Event, left: Option<&str>) -> HeldEvent {
    HeldEvent {
        id: event.id,
        device: event.device,
        sender: ANNA.staff_no(),
        received_at: event.recorded_at,
        reason: HeldReason::IdTaken,
        left: left.map(str::to_owned),
        event: None,
    }
}

#[test]
fn what_is_held_is_undecided_until_every_copy_was_left() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted());
    let recorded = story.on(ANNA);
    let event = recorded.last().unwrap().event.clone();
    let held = |left| held_under(&event, left);
    for (copies, not_shown, undecided, words) in [
        (vec![held(None)], 0, true, None),
        (vec![held(Some("one")), held(None)], 0, true, None),
        (vec![held(Some("one")), held(Some("two"))], 0, false, Some("one")),
        (vec![held(Some("one"))], 1, true, Some("one")),
    ] {
        let held = copies.iter().map(|held| (held.id, held.reason)).collect();
        let surroundings = Surroundings { held, held_events: copies, undecided_not_shown: not_shown, ..Surroundings::default() };
        let view = order_view(&replay(&recorded), &recorded, surroundings).unwrap();
        let shown = view.events.iter().find(|shown| shown.id == event.id).unwrap();
        assert_eq!((view.undecided, shown.left.as_deref(), view.upload), (undecided, words, Upload::Held));
    }
}

/// What was left is other content; the entry that has the id has its own verdict and its own review.
#[test]
fn what_was_left_under_the_id_of_a_recorded_entry_says_nothing_of_that_entry() {
    for is_set_aside in [false, true] {
        let mut story = Story::assigned_to_anna();
        story.says(ANNA, accepted());
        if is_set_aside {
            story.meets_and_is_set_aside(ANNA, SetAsideReason::RoleNotHeld);
        } else {
            story.meets(ANNA);
        }
        let recorded = story.at_centre();
        let event = recorded.iter().rfind(|recorded| recorded.event.recorder == ANNA.staff_no()).unwrap().event.clone();
        let (left, open) = (held_under(&event, Some("other content")), held_under(&event, None));
        for (copies, undecided, waits) in [(vec![left.clone()], is_set_aside, None), (vec![left, open], true, Some(HeldReason::IdTaken))] {
            let held = copies.iter().map(|held| (held.id, held.reason)).collect();
            let surroundings = Surroundings { held, held_events: copies, ..Surroundings::default() };
            let view = order_view(&replay(&recorded), &recorded, surroundings).unwrap();
            let shown = view.events.iter().find(|shown| shown.id == event.id).unwrap();
            assert_eq!((shown.left.as_deref(), view.undecided, shown.held), (None, undecided, waits), "set aside: {is_set_aside}");
        }
    }
}

#[test]
fn the_view_has_names_history_and_changed_prices() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA);
    let part = story.last_of(ANNA);
    let prices = Prices {
        parts: vec![domain::assess::PartPrice {
            part: "P1".into(),
            unit_price_fen: domain::money::Fen(600),
            valid_from: validity().valid_from,
        }],
        ..Prices::default()
    };
    let names = Names {
        staff: BTreeMap::from([(ANNA.staff_no(), vec![ANNA.held_by("安娜", "2026-01-01", None)])]),
        parts: BTreeMap::from([("P1".into(), ("阀芯".to_owned(), "个".to_owned()))]),
        ..Names::default()
    };
    let surroundings = Surroundings { names, assessment: story.assess(&prices), ..Surroundings::default() };
    let view = order_view(&story.state(), &story.at_centre(), surroundings).unwrap();
    assert_eq!((view.assignee_name.as_deref(), view.parts[0].name.as_deref()), (Some("安娜"), Some("阀芯")));
    assert_eq!((view.cost_fen.0, view.shown_fen.map(|fen| fen.0)), (1200, Some(1000)));
    assert_eq!(view.contradictions.iter().map(|contradiction| contradiction.kind).collect::<Vec<_>>(), vec![Kind::PriceChanged]);
    assert_eq!(view.contradictions[0].events, vec![part]);
    assert_eq!(view.events.len(), story.at_centre().len());
    assert_eq!(view.events.last().unwrap().body["quantity"], 2);
    assert!(view.number_is_temporary && view.number.starts_with("临-"));
}

fn validity() -> Validity {
    Validity { valid_from: "2026-01-01".parse().unwrap(), valid_to: None }
}

#[test]
fn an_order_is_in_the_list_of_whoever_works_on_it() {
    let mut story = Story::team_accepted();
    let listing = |story: &Story, person: Person| OrderRow::of(&story.state()).unwrap().listing(&person.holds_it());
    assert_eq!(listing(&story, ANNA), Listing::Team);
    story.says(ANNA, accepted()).says(BOLIN, accepted()).says(BOLIN, arrived()).meets(ANNA).meets(BOLIN);
    assert_eq!([ANNA, BOLIN, CHEN].map(|person| listing(&story, person)), [Listing::Mine, Listing::Mine, Listing::Team]);
    story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).meets(ANNA);
    assert_eq!(listing(&story, ANNA), Listing::Done);
}

fn row(story: &Story) -> OrderRow {
    OrderRow::of(&story.state()).unwrap()
}

/// What the row says to Anna.
fn check_attention(story: &Story, expected: Option<Attention>) {
    assert_eq!(row(story).attention_of(&ANNA.holds_it()), expected);
}

#[test]
fn a_rejected_confirmation_wants_attention_until_another_one_is_good() {
    for name in [None, Some("贾伟超")] {
        let mut story = Story::completed_by_anna();
        check_attention(&story, None);
        story.says(ANNA, confirmed_as(NURSE, name, Standing::Unverified)).meets(ANNA).judges_last_of(ANNA, Standing::Rejected, name);
        check_attention(&story, Some(Attention::ConfirmationRejected));
        story.meets(ANNA).says(ANNA, confirmed_by(HEAD_NURSE)).meets(ANNA).judges_last_of(ANNA, Standing::Verified, Some("贾伟超"));
        check_attention(&story, None);
        assert_eq!(row(&story).confirmed_by.as_deref(), Some("贾伟超"));
    }
}

#[test]
fn a_refusal_wants_attention_until_the_work_is_completed_again() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, refused_by(NURSE)).meets(ANNA);
    check_attention(&story, Some(Attention::Refused));
    story.says(ANNA, completed()).meets(ANNA);
    check_attention(&story, None);
}

#[test]
fn who_had_a_cancelled_order_is_told_and_gives_its_parts_back_first() {
    let mut story = Story::assigned_to_anna();
    story.says(DISPATCHER, cancelled());
    check_attention(&story, Some(Attention::Cancelled));
    assert_eq!(row(&story).attention_of(&BOLIN.holds_it()), None);
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA).says(LEADER, cancelled()).meets(ANNA);
    check_attention(&story, Some(Attention::PartsToReturn));
    story.says(ANNA, part_returned("P1", 2, 500)).meets(ANNA);
    check_attention(&story, Some(Attention::Cancelled));
}

#[test]
fn parts_are_asked_for_from_whoever_drew_them_and_from_nobody_else() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA).says(LEADER, reassigned_to(BOLIN)).says(LEADER, cancelled());
    let told = |story: &Story| [ANNA, BOLIN, CHEN].map(|person| row(story).attention_of(&person.holds_it()));
    assert_eq!(told(&story), [Some(Attention::PartsToReturn), Some(Attention::Cancelled), None]);
    assert_eq!(row(&story).attention, Some(Attention::PartsToReturn), "the centre asks whoever looks");
    assert_eq!(row(&story).concerns_until(&ANNA.holds_it()), Some(FOR_EVER));
    let a_day_later = row(&story).done_at.map(|at| at.plus(DAY_MS));
    assert_eq!(row(&story).concerns_until(&BOLIN.holds_it()), a_day_later);
    assert_eq!(row(&story).concerns_until(&CHEN.holds_it()), None);
    // Whoever brings them back for her.
    story.meets(BOLIN).says(BOLIN, part_returned("P1", 2, 500)).meets(BOLIN);
    assert_eq!(told(&story), [Some(Attention::TakenAway), Some(Attention::Cancelled), None]);
}

#[test]
fn whom_an_order_was_taken_from_is_told_also_when_somebody_else_has_done_it_meanwhile() {
    let mut story = Story::assigned_to_anna();
    story.says(LEADER, reassigned_to(BOLIN)).meets(BOLIN);
    story.says(BOLIN, accepted()).says(BOLIN, arrived()).says(BOLIN, completed()).says(BOLIN, confirmed_by(NURSE)).meets(BOLIN);
    assert_eq!(OrderRow::of(&story.state()).unwrap().listing(&ANNA.holds_it()), Listing::Done);
    check_attention(&story, Some(Attention::TakenAway));
    assert_eq!(row(&story).attention_of(&BOLIN.holds_it()), None);
}

#[test]
fn whom_an_order_was_taken_from_is_told_while_it_is_open() {
    let mut story = Story::assigned_to_anna();
    story.says(LEADER, reassigned_to(BOLIN));
    check_attention(&story, Some(Attention::TakenAway));
    assert_eq!(row(&story).attention_of(&BOLIN.holds_it()), None);
    story.says(LEADER, reassigned_to(ANNA));
    check_attention(&story, None);
}

#[test]
fn a_request_to_give_an_order_back_concerns_everybody() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, return_requested()).meets(ANNA);
    assert_eq!(row(&story).attention, Some(Attention::ReturnRequested));
    story.says(LEADER, returned(Node::TeamAccepted));
    assert_eq!(row(&story).attention, None);
}

#[test]
fn a_row_says_since_when_the_order_is_in_hand() {
    let mut story = Story::assigned_to_anna();
    assert_eq!(row(&story).since, None);
    story.says(ANNA, accepted()).says(ANNA, arrived());
    let arrived_at = story.now;
    story.says(ANNA, issued("P1", 2, 500)).meets(ANNA);
    assert_eq!(row(&story).since, Some(arrived_at));
}

#[test]
fn the_history_names_what_it_mentions() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).says(ANNA, arrived()).says(ANNA, issued("P1", 2, 500)).meets(ANNA);
    let names = Names {
        staff: BTreeMap::from([(ANNA.staff_no(), vec![ANNA.held_by("安娜", "2026-01-01", None)])]),
        teams: BTreeMap::from([("T01".into(), "水暖班".to_owned())]),
        parts: BTreeMap::from([("P1".into(), ("阀芯".to_owned(), "个".to_owned()))]),
        ..Names::default()
    };
    let recorded = story.at_centre();
    let view = order_view(&replay(&recorded), &recorded, Surroundings { names, ..Surroundings::default() }).unwrap();
    let named = |kind: &str| view.events.iter().find(|event| event.kind == kind).map(|event| event.names.clone()).unwrap();
    let only = |code: &str, name: &str| BTreeMap::from([(code.to_owned(), name.to_owned())]);
    assert_eq!(named("dispatched"), only("T01", "水暖班"));
    assert_eq!(named("assigned"), only(ANNA.number, "安娜"));
    assert_eq!(named("part_issued"), only("P1", "阀芯"));
    assert_eq!(named("accepted"), BTreeMap::new());
}
