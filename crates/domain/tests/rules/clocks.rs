//! Contradiction 9: the clock of a device was wrong or is in doubt.

use domain::contradiction::ContradictionKind as Kind;
use domain::time::{ClockOffset, HOUR_MS, MINUTE_MS};

use crate::story::*;

/// Anna arrives with a clock that is `error_ms` ahead and `offset` measured; the corrected time of her arrival less the
/// true one, and whether it is uncertain and listed.
fn check(error_ms: i64, offset: Option<ClockOffset>, expected_error_ms: i64, uncertain: bool, listed: bool) {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted());
    story.wait_hours(3).clock_of(ANNA, error_ms, offset).says(ANNA, arrived());
    let truth = story.now;
    story.wait_minutes(10).meets(ANNA);
    let state = story.state();
    let entry = state.history.last().unwrap();
    assert_eq!((entry.occurred_at.since(truth), entry.time_uncertain), (expected_error_ms, uncertain), "{error_ms} {offset:?}");
    assert_eq!(kinds(&state).contains(&Kind::WrongClock), listed, "{error_ms} {offset:?}");
}

const MEASURED: ClockOffset = ClockOffset { offset_ms: 0, age_ms: HOUR_MS };

#[test]
fn times_are_corrected_by_the_measured_offset() {
    check(0, Some(MEASURED), 0, false, false);
    check(HOUR_MS, Some(ClockOffset { offset_ms: -HOUR_MS, ..MEASURED }), 0, false, true);
    check(-HOUR_MS, Some(ClockOffset { offset_ms: HOUR_MS, ..MEASURED }), 0, false, true);
    check(MINUTE_MS, Some(ClockOffset { offset_ms: -MINUTE_MS, ..MEASURED }), 0, false, false);
}

#[test]
fn without_a_recent_measurement_a_time_is_uncertain() {
    check(0, None, 0, true, true);
    check(0, Some(ClockOffset { age_ms: 24 * HOUR_MS, ..MEASURED }), 0, false, false);
    check(0, Some(ClockOffset { age_ms: 24 * HOUR_MS + 1, ..MEASURED }), 0, true, true);
    check(0, Some(ClockOffset { age_ms: -1, ..MEASURED }), 0, true, true);
}

#[test]
fn nothing_happens_after_it_was_received() {
    check(HOUR_MS, Some(MEASURED), 10 * MINUTE_MS, true, true);
}

#[test]
fn nothing_happens_before_what_its_author_had_seen_and_a_jump_back_is_uncertain() {
    let mut story = Story::assigned_to_anna();
    story.wait_hours(2).says(ANNA, accepted());
    let accepted_at = story.now;
    story.clock_of(ANNA, -HOUR_MS, Some(MEASURED)).says(ANNA, arrived()).says(ANNA, completed());
    story.clock_of(ANNA, 0, Some(MEASURED)).says(ANNA, confirmed_by(NURSE)).meets(ANNA);
    let state = story.state();
    let of_anna: Vec<_> = state.history.iter().rev().take(4).rev().collect();
    assert_eq!(of_anna.iter().map(|entry| entry.time_uncertain).collect::<Vec<_>>(), vec![false, true, true, false]);
    assert_eq!(of_anna[1].occurred_at, accepted_at);
    assert_eq!(of_anna[3].occurred_at, story.now);
    assert_eq!(only(&state, Kind::WrongClock).events.len(), 2);
}

#[test]
fn a_clock_that_was_ahead_and_put_right_casts_doubt_on_what_was_recorded_meanwhile() {
    let mut story = Story::assigned_to_anna();
    story.clock_of(ANNA, 5 * HOUR_MS, Some(MEASURED)).says(ANNA, accepted());
    story.clock_of(ANNA, 0, Some(MEASURED)).says(ANNA, arrived()).wait_minutes(1).meets(ANNA).says(ANNA, completed()).meets(ANNA);
    let uncertain: Vec<bool> = story.state().history.iter().rev().take(3).rev().map(|entry| entry.time_uncertain).collect();
    assert_eq!(uncertain, vec![true, false, false], "received two minutes later, it cannot be moved far");
}

#[test]
fn a_restored_phone_that_forgot_what_it_had_recorded_shows_its_jump_too() {
    let mut story = Story::anna_at_work();
    story.wait_hours(2).says(ANNA, issued("P1", 1, 500)).clock_of(ANNA, -HOUR_MS, Some(MEASURED)).says(ANNA, completed()).meets(ANNA);
    let mut restored = story.at_centre();
    let before = restored[restored.len() - 2].predecessors.clone();
    restored.last_mut().unwrap().predecessors = before;
    assert!(domain::replay::replay(&restored).history.last().unwrap().time_uncertain);
}

#[test]
fn two_minutes_back_are_no_jump() {
    let mut story = Story::assigned_to_anna();
    story.says(ANNA, accepted()).clock_of(ANNA, -2 * MINUTE_MS, Some(MEASURED)).says(ANNA, arrived());
    assert!(kinds(&story.state_on(ANNA)).is_empty());
}

#[test]
fn a_wrong_clock_asks_for_no_ruling() {
    let mut story = Story::anna_at_work();
    story.clock_of(ANNA, 0, None).says(ANNA, completed());
    assert!(!story.state_on(ANNA).needs_attention());
}
