//! The centre's plain page at a desk: an order is dispatched, accepted and assigned, and reaches the technician's device.

use tests::browser::Browser;
use tests::hospital::{DISPATCHER, Hospital, PASSWORD, TEAM, TEAM_LEADER, TECHNICIAN, report};

fn sign_in(page: &Browser, staff_no: &str) {
    page.fill("input[autocomplete=username]", staff_no);
    page.fill("input[type=password]", PASSWORD);
    page.tap("form button.main");
}

/// Opens an order from the list and waits until it is shown.
fn open(page: &Browser, order: &str) {
    page.tap(&format!("button[data-order=\"{order}\"]"));
    page.wait_for(&format!("button[data-order=\"{order}\"][aria-pressed=true]"));
    page.wait_for("#order-title");
}

#[test]
fn an_order_goes_from_the_desk_to_the_device() {
    let hospital = Hospital::open();
    let centre = hospital.desk(DISPATCHER);
    let order = centre.report(&report("洗手池水龙头滴水"))["id"].as_str().expect("an order has an id").to_owned();
    let mut page = Browser::chromium_at_a_desk(hospital.url());

    page.look_at("sign-in");
    sign_in(&page, DISPATCHER);
    open(&page, &order);
    page.look_at("reported");
    page.choose("form.row select[required]", TEAM);
    page.tap("form.row:has(select[required]) button");
    page.wait_for("#notice");
    assert_eq!(centre.order(&order)["node"], "dispatched");

    page.tap("#sign-out");
    sign_in(&page, TEAM_LEADER);
    open(&page, &order);
    page.tap("form.row:not(:has(label)) button.main");
    page.choose("form.row select[required]", TECHNICIAN);
    page.look_at("accepted-by-the-team");
    page.tap("form.row:has(select[required]) button");
    page.wait_for_absence("form.row select[required]");
    page.tap("#language");
    page.look_at("assigned-in-english");
    drop(page);

    let device = hospital.device_of(TECHNICIAN);
    assert_eq!(device.order(&order)["node"], "assigned");
}
