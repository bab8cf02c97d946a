//! The store is checked against its events, and its rows are written anew from them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod harness;

use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::node::Node;
use harness::{Hospital, arrived, completed, part_issued};
use server::verifying::{Finding, verify};
use store::Database;
use store::server::{events, orders};
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

/// The last event of an order once more, under another id and on other predecessors where some are given.
fn once_more(database: &Database, order: OrderId, predecessors: Option<u128>) -> Result<(), Fault> {
    let last = events::of_order(database, order)?.pop().unwrap();
    let number = |number| EventId(Uuid::from_u128(number));
    let receipt = domain::recorded::Receipt { position: last.receipt.position + 1_000, ..last.receipt };
    let predecessors = predecessors.map_or(last.predecessors.clone(), |unknown| vec![number(unknown)]);
    Ok(events::insert(database, &events::StoredEvent { id: number(1), predecessors, receipt, ..last })?)
}

#[test]
fn events_that_are_no_history_are_found_and_left_alone() {
    check(|database, order| once_more(database, order, Some(2)), [(1, 0), (1, 0), (1, 0)]);
    check(|database, order| once_more(database, order, None), [(1, 0), (1, 0), (1, 0)]);
}
