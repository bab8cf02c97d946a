//! A worker's deeds on one device without a signal.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::Standing;
use domain::fault::FaultCodeName;
use domain::node::Node;
use domain::view::Upload;
use fixture::{Fixture, NURSE, WORKER};
use serde_json::json;

#[test]
fn an_assigned_order_is_repaired_and_confirmed_offline() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(json!({"do": "arrive", "order": order, "location": " l00001 "}));
    fixture.ok(json!({"do": "issue_part", "order": order, "scan": "6904965695674", "quantity": 2}));
    fixture.ok(json!({"do": "return_part", "order": order, "scan": "BJ000001", "quantity": 1}));
    fixture.ok(json!({"do": "add_labour", "order": order, "item": "S0001", "quantity": 1}));
    fixture.ok(json!({"do": "complete", "order": order, "cause": "垫片老化", "remedy": "更换角阀"}));
    fixture.ok(json!({"do": "confirm", "order": order, "staff_no": NURSE, "accepted": true}));

    let view = fixture.order(order);
    assert_eq!(view.node, Node::Confirmed);
    assert_eq!(
        view.parts.iter().map(|line| (line.part.as_str(), line.quantity, line.unit_price_fen.0)).collect::<Vec<_>>(),
        [("BJ000001", 1, 250)]
    );
    assert_eq!(view.cost_fen.0, 4_250);
    let confirmation = view.confirmation.unwrap();
    assert_eq!(
        (confirmation.staff_no.as_str(), confirmation.name.as_deref(), confirmation.standing),
        (NURSE, Some("潘勇"), Standing::Verified)
    );
    assert_eq!(view.upload, Upload::Local);
    assert_eq!(fixture.ok(json!({"do": "sync_status"}))["unsent"], 7);
    assert_eq!(fixture.listed("done"), [order.to_string()]);
    assert!(fixture.listed("mine").is_empty());
}

#[test]
fn an_order_found_on_the_spot_is_created_and_taken_up_at_once() {
    let fixture = Fixture::enrolled();
    let created = fixture
        .ok(json!({"do": "create_order", "location": "L00001", "fault": "F001", "urgency": "urgent", "department": "001002",
        "description": "洗手池漏水", "caller": {"name": "护士站", "number": "8123"}}));
    let order = created["id"].as_str().unwrap();
    assert!(created["number"].as_str().unwrap().starts_with("临-"));
    assert_eq!(created["upload"], "local");
    assert_eq!(fixture.listed("mine"), [order]);
    assert!(created["next_actions"].as_array().unwrap().contains(&json!("accept")), "{created}");
    let accepted = fixture.ok(json!({"do": "accept", "order": order}));
    assert_eq!(accepted["node"], "accepted");
    assert_eq!(accepted["assignee"], WORKER);
    assert_eq!(accepted["caller"]["number"], "8123");
    fixture.ok(json!({"do": "complete", "order": order, "cause": "垫片老化", "remedy": "更换"}));
    assert_eq!(fixture.ok(json!({"do": "confirm", "order": order, "staff_no": NURSE, "accepted": true}))["node"], "confirmed");
}

#[test]
fn a_step_that_does_not_fit_is_refused_with_what_does() {
    let (fixture, order) = Fixture::with_assigned_order();
    for command in [
        json!({"do": "arrive", "order": order}),
        json!({"do": "resume", "order": order}),
        json!({"do": "complete", "order": order, "cause": "a", "remedy": "b"}),
        json!({"do": "confirm", "order": order, "staff_no": NURSE, "accepted": true}),
        json!({"do": "issue_part", "order": order, "scan": "BJ000001", "quantity": 1}),
    ] {
        let details = fixture.refused(command, FaultCodeName::TransitionNotAllowed);
        assert!(details["next_actions"].as_array().unwrap().contains(&json!("accept")), "{details}");
    }
    assert_eq!(fixture.order(order).events.len(), 4);
}

#[test]
fn what_begins_after_the_clock_was_set_back_has_an_uncertain_time() {
    let fixture = Fixture::enrolled();
    let create = json!({"do": "create_order", "location": "L00001", "fault": "F001", "urgency": "urgent", "department": "001002",
        "description": "洗手池漏水"});
    let before = fixture.ok(create.clone());
    fixture.clock.advance(-3_600_000);
    let after = fixture.ok(create);
    assert_eq!([&before, &after].map(|order| order["events"][0]["time_uncertain"].clone()), [false, true]);
}
