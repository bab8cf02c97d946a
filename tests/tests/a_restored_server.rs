//! The server's disk is lost and a backup put in its place: what a phone had read beyond it, and what it did meanwhile.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test says by panicking what is wrong")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::centre::Desk;
use tests::device::Device;
use tests::hospital::{DEPARTMENT, Desks, Hospital, OTHER_TECHNICIAN, PLACE, TECHNICIAN};

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

/// An order that was reported, given and worked on after the backup: the restored server has nothing of it.
#[test]
fn work_on_an_order_that_the_server_lost_is_listed_and_counts_once_its_report_is_filed_again() {
    let mut hospital = Hospital::open();
    let phone = hospital.device_of(TECHNICIAN);
    phone.sync();
    let backup = hospital.back_up();
    let lost = Desks::of(&hospital).assign(TECHNICIAN, "治疗室下水慢");
    phone.sync();
    phone.works_on(&lost, &[json!({ "do": "accept" }), json!({ "do": "arrive" })]);
    phone.sync();
    hospital.restore(&backup);
    phone.sync();
    let ended = phone.sync_once().with_code(0);
    assert!(ended.errors.contains("held at the hospital"), "the worker is told: {ended:?}");
    phone.works_on(&lost, &[json!({ "do": "complete", "cause": "堵塞", "remedy": "疏通" })]);
    phone.sync();

    let dispatcher = Desks::of(&hospital).dispatcher;
    let items = dispatcher.set_aside();
    let said: Vec<_> = items.iter().map(|item| (item["kind"].as_str(), item["not_admittable"].as_str())).collect();
    let unknown = Some("order_unknown");
    assert_eq!(said, [(Some("accepted"), unknown), (Some("arrived"), unknown), (Some("completed"), unknown)]);
    let mut report = tests::hospital::report("治疗室下水慢");
    report["order"] = json!(lost);
    assert_eq!(dispatcher.report(&report)["id"], json!(lost));
    dispatcher.admit_together(items[0]["event"].as_str().expect("an item has an event"));

    for _ in 0..6 {
        phone.sync();
    }
    let (there, here) = (dispatcher.order(&lost), phone.order(&lost));
    assert_eq!((&there["node"], &here["node"]), (&json!("completed"), &json!("completed")), "{here:#}");
    assert_eq!((&here["upload"], &here["number"]), (&json!("stored"), &there["number"]), "{here:#}");
    assert_eq!(here["events"].as_array().map(Vec::len), there["events"].as_array().map(Vec::len), "{here:#} {there:#}");
    assert!(dispatcher.set_aside().is_empty());
    assert_eq!(hospital.run("verify", &[]).with_code(0).json()["found"], 0);
}

/// An order that the phone's person found, created and took up, while the server knew it and had given it a number.
fn found_on_the_spot(phone: &Device) -> String {
    let order = phone.does(&json!({
        "do": "create_order", "location": PLACE, "fault": "F001", "urgency": "normal", "department": DEPARTMENT, "description": "顺路发现地漏堵塞",
    }));
    let order = order["id"].as_str().expect("an order has an id").to_owned();
    phone.sync();
    accept(phone, &order);
    order
}

/// How many events of the order's history the centre has that this person recorded.
fn recorded_by(desk: &Desk, order: &str, person: &str) -> usize {
    let history = desk.order(order)["events"].as_array().cloned().expect("an order has a history");
    history.iter().filter(|event| event["recorder"] == person).count()
}

#[test]
fn what_phones_had_delivered_after_the_backup_comes_again_from_each_of_them() {
    let mut hospital = Hospital::open();
    let desks = Desks::of(&hospital);
    let kept = desks.assign(TECHNICIAN, "护士站洗手池水龙头滴水");
    let (phone, other_phone) = (hospital.device_of(TECHNICIAN), hospital.device_of(OTHER_TECHNICIAN));
    let backup = hospital.back_up();

    phone.works_on(&kept, &[json!({ "do": "accept" }), json!({ "do": "arrive" })]);
    phone.sync();
    let (found, also_found) = (found_on_the_spot(&phone), found_on_the_spot(&other_phone));
    for (device, order) in [(&phone, &found), (&other_phone, &also_found), (&phone, &kept)] {
        device.works_on(order, &[json!({ "do": "complete", "cause": "老化", "remedy": "更换" })]);
        device.sync();
        assert_eq!((device.unsent(), &device.order(order)["upload"]), (json!(0), &json!("stored")));
    }

    hospital.restore(&backup);
    phone.sync();
    other_phone.sync();
    let desk = Desks::of(&hospital).dispatcher;
    for (device, order, person, events) in
        [(&phone, &kept, TECHNICIAN, 3), (&phone, &found, TECHNICIAN, 3), (&other_phone, &also_found, OTHER_TECHNICIAN, 3)]
    {
        let (there, here) = (desk.order(order), device.order(order));
        assert_eq!((&there["node"], &here["node"]), (&json!("completed"), &json!("completed")), "{here}");
        assert_eq!((recorded_by(&desk, order, person), &here["upload"]), (events, &json!("stored")), "{here}");
        assert_eq!(
            (&there["number"], there["events"].as_array().map(Vec::len)),
            (&here["number"], here["events"].as_array().map(Vec::len))
        );
    }
    assert_eq!(hospital.run("verify", &[]).with_code(0).json()["found"], 0);
}

#[test]
fn a_phone_that_was_enrolled_after_the_backup_brings_everything_with_a_new_code() {
    let mut hospital = Hospital::open();
    let kept = Desks::of(&hospital).assign(TECHNICIAN, "护士站洗手池水龙头滴水");
    let backup = hospital.back_up();
    let phone = hospital.device_of(TECHNICIAN);
    phone.works_on(&kept, &[json!({ "do": "accept" }), json!({ "do": "arrive" })]);
    phone.sync();
    phone.works_on(&kept, &[json!({ "do": "complete", "cause": "老化", "remedy": "更换" })]);

    hospital.restore(&backup);
    let ended = phone.sync_once().with_code(4);
    assert!(ended.errors.contains("new code") || ended.output.contains("new code"), "it says what to do: {ended:?}");
    assert_eq!((phone.unsent(), &phone.order(&kept)["node"]), (json!(1), &json!("completed")), "everything is still there");

    phone.enroll(hospital.url(), &hospital.enroll_code(TECHNICIAN));
    phone.sync();
    let desk = Desks::of(&hospital).dispatcher;
    assert_eq!((&desk.order(&kept)["node"], recorded_by(&desk, &kept, TECHNICIAN)), (&json!("completed"), 3), "{}", desk.order(&kept));
    assert_eq!((phone.unsent(), &phone.order(&kept)["upload"]), (json!(0), &json!("stored")));
    assert_eq!(phone.sync()["sent"], 0, "what has arrived is not sent for ever");
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
