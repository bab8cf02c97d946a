//! Two technicians without signal, a centre that decides meanwhile, and what everybody sees afterwards.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test says by panicking what is wrong")]

use serde_json::{Value, json};
use tests::centre::Desk;
use tests::device::Device;
use tests::hospital::{Desks, Hospital, NURSE, OTHER_NURSE, OTHER_TECHNICIAN, PLACE, TECHNICIAN};

/// 角阀 DN15, 2.50 yuan, by code and by its supplier's barcode.
const VALVE: &str = "BJ000001";
const VALVE_BARCODE: &str = "6904965695674";
/// 密封圈, 68.00 yuan.
const SEAL: &str = "BJ000010";
/// 水龙头漏水-检修, 40.00 yuan.
const REPAIR_OF_A_TAP: &str = "S0001";

fn accept() -> Value {
    json!({ "do": "accept" })
}

fn arrive() -> Value {
    json!({ "do": "arrive" })
}

fn complete() -> Value {
    json!({ "do": "complete", "cause": "阀芯磨损", "remedy": "更换角阀" })
}

fn confirm(staff_no: &str) -> Value {
    json!({ "do": "confirm", "staff_no": staff_no, "accepted": true })
}

fn issue(scan: &str, quantity: u32) -> Value {
    json!({ "do": "issue_part", "scan": scan, "quantity": quantity })
}

/// Everything from taking up to the department's word.
fn whole_repair() -> [Value; 4] {
    [accept(), arrive(), complete(), confirm(NURSE.0)]
}

fn numbers(order: &Value) -> Vec<u64> {
    let contradictions = order["contradictions"].as_array().expect("an order has contradictions");
    contradictions.iter().filter_map(|one| one["number"].as_u64()).collect()
}

fn contradiction(order: &Value, number: u64) -> &Value {
    let found = order["contradictions"].as_array().and_then(|all| all.iter().find(|one| one["number"] == number));
    found.unwrap_or_else(|| panic!("contradiction {number} is missing: {order:#}"))
}

fn kinds(order: &Value) -> Vec<&str> {
    let events = order["events"].as_array().expect("an order has events");
    events.iter().filter_map(|event| event["kind"].as_str()).collect()
}

fn event_ids(order: &Value) -> Vec<&str> {
    let events = order["events"].as_array().expect("an order has events");
    events.iter().filter_map(|event| event["id"].as_str()).collect()
}

/// What device and centre have to agree on, whoever looks.
const AGREED: &[&str] = &[
    "id",
    "number",
    "node",
    "urgency",
    "location",
    "fault",
    "department",
    "team",
    "assignee",
    "helpers",
    "withdrawn_from",
    "skipped",
    "cause",
    "remedy",
    "parts",
    "labour",
    "cost_fen",
    "charge",
    "confirmation",
    "witnesses",
    "refusals",
    "contradictions",
    "due_at",
];

fn check_agreement(centre: &Value, devices: &[(&str, &Device)]) {
    let order = centre["id"].as_str().expect("an order has an id");
    for (name, device) in devices {
        let here = device.order(order);
        for field in AGREED {
            assert_eq!(here[field], centre[field], "{field} on {name} and at the centre");
        }
        assert_eq!(event_ids(&here), event_ids(centre), "the history on {name} and at the centre");
        assert_eq!(here["upload"], "stored", "{name}");
    }
}

/// A hospital in which both technicians have their devices and the desks are signed in.
struct Story {
    hospital: Hospital,
    desks: Desks,
    first: Device,
    second: Device,
}

impl Story {
    fn begin() -> Self {
        let hospital = Hospital::open();
        let desks = Desks::of(&hospital);
        let first = hospital.device_of(TECHNICIAN);
        let second = hospital.device_of(OTHER_TECHNICIAN);
        Self { hospital, desks, first, second }
    }

    fn centre(&self) -> &Desk {
        &self.desks.dispatcher
    }

    /// Until nobody has anything to say any more.
    fn sync_all(&self) {
        self.first.sync();
        self.second.sync();
        self.first.sync();
    }

    fn check_agreement(&self, order: &str) {
        check_agreement(&self.centre().order(order), &[("the first device", &self.first), ("the second device", &self.second)]);
    }
}

#[test]
fn a_repair_without_signal_reaches_the_centre_with_everything() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "护士站洗手池水龙头滴水");
    story.sync_all();
    assert_eq!(story.first.order(&order)["caller"]["number"], "8123");

    let seal_taken = uuid();
    let done = story.first.works_on(
        &order,
        &[
            accept(),
            json!({ "do": "arrive", "location": PLACE }),
            issue(VALVE_BARCODE, 2),
            json!({ "do": "return_part", "scan": VALVE, "quantity": 1 }),
            json!({ "do": "issue_part", "scan": SEAL, "quantity": 1, "id": seal_taken }),
            json!({ "do": "withdraw", "event": seal_taken }),
            json!({ "do": "add_labour", "item": REPAIR_OF_A_TAP, "quantity": 1 }),
            complete(),
            confirm(NURSE.0),
        ],
    );
    assert_eq!(done["upload"], "local");
    assert_eq!(story.centre().order(&order)["node"], "assigned", "nothing has arrived yet");

    let report = story.first.sync();
    assert_eq!(report["sent"], 9);
    assert_eq!(report["set_aside"], 0);
    story.sync_all();

    let centre = story.centre().order(&order);
    assert_eq!(centre["node"], "confirmed");
    assert_eq!(centre["assignee"], TECHNICIAN);
    assert_eq!(numbers(&centre), [0_u64; 0]);
    assert_eq!(centre["confirmation"]["staff_no"], NURSE.0);
    assert_eq!(centre["confirmation"]["name"], NURSE.1);
    assert_eq!(centre["confirmation"]["standing"], "verified");
    let parts: Vec<_> = centre["parts"].as_array().into_iter().flatten().filter(|line| line["quantity"] != 0).collect();
    assert_eq!(parts.len(), 1, "{parts:?}");
    assert_eq!((&parts[0]["part"], &parts[0]["quantity"], &parts[0]["unit_price_fen"]), (&json!(VALVE), &json!(1), &json!(250)));
    assert_eq!((&centre["labour"][0]["item"], &centre["labour"][0]["quantity"]), (&json!(REPAIR_OF_A_TAP), &json!(1)));
    assert_eq!(centre["cost_fen"], 4_250);
    assert_eq!(centre["charge"], "department");
    for kind in ["reported", "numbered", "dispatched", "team_accepted", "assigned", "part_returned", "withdrawn", "confirmation_judged"] {
        assert!(kinds(&centre).contains(&kind), "{kind} is missing: {:?}", kinds(&centre));
    }
    story.check_agreement(&order);
}

#[test]
fn an_order_found_on_the_spot_gets_its_number_later() {
    let story = Story::begin();
    let command = json!({
        "do": "create_order", "location": PLACE, "fault": "F001", "urgency": "normal", "department": "001026", "description": "巡查发现水管渗水",
    });
    let created = story.first.does(&command);
    let order = created["id"].as_str().expect("an order has an id");
    assert!(created["number"].as_str().is_some_and(|number| number.starts_with("临-")), "{}", created["number"]);
    story.first.works_on(order, &whole_repair());
    story.first.sync();
    let centre = story.centre().order(order);
    assert_eq!(centre["node"], "confirmed");
    assert!(centre["number"].as_str().is_some_and(|number| number.starts_with("GD")), "{}", centre["number"]);
    check_agreement(&centre, &[("the device", &story.first)]);
}

#[test]
fn row_1_work_that_was_cancelled_meanwhile_stands() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "地漏返水");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), issue(VALVE, 1)]);
    story.centre().act(&order, "cancel", &json!({ "reason": "科室来电取消" }));
    story.first.works_on(&order, &[complete(), confirm(NURSE.0)]);
    story.sync_all();
    let centre = story.centre().order(&order);
    assert_eq!(centre["node"], "confirmed", "{centre:#}");
    assert_eq!(numbers(&centre), [1]);
    assert!(kinds(&centre).contains(&"cancelled"), "the cancellation stays in the history");
    assert_eq!(centre["cost_fen"], 250, "the cost counts");
    story.check_agreement(&order);
}

#[test]
fn row_2_work_that_began_after_the_cancellation_needs_a_ruling() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "暖气片不热");
    story.sync_all();
    story.centre().act(&order, "cancel", &json!({ "reason": "重复报修" }));
    story.first.works_on(&order, &whole_repair());
    story.sync_all();
    let centre = story.centre().order(&order);
    let contradiction = contradiction(&centre, 2);
    assert_eq!(contradiction["needs_ruling"], true);
    assert_eq!(centre["charge"], "awaiting", "no department is charged until then");
    story.check_agreement(&order);
}

#[test]
fn row_3_a_completion_wins_over_a_reassignment() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "马桶堵塞");
    story.sync_all();
    story.first.works_on(&order, &whole_repair());
    story.desks.team_leader.act(&order, "reassign", &json!({ "staff_no": OTHER_TECHNICIAN }));
    story.second.sync();
    assert_eq!(story.second.order(&order)["assignee"], OTHER_TECHNICIAN, "the second technician has the task for now");
    story.sync_all();
    let centre = story.centre().order(&order);
    assert_eq!(centre["node"], "confirmed");
    contradiction(&centre, 3);
    assert_eq!(centre["withdrawn_from"], json!([OTHER_TECHNICIAN]));
    story.check_agreement(&order);
}

#[test]
fn row_5_of_two_who_accept_one_leads_and_the_other_helps() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "热水不热");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), issue(VALVE, 1)]);
    story.second.works_on(&order, &[accept()]);
    story.second.sync();
    story.first.works_on(&order, &[complete(), confirm(NURSE.0)]);
    story.sync_all();
    let centre = story.centre().order(&order);
    contradiction(&centre, 5);
    assert_eq!(centre["node"], "confirmed", "{centre:#}");
    assert_eq!(centre["parts"][0]["quantity"], 1, "no fact disappears");
    let involved = [&centre["assignee"], &centre["helpers"][0]];
    assert!(involved.contains(&&json!(TECHNICIAN)), "who worked is on the order: {involved:?}");
    assert_eq!(kinds(&centre).iter().filter(|kind| **kind == "accepted").count(), 2, "both acceptances stay in the history");
    story.check_agreement(&order);
}

#[test]
fn row_7_an_upload_that_is_repeated_counts_once() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "水管爆裂");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), issue(VALVE, 2), complete(), confirm(NURSE.0)]);
    let backup = story.first.copy();
    story.first.sync();
    let once = story.centre().order(&order);
    let report = backup.sync();
    assert_eq!(report["set_aside"], 0);
    assert_eq!(backup.unsent(), 0, "the repeated events got their receipts again");
    let twice = story.centre().order(&order);
    assert_eq!(event_ids(&twice), event_ids(&once));
    assert_eq!(twice["parts"], once["parts"]);
    check_agreement(&twice, &[("the device", &story.first), ("the copy", &backup)]);
}

#[test]
fn row_10_a_number_that_is_not_valid_any_more_is_judged_and_never_a_dead_end() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "水龙头拧不动");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), complete()]);
    let left = tests::hospital::NURSE_WHO_LEFT;
    let mut command = confirm(left);
    command["order"] = json!(order);
    story.first.is_refused(&command, "staff_not_valid");
    command["unverified"] = json!(true);
    story.first.does(&command);
    story.sync_all();
    let rejected = story.centre().order(&order);
    assert_eq!(rejected["node"], "completed", "the rejected confirmation takes the order back: {rejected:#}");
    contradiction(&rejected, 10);
    story.first.works_on(&order, &[confirm(NURSE.0)]);
    story.sync_all();
    assert_eq!(story.centre().order(&order)["node"], "confirmed");
    story.check_agreement(&order);
}

#[test]
fn row_12_a_price_that_changed_meanwhile_is_shown_beside_the_one_the_worker_saw() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "水龙头关不紧");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), json!({ "do": "add_labour", "item": REPAIR_OF_A_TAP, "quantity": 1 })]);
    story.first.works_on(&order, &[complete(), confirm(NURSE.0)]);
    import_price(&story.hospital, "S0001,plumbing,水龙头漏水-检修,次,55.00,2.0,否,2025-01-01,,后勤〔2024〕18号");
    story.sync_all();
    let centre = story.centre().order(&order);
    assert_eq!((&centre["cost_fen"], &centre["shown_fen"]), (&json!(5_500), &json!(4_000)), "{centre:#}");
    contradiction(&centre, 12);
    story.check_agreement(&order);
}

/// Imports one row of the price list.
fn import_price(hospital: &Hospital, row: &str) {
    let prices = std::fs::read_to_string(tests::hospital::reference_data().join("price_list.csv")).expect("there is a price list");
    let columns = prices.lines().next().expect("it has a head");
    let folder = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(folder.path().join("price_list.csv"), format!("{columns}\n{row}\n")).expect("a file can be written");
    hospital.import(folder.path()).with_code(0);
}

#[test]
fn row_14_one_confirms_and_one_refuses_is_a_dispute() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "排水慢");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), complete()]);
    story.first.sync();
    let copy = story.first.copy();
    story.first.works_on(&order, &[confirm(NURSE.0)]);
    copy.works_on(&order, &[json!({ "do": "confirm", "staff_no": OTHER_NURSE, "accepted": false, "reason": "还在滴水" })]);
    story.first.sync();
    copy.sync();
    let centre = story.centre().order(&order);
    assert_eq!((&centre["node"], &centre["charge"]), (&json!("disputed"), &json!("awaiting")), "{centre:#}");
    assert_eq!(contradiction(&centre, 14)["needs_ruling"], true);
}

#[test]
fn row_13_a_second_confirmation_is_a_witness() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "水压不足");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), complete()]);
    story.first.sync();
    let copy = story.first.copy();
    story.first.works_on(&order, &[confirm(NURSE.0)]);
    copy.works_on(&order, &[confirm(OTHER_NURSE)]);
    story.first.sync();
    copy.sync();
    let centre = story.centre().order(&order);
    assert_eq!(centre["node"], "confirmed");
    assert_eq!(centre["confirmation"]["staff_no"], NURSE.0);
    assert_eq!(centre["witnesses"][0]["staff_no"], OTHER_NURSE);
    contradiction(&centre, 13);
}

#[test]
fn a_server_that_is_killed_loses_nothing_and_the_devices_go_on() {
    let mut story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "治疗室水龙头漏水");
    story.sync_all();
    story.first.works_on(&order, &[accept(), arrive(), issue(VALVE, 1)]);
    let sync = story.first.begin_sync();
    story.hospital.kill_server();
    let code = sync.end().code;
    assert!([Some(0), Some(1), Some(3)].contains(&code), "{code:?}");

    story.first.works_on(&order, &[complete(), confirm(NURSE.0)]);
    assert_eq!(story.first.sync_once().code, Some(3), "the server cannot be reached");
    assert_eq!(story.first.order(&order)["node"], "confirmed");

    story.hospital.start_server();
    story.sync_all();
    assert_eq!(story.first.unsent(), 0);
    let desks = Desks::of(&story.hospital);
    let centre = desks.dispatcher.order(&order);
    assert_eq!(centre["node"], "confirmed");
    assert_eq!(centre["parts"][0]["quantity"], 1, "nothing came twice");
    check_agreement(&centre, &[("the first device", &story.first), ("the second device", &story.second)]);
}

fn uuid() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Everything that waits for a review, admitted from its beginning.
fn admit_all(centre: &Desk) {
    for item in centre.set_aside() {
        let event = item["event"].as_str().expect("an item has an event");
        assert_eq!(centre.review(event, "admit")["standing"], "admitted", "{item:#}");
    }
}

#[test]
fn what_was_set_aside_counts_everywhere_once_it_is_admitted() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "开水器不出水");
    story.sync_all();
    story.first.works_on(&order, &whole_repair());
    story.hospital.import_staff(TECHNICIAN, "technician:T01", "storekeeper");
    assert_eq!(story.first.sync()["set_aside"], 4);
    story.sync_all();
    for (name, device) in [("the first device", &story.first), ("the second device", &story.second)] {
        let here = device.order(&order);
        assert_eq!((&here["node"], &here["upload"]), (&json!("assigned"), &json!("set_aside")), "{name}");
    }
    assert_eq!(story.first.sync_status()["set_aside"], 4);
    assert!(story.centre().set_aside().iter().all(|item| item["reason"] == "role_not_held" && item["recorder"] == TECHNICIAN));

    admit_all(story.centre());
    assert!(story.centre().set_aside().is_empty());
    story.sync_all();
    let centre = story.centre().order(&order);
    assert_eq!((&centre["node"], &centre["confirmation"]["standing"]), (&json!("confirmed"), &json!("verified")));
    assert_eq!(kinds(&centre).iter().filter(|kind| **kind == "reviewed").count(), 4, "the history says by whom");
    assert_eq!(story.first.sync_status()["set_aside"], 0);
    story.check_agreement(&order);
}

#[test]
fn what_is_left_stays_without_effect_everywhere() {
    let story = Story::begin();
    let order = story.desks.assign(TECHNICIAN, "开水器不出水");
    story.sync_all();
    story.first.works_on(&order, &[accept()]);
    story.hospital.import_staff(TECHNICIAN, "technician:T01", "storekeeper");
    story.sync_all();
    let item = &story.centre().set_aside()[0];
    story.centre().review(item["event"].as_str().expect("an item has an event"), "leave");
    story.sync_all();
    assert!(story.centre().set_aside().is_empty());
    let centre = story.centre().order(&order);
    for (name, device) in [("the first device", &story.first), ("the second device", &story.second)] {
        let here = device.order(&order);
        assert_eq!((&here["node"], &here["upload"]), (&json!("assigned"), &json!("set_aside")), "{name}");
        assert_eq!(event_ids(&here), event_ids(&centre), "{name}");
    }
}
