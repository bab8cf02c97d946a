//! A hospital whose server was restored, some days on: what phones had delivered is at the centre again, and still on the phones.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test says by panicking what is wrong")]

use serde_json::{Value, json};
use tests::device::Device;
use tests::hospital::{Desks, Hospital, TECHNICIAN};

/// Exchanges that have nothing to say compare one order each, whichever the clock's last digits say: of five orders, a hundred leave one
/// out once in five thousand million times.
const IDLE_EXCHANGES: usize = 100;

fn kinds(order: &Value) -> Vec<&str> {
    let events = order["events"].as_array().expect("an order has a history");
    events.iter().filter_map(|event| event["kind"].as_str()).collect()
}

fn idle(phone: &Device) {
    for reply in phone.call_each(&vec![json!({ "do": "sync_now" }); IDLE_EXCHANGES]) {
        assert!(reply.get("ok").is_some(), "{reply}");
    }
}

#[test]
fn work_under_a_lost_enrolment_is_neither_lost_at_the_centre_nor_taken_from_the_phone_later() {
    let mut hospital = Hospital::open();
    let order = Desks::of(&hospital).assign(TECHNICIAN, "护士站洗手池水龙头滴水");
    let backup = hospital.back_up();
    let phone = hospital.device_of(TECHNICIAN);
    phone.works_on(&order, &[json!({ "do": "accept" }), json!({ "do": "arrive" })]);
    phone.sync();

    hospital.restore(&backup);
    phone.sync_once().with_code(4);
    phone.enroll(hospital.url(), &hospital.enroll_code(TECHNICIAN));
    phone.sync();
    // The new log grows beyond the positions of the old receipts.
    let desks = Desks::of(&hospital);
    for number in 0..4 {
        desks.assign(TECHNICIAN, &format!("{number} 号病房门锁卡滞"));
    }
    idle(&phone);
    let (here, there) = (phone.order(&order), desks.dispatcher.order(&order));
    for shown in [&here, &there] {
        assert_eq!(shown["node"], "in_progress", "{shown}");
        assert!(kinds(shown).ends_with(&["accepted", "arrived"]), "{shown}");
    }
    assert_eq!((&here["upload"], phone.unsent()), (&json!("stored"), json!(0)));
    assert_eq!(hospital.run("verify", &[]).with_code(0).json()["found"], 0);
}
