//! A device's documents are compared with the server's, and it gets whole what it has otherwise and may see.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod harness;

use documents::{PlacedEvent, heads_of};
use domain::identity::OrderId;
use harness::{Device, Hospital};
use serde_bytes::ByteBuf;
use server::orders::decide::Decision;
use store::server::{counters, events};
use sync::wire::{ExchangeRequest, OrderCheck, PROTOCOL, Progress};

/// The heads of an order's first events.
fn heads_of_first(hospital: &mut Hospital, order: OrderId, count: usize) -> Vec<u8> {
    let stored = hospital.store.read(|database| events::of_order(database, order)).unwrap();
    let placed = |event: events::StoredEvent| PlacedEvent { id: event.id, bytes: event.bytes, predecessors: event.predecessors };
    heads_of(stored.into_iter().take(count).map(placed).collect()).unwrap()
}

/// The orders that come anew for one check by a device that has read to the log's end.
fn anew(hospital: &mut Hospital, device: &Device, order: OrderId, heads: Vec<u8>) -> Vec<OrderId> {
    let cursor = hospital.store.read(counters::log_end).unwrap();
    anew_at(hospital, device, cursor, order, heads)
}

/// The same by a device that has read to a place in the log.
fn anew_at(hospital: &mut Hospital, device: &Device, cursor: u64, order: OrderId, heads: Vec<u8>) -> Vec<OrderId> {
    let log_mark = hospital.store.read(|database| store::server::log::mark_at(database, cursor)).unwrap();
    let request = ExchangeRequest {
        protocol: PROTOCOL,
        uploads: Vec::new(),
        progress: Progress::Log { cursor },
        log_mark,
        reference_revision: device.reference,
        checks: vec![OrderCheck { order, heads: ByteBuf::from(heads) }],
    };
    let answer = server::exchange::handle(&mut hospital.store, device.id, &request, &hospital.host.occasion()).unwrap();
    answer.anew.iter().map(|order| order.row.order).collect()
}

#[test]
fn what_differs_or_is_damaged_comes_whole_and_only_to_whom_it_concerns() {
    let mut hospital = Hospital::new();
    let (own, stranger) = (hospital.enrol("025518"), hospital.enrol("025792"));
    let order = hospital.team_accepted_order();
    // Whoever has not begun to read here begins; from then on the scope stands.
    for device in [&own, &stranger] {
        hospital.exchange(device, Vec::new());
    }
    hospital.team_accepted_order();
    let (same, behind) = (heads_of_first(&mut hospital, order, 99), heads_of_first(&mut hospital, order, 2));
    assert_eq!(anew(&mut hospital, &own, order, same), []);
    assert_eq!(anew(&mut hospital, &own, order, behind.clone()), [order]);
    assert_eq!(anew(&mut hospital, &own, order, Vec::new()), [order]);
    assert_eq!(anew(&mut hospital, &stranger, order, behind), []);
    assert_eq!(anew(&mut hospital, &stranger, order, Vec::new()), []);
}

/// One bit of an event on the server's disk: the phone's copy is right, and is not replaced.
#[test]
fn what_has_changed_on_the_servers_disk_comes_to_nobody_in_its_stead() {
    let mut hospital = Hospital::new();
    let own = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    hospital.exchange(&own, Vec::new());
    hospital.team_accepted_order();
    let right = heads_of_first(&mut hospital, order, 99);
    let spoils = r#"UPDATE events SET bytes = CAST(replace(CAST(bytes AS TEXT), '"T01"', '"T02"') AS BLOB) WHERE order_id = ?1"#;
    let changed =
        hospital.store.write(|database| database.execute(spoils, [order.0.as_bytes().as_slice()]).map_err(store::StoreError::from));
    assert!(changed.unwrap() > 0);
    assert_ne!(heads_of_first(&mut hospital, order, 99), right);
    assert_eq!(anew(&mut hospital, &own, order, right), []);
    assert_eq!(anew(&mut hospital, &own, order, Vec::new()), []);
}

/// An event that cannot even be read: its order takes nothing in, and what a phone has for other orders goes in.
#[test]
fn an_order_that_cannot_be_read_holds_up_nothing_else() {
    let mut hospital = Hospital::new();
    let mut own = hospital.enrol("025518");
    let (damaged, sound) = (hospital.team_accepted_order(), hospital.team_accepted_order());
    let heads = [damaged, sound].map(|order| hospital.heads(order));
    let spoils = "UPDATE events SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB) WHERE position = (SELECT max(position) FROM events WHERE order_id = ?1)";
    let changed =
        hospital.store.write(|database| database.execute(spoils, [damaged.0.as_bytes().as_slice()]).map_err(store::StoreError::from));
    assert_eq!(changed.unwrap(), 1);
    let accepted = own.accepted();
    let uploads: Vec<_> =
        [(damaged, &heads[0]), (sound, &heads[1])].map(|(order, heads)| own.event(&hospital, order, heads, accepted.clone())).into();
    let outcomes = hospital.exchange(&own, uploads).outcomes;
    assert_eq!(harness::outcome::held(&outcomes[0]), domain::recorded::HeldReason::TooManyHeld, "the phone keeps it, and offers it again");
    assert_eq!(harness::outcome::verdict(&outcomes[1]), domain::recorded::Verdict::Admitted);
}

/// The order was the team's, became the person's own, and left the team: what happened before it was the person's is not on the
/// pages that are read after that, because the order comes whole where it enters.
#[test]
fn an_order_that_will_enter_further_on_in_the_log_is_not_compared_before() {
    let mut hospital = Hospital::new();
    let own = hospital.enrol("025518");
    hospital.exchange(&own, Vec::new());
    let order = hospital.dispatched_order();
    let read = heads_of_first(&mut hospital, order, 99);
    hospital.decide("025514", order, Decision::AcceptForTeam).unwrap();
    let before_it_enters = hospital.store.read(counters::log_end).unwrap();
    hospital.decide("025514", order, Decision::Assign { staff_no: "025518".into() }).unwrap();
    assert_eq!(anew_at(&mut hospital, &own, before_it_enters, order, read.clone()), [order], "the team's order is compared");
    hospital.decide("026149", order, Decision::Reassign { team: Some("T02".into()), staff_no: None }).unwrap();
    assert_eq!(anew_at(&mut hospital, &own, before_it_enters, order, read.clone()), []);
    assert_eq!(anew_at(&mut hospital, &own, before_it_enters, order, Vec::new()), [order], "what is damaged is asked for at once");
    assert_eq!(anew(&mut hospital, &own, order, read), [order], "once it has entered it is compared");
}
