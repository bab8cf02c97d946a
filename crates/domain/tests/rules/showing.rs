//! The order as it is shown, and its row.

use std::collections::BTreeMap;

use domain::assess::Prices;
use domain::contradiction::ContradictionKind as Kind;
use domain::recorded::{HeldReason, SetAsideReason};
use domain::reference::Validity;
use domain::replay::replay;
use domain::row::{Listing, OrderRow};
use domain::state::Effect;
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
        staff: BTreeMap::from([(ANNA.staff_no(), "安娜".to_owned())]),
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
    let listing = |story: &Story, person: Person| OrderRow::of(&story.state()).unwrap().listing(&person.staff_no());
    assert_eq!(listing(&story, ANNA), Listing::Team);
    story.says(ANNA, accepted()).says(BOLIN, accepted()).says(BOLIN, arrived()).meets(ANNA).meets(BOLIN);
    assert_eq!([ANNA, BOLIN, CHEN].map(|person| listing(&story, person)), [Listing::Mine, Listing::Mine, Listing::Team]);
    story.says(ANNA, completed()).says(ANNA, confirmed_by(NURSE)).meets(ANNA);
    assert_eq!(listing(&story, ANNA), Listing::Done);
}
