//! What comes down to a device, against a real store and without sockets: the first sync, the pages of the log, orders that enter
//! its scope and leave it, reference data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::node::Node;
use harness::{Device, Hospital, new_order_id, reported};
use server::orders::decide::Decision;
use sync::pack::unpack;
use sync::page::LOG_PAGE;
use sync::wire::{Down, LogEntry, Progress, ReferenceDelta};

#[test]
fn an_order_that_comes_into_scope_is_sent_whole_and_leaves_again() {
    let mut hospital = Hospital::new();
    let mut other_team = hospital.enrol("025536");
    assert_eq!(other_team.team.as_str(), "T02");
    hospital.catch_up(&mut other_team);
    let order = hospital.team_accepted_order();
    assert_eq!(hospital.catch_up(&mut other_team), vec![]);

    hospital.decide("026149", order, Decision::Reassign { team: Some("T02".into()), staff_no: None }).unwrap();
    let entries = hospital.catch_up(&mut other_team);
    let [LogEntry::Entered { order: packed, .. }] = entries.as_slice() else { panic!("{entries:?}") };
    let kinds = unpack(&packed.packed).unwrap().len();
    assert_eq!((packed.row.order, packed.row.node, kinds), (order, Node::Dispatched, 5));

    hospital.decide("026149", order, Decision::Reassign { team: Some("T01".into()), staff_no: None }).unwrap();
    let entries = hospital.catch_up(&mut other_team);
    assert!(matches!(entries.as_slice(), [LogEntry::Left { order: left, .. }] if *left == order), "{entries:?}");
}

#[test]
fn who_took_part_keeps_the_order_when_the_team_loses_it() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    hospital.catch_up(&mut device);
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let accepted = device.event(&hospital, order, &heads, device.accepted());
    hospital.push(&device, &[accepted]);
    hospital.catch_up(&mut device);
    hospital.decide("026149", order, Decision::Reassign { team: Some("T02".into()), staff_no: None }).unwrap();
    let entries = hospital.catch_up(&mut device);
    assert!(matches!(entries.as_slice(), [LogEntry::Event { order: of, .. }] if *of == order), "{entries:?}");
}

#[test]
fn the_first_sync_brings_open_orders_and_the_campus_reference() {
    let mut hospital = Hospital::new();
    let orders: Vec<_> = (0..3).map(|_| hospital.team_accepted_order()).collect();
    let cancelled = hospital.dispatched_order();
    hospital.decide("026149", cancelled, Decision::Cancel { reason: "误报".to_owned(), overridden: false }).unwrap();
    hospital.advance(31 * domain::time::DAY_MS);
    let device = hospital.enrol("025518");
    let answer = hospital.exchange(&device, Vec::new());
    let Down::FirstSync { orders: came, more: false, .. } = answer.down else { panic!("{:?}", answer.down) };
    assert_eq!(came.iter().map(|order| order.row.order).collect::<std::collections::BTreeSet<_>>(), orders.into_iter().collect());
    let reference = answer.reference.unwrap();
    assert!(reference.staff.iter().any(|entry| entry.staff_no.as_str() == "020007"));
    assert!(reference.teams.iter().all(|team| team.campus_code.as_str() == "C1"));
    assert!(reference.warehouses.len() == 1 && reference.parts.len() == 108 && reference.part_prices.len() == 108);
}

/// The device's very first request was under way for long and arrives once more: it must not pass for a new beginning.
fn ask_first_again(hospital: &mut Hospital, device: &mut Device) {
    let progress = std::mem::replace(&mut device.progress, Progress::Nothing);
    hospital.exchange(device, Vec::new());
    device.progress = progress;
}

#[test]
fn an_import_changes_only_what_changed_and_moves_people() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    hospital.catch_up(&mut device);
    let again = hospital.import(&harness::files("hospital"));
    assert_eq!(again.revision, device.reference);

    let mut staff = harness::files("hospital");
    staff.files.retain(|(name, _)| name == "staff.csv");
    let text = String::from_utf8(staff.files[0].1.clone()).unwrap().replace("technician:T01,,13222863859", "technician:T02,,13222863859");
    staff.files[0].1 = text.into_bytes();
    hospital.import(&staff);
    ask_first_again(&mut hospital, &mut device);
    let answer = hospital.exchange(&device, Vec::new());
    assert_eq!(answer.down, Down::BeginAnew);
    let reference = answer.reference.unwrap();
    assert_eq!((reference.staff.len(), reference.parts.len()), (1, 0));
}

/// What an import tells the phone of a technician of C1, who had everything before.
fn told_by_import(file: &str, rows: &[&str]) -> ReferenceDelta {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    hospital.catch_up(&mut device);
    hospital.import_rows(file, rows);
    hospital.exchange(&device, Vec::new()).reference.unwrap()
}

/// Numbers, names, departments and last days.
#[track_caller]
fn check_people(told: &ReferenceDelta, expected: &[(&str, &str, &str, Option<&str>)]) {
    let told: Vec<_> = told
        .staff
        .iter()
        .map(|entry| (entry.staff_no.to_string(), entry.name.clone(), entry.department_code.to_string(), entry.validity.valid_to))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(number, name, department, last)| {
            ((*number).to_owned(), (*name).to_owned(), (*department).to_owned(), last.map(|day| day.parse().unwrap()))
        })
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn whoever_moved_to_another_campus_comes_once_more_as_ended() {
    let moved = "020007,潘勇,001105,clinical,,13642181363,2018-01-01,";
    check_people(&told_by_import("staff.csv", &[moved]), &[("020007", "潘勇", "001002", Some("2026-11-20"))]);
    let moved_and_corrected = "020007,潘勇,001105,clinical,,13642181363,2018-03-01,";
    check_people(&told_by_import("staff.csv", &[moved_and_corrected]), &[("020007", "潘勇", "001002", Some("2026-11-20"))]);
    let within = "020007,潘勇,001003,clinical,,13642181363,2018-03-01,";
    check_people(&told_by_import("staff.csv", &[within]), &[("020007", "潘勇", "001003", None)]);
}

#[test]
fn whoever_comes_back_is_there_again_and_what_happened_elsewhere_is_told_nobody() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    hospital.catch_up(&mut device);
    hospital.import_rows("staff.csv", &["020007,潘勇,001105,clinical,,13642181363,2018-01-01,"]);
    hospital.catch_up(&mut device);
    hospital.import_rows("staff.csv", &["020007,潘勇,001106,clinical,,13642181363,2018-01-01,"]);
    check_people(&hospital.exchange(&device, Vec::new()).reference.unwrap(), &[]);
    hospital.import_rows("staff.csv", &["020007,潘勇,001003,clinical,,13642181363,2018-01-01,"]);
    check_people(&hospital.exchange(&device, Vec::new()).reference.unwrap(), &[("020007", "潘勇", "001003", None)]);
    let new = hospital.enrol("025518");
    let whole = hospital.exchange(&new, Vec::new()).reference.unwrap();
    assert!(whole.whole && whole.staff.iter().filter(|entry| entry.staff_no.as_str() == "020007").count() == 1);
}

#[test]
fn the_earlier_holders_of_a_number_come_from_wherever_they_were() {
    let mut hospital = Hospital::new();
    let mut there = hospital.enrol("025792");
    hospital.catch_up(&mut there);
    let rows = ["020007,潘勇,001002,clinical,,13642181363,2018-01-01,2026-11-20", "020007,白露,001105,clinical,,,2026-11-21,"];
    hospital.import_rows("staff.csv", &rows);
    let told = hospital.exchange(&there, Vec::new()).reference.unwrap();
    check_people(&told, &[("020007", "潘勇", "001002", Some("2026-11-20")), ("020007", "白露", "001105", None)]);
    let new = hospital.enrol("025792");
    let whole = hospital.exchange(&new, Vec::new()).reference.unwrap();
    assert_eq!(whole.staff.iter().filter(|entry| entry.staff_no.as_str() == "020007").count(), 2);
}

#[test]
fn a_department_that_moved_takes_its_people_with_it() {
    let moved = ["001003,呼吸与危重症医学科,C2,294.6,2015-01-01,"];
    let told = told_by_import("departments.csv", &moved);
    assert_eq!(told.departments.iter().map(|department| department.campus_code.as_str()).collect::<Vec<_>>(), ["C2"]);
    assert!(!told.staff.is_empty() && told.staff.iter().all(|entry| entry.validity.valid_to == "2026-11-20".parse().ok()));

    let mut hospital = Hospital::new();
    let mut there = hospital.enrol("025792");
    hospital.catch_up(&mut there);
    hospital.import_rows("departments.csv", &moved);
    let there_now = hospital.exchange(&there, Vec::new()).reference.unwrap().staff;
    assert_eq!(there_now.len(), told.staff.len());
    assert!(there_now.iter().all(|entry| entry.department_code.as_str() == "001003" && entry.validity.valid_to.is_none()));
}

#[test]
fn a_place_that_moved_is_known_by_its_name_with_later_changes() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    hospital.catch_up(&mut device);
    for (campus, room) in [("C2", "护士站"), ("C2", "办公室")] {
        hospital.import_rows("locations.csv", &[&format!("L00001,{campus},外科楼,B2,{room},无")]);
        let told = hospital.exchange(&device, Vec::new()).reference.unwrap();
        let places: Vec<_> = told.locations.iter().map(|place| (place.campus_code.as_str(), place.room.as_str())).collect();
        assert_eq!(places, [(campus, room)]);
        hospital.catch_up(&mut device);
    }
}

/// A new order is two visible entries: it enters whole, then its number.
fn pages_of_new_orders(orders: usize) -> Vec<usize> {
    let mut hospital = Hospital::new();
    let mut reader = hospital.enrol("025518");
    let mut writer = hospital.enrol("025518");
    hospital.catch_up(&mut reader);
    let uploads: Vec<_> = (0..orders).map(|_| writer.event(&hospital, new_order_id(), &[], reported())).collect();
    for request in uploads.chunks(sync::wire::MOST_UPLOADS) {
        hospital.push(&writer, request);
    }
    let mut pages = Vec::new();
    loop {
        let Down::Log { entries, cursor, more } = hospital.exchange(&reader, Vec::new()).down else { panic!("no page of the log") };
        pages.push(entries.len());
        reader.progress = Progress::Log { cursor };
        if !more {
            return pages;
        }
    }
}

#[test]
fn exact_page() {
    assert_eq!(pages_of_new_orders(LOG_PAGE.items / 2), [LOG_PAGE.items]);
}

#[test]
fn exact_page_plus_one_order() {
    assert_eq!(pages_of_new_orders(LOG_PAGE.items / 2 + 1), [LOG_PAGE.items, 2]);
}
