//! The server's disk is lost and a backup put in its place: what a phone had read beyond it, and what it did meanwhile.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test says by panicking what is wrong")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::device::Device;
use tests::hospital::{Desks, Hospital, TECHNICIAN};

fn listed(device: &Device) -> BTreeSet<String> {
    let page = device.does(&json!({ "do": "list_orders", "filter": "mine" }));
    let rows = page["orders"].as_array().expect("a list has rows");
    rows.iter().filter_map(|row| row["id"].as_str()).map(str::to_owned).collect()
}

fn accept(device: &Device, order: &str) -> Value {
    device.does(&json!({ "do": "accept", "order": order }))
}

/// The restored log has grown past what the phone had read, so that its length gives nothing away.
#[test]
fn a_phone_that_had_read_further_begins_anew_and_misses_and_loses_nothing() {
    let mut hospital = Hospital::open();
    let kept = Desks::of(&hospital).assign(TECHNICIAN, "护士站洗手池水龙头滴水");
    let phone = hospital.device_of(TECHNICIAN);
    accept(&phone, &kept);
    phone.sync();
    let backup = hospital.back_up();

    let lost = Desks::of(&hospital).assign(TECHNICIAN, "治疗室下水慢");
    phone.sync();
    accept(&phone, &lost);
    phone.works_on(&kept, &[json!({ "do": "arrive" })]);
    phone.sync();
    phone.works_on(&kept, &[json!({ "do": "complete", "cause": "老化", "remedy": "更换" })]);

    hospital.restore(&backup);
    let desks = Desks::of(&hospital);
    let later: Vec<String> = (0..4).map(|number| desks.assign(TECHNICIAN, &format!("后来的第 {number} 单"))).collect();
    phone.sync();

    let here = listed(&phone);
    assert!(later.iter().all(|order| here.contains(order)), "what the restored server says is on the phone: {here:?}");
    assert!(here.contains(&lost), "what the server lost is still where work was done for it");
    assert_eq!(phone.unsent(), 0);
    let centre = desks.dispatcher.order(&kept);
    assert_eq!((&centre["node"], &phone.order(&kept)["node"]), (&json!("completed"), &json!("completed")), "work sent and unsent is there");
    assert_eq!(phone.order(&kept)["upload"], "stored");
    assert_eq!(phone.order(&lost)["upload"], "held", "the phone says that the hospital lacks what it builds on");

    let verified = hospital.run("verify", &[]).with_code(0).json();
    assert_eq!((&verified["orders"], &verified["found"]), (&json!(5), &json!(0)), "the engineer checks it beside the running server");
}

#[test]
fn where_there_is_no_store_nothing_is_verified_and_none_is_made() {
    let mut hospital = Hospital::open();
    hospital.stop_server();
    std::fs::remove_dir_all(hospital.data()).expect("a folder can be removed");
    let ended = hospital.run("verify", &["--rebuild"]).with_code(1);
    assert!(ended.errors.contains("no server's data"), "{ended:?}");
    assert!(!hospital.data().exists());
}
