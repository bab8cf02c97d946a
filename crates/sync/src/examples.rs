//! Made-up events and orders for the tests of this crate.

use domain::event::{EVENT_FORMAT, Empty, Event, EventBody};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::node::Node;
use domain::recorded::{Receipt, Verdict};
use domain::role::Role;
use domain::row::OrderRow;
use domain::time::UtcMillis;
use domain::urgency::Urgency;
use serde_bytes::ByteBuf;
use uuid::Uuid;

use crate::wire::{PackedEvent, PackedOrder, Upload};

pub fn event_id(number: u128) -> EventId {
    EventId(Uuid::from_u128(number))
}

pub fn order_id(number: u128) -> OrderId {
    OrderId(Uuid::from_u128(number))
}

pub fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(77))
}

pub fn worker() -> StaffNo {
    StaffNo::from("025518")
}

/// A resumption in order 1, of the worker's device.
pub fn event(number: u128) -> Event {
    Event {
        format: EVENT_FORMAT,
        id: event_id(number),
        order: order_id(1),
        recorder: worker(),
        role: Role::Technician,
        device: device(),
        sequence: 1,
        recorded_at: UtcMillis(1_000),
        clock: None,
        reference_revision: 1,
        body: EventBody::Resumed(Empty {}),
        attachments: Vec::new(),
    }
}

pub fn upload(event: &Event, predecessors: Vec<EventId>) -> Upload {
    Upload { id: event.id, order: event.order, sequence: event.sequence, event: ByteBuf::from(event.to_bytes()), predecessors }
}

pub fn receipt(position: u64) -> Receipt {
    Receipt { position, received_at: UtcMillis(2_000), verdict: Verdict::Admitted, judged_at_position: position }
}

pub fn packed_event(number: u128, position: u64) -> PackedEvent {
    PackedEvent {
        id: event_id(number),
        event: ByteBuf::from(event(number).to_bytes()),
        predecessors: Vec::new(),
        receipt: receipt(position),
    }
}

pub fn packed_order(number: u128, bytes: usize) -> PackedOrder {
    let row = OrderRow {
        order: order_id(number),
        number: None,
        node: Node::Reported,
        urgency: Urgency::Normal,
        location: "L1".into(),
        fault: "F1".into(),
        department: "D1".into(),
        description: String::new(),
        team: None,
        assignee: None,
        helpers: Vec::new(),
        reporter: worker(),
        reported_at: UtcMillis(0),
        due_at: None,
        done_at: None,
        needs_attention: false,
        attention: None,
        withdrawn_from: Vec::new(),
        parts_with: Vec::new(),
        took_part: Default::default(),
        since: None,
        confirmed_by: None,
    };
    PackedOrder { row, packed: ByteBuf::from(vec![0; bytes]) }
}
