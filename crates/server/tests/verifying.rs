//! The store is checked against its events, and its rows are written anew from them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod harness;

use std::path::Path;

use domain::event::{Caller, EventBody, ReviewOutcome};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::node::Node;
use harness::{Hospital, arrived, completed, confirmed, new_order_id, part_issued, reported};
use server::deriving::derive_anew_after_an_upgrade;
use server::verifying::{Finding, verify};
use store::Database;
use store::server::log::{self, LogContent};
use store::server::{FILE_NAME, ServerStore, events, meta, orders};
use uuid::Uuid;

/// Two orders, one of them worked on.
fn hospital() -> (Hospital, OrderId) {
    let mut hospital = Hospital::new();
    hospital.team_accepted_order();
    let (order, mut device) = (hospital.team_accepted_order(), hospital.enrol("025518"));
    let (heads, accepted) = (hospital.heads(order), device.accepted());
    let uploads = device.chain(&hospital, order, &heads, vec![accepted, arrived(), part_issued(), completed()]);
    hospital.push(&device, &uploads);
    (hospital, order)
}

/// What is found after a change, and again after rebuilding: how many findings, and how many of them repaired.
#[track_caller]
fn check(change: impl Fn(&Database, OrderId) -> Result<(), Fault>, expected: [(usize, usize); 3]) {
    check_in(hospital, change, expected);
}

/// The same in another hospital with two orders.
#[track_caller]
fn check_in(
    hospital: impl Fn() -> (Hospital, OrderId),
    change: impl Fn(&Database, OrderId) -> Result<(), Fault>,
    expected: [(usize, usize); 3],
) {
    let (mut hospital, order) = hospital();
    hospital.store.write(|database| change(database, order)).unwrap();
    for (rebuild, expected) in [false, true, false].into_iter().zip(expected) {
        let verified = verify(&mut hospital.store, rebuild).unwrap();
        assert_eq!(verified.orders, 2);
        let repaired = verified.findings.iter().filter(|finding: &&Finding| finding.repaired).count();
        assert_eq!((verified.findings.len(), repaired), expected, "rebuild {rebuild}: {:?}", verified.findings);
    }
}

#[test]
fn a_sound_store_has_no_findings() {
    check(|_, _| Ok(()), [(0, 0), (0, 0), (0, 0)]);
}

#[test]
fn a_wrong_row_and_a_missing_one_are_written_anew() {
    let wrong = |database: &Database, order| {
        let row = orders::find(database, order)?.unwrap();
        Ok(orders::put(database, &domain::row::OrderRow { node: Node::Reported, ..row })?)
    };
    check(wrong, [(1, 0), (1, 1), (0, 0)]);
    check(|database, order| Ok(orders::remove(database, order)?), [(1, 0), (1, 1), (0, 0)]);
}

/// Once with each version: a sound store of the same program is not looked through at every start.
#[test]
fn what_another_program_derived_is_derived_anew_when_the_server_starts() {
    let (mut hospital, order) = hospital();
    assert_eq!(derive_anew_after_an_upgrade(&mut hospital.store).unwrap(), 0);
    let as_another_derives = |database: &Database| {
        let row = orders::find(database, order)?.unwrap();
        Ok::<_, Fault>(orders::put(database, &domain::row::OrderRow { node: Node::Reported, ..row })?)
    };
    hospital.store.write(as_another_derives).unwrap();
    assert_eq!(derive_anew_after_an_upgrade(&mut hospital.store).unwrap(), 0, "this program derived them");
    hospital.store.write(|database| meta::put(database, meta::DERIVED_BY, "0.0.9 reported")).unwrap();
    assert_eq!([(); 2].map(|()| derive_anew_after_an_upgrade(&mut hospital.store).unwrap()), [1, 0]);
    assert_eq!(verify(&mut hospital.store, false).unwrap().findings, []);
}

/// The last event of an order once more, under another id and on other predecessors where some are given.
fn once_more(database: &Database, order: OrderId, predecessors: Option<u128>) -> Result<(), Fault> {
    let last = events::of_order(database, order)?.pop().unwrap();
    let number = |number| EventId(Uuid::from_u128(number));
    let position = log::append(database, &LogContent::Event { order, event: number(1) })?;
    let receipt = domain::recorded::Receipt { position, judged_at_position: position, ..last.receipt };
    let predecessors = predecessors.map_or(last.predecessors.clone(), |unknown| vec![number(unknown)]);
    Ok(events::insert(database, &events::StoredEvent { id: number(1), predecessors, receipt, ..last })?)
}

#[test]
fn events_that_are_no_history_are_found_and_left_alone() {
    check(|database, order| once_more(database, order, Some(2)), [(1, 0), (1, 0), (1, 0)]);
    check(|database, order| once_more(database, order, None), [(1, 0), (1, 0), (1, 0)]);
}

/// One bit of what was recorded, of who confirmed, of when it came, of what was judged: the event still reads, and another order
/// would be made of it.
#[test]
fn an_event_that_is_not_what_was_written_is_found_and_nothing_is_made_of_it() {
    for spoils in [
        r#"UPDATE events SET bytes = CAST(replace(CAST(bytes AS TEXT), '"quantity":', '"quantity":1') AS BLOB) WHERE instr(bytes, '"quantity":')"#,
        "UPDATE events SET received_at = received_at + 1 WHERE position = (SELECT max(position) FROM events)",
        "UPDATE events SET digest = x'00' WHERE position = (SELECT max(position) FROM events)",
    ] {
        check(spoilt(spoils), [(1, 0), (1, 0), (1, 0)]);
    }
    let confirmer = "UPDATE events SET bytes = CAST(replace(CAST(bytes AS TEXT), '099999', '099998') AS BLOB)";
    check_in(looked_after, spoilt(confirmer), [(1, 0), (1, 0), (1, 0)]);
    let judged = "UPDATE events SET verdict = 'admitted' WHERE verdict <> 'admitted'";
    check_in(looked_after, spoilt(judged), [(1, 0), (1, 0), (1, 0)]);
}

/// What a statement spoils.
fn spoilt(statement: &'static str) -> impl Fn(&Database, OrderId) -> Result<(), Fault> {
    move |database, _| Ok(database.execute_batch(statement).map_err(store::StoreError::from)?)
}

#[test]
fn what_is_derived_beside_the_rows_is_made_anew() {
    // Both orders have a team.
    check(spoilt("DELETE FROM scope"), [(2, 0), (2, 2), (0, 0)]);
    check(spoilt("UPDATE scope SET to_position = NULL; UPDATE scope SET subject = 'team:T02'"), [(2, 0), (2, 2), (0, 0)]);
    // The log, and its counter is still ahead of it.
    check(spoilt("DELETE FROM log"), [(1, 0), (1, 1), (0, 0)]);
    check(spoilt("UPDATE counters SET log_end = 5"), [(1, 0), (1, 1), (0, 0)]);
    check(spoilt("DELETE FROM order_numbers"), [(1, 0), (1, 1), (0, 0)]);
    check(spoilt("UPDATE order_numbers SET last = 1"), [(1, 0), (1, 1), (0, 0)]);
}

/// One order with an event that was left as it is, and one that somebody called about and whose confirmation nobody could check.
fn looked_after() -> (Hospital, OrderId) {
    let mut hospital = Hospital::new();
    let set_aside = hospital.set_aside_event();
    hospital.review("026149", set_aside, ReviewOutcome::Left, "不是他的工单").unwrap();
    let (order, mut device) = (new_order_id(), hospital.enrol("025518"));
    let mut report = reported();
    if let EventBody::Reported(report) = &mut report {
        report.caller = Some(Caller { name: "潘护士".to_owned(), number: Some("8123".to_owned()) });
    }
    let accepted = device.accepted();
    let uploads = device.chain(&hospital, order, &[], vec![report, accepted, completed(), confirmed("099999")]);
    hospital.push(&device, &uploads);
    (hospital, order)
}

#[test]
fn what_is_found_by_waits_and_was_left_is_derived_as_well() {
    check_in(looked_after, |_, _| Ok(()), [(0, 0), (0, 0), (0, 0)]);
    for spoils in [
        "DELETE FROM callers",
        "UPDATE callers SET caller = 'somebody'",
        "DELETE FROM unverified_confirmations",
        "UPDATE events SET review_id = NULL",
    ] {
        check_in(looked_after, spoilt(spoils), [(1, 0), (1, 1), (0, 0)]);
    }
    let never_left = "UPDATE events SET review_id = x'00000000000000000000000000000001' WHERE verdict <> 'admitted'";
    check_in(looked_after, spoilt(never_left), [(1, 0), (1, 1), (0, 0)]);
}

#[test]
fn an_event_that_the_log_knows_and_the_store_has_lost_is_found() {
    let last = "DELETE FROM events WHERE position = (SELECT max(position) FROM events)";
    // The order was completed: its row says so, its events no longer do.
    check(spoilt(last), [(2, 0), (2, 1), (1, 0)]);
}

/// Spoils one page of the file and says what is found then; `None` where the file does not even open.
fn found_without(file: &Path, whole: &[u8], page: usize) -> Option<Vec<Finding>> {
    let mut spoilt = whole.to_owned();
    spoilt[page * PAGE..(page + 1) * PAGE].fill(0xa5);
    std::fs::write(file, spoilt).unwrap();
    let mut store = ServerStore::open_file(file).ok()?;
    Some(verify(&mut store, false).unwrap().findings)
}

const PAGE: usize = 4_096;

#[test]
fn a_damaged_page_is_named_and_the_rest_is_looked_at() {
    let (hospital, order) = hospital();
    let Hospital { store, folder, .. } = hospital;
    store.close_as_one_file().unwrap();
    let whole = std::fs::read(folder.path().join(FILE_NAME)).unwrap();
    let copy = tempfile::TempDir::new().unwrap();
    let found: Vec<_> = (1..whole.len() / PAGE).filter_map(|page| found_without(&copy.path().join(FILE_NAME), &whole, page)).collect();
    assert!(found.len() > 20, "{}", found.len());
    let named = |finding: &Finding| finding.order == Some(order);
    assert!(found.iter().any(|found| found.iter().any(named)), "no damage was said of an order");
    let unsaid = found.iter().filter(|found| found.is_empty()).count();
    assert_eq!(unsaid, 0, "of {}", found.len());
}
