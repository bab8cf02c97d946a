//! An older program meets a kind that it does not know, and is upgraded with unsent work.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::event::older_programs::lacking;
use domain::event::{Cancelled, EventBody};
use domain::identity::EventId;
use domain::node::Node;
use fixture::{Fixture, assigned_order, centre_event, enrol, order_id, receipt};
use serde_json::json;
use sync::wire::{LogEntry, PackedEvent};

/// What the older program lacks.
const NEWER_KIND: Option<&str> = Some("cancelled");

fn cancellation(builds_on: EventId) -> PackedEvent {
    let body = EventBody::Cancelled(Cancelled { reason: "重复".into(), overridden: false });
    PackedEvent { receipt: receipt(1_001), ..centre_event(order_id(1), 91, body, &[builds_on]) }
}

#[test]
fn after_an_upgrade_lists_say_what_the_older_program_did_not_know() {
    let (cancelled, open) = (order_id(1), order_id(2));
    let older = lacking(NEWER_KIND, || {
        let fixture = Fixture::fresh().reopened();
        enrol(&fixture.device);
        fixture.first_sync(vec![assigned_order(cancelled), assigned_order(open)]);
        let assigned = fixture.order(cancelled).events[3].id;
        fixture.log(vec![LogEntry::Event { order: cancelled, event: cancellation(assigned) }], 1_001);
        fixture.ok(json!({"do": "accept", "order": open}));
        let view = fixture.order(cancelled);
        assert_eq!((view.node, view.events[4].kind.as_str()), (Node::Assigned, "cancelled"), "it is shown, and has no effect");
        assert_eq!((fixture.listed("mine").len(), fixture.listed("done").len()), (2, 0));
        fixture
    });
    let newer = older.reopened();
    assert_eq!(newer.order(cancelled).node, Node::Cancelled);
    assert_eq!((newer.listed("mine"), newer.listed("done")), (vec![open.to_string()], vec![cancelled.to_string()]));
    assert_eq!(newer.device.next_request().unwrap().uploads.len(), 1, "unsent work is still there");
}
