//! An order of a team, the phone of one of its technicians, and what becomes of what the phone sends.

use domain::event::{Event, EventBody};
use domain::identity::{EventId, OrderId};
use domain::state::Effect;
use serde_bytes::ByteBuf;
use serde_json::json;
use server::review::list::ReviewQuery;
use sync::wire::Upload;

use super::centre::{DISPATCHER, TECHNICIAN};
use super::{Device, Hospital, arrived, upload};

/// What the dispatcher says.
pub const WHY: &str = "电话问过本人";

/// A hospital with an order of T01, and the device of one of its technicians.
pub struct Scene {
    pub hospital: Hospital,
    pub device: Device,
    pub order: OrderId,
}

impl Scene {
    pub fn new() -> Self {
        let mut hospital = Hospital::new();
        let device = hospital.enrol(TECHNICIAN);
        let order = hospital.team_accepted_order();
        Self { hospital, device, order }
    }

    /// An arrival at the order's ends, changed before it is sent.
    pub fn send(&mut self, change: impl FnOnce(&mut Event)) -> EventId {
        let heads = self.hospital.heads(self.order);
        let sent = self.device.event(&self.hospital, self.order, &heads, arrived());
        let mut event = Event::from_bytes(&sent.event).unwrap();
        change(&mut event);
        self.push(upload(&event, &heads))
    }

    pub fn push(&mut self, upload: Upload) -> EventId {
        self.hospital.push(&self.device, std::slice::from_ref(&upload));
        upload.id
    }

    pub fn effect(&mut self, event: EventId) -> Option<Effect> {
        let order = self.order;
        self.hospital.view(order).events.into_iter().find(|view| view.id == event).map(|view| view.effect)
    }

    pub fn open(&mut self) -> usize {
        let page = self.hospital.set_aside(DISPATCHER, &ReviewQuery::default());
        assert_eq!(page.open as usize, page.items.len());
        page.items.len()
    }

    /// Whether the list says that something of the order waits for somebody.
    pub fn is_marked(&mut self) -> bool {
        let order = self.order;
        let page = self.hospital.orders(DISPATCHER);
        page.orders.into_iter().find(|row| row.id == order).unwrap().undecided
    }

    /// Every order equals its events.
    #[track_caller]
    pub fn check_the_store(&mut self) {
        let verified = server::verifying::verify(&mut self.hospital.store, false).unwrap();
        assert!(verified.findings.is_empty(), "{:?}", verified.findings.iter().map(|finding| &finding.what).collect::<Vec<_>>());
    }
}

/// Of a kind that the server does not know.
pub fn unknown() -> EventBody {
    EventBody::Unknown { kind: "teleported".to_owned(), body: json!({ "far": true }) }
}

/// An entry that nobody can read.
pub fn rubbish(scene: &mut Scene) -> EventId {
    let mut upload = scene.device.event(&scene.hospital, scene.order, &[], arrived());
    upload.event = ByteBuf::from(b"rubbish".to_vec());
    scene.push(upload)
}
