//! Histories of orders: six events and two movements of parts each, still open or done.

use domain::event::{
    Accepted, Arrived, Caller, Channel, Completed, Confirmed, EVENT_FORMAT, Event, EventBody, Numbered, PartMove, Reported, Standing,
    ToPerson, ToTeam,
};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo, TeamCode};
use domain::money::Fen;
use domain::quantity::Quantity;
use domain::recorded::Recorded;
use domain::role::Role;
use domain::time::{ClockOffset, HospitalZone, MINUTE_MS, UtcMillis};
use domain::urgency::Urgency;
use domain::workflow::CURRENT_WORKFLOW;

use super::cast::{Cast, Confirmer};
use super::chance::Chance;
use super::words;

/// An order with its whole history. Its events have no receipts yet: those come from whoever stores them.
#[derive(Debug, Clone)]
pub struct GeneratedOrder {
    /// The order.
    pub order: OrderId,
    /// Each builds on the one before.
    pub events: Vec<Recorded>,
}

/// Makes orders of one team.
#[derive(Debug)]
pub struct Generator {
    chance: Chance,
    cast: Cast,
    /// Devices of the technicians, in their order, then the server's; with the number of the last event.
    devices: Vec<(DeviceId, u64)>,
    /// Orders made so far: the next one's number of the day.
    made: u64,
}

/// Who records a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    Dispatcher,
    Server,
    Leader,
    Technician,
}

/// What happens, how many minutes after the step before.
type Step = (Author, u64, EventBody);

impl Generator {
    /// Orders of `cast`, following from `seed`.
    pub fn new(cast: Cast, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let devices = (0..=cast.technicians.len()).map(|_| (DeviceId(chance.id(UtcMillis(0))), 0)).collect();
        Self { chance, cast, devices, made: 0 }
    }

    /// An order in the middle of the work: reported, numbered, dispatched, assigned, accepted, arrived, two parts drawn.
    pub fn open_order(&mut self, reported_at: UtcMillis) -> GeneratedOrder {
        let technician = self.technician();
        let steps = vec![
            (Author::Dispatcher, 0, self.reported(Channel::Centre)),
            (Author::Server, 0, self.numbered(reported_at)),
            (Author::Dispatcher, 2, EventBody::Dispatched(ToTeam { team: self.team() })),
            (Author::Leader, 5, EventBody::Assigned(ToPerson { staff_no: self.staff_no(Author::Technician, technician) })),
            (Author::Technician, 9, EventBody::Accepted(Accepted { team: self.team() })),
            (Author::Technician, 14, EventBody::Arrived(Arrived { location: None })),
            (Author::Technician, 11, self.part_issued()),
            (Author::Technician, 3, self.part_issued()),
        ];
        self.recorded(reported_at, technician, steps)
    }

    /// An order that its technician found, repaired and had confirmed.
    pub fn done_order(&mut self, reported_at: UtcMillis) -> GeneratedOrder {
        let technician = self.technician();
        let steps = vec![
            (Author::Technician, 0, self.reported(Channel::Technician)),
            (Author::Server, 0, self.numbered(reported_at)),
            (Author::Technician, 1, EventBody::Accepted(Accepted { team: self.team() })),
            (Author::Technician, 6, EventBody::Arrived(Arrived { location: None })),
            (Author::Technician, 12, self.part_issued()),
            (Author::Technician, 2, self.part_issued()),
            (Author::Technician, 17, self.completed()),
            (Author::Technician, 4, self.confirmed()),
        ];
        self.recorded(reported_at, technician, steps)
    }

    fn recorded(&mut self, reported_at: UtcMillis, technician: usize, steps: Vec<Step>) -> GeneratedOrder {
        let order = OrderId(self.chance.id(reported_at));
        let mut events: Vec<Recorded> = Vec::with_capacity(steps.len());
        let mut at = reported_at;
        for (author, minutes, body) in steps {
            let seconds = self.chance.below(50_000);
            at = at.plus(i64::try_from(minutes).unwrap_or(0).saturating_mul(MINUTE_MS)).plus(i64::try_from(seconds).unwrap_or(0));
            let predecessors = events.last().map(|before| before.event.id).into_iter().collect();
            events.push(Recorded { event: self.event(order, author, technician, at, body), predecessors, receipt: None });
        }
        GeneratedOrder { order, events }
    }

    fn event(&mut self, order: OrderId, author: Author, technician: usize, at: UtcMillis, body: EventBody) -> Event {
        let (device, sequence) = self.next_number(author, technician);
        let of_a_phone = author == Author::Technician;
        let clock = if of_a_phone { self.measured_clock() } else { ClockOffset { offset_ms: 0, age_ms: 0 } };
        Event {
            format: EVENT_FORMAT,
            id: EventId(self.chance.id(at)),
            order,
            recorder: self.staff_no(author, technician),
            role: role(author),
            device,
            sequence,
            recorded_at: at,
            clock: Some(clock),
            reference_revision: 1,
            body,
            attachments: Vec::new(),
        }
    }

    fn measured_clock(&mut self) -> ClockOffset {
        let offset_ms = i64::try_from(self.chance.below(4_000)).unwrap_or(0).saturating_sub(2_000);
        ClockOffset { offset_ms, age_ms: i64::try_from(self.chance.below(3_600_000)).unwrap_or(0) }
    }

    fn next_number(&mut self, author: Author, technician: usize) -> (DeviceId, u64) {
        let place = if author == Author::Technician { technician } else { self.devices.len().saturating_sub(1) };
        let nobody = (DeviceId(uuid::Uuid::nil()), 0);
        self.devices.get_mut(place).map_or(nobody, |(device, last)| {
            *last = last.saturating_add(1);
            (*device, *last)
        })
    }

    /// A technician's place in the team.
    fn technician(&mut self) -> usize {
        usize::try_from(self.chance.below(u64::try_from(self.cast.technicians.len()).unwrap_or(0))).unwrap_or(0)
    }

    fn staff_no(&self, author: Author, technician: usize) -> StaffNo {
        match author {
            Author::Server => StaffNo::system(),
            Author::Leader => StaffNo(self.cast.leader.clone()),
            Author::Dispatcher => StaffNo(self.cast.dispatchers.first().cloned().unwrap_or_default()),
            Author::Technician => StaffNo(self.cast.technicians.get(technician).cloned().unwrap_or_default()),
        }
    }

    fn team(&self) -> TeamCode {
        TeamCode(self.cast.team.clone())
    }

    fn reported(&mut self, channel: Channel) -> EventBody {
        let urgency =
            *self.chance.one_of(&[Urgency::Normal, Urgency::Normal, Urgency::Urgent, Urgency::Planned]).unwrap_or(&Urgency::Normal);
        let number = format!("8{:04}", self.chance.below(10_000));
        EventBody::Reported(Reported {
            location: self.chance.text_of(&self.cast.locations).as_str().into(),
            fault: self.chance.text_of(&self.cast.faults).as_str().into(),
            urgency,
            department: self.confirmer().department.as_str().into(),
            description: words::description(&mut self.chance),
            caller: Some(Caller { name: words::caller(&mut self.chance), number: Some(number) }),
            channel,
            team: (channel == Channel::Technician).then(|| self.team()),
            limits: urgency.default_limits(),
            workflow: CURRENT_WORKFLOW,
        })
    }

    fn numbered(&mut self, at: UtcMillis) -> EventBody {
        self.made = self.made.saturating_add(1);
        let day = HospitalZone::default().date(at).format("%Y%m%d");
        EventBody::Numbered(Numbered { number: format!("GD{day}-{:04}", self.made) })
    }

    fn part_issued(&mut self) -> EventBody {
        let nothing = super::cast::Part { code: String::new(), unit_price_fen: 0 };
        let part = self.chance.one_of(&self.cast.parts).cloned().unwrap_or(nothing);
        EventBody::PartIssued(PartMove {
            part: part.code.as_str().into(),
            quantity: Quantity::ONE,
            warehouse: self.cast.warehouse.as_str().into(),
            unit_price_fen: Fen(part.unit_price_fen),
            scan: part.code,
        })
    }

    fn completed(&mut self) -> EventBody {
        EventBody::Completed(Completed { cause: words::cause(&mut self.chance), remedy: words::remedy(&mut self.chance) })
    }

    fn confirmed(&mut self) -> EventBody {
        let confirmer = self.confirmer();
        EventBody::Confirmed(Confirmed {
            staff_no: StaffNo(confirmer.staff_no),
            accepted: true,
            reason: None,
            name: Some(confirmer.name),
            department: Some(confirmer.department.as_str().into()),
            standing: Standing::Verified,
            look_ups: None,
        })
    }

    fn confirmer(&mut self) -> Confirmer {
        let nobody = Confirmer { staff_no: String::new(), name: String::new(), department: String::new() };
        self.chance.one_of(&self.cast.confirmers).cloned().unwrap_or(nobody)
    }
}

fn role(author: Author) -> Role {
    match author {
        Author::Dispatcher => Role::Dispatcher,
        Author::Server => Role::System,
        Author::Leader => Role::TeamLeader,
        Author::Technician => Role::Technician,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::node::Node;
    use domain::replay::replay;

    const REPORTED_AT: UtcMillis = UtcMillis(1_795_305_600_000);

    /// Six events and two movements of parts that lead to `node` without a contradiction.
    #[track_caller]
    fn check(order: &GeneratedOrder, node: Node) {
        let state = replay(&order.events);
        assert_eq!((state.node, state.id), (node, Some(order.order)));
        assert_eq!((order.events.len(), state.moves.len()), (8, 2));
        assert!(!state.needs_attention(), "{:?}", state.contradictions);
    }

    #[test]
    fn generated_orders_are_orders() {
        let mut generator = Generator::new(Cast::of_team("T01"), 7);
        check(&generator.open_order(REPORTED_AT), Node::InProgress);
        check(&generator.done_order(REPORTED_AT), Node::Confirmed);
    }

    #[test]
    fn the_same_seed_makes_the_same_orders() {
        let first = |seed| Generator::new(Cast::of_team("T01"), seed).open_order(REPORTED_AT).order;
        assert_eq!(first(7), first(7));
        assert_ne!(first(7), first(8));
    }
}
