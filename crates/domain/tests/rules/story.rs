//! A story: people record events where they are, phones meet the server when they can. Everybody builds on what they have
//! seen, so the history gets the shape that it would have in life.

use std::collections::{BTreeMap, BTreeSet};

use domain::assess::{Assessment, Prices, assess};
use domain::contradiction::{Contradiction, ContradictionKind};
use domain::event::*;
use domain::identity::{DeviceId, EventId, OrderId};
use domain::node::Node;
use domain::recorded::{Receipt, Recorded, SetAsideReason, Verdict};
use domain::replay::replay;
use domain::state::{Effect, OrderState};
use domain::time::{ClockOffset, HOUR_MS, HospitalZone, MINUTE_MS, UtcMillis};
use domain::urgency::Urgency;
use uuid::Uuid;

pub use crate::people::*;
pub use crate::said::*;

/// A device: what it has seen, and how it measures time.
#[derive(Debug, Clone, Default)]
struct Device {
    seen: BTreeSet<EventId>,
    sequence: u64,
    clock_error_ms: i64,
    offset: Option<ClockOffset>,
}

/// One order, its history and the people around it.
#[derive(Debug, Clone)]
pub struct Story {
    pub now: UtcMillis,
    order: OrderId,
    events: BTreeMap<EventId, Recorded>,
    written: Vec<EventId>,
    devices: BTreeMap<u128, Device>,
    position: u64,
}

/// 2026-11-21 08:00 in the hospital.
pub const MORNING: UtcMillis = UtcMillis(1_795_219_200_000);

impl Story {
    /// Nothing has happened.
    pub fn empty() -> Self {
        Self {
            now: MORNING,
            order: OrderId(Uuid::from_u128(7)),
            events: BTreeMap::new(),
            written: Vec::new(),
            devices: BTreeMap::new(),
            position: 100,
        }
    }

    /// Reported to the centre, dispatched to T01, accepted by its leader, assigned to Anna; everybody has seen it.
    pub fn assigned_to_anna() -> Self {
        let mut story = Self::team_accepted();
        story.says(LEADER, assigned(ANNA));
        story.everybody_meets();
        story
    }

    pub fn team_accepted() -> Self {
        let mut story = Self::dispatched();
        story.says(LEADER, EventBody::TeamAccepted(Empty {}));
        story.everybody_meets();
        story
    }

    pub fn dispatched() -> Self {
        let mut story = Self::reported();
        story.says(DISPATCHER, dispatched("T01"));
        story.everybody_meets();
        story
    }

    pub fn reported() -> Self {
        let mut story = Self::empty();
        story.says(DISPATCHER, reported(Urgency::Normal));
        story.everybody_meets();
        story
    }

    /// Anna is repairing, and the centre knows.
    pub fn anna_at_work() -> Self {
        let mut story = Self::assigned_to_anna();
        story.says(ANNA, accepted()).says(ANNA, arrived());
        story.everybody_meets();
        story
    }

    /// Anna has completed, and everybody knows.
    pub fn completed_by_anna() -> Self {
        let mut story = Self::anna_at_work();
        story.says(ANNA, completed());
        story.everybody_meets();
        story
    }

    /// A person records an event on their device a minute later. At the centre it is received at once.
    pub fn says(&mut self, person: Person, body: EventBody) -> &mut Self {
        self.wait_minutes(1);
        let event = self.write(person, body);
        if person.device == SERVER {
            self.receive(event, Verdict::Admitted);
        }
        self
    }

    pub fn wait_minutes(&mut self, minutes: i64) -> &mut Self {
        self.now = self.now.plus(minutes * MINUTE_MS);
        self
    }

    pub fn wait_hours(&mut self, hours: i64) -> &mut Self {
        self.now = self.now.plus(hours * HOUR_MS);
        self
    }

    fn write(&mut self, person: Person, body: EventBody) -> EventId {
        let id = self.new_id();
        let predecessors = self.heads(person.device);
        let now = self.now;
        let order = self.order;
        let device = self.device(person.device);
        device.sequence += 1;
        device.seen.insert(id);
        let event = Event {
            format: EVENT_FORMAT,
            id,
            order,
            recorder: person.staff_no(),
            role: person.role,
            device: DeviceId(Uuid::from_u128(person.device)),
            sequence: device.sequence,
            recorded_at: now.plus(device.clock_error_ms),
            clock: device.offset,
            reference_revision: 1,
            body,
            attachments: Vec::new(),
        };
        self.events.insert(id, Recorded { event, predecessors, receipt: None });
        self.written.push(id);
        id
    }

    /// Ids that say nothing about the order in which they were made.
    fn new_id(&self) -> EventId {
        const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        EventId(Uuid::from_u128((self.written.len() as u128 + 1).wrapping_mul(ODD)))
    }

    fn device(&mut self, device: u128) -> &mut Device {
        let exact = ClockOffset { offset_ms: 0, age_ms: 0 };
        self.devices.entry(device).or_insert_with(|| Device { offset: Some(exact), ..Device::default() })
    }

    /// The ends of what a device has seen.
    fn heads(&mut self, device: u128) -> Vec<EventId> {
        let seen = self.device(device).seen.clone();
        let built_on: BTreeSet<EventId> = seen.iter().flat_map(|id| self.events[id].predecessors.clone()).collect();
        seen.into_iter().filter(|id| !built_on.contains(id)).collect()
    }

    fn receive(&mut self, event: EventId, verdict: Verdict) {
        self.position += 1;
        let receipt = Receipt { position: self.position, received_at: self.now, verdict, judged_at_position: self.position };
        self.events.get_mut(&event).unwrap().receipt = Some(receipt);
        self.device(SERVER).seen.insert(event);
    }

    /// The person's phone exchanges with the server.
    pub fn meets(&mut self, person: Person) -> &mut Self {
        self.meets_with(person, Verdict::Admitted)
    }

    /// The same, and the server sets aside everything that it gets.
    pub fn meets_and_is_set_aside(&mut self, person: Person, reason: SetAsideReason) -> &mut Self {
        self.meets_with(person, Verdict::SetAside(reason))
    }

    fn meets_with(&mut self, person: Person, verdict: Verdict) -> &mut Self {
        let own = self.device(person.device).seen.clone();
        let unsent: Vec<EventId> =
            self.written.iter().copied().filter(|id| own.contains(id) && self.events[id].receipt.is_none()).collect();
        for event in unsent {
            self.receive(event, verdict);
        }
        let at_server = self.device(SERVER).seen.clone();
        self.device(person.device).seen.extend(at_server);
        self
    }

    pub fn everybody_meets(&mut self) -> &mut Self {
        for person in [ANNA, BOLIN, CHEN, ANNA_ELSEWHERE] {
            self.meets(person);
        }
        for person in [ANNA, BOLIN, CHEN, ANNA_ELSEWHERE] {
            self.meets(person);
        }
        self
    }

    /// The server admits later what it had set aside.
    pub fn admits(&mut self, event: EventId) -> &mut Self {
        self.position += 1;
        let position = self.position;
        let receipt = self.events.get_mut(&event).unwrap().receipt.as_mut().unwrap();
        receipt.verdict = Verdict::Admitted;
        receipt.judged_at_position = position;
        self
    }

    /// The server's word about the last event of a person.
    pub fn judges_last_of(&mut self, person: Person, standing: Standing, name: Option<&str>) -> &mut Self {
        let event = self.last_of(person);
        self.says(SYSTEM, judged(event, standing, name))
    }

    /// The phone's clock is wrong, and what it has measured of that.
    pub fn clock_of(&mut self, person: Person, error_ms: i64, offset: Option<ClockOffset>) -> &mut Self {
        let device = self.device(person.device);
        device.clock_error_ms = error_ms;
        device.offset = offset;
        self
    }

    pub fn last_of(&self, person: Person) -> EventId {
        self.last_where(|event| event.recorder == person.staff_no() && event.device.0.as_u128() == person.device)
    }

    pub fn last_of_kind(&self, kind: &str) -> EventId {
        self.last_where(|event| event.body.kind() == kind)
    }

    fn last_where(&self, wanted: impl Fn(&Event) -> bool) -> EventId {
        self.written.iter().copied().rfind(|id| wanted(&self.events[id].event)).expect("somebody said so in this story")
    }

    /// Everything that anybody has recorded, with the receipts that exist.
    pub fn everything(&self) -> Vec<Recorded> {
        self.written.iter().map(|id| self.events[id].clone()).collect()
    }

    /// What the server has.
    pub fn at_centre(&self) -> Vec<Recorded> {
        self.everything().into_iter().filter(|recorded| recorded.receipt.is_some()).collect()
    }

    /// Whether the author of one event had seen another.
    pub fn knew(&self, later: EventId, earlier: EventId) -> bool {
        let mut seen: Vec<EventId> = self.events[&later].predecessors.clone();
        while let Some(id) = seen.pop() {
            if id == earlier {
                return true;
            }
            seen.extend(&self.events[&id].predecessors);
        }
        false
    }

    /// What a phone has.
    pub fn on(&self, person: Person) -> Vec<Recorded> {
        let seen = &self.devices[&person.device].seen;
        self.everything().into_iter().filter(|recorded| seen.contains(&recorded.event.id)).collect()
    }

    /// What the server makes of it.
    pub fn state(&self) -> OrderState {
        replay(&self.at_centre())
    }

    /// What a phone makes of it.
    pub fn state_on(&self, person: Person) -> OrderState {
        replay(&self.on(person))
    }

    pub fn effect_of(&self, event: EventId) -> Effect {
        self.state().history.iter().find(|entry| entry.event == event).expect("in the history").effect
    }

    pub fn assess(&self, prices: &Prices) -> Assessment {
        assess(&self.state(), prices, self.now, HospitalZone::default())
    }
}

/// The contradictions of a state by kind.
pub fn kinds(state: &OrderState) -> Vec<ContradictionKind> {
    state.contradictions.iter().map(|contradiction| contradiction.kind).collect()
}

/// The one contradiction of a kind.
pub fn only(state: &OrderState, kind: ContradictionKind) -> Contradiction {
    let found: Vec<_> = state.contradictions.iter().filter(|contradiction| contradiction.kind == kind).collect();
    assert_eq!(found.len(), 1, "{kind:?} in {:?}", state.contradictions);
    found[0].clone()
}

/// Where the order stands and what does not fit.
pub fn outcome(state: &OrderState) -> (Node, Vec<ContradictionKind>) {
    (state.node, kinds(state))
}
