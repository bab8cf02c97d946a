//! 合并: two reports of one fault, over REST and with a phone that works without having heard of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use harness::centre::{Centre, DISPATCHER, LEADER, NURSE, TECHNICIAN, new_order, refused};
use serde_json::{Value, json};

fn kinds(order: &Value) -> Vec<&str> {
    order["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

fn merge_path(order: &str) -> String {
    format!("/api/orders/{order}/merge")
}

#[tokio::test]
async fn the_order_that_goes_on_says_what_was_merged_into_it() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let stays = centre.order(&dispatcher).await;
    let (_, twice) = centre
        .post(
            &dispatcher,
            "/api/orders",
            json!({ "location": "L00001", "fault": "F001", "department": "001002", "description": "水房也在漏" }),
        )
        .await;
    let ends = twice["id"].as_str().unwrap();
    // As people say it on the telephone.
    let (status, merged) = centre.post(&dispatcher, &merge_path(ends), json!({ "into": " gd20261121-0001 " })).await;
    assert_eq!((status.as_u16(), &merged["node"], &merged["next_actions"]), (200, &json!("merged"), &json!([])), "{merged}");
    assert_eq!(merged["events"].as_array().unwrap().last().unwrap()["body"], json!({ "into": stays, "number": "GD20261121-0001" }));
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{stays}")).await;
    assert_eq!((&order["node"], kinds(&order)), (&json!("reported"), vec!["reported", "numbered", "absorbed"]));
    assert_eq!(order["events"][2]["body"], json!({ "order": ends, "number": "GD20261121-0002", "description": "水房也在漏" }));
}

#[tokio::test]
async fn the_same_request_again_changes_nothing_more() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let (stays, ends) = (centre.order(&dispatcher).await, centre.order(&dispatcher).await);
    let path = merge_path(&ends);
    let ask = || centre.send(reqwest::Method::POST, &path, &dispatcher, Some(json!({ "into": stays })), Some("merge-1"));
    let (first, second) = (harness::centre::read(ask().await).await, harness::centre::read(ask().await).await);
    assert_eq!((first.0.as_u16(), &first), (200, &second));
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{stays}")).await;
    assert_eq!(kinds(&order), ["reported", "numbered", "absorbed"]);
}

#[tokio::test]
async fn what_cannot_go_on_takes_nothing_in() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let urgent = centre.order(&dispatcher).await;
    let mut planned = new_order();
    planned["urgency"] = json!("planned");
    let (_, planned) = centre.post(&dispatcher, "/api/orders", planned).await;
    let ended = centre.order(&dispatcher).await;
    assert_eq!(centre.post(&dispatcher, &format!("/api/orders/{ended}/cancel"), json!({ "reason": "误报" })).await.0, 200);
    let unknown = "00000000-0000-0000-0000-0000000000ff";
    for (into, status, code, why) in [
        (urgent.as_str(), 409, "not_mergeable", Some("same_order")),
        (&ended, 409, "not_mergeable", Some("ended")),
        (planned["id"].as_str().unwrap(), 409, "not_mergeable", Some("less_urgent")),
        (unknown, 404, "order_unknown", None),
        ("GD20261121-0099", 404, "order_unknown", None),
        ("", 404, "order_unknown", None),
    ] {
        let answer = centre.post(&dispatcher, &merge_path(&urgent), json!({ "into": into })).await;
        assert_eq!(answer.1["error"]["details"]["why"].as_str(), why, "{into}: {answer:?}");
        refused(answer, (status, code));
    }
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{urgent}")).await;
    assert_eq!((&order["node"], kinds(&order)), (&json!("reported"), vec!["reported", "numbered"]));
    // The other way round the more urgent one goes on.
    let merged = centre.post(&dispatcher, &merge_path(planned["id"].as_str().unwrap()), json!({ "into": urgent })).await;
    assert_eq!((merged.0.as_u16(), &merged.1["node"]), (200, &json!("merged")));
}

#[tokio::test]
async fn only_the_dispatcher_merges_and_only_before_somebody_has_taken_it_up() {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let stays = centre.order(&dispatcher).await;
    let ends = centre.hospital.team_accepted_order();
    for person in [LEADER, NURSE] {
        let token = centre.sign_in(person).await;
        refused(centre.post(&token, &merge_path(&ends.to_string()), json!({ "into": stays })).await, (403, "not_permitted"));
    }
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let heads = centre.hospital.heads(ends);
    let uploads = device.chain(&centre.hospital, ends, &heads, vec![device.accepted()]);
    centre.hospital.push(&device, &uploads);
    refused(centre.post(&dispatcher, &merge_path(&ends.to_string()), json!({ "into": stays })).await, (409, "transition_not_allowed"));
}

#[tokio::test]
async fn work_that_nobody_at_the_centre_knew_of_stands() {
    let mut centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let stays = centre.order(&dispatcher).await;
    let ends = centre.hospital.team_accepted_order();
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let seen = centre.hospital.heads(ends);
    assert_eq!(centre.post(&dispatcher, &merge_path(&ends.to_string()), json!({ "into": stays })).await.0, 200);
    let uploads = device.chain(&centre.hospital, ends, &seen, vec![device.accepted(), harness::arrived(), harness::completed()]);
    centre.hospital.push(&device, &uploads);
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{ends}")).await;
    assert_eq!((&order["node"], &order["contradictions"][0]["kind"]), (&json!("completed"), &json!("merged_while_repaired")), "{order}");
    assert_eq!(order["contradictions"][0]["number"], 16);
}
