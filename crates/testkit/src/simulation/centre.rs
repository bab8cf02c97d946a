//! The real server on a real store, without sockets: exchanges, and the decisions of the centre.

use std::path::PathBuf;
use std::sync::Arc;

use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, OrderId, StaffNo};
use domain::row::OrderRow;
use domain::time::HospitalZone;
use server::enrolment;
use server::exchange::{credential, handle};
use server::occasion::{Host, Randomness};
use server::orders::create::{NewOrder, create};
use server::orders::decide::{Decision, decide};
use server::people::Person;
use store::server::orders::{OrderFilter, list};
use store::server::{ServerStore, devices};
use sync::codec::{decode_request, encode_answer};
use sync::wire::{EnrollAnswer, EnrollRequest};

use super::broken::Promise;
use super::clock::SimulatedClock;
use super::hospital::{self, DEPARTMENT, DISPATCHER, FAULTS, LOCATIONS, NURSES, TEAMS, TeamOf};
use super::random::{Chance, SharedChance};

impl Randomness for SharedChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        device::randomness::Randomness::fill(self, bytes)
    }
}

/// The hospital's server and whoever sits before it.
pub struct Centre {
    folder: PathBuf,
    host: Host,
    /// The server's store.
    pub store: ServerStore,
    /// The same store in another process: an import, or a second server.
    other_process: ServerStore,
}

impl Centre {
    /// A server with the reference data of [`hospital`].
    pub fn new(folder: PathBuf, clock: SimulatedClock, chance: SharedChance) -> Result<Self, Promise> {
        std::fs::create_dir_all(&folder)?;
        let mut store = ServerStore::open(&folder)?;
        hospital::found(&mut store)?;
        let host = Host { clock: Arc::new(clock), randomness: Arc::new(chance), zone: HospitalZone::default() };
        let other_process = ServerStore::open(&folder)?;
        Ok(Self { folder, host, store, other_process })
    }

    /// The server's clock and randomness.
    pub fn host(&self) -> Host {
        self.host.clone()
    }

    /// The process stops without a word and is started again.
    pub fn stop_and_start(&mut self) -> Result<(), Promise> {
        self.store = ServerStore::open(&self.folder)?;
        Ok(())
    }

    /// A one-time code for somebody.
    pub fn enrolment_code(&mut self, person: &str) -> Result<String, Promise> {
        let occasion = self.host.occasion();
        Ok(self.store.write(|database| enrolment::new_code_for(database, &StaffNo::from(person), &occasion))?)
    }

    /// Enrols a device.
    pub fn enrol(&mut self, request: &EnrollRequest) -> Result<EnrollAnswer, Promise> {
        let occasion = self.host.occasion();
        Ok(self.store.write(|database| enrolment::enrol(database, request, &occasion))?)
    }

    /// Answers the body of a request as the real server does.
    pub fn exchange(&mut self, device: DeviceId, secret: &str, body: &[u8]) -> Result<Vec<u8>, Promise> {
        let known = self.store.read(|database| credential::authenticate(database, device, secret))?;
        let device = known.ok_or_else(|| Promise::broken("the server does not know its device"))?;
        let answer = handle(&mut self.store, device.id, &decode_request(body)?, &self.host.occasion())?;
        if let Some(order) = answer.anew.first() {
            return Err(Promise::broken(format!("a phone and the server have different documents of {}", order.row.order)));
        }
        Ok(encode_answer(&answer)?)
    }

    /// Takes a device's credential away.
    pub fn revoke(&mut self, device: DeviceId) -> Result<(), Promise> {
        let now = self.host.clock.now();
        Ok(self.other_process.write(|database| devices::revoke(database, device, now, &StaffNo::from(DISPATCHER)))?)
    }

    /// Somebody moves to one of the teams.
    pub fn move_somebody(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let to = chance.one_of(&TEAMS).copied().unwrap_or(TEAMS[0]);
        let from = chance.one_of(&TEAMS).copied().unwrap_or(TEAMS[0]);
        let technician = chance.one_of(from.technicians).copied().unwrap_or(DISPATCHER);
        hospital::move_to_team(&mut self.other_process, technician, to.code)?;
        Ok(format!("{technician} works in {} now", to.code))
    }

    /// Every order.
    pub fn orders(&mut self) -> Result<Vec<OrderRow>, Promise> {
        Ok(self.store.read(|database| list(database, &OrderFilter::default(), 10_000))?)
    }

    /// Somebody reports a fault.
    pub fn report(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let new = NewOrder {
            location: chance.one_of(&LOCATIONS).copied().unwrap_or_default().into(),
            fault: chance.one_of(&FAULTS).copied().unwrap_or_default().into(),
            urgency: None,
            department: DEPARTMENT.into(),
            description: "洗手池下水堵塞".into(),
            caller: None,
        };
        let reporter = if chance.percent(50) { DISPATCHER } else { NURSES[0] };
        let occasion = self.host.occasion();
        let view = self.store.write(|database| create(database, &new, &person(database, reporter, &occasion)?, &occasion))?;
        Ok(format!("{reporter} reports {}", view.id))
    }

    /// Somebody decides something about some order. What the workflow does not allow is refused, and nothing happens.
    pub fn decide(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let orders = self.orders()?;
        let Some(row) = chance.one_of(&orders) else { return Ok("finds no order".into()) };
        let (who, decision) = decision(row, chance);
        self.take(row.order, who, &decision)
    }

    fn take(&mut self, order: OrderId, who: &str, decision: &Decision) -> Result<String, Promise> {
        let occasion = self.host.occasion();
        let decided = self.other_process.write(|database| decide(database, order, decision, &person(database, who, &occasion)?, &occasion));
        match decided {
            Ok(_) => Ok(format!("{who} decides {decision:?} about {order}")),
            Err(fault) if is_refusal(fault.code) => Ok(format!("{who} may not {decision:?}")),
            Err(fault) => Err(fault.into()),
        }
    }
}

/// What the workflow would do next more often than not, and anything at all now and then.
fn decision(row: &OrderRow, chance: &mut Chance) -> (&'static str, Decision) {
    let team = team_of(row).or_else(|| chance.one_of(&TEAMS).copied()).unwrap_or(TEAMS[0]);
    let technician = chance.one_of(team.technicians).copied().unwrap_or(team.leader);
    let other = chance.one_of(&TEAMS).copied().unwrap_or(team);
    let next = match row.node {
        domain::node::Node::Reported => (DISPATCHER, Decision::Dispatch { team: team.code.into() }),
        domain::node::Node::Dispatched => (team.leader, Decision::AcceptForTeam),
        _ => (team.leader, Decision::Assign { staff_no: technician.into() }),
    };
    let reassigned = Decision::Reassign { team: Some(other.code.into()), staff_no: None };
    let choices = [
        (60, next),
        (12, (DISPATCHER, reassigned)),
        (8, (team.leader, Decision::Reassign { team: None, staff_no: Some(technician.into()) })),
        (8, (DISPATCHER, Decision::Return { reason: "重新派工".into() })),
        (6, (DISPATCHER, Decision::Cancel { reason: "误报".into(), overridden: false })),
        (6, (team.leader, Decision::Cancel { reason: "停用".into(), overridden: true })),
    ];
    chance.weighted(&choices).cloned().unwrap_or((DISPATCHER, Decision::AcceptForTeam))
}

fn team_of(row: &OrderRow) -> Option<TeamOf> {
    let code = row.team.as_ref()?.as_str();
    TEAMS.iter().find(|team| team.code == code).copied()
}

fn is_refusal(code: FaultCodeName) -> bool {
    matches!(
        code,
        FaultCodeName::TransitionNotAllowed
            | FaultCodeName::NotPermitted
            | FaultCodeName::OrderUnknown
            | FaultCodeName::OrderFull
            | FaultCodeName::StaffNotValid
    )
}

fn person(database: &store::Database, staff_no: &str, occasion: &server::occasion::Occasion<'_>) -> Result<Person, Fault> {
    let found = Person::on(database, &StaffNo::from(staff_no), occasion.today())?;
    found.ok_or_else(|| Fault::new(FaultCodeName::StaffUnknown, "the simulation's people are all in its staff list"))
}
