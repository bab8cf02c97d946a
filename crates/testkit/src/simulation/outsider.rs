//! Devices without a phone: one runs a newer program, one belongs to somebody who helps out wherever they are, one to somebody who
//! pushes what is not theirs. All have an honest credential.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Channel, Completed, EVENT_FORMAT, Event, EventBody, PartMove, Reported, ToTeam};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::money::Fen;
use domain::quantity::Quantity;
use domain::recorded::Recorded;
use domain::role::Role;
use domain::time::UtcMillis;
use domain::urgency::Urgency;
use domain::workflow::CURRENT_WORKFLOW;
use serde_json::json;
use sync::wire::{EnrollRequest, ExchangeRequest, PROTOCOL, Progress, Upload};

use super::broken::Promise;
use super::centre::Centre;
use super::hospital::{DEPARTMENT, FAULTS, LOCATIONS, PARTS, WAREHOUSE};
use super::random::Chance;

/// Who pushes.
pub struct Outsider {
    /// What was pushed and must never have effect, unless somebody gives it effect.
    pub forged: BTreeSet<EventId>,
    /// What was pushed and answered.
    pub answered: BTreeSet<EventId>,
    /// Events under whose ids other bytes were pushed, with the bytes that were there.
    pub attacked: BTreeMap<EventId, Vec<u8>>,
    person: &'static str,
    device: DeviceId,
    secret: String,
    sequence: u64,
}

/// What is pushed.
#[derive(Debug, Clone, Copy)]
enum Forgery {
    NoEvent,
    InAnothersName,
    InAnotherRole,
    AsALeader,
    ForAnotherTeam,
    ADecision,
    UnderATakenId,
    OnAnotherOrder,
    OnNothing,
    OnItself,
    AboutNoOrder,
}

const FORGERIES: [Forgery; 11] = [
    Forgery::NoEvent,
    Forgery::InAnothersName,
    Forgery::InAnotherRole,
    Forgery::AsALeader,
    Forgery::ForAnotherTeam,
    Forgery::ADecision,
    Forgery::UnderATakenId,
    Forgery::OnAnotherOrder,
    Forgery::OnNothing,
    Forgery::OnItself,
    Forgery::AboutNoOrder,
];

impl Outsider {
    /// Enrols a device for somebody.
    pub fn enrolled(centre: &mut Centre, person: &'static str, chance: &mut Chance) -> Result<Self, Promise> {
        let code = centre.enrolment_code(person)?.ok_or_else(|| Promise::broken("a new server gives no code"))?;
        let secret: String = (0..4).map(|_| format!("{:016x}", chance.bits())).collect();
        let device = DeviceId(chance.id());
        centre.enrol(&EnrollRequest { code, device, secret: secret.clone(), expected_person: None, expected_holder: None })?;
        Ok(Self { forged: BTreeSet::new(), answered: BTreeSet::new(), attacked: BTreeMap::new(), person, device, secret, sequence: 0 })
    }

    /// Pushes an honest event of a kind that nobody here knows.
    pub fn push_newer(&mut self, centre: &mut Centre, now: UtcMillis, chance: &mut Chance) -> Result<String, Promise> {
        let Some((row, recorded)) = centre.some_history(chance)? else { return Ok("a newer program finds no order".into()) };
        let body = EventBody::Unknown { kind: "photographed".into(), body: json!({ "sha256": "0".repeat(64) }) };
        let event = self.event(row.order, now, body, chance);
        let upload = honest(&event, heads(&recorded));
        self.forged.insert(event.id);
        self.push(centre, upload)?;
        Ok(format!("a newer program says something about {}", row.order))
    }

    /// Pushes honest work on some order, which is set aside where the order was never this person's to see.
    pub fn help_out(&mut self, centre: &mut Centre, now: UtcMillis, chance: &mut Chance) -> Result<String, Promise> {
        let Some((row, recorded)) = centre.some_history(chance)? else { return Ok("a colleague finds no order".into()) };
        let part = PartMove {
            part: PARTS[0].into(),
            quantity: Quantity::ONE,
            warehouse: WAREHOUSE.into(),
            unit_price_fen: Fen(1_250),
            scan: PARTS[0].into(),
        };
        let event = self.event(row.order, now, EventBody::PartIssued(part), chance);
        let (id, upload) = (event.id, honest(&event, heads(&recorded)));
        self.push(centre, upload)?;
        Ok(format!("a colleague takes a part for {} as {id}", row.order))
    }

    /// Pushes something that is not theirs.
    pub fn push_hostile(&mut self, centre: &mut Centre, now: UtcMillis, chance: &mut Chance) -> Result<String, Promise> {
        let (Some((row, recorded)), Some((_, elsewhere))) = (centre.some_history(chance)?, centre.some_history(chance)?) else {
            return Ok("an attacker finds no order".into());
        };
        let forgery = chance.one_of(&FORGERIES).copied().unwrap_or(Forgery::NoEvent);
        let upload = self.forge(forgery, &row.order, &recorded, &elsewhere, now, chance);
        if !self.attacked.contains_key(&upload.id) {
            self.forged.insert(upload.id);
        }
        self.push(centre, upload)?;
        Ok(format!("an attacker pushes {forgery:?} about {}", row.order))
    }

    fn forge(
        &mut self,
        forgery: Forgery,
        order: &OrderId,
        recorded: &[Recorded],
        elsewhere: &[Recorded],
        now: UtcMillis,
        chance: &mut Chance,
    ) -> Upload {
        let completed = EventBody::Completed(Completed { cause: "无".into(), remedy: "无".into() });
        let mut event = self.event(*order, now, completed, chance);
        let mut predecessors = heads(recorded);
        match forgery {
            Forgery::NoEvent => {}
            Forgery::InAnothersName => event.recorder = StaffNo::from("100001"),
            Forgery::InAnotherRole => event.role = Role::Dispatcher,
            Forgery::AsALeader => event.role = Role::TeamLeader,
            Forgery::ForAnotherTeam => {
                (event.order, event.body) = (OrderId(chance.id()), found_for("T99"));
                predecessors.clear();
            }
            Forgery::ADecision => event.body = EventBody::Dispatched(ToTeam { team: "T02".into() }),
            Forgery::UnderATakenId => {
                if let Some(victim) = recorded.first() {
                    event.id = victim.event.id;
                    self.attacked.insert(event.id, victim.event.to_bytes());
                }
            }
            Forgery::OnAnotherOrder => {
                event.recorder = StaffNo::from("100001");
                predecessors = heads(elsewhere);
            }
            Forgery::OnNothing => predecessors = vec![EventId(chance.id())],
            Forgery::OnItself => predecessors = vec![event.id],
            Forgery::AboutNoOrder => {
                event.order = OrderId(chance.id());
                predecessors.clear();
            }
        }
        let upload = honest(&event, predecessors);
        if matches!(forgery, Forgery::NoEvent) { Upload { event: chance.bits().to_le_bytes().to_vec().into(), ..upload } } else { upload }
    }

    fn event(&mut self, order: OrderId, now: UtcMillis, body: EventBody, chance: &mut Chance) -> Event {
        self.sequence = self.sequence.saturating_add(1);
        Event {
            format: EVENT_FORMAT,
            id: EventId(chance.id()),
            order,
            recorder: StaffNo::from(self.person),
            role: Role::Technician,
            device: self.device,
            sequence: self.sequence,
            recorded_at: now,
            clock: None,
            reference_revision: 1,
            body,
            attachments: Vec::new(),
        }
    }

    fn push(&mut self, centre: &mut Centre, upload: Upload) -> Result<(), Promise> {
        let id = upload.id;
        let request = ExchangeRequest {
            protocol: PROTOCOL,
            uploads: vec![upload],
            // Nothing that this log has: the answer stays short.
            progress: Progress::Log { cursor: u64::from(u32::MAX) },
            log_mark: None,
            reference_revision: u64::from(u32::MAX),
            checks: Vec::new(),
        };
        if centre.exchange(self.device, &self.secret, request, None)?.is_some() {
            self.answered.insert(id);
        }
        Ok(())
    }
}

/// A fault that somebody found, for a team that nobody here is in.
fn found_for(team: &str) -> EventBody {
    EventBody::Reported(Reported {
        location: LOCATIONS[0].into(),
        fault: FAULTS[0].into(),
        urgency: Urgency::Normal,
        department: DEPARTMENT.into(),
        description: "水龙头漏水".into(),
        caller: None,
        channel: Channel::Technician,
        team: Some(team.into()),
        limits: Urgency::Normal.default_limits(),
        workflow: CURRENT_WORKFLOW,
    })
}

fn honest(event: &Event, predecessors: Vec<EventId>) -> Upload {
    Upload { id: event.id, order: event.order, sequence: event.sequence, event: event.to_bytes().into(), predecessors }
}

fn heads(recorded: &[Recorded]) -> Vec<EventId> {
    let built_on: BTreeSet<EventId> = recorded.iter().flat_map(|recorded| recorded.predecessors.iter().copied()).collect();
    recorded.iter().map(|recorded| recorded.event.id).filter(|id| !built_on.contains(id)).collect()
}
