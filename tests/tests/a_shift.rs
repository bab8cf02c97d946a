//! A full shift in the worker's app: one story, two engines. From enrolling on, the server is away until the shift ends.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test says by panicking what is wrong")]

use serde_json::{Value, json};
use tests::browser::{Browser, ENTER};
use tests::device::Device;
use tests::hospital::{DEPARTMENT, DISPATCHER, Desks, Hospital, NURSE, OTHER_TECHNICIAN, PLACE, TECHNICIAN};
use tests::worker_app::{WorkerApp, named, named_with};

/// 角阀 DN15, 2.50 yuan.
const VALVE: &str = "BJ000001";
const VALVE_BARCODE: &str = "6904965695674";
/// 水龙头漏水-检修, 40.00 yuan.
const REPAIR_OF_A_TAP: &str = "S0001";

const PIN: &str = "2580";
/// In the place of the forgotten one.
const NEW_PIN: &str = "147036";

/// The day's orders, as the centre gave them to the technician.
struct Day {
    hospital: Hospital,
    tap: String,
    drain: String,
    light: String,
}

impl Day {
    fn begin() -> Self {
        let hospital = Hospital::open();
        let desks = Desks::of(&hospital);
        let [tap, drain, light] = ["洗手池水龙头滴水", "地漏返水", "走廊灯不亮"].map(|fault| desks.assign(TECHNICIAN, fault));
        Self { hospital, tap, drain, light }
    }
}

#[test]
fn in_chromium_as_on_a_phone() {
    let device = Device::new();
    let (program, url) = device.serve();
    work_a_shift(WorkerApp::within(Browser::chromium(&url)), &device);
    program.stop();
}

#[test]
fn in_the_built_window() {
    let device = Device::new();
    work_a_shift(WorkerApp::within(Browser::window(&device.data())), &device);
}

fn work_a_shift(mut app: WorkerApp, device: &Device) {
    let mut day = Day::begin();
    enrols(&mut app, &day);
    day.hospital.stop_server();
    repairs_the_tap(&mut app, &day.tap);
    is_refused_at_the_drain(&mut app, &day.drain);
    gives_the_light_back(&mut app, &day.light);
    let found = finds_something_on_the_spot(&mut app);
    is_warned_before_logging_out(&mut app);
    day.hospital.start_server();
    contacts_the_server(&mut app);
    forgets_the_pin(&mut app, &day);
    app.closes();
    check_at_the_centre(&day, &found);
    assert_eq!(device.unsent(), 0);
}

fn enrols(app: &mut WorkerApp, day: &Day) {
    app.sees("enrol-screen", "enrol");
    app.types("server-url", day.hospital.url());
    app.types("code", "WRONG-CODE");
    app.taps("submit-enrol");
    app.waits_for(&named_with("refusal", "code", "code_invalid"));
    app.types("code", &day.hospital.enroll_code(TECHNICIAN));
    app.taps("submit-enrol");
    app.sees("pin-screen", "set-the-pin");
    app.sets_a_pin(PIN);
    app.waits_for(&named("orders-screen"));
    for order in [&day.tap, &day.drain, &day.light] {
        app.waits_for(&named_with("order-card", "order", order));
    }
    app.looks("my-orders");
}

fn repairs_the_tap(app: &mut WorkerApp, order: &str) {
    app.opens_order(order);
    app.looks("order-assigned");
    app.does_next("accept", "accepted");
    app.does_next("arrive", "in_progress");
    scans_parts(app);
    adds_labour(app);
    app.completes("complete");
    app.looks("hand-over");
    locks_in_the_nurse_s_hands(app);
    app.types_number(&NURSE.0[2..]);
    app.waits_for(&named_with("hand-over-screen", "stage", "name"));
    assert_eq!(app.reads("confirmer-name"), NURSE.1);
    app.looks("confirmer");
    app.taps("confirm");
    app.waits_for(&named_with("handed-over", "accepted", "true"));
    app.looks("handed-over");
    app.takes_the_phone_back("orders-screen");
    app.waits_for_absence(&named_with("order-card", "order", order));
}

/// The app is closed and opened in the middle of the number: it is locked, and what was typed is there afterwards.
fn locks_in_the_nurse_s_hands(app: &mut WorkerApp) {
    app.types_number(&NURSE.0[..2]);
    app.waits_for(&named_with("staff-no", "value", &NURSE.0[..2]));
    app.reloads();
    app.sees("lock-screen", "locked");
    app.types_number("9999");
    app.taps("unlock");
    app.waits_for(&named("pin-wrong"));
    app.unlocks(PIN);
    app.waits_for(&named_with("staff-no", "value", &NURSE.0[..2]));
}

fn scans_parts(app: &mut WorkerApp) {
    app.scans("NOSUCHPART", "unknown");
    // Both in one breath, as a wedge scanner does it: what comes five seconds later is another one, and every step between two
    // scans takes its time on a busy machine.
    app.scans(&format!("{VALVE_BARCODE}{ENTER}{VALVE_BARCODE}"), "repeated");
    app.has_part(VALVE, 1);
    app.looks("repeated-scan");
    app.taps("scan-again");
    app.has_part(VALVE, 2);
    app.looks("part-issued");
    app.taps("undo-scan");
    app.waits_for(&named_with("scan-outcome", "outcome", "undone"));
    app.has_part(VALVE, 1);
}

fn adds_labour(app: &mut WorkerApp) {
    app.taps("add-labour");
    app.waits_for(&named_with("labour-item", "item", REPAIR_OF_A_TAP));
    app.looks("labour");
    app.taps_with("labour-item", "item", REPAIR_OF_A_TAP);
    app.waits_for(&named_with("labour-line", "item", REPAIR_OF_A_TAP));
    assert_eq!(app.reads_value("cost", "fen"), "4250");
}

/// Suspended and resumed on the way; the worker's own number does not confirm, and the nurse says that it is not done.
fn is_refused_at_the_drain(app: &mut WorkerApp, order: &str) {
    app.opens_order(order);
    app.does_next("accept", "accepted");
    app.does_next("arrive", "in_progress");
    app.does_otherwise("suspend");
    app.waits_for(&named("suspend-screen"));
    app.taps("cause-parts");
    app.taps("until-tomorrow");
    app.looks("suspend");
    app.taps("submit-suspend");
    app.waits_for(&named_with("order-screen", "node", "suspended"));
    app.looks("order-suspended");
    app.does_next("resume", "in_progress");
    app.completes("complete-the-drain");
    app.types_number(TECHNICIAN);
    app.waits_for(&named("own-number"));
    app.looks("own-number");
    app.taps("start-again");
    app.types_number(NURSE.0);
    app.taps("refuse");
    app.taps("usual-reason");
    app.looks("refuse");
    app.taps("submit-refusal");
    app.waits_for(&named_with("handed-over", "accepted", "false"));
    app.takes_the_phone_back("order-screen");
    app.waits_for(&named_with("order-screen", "node", "in_progress"));
    app.looks("order-refused");
    app.goes_back_to_the_list();
}

fn gives_the_light_back(app: &mut WorkerApp, order: &str) {
    app.opens_order(order);
    app.does_otherwise("request_return");
    app.waits_for(&named("give-back-screen"));
    app.taps("usual-reason");
    app.looks("give-back");
    app.taps("submit-give-back");
    app.waits_for(&named_with("order-screen", "order", order));
    app.looks("order-given-back");
    app.goes_back_to_the_list();
}

/// The id of the order that was found. At a scanned place one has arrived, and the department of the last order there is offered.
fn finds_something_on_the_spot(app: &mut WorkerApp) -> String {
    app.taps("create-order");
    app.waits_for(&named("create-screen"));
    app.scans_place(PLACE);
    app.waits_for(&named_with("department-chosen", "code", DEPARTMENT));
    app.taps_with("fault", "code", "F001");
    app.types("description", "巡查发现水管渗水");
    app.looks("create");
    app.taps("submit-create");
    app.waits_for(&named_with("order-screen", "node", "in_progress"));
    assert_eq!(app.reads_value("upload", "upload"), "local");
    app.looks("order-created");
    let order = app.reads_value("order-screen", "order");
    app.goes_back_to_the_list();
    order
}

fn is_warned_before_logging_out(app: &mut WorkerApp) {
    app.looks("my-orders-without-signal");
    app.taps("status-line");
    app.taps("lock-now");
    app.unlocks(PIN);
    app.waits_for(&named("synchronisation-screen"));
    assert_ne!(app.reads("status-unsent"), "0");
    app.taps("log-out");
    app.waits_for(&named("log-out-warning"));
    app.looks("log-out-warning");
    app.taps("log-out-stay");
    app.taps("sync-now");
    app.waits_for(&named_with("refusal", "code", "server_unreachable"));
    app.looks("server-unreachable");
}

fn contacts_the_server(app: &mut WorkerApp) {
    app.taps("sync-now");
    app.waits_for(&named("sync-done"));
    assert_eq!(app.reads("status-unsent"), "0");
    app.looks("synchronised");
    app.goes_back_to_the_list();
}

/// Whoever forgot the PIN enrols anew: with a code for the same person, and for nobody else.
fn forgets_the_pin(app: &mut WorkerApp, day: &Day) {
    app.taps("status-line");
    app.taps("lock-now");
    app.taps("forgot-pin");
    app.sees("enrol-screen", "forgot-the-pin");
    app.types("code", &day.hospital.enroll_code(OTHER_TECHNICIAN));
    app.taps("submit-enrol");
    app.waits_for(&named_with("refusal", "code", "already_enrolled"));
    app.types("code", &day.hospital.enroll_code(TECHNICIAN));
    app.taps("submit-enrol");
    app.sets_a_pin(NEW_PIN);
    app.waits_for(&named("synchronisation-screen"));
    app.taps("sync-now");
    app.waits_for(&named("sync-done"));
    app.goes_back_to_the_list();
    app.waits_for(&named_with("order-card", "order", &day.drain));
}

fn check_at_the_centre(day: &Day, found: &str) {
    let centre = day.hospital.desk(DISPATCHER);
    let tap = centre.order(&day.tap);
    assert_eq!((&tap["node"], &tap["cost_fen"]), (&json!("confirmed"), &json!(4_250)));
    assert_eq!((&tap["confirmation"]["name"], &tap["confirmation"]["standing"]), (&json!(NURSE.1), &json!("verified")));
    assert_eq!(net_parts(&tap), [(VALVE, 1)]);
    assert_eq!(tap["contradictions"], json!([]));

    let drain = centre.order(&day.drain);
    assert_eq!((&drain["node"], &drain["refusals"]), (&json!("in_progress"), &json!(1)));
    let light = centre.order(&day.light);
    assert_eq!(light["return_request"]["recorder"], TECHNICIAN, "{light:#}");
    let created = centre.order(found);
    assert_eq!((&created["node"], &created["assignee"]), (&json!("in_progress"), &json!(TECHNICIAN)));
    assert_eq!(created["number_is_temporary"], false);
}

fn net_parts(order: &Value) -> Vec<(&str, i64)> {
    let lines = order["parts"].as_array().into_iter().flatten();
    let quantities = lines.filter_map(|line| Some((line["part"].as_str()?, line["quantity"].as_i64()?)));
    quantities.filter(|(_, quantity)| *quantity != 0).collect()
}
