//! The centre's plain page at a desk: an order is dispatched, accepted and assigned, and reaches the technician's device.

use serde_json::json;
use tests::browser::{Browser, ENTER, TAB};
use tests::hospital::{
    DEPARTMENT, DISPATCHER, Desks, Hospital, NURSE, PASSWORD, PLACE, SECURITY_ADMIN, TEAM, TEAM_LEADER, TECHNICIAN, report,
};

/// The field and the button of merging.
const MERGED_INTO: &str = "input[list=orders-at-the-place]";
const MERGE: &str = "form:has(input[list=orders-at-the-place]) button";
/// Repairs too.
const COLLEAGUE: &str = "025519";

fn sign_in(page: &Browser, staff_no: &str) {
    page.fill("input[autocomplete=username]", staff_no);
    page.fill("input[type=password]", PASSWORD);
    page.tap("form button.main");
}

/// An order in the list.
fn row(order: &str) -> String {
    format!("button[data-order=\"{order}\"]")
}

/// Opens an order from the list and waits until it is shown.
fn open(page: &Browser, order: &str) {
    page.tap(&row(order));
    page.wait_for(&format!("button[data-order=\"{order}\"][aria-pressed=true]"));
    page.wait_for("#order-title");
}

/// Fills in the form of a report, without a caller's name.
fn fill_in(page: &Browser) {
    page.fill("[name=location]", PLACE);
    page.wait_for("#location-meaning:not(:empty)");
    assert!(page.text("#location-meaning").starts_with("本部 · "), "places of several campuses are told apart");
    page.fill("[name=fault]", "F001");
    page.fill("[name=department]", DEPARTMENT);
    page.fill("[name=description]", "洗手池水龙头滴水");
    page.fill("[name=callerNumber]", "8-5021");
}

#[test]
fn what_is_typed_is_kept_and_filed_once() {
    let hospital = Hospital::open();
    let centre = hospital.desk(DISPATCHER);
    let mut page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.tap("#list button.main");
    fill_in(&page);
    page.tap("#list button:not(.main)");
    page.tap("#language");
    page.look_at("filing-in-english");
    page.tap("#language");
    page.tap_twice("form[aria-labelledby=filing-title] button.main");
    page.wait_for("#order-title");
    page.look_at("filed");
    drop(page);

    let orders = centre.orders("");
    let filed = orders.as_array().expect("orders are a list");
    assert_eq!(filed.len(), 1, "{filed:?}");
    assert_eq!(filed[0]["description"], "洗手池水龙头滴水");
    let order = centre.order(filed[0]["id"].as_str().expect("an order has an id"));
    assert_eq!(order["caller"]["number"], "8-5021");
}

#[test]
fn the_list_renews_itself_also_where_somebody_has_just_chosen_what_it_shows() {
    let hospital = Hospital::open();
    let centre = hospital.desk(DISPATCHER);
    let page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.tap("#list .row button:not(.main)");
    let order = centre.report(&report("洗手池水龙头滴水"))["id"].as_str().expect("an order has an id").to_owned();
    page.look_at_it_again();
    page.wait_for(&format!("button[data-order=\"{order}\"]"));
}

#[test]
fn what_was_searched_for_last_is_shown_whichever_answer_comes_last() {
    let hospital = Hospital::open();
    let centre = hospital.desk(DISPATCHER);
    let [first, last] = ["ALPHA", "BETA"].map(|words| centre.report(&report(words))["id"].as_str().expect("an order has an id").to_owned());
    let page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.wait_for(&row(&first));
    page.hold_the_answer_from("q=ALPHA");
    page.fill("#list input[type=search]", &format!("ALPHA{ENTER}"));
    page.fill("#list input[type=search]", &format!("BETA{ENTER}"));
    page.wait_for_absence(&row(&first));
    page.let_the_answer_arrive();
    assert_eq!((page.count(&row(&first)), page.count(&row(&last))), (0, 1));
}

#[test]
fn a_list_that_cannot_be_renewed_says_so() {
    let hospital = Hospital::open();
    let page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.wait_for("#rows");
    page.read_nothing_from("/api/orders?");
    page.look_at_it_again();
    page.wait_for("#notice.wrong");
    assert!(page.text("#notice").contains("没有更新"), "{}", page.text("#notice"));
}

#[test]
fn what_is_filed_is_shown_though_the_list_cannot_be_read() {
    let hospital = Hospital::open();
    let centre = hospital.desk(DISPATCHER);
    let page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.tap("#list button.main");
    fill_in(&page);
    page.read_nothing_from("/api/orders?");
    page.tap("form[aria-labelledby=filing-title] button.main");
    page.wait_for("#order-title");
    page.wait_for_absence("form[aria-labelledby=filing-title]");
    let told = page.text("#notice");
    assert!(told.starts_with("已完成：") && told.contains("列表暂时没有更新"), "{told}");
    assert_eq!(centre.orders("").as_array().map(Vec::len), Some(1));
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

#[test]
fn a_call_is_filed_by_keys_alone_and_by_names() {
    let hospital = Hospital::open();
    let centre = hospital.desk(DISPATCHER);
    let page = Browser::chromium_at_a_desk(hospital.url());
    page.wait_for("input:focus");
    page.type_at_focus(&format!("{DISPATCHER}{TAB}{PASSWORD}{ENTER}"));
    page.wait_for("#main:focus");
    page.type_at_focus(&TAB.repeat(4));
    page.wait_for("#list button.main:focus");
    page.type_at_focus(ENTER);
    page.wait_for("[name=location]:focus");
    page.type_at_focus(&format!("{PLACE}{TAB}水龙头{TAB}{TAB}普通外科{TAB}滴水{TAB}贾护士{ENTER}"));
    page.wait_for("#order-title");
    let filed = &centre.orders("")[0];
    assert_eq!((&filed["fault"], &filed["department"]), (&json!("F001"), &json!(DEPARTMENT)));
}

#[test]
fn what_waits_for_whoever_looks_stands_on_top() {
    let hospital = Hospital::open();
    let order = hospital.desk(DISPATCHER).report(&report("洗手池水龙头滴水"))["id"].as_str().expect("an order has an id").to_owned();
    let page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    let on_top = format!("#rows > h3:first-child + ul button[data-order=\"{order}\"]");
    page.wait_for(&on_top);
    page.tap(&on_top);
    page.choose("form.row select[required]", TEAM);
    page.tap("form.row:has(select[required]) button");
    page.wait_for_absence(&on_top);
    page.tap("#sign-out");
    sign_in(&page, TEAM_LEADER);
    page.wait_for(&on_top);
}

#[test]
fn a_place_says_what_is_under_way_there() {
    let hospital = Hospital::open();
    let order = hospital.desk(DISPATCHER).report(&report("洗手池水龙头滴水"))["number"].as_str().expect("an order has a number").to_owned();
    let page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.tap("#list button.main");
    page.fill("[name=location]", PLACE);
    page.wait_for("#orders-there button");
    assert!(page.text("#orders-there button").contains(&order));
    page.tap("#orders-there button");
    page.wait_for("#order-title");
    page.tap("#list button.main");
    page.wait_for("#orders-there button");
    assert!(page.text("#location-meaning").starts_with("本部 · "), "what was typed is still there");
}

#[test]
fn a_lost_phone_is_stopped_by_somebody_who_sees_no_orders() {
    let hospital = Hospital::open();
    hospital.device_of(TECHNICIAN);
    let administrator = SECURITY_ADMIN.person();
    let mut page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, &administrator);
    page.wait_for("[data-device]");
    page.look_at("devices");
    page.tap("[data-device] form input");
    page.tap("[data-device] form button");
    page.wait_for("[data-device] .badge");
    let devices = hospital.desk(&administrator).devices();
    assert!(devices[0]["revoked_at"].is_i64(), "{devices}");
}

#[test]
fn what_was_set_aside_is_looked_at_and_admitted_at_the_desk() {
    let hospital = Hospital::open();
    let order = Desks::of(&hospital).assign(TECHNICIAN, "开水器不出水");
    let device = hospital.device_of(TECHNICIAN);
    device.works_on(&order, &[json!({ "do": "accept" }), json!({ "do": "arrive" })]);
    hospital.import_staff(TECHNICIAN, "technician:T01", "storekeeper");
    device.sync();

    let centre = hospital.desk(DISPATCHER);
    let mut page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    let mark = format!("{} .line:nth-child(2) .badge", row(&order));
    page.wait_for(&mark);
    assert_eq!(page.text(&mark), "待核查");
    open(&page, &order);
    assert!(page.text("[aria-labelledby=order-title] .notice").starts_with("有 2 条记录还没有生效"));
    page.look_at("an-order-with-entries-set-aside");
    page.tap("[aria-labelledby=order-title] .to-review");
    page.wait_for("#review-title");
    page.look_at("to-review");
    let item = page.text(".reviews > li");
    assert!(
        item.contains("本部 · ") && item.contains("水龙头") && item.contains("水暖班"),
        "where, what and which team, without the order: {item}"
    );
    for (item, action) in centre.set_aside().iter().zip(["admit", "leave"]) {
        let of_the_event = format!(".reviews > li[data-event=\"{}\"]", item["event"].as_str().expect("an item has an event"));
        page.fill(&format!("{of_the_event} input"), "电话问过本人");
        page.tap(&format!("{of_the_event} button[value={action}]"));
        page.wait_for_absence(&of_the_event);
    }
    assert!(centre.set_aside().is_empty());
    assert_eq!(centre.order(&order)["node"], "accepted", "the acceptance counts, the arrival does not");
    page.tap("#list .row button:not(.main)");
    page.wait_for_absence(&mark);
    page.tap(".check input");
    page.wait_for(".reviews > li");
    page.tap("#language");
    page.look_at("left-in-english");
}

#[test]
fn what_is_decided_is_said_though_the_list_cannot_be_read() {
    let hospital = Hospital::open();
    let order = Desks::of(&hospital).assign(TECHNICIAN, "开水器不出水");
    let device = hospital.device_of(TECHNICIAN);
    device.works_on(&order, &[json!({ "do": "accept" })]);
    hospital.import_staff(TECHNICIAN, "technician:T01", "storekeeper");
    device.sync();

    let centre = hospital.desk(DISPATCHER);
    let page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.tap("#review");
    page.fill(".reviews > li input", "电话问过本人");
    page.read_nothing_from("/api/set-aside?");
    page.tap(".reviews button[value=admit]");
    page.wait_for("#notice:not([hidden])");
    let told = page.text("#notice");
    assert!(told.starts_with("已保存。") && told.contains("清单暂时没有更新"), "{told}");
    page.wait_for(".reviews > li:has(button[value=admit]:disabled)");
    assert!(centre.set_aside().is_empty(), "it was admitted, and cannot be once more");
}

#[test]
fn a_confirmation_by_a_colleague_is_looked_at_at_the_desk() {
    let hospital = Hospital::open();
    let order = Desks::of(&hospital).assign(TECHNICIAN, "开水器不出水");
    let device = hospital.device_of(TECHNICIAN);
    device.works_on(
        &order,
        &[
            json!({ "do": "accept" }),
            json!({ "do": "complete", "cause": "水垢堵塞", "remedy": "除垢" }),
            json!({ "do": "confirm", "staff_no": COLLEAGUE, "accepted": true, "other_department": true }),
        ],
    );
    device.sync();

    let centre = hospital.desk(DISPATCHER);
    assert_eq!(centre.order(&order)["node"], "confirmed", "nobody is held up");
    let mut page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.tap("#review");
    page.wait_for(".flagged > li");
    page.look_at("confirmations-to-look-at");
    page.fill(".flagged > li input", "电话问过科室，确实修好");
    page.tap(".flagged > li button[value=seen]");
    page.wait_for_absence(".flagged > li");
    let settled = centre.order(&order)["contradictions"].as_array().is_some_and(|all| all.iter().all(|one| one["settled"] == true));
    assert!(settled, "the contradiction is settled once somebody has looked");
}

/// Each from the fourth on is flagged by itself.
#[test]
fn a_flurry_of_confirmations_is_looked_at_at_once() {
    let hospital = Hospital::open();
    let desks = Desks::of(&hospital);
    let orders: Vec<_> = (0..6).map(|_| desks.assign(TECHNICIAN, "开水器不出水")).collect();
    let device = hospital.device_of(TECHNICIAN);
    for order in &orders {
        let complete = json!({ "do": "complete", "cause": "水垢堵塞", "remedy": "除垢" });
        device.works_on(order, &[json!({ "do": "accept" }), complete, json!({ "do": "confirm", "staff_no": NURSE.0, "accepted": true })]);
    }
    device.sync();

    let mut page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    page.tap("#review");
    page.wait_for(".flagged > li");
    page.look_at("a-flurry-to-look-at");
    assert_eq!(page.count(".flagged > li"), 1);
    assert_eq!(page.text(".flagged > li > p"), "同一阵的 3 条确认，一次核查。");
    page.fill(".flagged > li input", "电话问过科室，都修好了");
    page.tap(".flagged > li button[value=seen]");
    page.wait_for_absence(".flagged > li");
}

#[test]
fn a_second_report_of_one_fault_is_merged_at_the_desk() {
    let hospital = Hospital::open();
    let centre = hospital.desk(DISPATCHER);
    let filed = |words: &str| {
        let order = centre.report(&report(words));
        let text = |key: &str| order[key].as_str().expect("an order has it").to_owned();
        (text("id"), text("number"))
    };
    let ((stays, number), (ends, own_number)) = (filed("洗手池水龙头滴水"), filed("水房地上有水"));
    let mut page = Browser::chromium_at_a_desk(hospital.url());
    sign_in(&page, DISPATCHER);
    open(&page, &ends);
    page.fill(MERGED_INTO, &own_number);
    page.wait_for(&format!("form:has(#orders-at-the-place option[value=\"{number}\"]) button"));
    assert_eq!(page.count("#orders-at-the-place option"), 1, "the order itself is not offered");
    page.tap(MERGE);
    page.wait_for("#notice:not([hidden])");
    assert_eq!(page.text("#notice"), "这就是这一张工单。请填另一张的单号。");
    page.look_at("merging");
    page.fill(MERGED_INTO, &number);
    page.tap(MERGE);
    page.wait_for("li[data-kind=merged]");
    assert!(page.text("#order-title").ends_with("已合并") && page.text("li[data-kind=merged]").contains(&number));
    page.look_at("merged");
    open(&page, &stays);
    page.wait_for("li[data-kind=absorbed]");
    let told = page.text("li[data-kind=absorbed]");
    assert!(told.contains(&own_number) && told.contains("水房地上有水"), "{told}");
    page.look_at("merged-into");
}
