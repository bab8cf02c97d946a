//! What an order costs (`domain.md`, "Cost"), and contradiction 12.

use chrono::NaiveDate;
use domain::assess::{LabourPrice, PartPrice, Prices};
use domain::money::Fen;
use domain::reference::Validity;
use domain::time::HOUR_MS;

use crate::story::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn labour_price(item: &str, fen: i64, from: &str, to: Option<&str>, includes_material: bool) -> LabourPrice {
    LabourPrice {
        item: item.into(),
        unit_price_fen: Fen(fen),
        includes_material,
        validity: Validity { valid_from: day(from), valid_to: to.map(day) },
    }
}

fn part_price(part: &str, fen: i64, from: &str) -> PartPrice {
    PartPrice { part: part.into(), unit_price_fen: Fen(fen), valid_from: day(from) }
}

/// Prices that changed on the night after the story's day, 2026-11-21.
fn prices() -> Prices {
    Prices {
        labour: vec![
            labour_price("L1", 3000, "2026-01-01", Some("2026-11-21"), false),
            labour_price("L1", 3600, "2026-11-22", None, false),
            labour_price("L2", 8000, "2026-01-01", None, true),
        ],
        parts: vec![part_price("P1", 450, "2025-01-01"), part_price("P1", 500, "2026-11-01"), part_price("P1", 550, "2026-11-22")],
    }
}

/// Anna does what is told, and completes after `hours`; cost and what was shown, where it differs.
fn check(lines: Vec<domain::event::EventBody>, hours: i64, cost: i64, shown: Option<i64>) {
    let mut story = Story::anna_at_work();
    for line in lines {
        story.says(ANNA, line);
    }
    story.wait_hours(hours).says(ANNA, completed()).meets(ANNA);
    let assessment = story.assess(&prices());
    assert_eq!((assessment.cost_fen, assessment.shown_fen), (Fen(cost), shown.map(Fen)));
}

#[test]
fn labour_and_material_at_the_price_of_the_day_of_completion() {
    let lines = || vec![labour("L1", 2, 3000, false), issued("P1", 3, 500), part_returned("P1", 1, 500)];
    check(lines(), 0, 2 * 3000 + 2 * 500, None);
    check(lines(), 15, 2 * 3000 + 2 * 500, None);
    check(lines(), 16, 2 * 3600 + 2 * 550, Some(2 * 3000 + 2 * 500));
}

#[test]
fn the_day_is_the_hospitals_and_before_completion_it_is_today() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 1, 500)).meets(ANNA);
    assert_eq!(story.assess(&prices()).cost_fen, Fen(500));
    story.now = MORNING.plus(16 * HOUR_MS);
    assert_eq!(story.assess(&prices()).cost_fen, Fen(550), "midnight in the hospital is 16:00 UTC");
}

#[test]
fn what_is_completed_keeps_its_day() {
    let mut story = Story::completed_by_anna();
    story.says(ANNA, issued("P1", 1, 500)).meets(ANNA).wait_hours(48);
    assert_eq!(story.assess(&prices()).cost_fen, Fen(500));
}

#[test]
fn a_labour_item_that_includes_material_leaves_parts_uncharged() {
    check(vec![labour("L2", 1, 8000, true), issued("P1", 3, 500)], 0, 8000, None);
    let mut story = Story::anna_at_work();
    story.says(ANNA, labour("L2", 1, 8000, true));
    let line = story.last_of(ANNA);
    story.says(ANNA, issued("P1", 3, 500)).says(ANNA, withdrawn(line)).meets(ANNA);
    assert_eq!(story.assess(&prices()).cost_fen, Fen(1500), "only while the item stands");
}

#[test]
fn a_code_that_no_list_has_costs_nobody_anything_and_is_shown() {
    check(vec![labour("L9", 1, 700, false), issued("P9", 2, 90)], 0, 0, Some(880));
    check(vec![labour("L9", 1, -700, false), issued("P1", 2, 500)], 0, 1000, Some(300));
    // Nor does it make the parts free.
    check(vec![labour("L9", 1, 0, true), issued("P1", 2, 500)], 0, 1000, Some(0));
    let mut story = Story::anna_at_work();
    story.says(ANNA, labour("L9", 1, 700, false)).says(ANNA, issued("P9", 2, 90)).meets(ANNA);
    let assessment = story.assess(&prices());
    assert_eq!((assessment.labour[0].charged, assessment.parts[0].charged, assessment.parts[0].quantity), (false, false, 2));
}

#[test]
fn outside_the_periods_of_a_code_the_list_says_the_price_and_never_the_phone() {
    let prices = Prices {
        labour: vec![labour_price("L1", 3000, "2026-01-01", Some("2026-10-31"), false), labour_price("L2", 80, "2027-01-01", None, false)],
        parts: vec![part_price("P1", 450, "2026-12-01"), part_price("P1", 500, "2027-01-01")],
    };
    let mut story = Story::anna_at_work();
    story.says(ANNA, labour("L1", 1, 9999, false)).says(ANNA, labour("L2", 1, 9999, false)).says(ANNA, issued("P1", 1, 9999)).meets(ANNA);
    assert_eq!(story.assess(&prices).cost_fen, Fen(3000 + 80 + 450));
}

#[test]
fn a_part_that_came_back_whole_is_no_line() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 3, 500)).says(ANNA, part_returned("P1", 3, 500)).meets(ANNA);
    assert!(story.assess(&prices()).parts.is_empty());
}

#[test]
fn units_that_stay_are_compared_at_the_price_shown_when_they_were_issued() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, issued("P1", 2, 500)).says(ANNA, issued("P1", 1, 480)).says(ANNA, part_returned("P1", 1, 470)).meets(ANNA);
    let assessment = story.assess(&prices());
    assert_eq!((assessment.cost_fen, assessment.shown_fen), (Fen(1000), None));
}

#[test]
fn more_returned_than_issued_is_no_credit() {
    let mut story = Story::anna_at_work();
    story.says(ANNA, part_returned("P1", 2, 500)).says(ANNA, labour("L1", 1, 3000, false)).meets(ANNA);
    let assessment = story.assess(&prices());
    assert_eq!((assessment.cost_fen, assessment.shown_fen, assessment.parts[0].quantity), (Fen(3000), None, -2));
}

#[test]
fn labour_of_two_who_did_the_same_work_is_priced_once_and_parts_of_both() {
    let mut story = Story::team_accepted();
    for person in [ANNA, BOLIN] {
        story
            .says(person, accepted())
            .says(person, labour("L1", 1, 3000, false))
            .says(person, issued("P1", 1, 500))
            .says(person, completed());
    }
    story.meets(ANNA).meets(BOLIN);
    let assessment = story.assess(&prices());
    assert_eq!(assessment.cost_fen, Fen(3000 + 2 * 500));
    assert_eq!(assessment.labour.iter().map(|line| line.charged).collect::<Vec<_>>(), vec![true, false]);
}
