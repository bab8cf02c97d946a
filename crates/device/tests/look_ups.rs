//! The directory on a device checks one name; it is no oracle for whoever types number after number.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::fault::FaultCodeName::{OtherDepartment, OwnStaffNo, StaffUnknown, TooManyLookUps};
use domain::identity::OrderId;
use domain::node::Node;
use domain::scrutiny::THRESHOLDS;
use fixture::{Fixture, MORNING, NURSE, WORKER};
use serde_json::{Value, json};

/// An order of the worker that waits for its confirmation.
fn completed() -> (Fixture, OrderId) {
    let (fixture, order) = Fixture::with_assigned_order();
    for command in
        [json!({"do": "accept", "order": order}), json!({"do": "complete", "order": order, "cause": "阀芯老化", "remedy": "更换阀芯"})]
    {
        fixture.ok(command);
    }
    (fixture, order)
}

fn look_up(staff_no: &str) -> Value {
    json!({"do": "look_up_staff", "staff_no": staff_no})
}

/// Looks up `count` numbers that are nobody's.
fn look_up_many(fixture: &Fixture, count: u32) {
    for number in 0..count {
        fixture.ok(look_up(&format!("9{number:05}")));
    }
}

fn confirm(order: OrderId, staff_no: &str, flags: Value) -> Value {
    let mut command = json!({"do": "confirm", "order": order, "staff_no": staff_no, "accepted": true});
    command.as_object_mut().unwrap().extend(flags.as_object().unwrap().clone());
    command
}

/// What the device recorded as the confirmation: standing, name, look-ups.
fn recorded(fixture: &Fixture, order: OrderId) -> [Value; 3] {
    let view = fixture.ok(json!({"do": "get_order", "order": order}));
    let body = view["events"].as_array().unwrap().last().unwrap()["body"].clone();
    ["standing", "name", "look_ups"].map(|field| body[field].clone())
}

#[test]
fn past_the_limit_no_further_name_is_shown_for_a_while() {
    let (fixture, _) = completed();
    let first = fixture.ok(look_up(NURSE));
    look_up_many(&fixture, THRESHOLDS.most_look_ups - 1);
    let details = fixture.refused(look_up("020009"), TooManyLookUps);
    assert_eq!(details["retry_at"], MORNING.0 + THRESHOLDS.look_ups_ms);
    assert_eq!(fixture.ok(look_up(NURSE)), first, "what was looked up before is shown again");
    assert_eq!(fixture.ok(look_up(WORKER))["standing"], "own", "the own number is no secret");
    fixture.clock.advance(THRESHOLDS.look_ups_ms + 1);
    fixture.ok(look_up("020009"));
}

#[test]
fn opening_the_device_again_forgets_nothing() {
    let (fixture, _) = completed();
    look_up_many(&fixture, THRESHOLDS.most_look_ups);
    fixture.reopened().refused(look_up("020009"), TooManyLookUps);
}

#[test]
fn a_refused_confirmation_says_a_name_and_counts_like_a_look_up() {
    let (fixture, order) = completed();
    fixture.refused(confirm(order, "020031", json!({})), OtherDepartment);
    for number in 1..THRESHOLDS.most_look_ups {
        fixture.refused(confirm(order, &format!("9{number:05}"), json!({})), StaffUnknown);
    }
    for command in [confirm(order, NURSE, json!({})), confirm(order, NURSE, json!({"other_department": true})), look_up(NURSE)] {
        fixture.refused(command, TooManyLookUps);
    }
    fixture.refused(confirm(order, WORKER, json!({"unverified": true})), OwnStaffNo);
}

#[test]
fn past_the_limit_a_typed_number_still_confirms_for_the_hospital_to_check() {
    let (fixture, order) = completed();
    look_up_many(&fixture, THRESHOLDS.most_look_ups);
    let view = fixture.ok(confirm(order, NURSE, json!({"unverified": true})));
    assert_eq!(view["node"], json!(Node::Confirmed));
    assert_eq!(recorded(&fixture, order), [json!("unverified"), Value::Null, json!(THRESHOLDS.most_look_ups + 1)]);
}

#[test]
fn the_confirmation_says_how_many_were_looked_up_where_it_was_not_the_only_one() {
    let (fixture, order) = completed();
    fixture.ok(look_up(NURSE));
    fixture.ok(look_up(" ０２０００７ "));
    fixture.ok(confirm(order, NURSE, json!({})));
    assert_eq!(recorded(&fixture, order)[2], Value::Null);

    let (fixture, order) = completed();
    look_up_many(&fixture, 3);
    fixture.ok(confirm(order, NURSE, json!({})));
    assert_eq!(recorded(&fixture, order), [json!("verified"), json!("潘勇"), json!(4)]);
}
