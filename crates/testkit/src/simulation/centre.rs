//! The real server on a real store, without sockets: exchanges, and the decisions of the centre.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use domain::event::older_programs::lacking;
use domain::fault::FaultCodeName::{DiskFull, StoreFailed};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::recorded::Recorded;
use domain::row::OrderRow;
use domain::time::HospitalZone;
use server::enrolment;
use server::exchange::{credential, handle};
use server::occasion::Host;
use server::orders::create::{NewOrder, create};
use server::orders::decide::{Decision, decide};
use server::orders::history;
use server::people::Person;
use server::review::unknown_kinds::judge_again;
use store::Database;
use store::server::orders::{OrderFilter, list};
use store::server::{ServerStore, devices};
use store::shared::column::uuid;
use sync::wire::{EnrollAnswer, EnrollRequest, ExchangeAnswer, ExchangeRequest};

use super::broken::Promise;
use super::clock::SimulatedClock;
use super::death::{StoreOf, arm, disarm};
use super::hospital::{self, DEPARTMENT, DISPATCHER, FAULTS, LOCATIONS, NURSES, TEAMS, TeamOf};
use super::mutation::Mutation;
use super::pages::shorten;
use super::random::{Chance, SharedChance};
use super::review::Rulings;
use super::template::{KeptTemplate, lay};

/// A server that knows the hospital and nothing else.
static NEW_SERVER: KeptTemplate = KeptTemplate::new();

/// The hospital's server and whoever sits before it.
pub struct Centre {
    folder: PathBuf,
    host: Host,
    /// The server's store.
    pub store: ServerStore,
    /// A mistake that is put in on purpose.
    pub mutation: Option<Mutation>,
    /// What was decided about what was set aside or is held.
    pub rulings: Rulings,
    /// Credentials that were revoked, with every event that had arrived by then.
    pub revoked: BTreeMap<DeviceId, BTreeSet<EventId>>,
    lacks: Option<&'static str>,
    /// The same store in another process: an import, or a second server.
    other_process: ServerStore,
    doomed: bool,
    full: bool,
}

impl Centre {
    /// A server with the reference data of [`hospital`], whose program may lack a kind.
    pub fn new(folder: PathBuf, clock: SimulatedClock, chance: SharedChance, lacks: Option<&'static str>) -> Result<Self, Promise> {
        lay(&NEW_SERVER, &folder, |folder| Ok(hospital::found(&mut ServerStore::open(folder)?)?))?;
        let store = ServerStore::open(&folder)?;
        let host = Host { clock: Arc::new(clock), randomness: Arc::new(chance), zone: HospitalZone::default() };
        let other_process = ServerStore::open(&folder)?;
        let (rulings, revoked) = (Rulings::default(), BTreeMap::new());
        Ok(Self { folder, host, store, mutation: None, rulings, revoked, lacks, other_process, doomed: false, full: false })
    }

    /// The server's clock and randomness.
    pub fn host(&self) -> Host {
        self.host.clone()
    }

    /// The process stops without a word and is started again.
    pub fn stop_and_start(&mut self) -> Result<(), Promise> {
        if self.doomed {
            self.store.write(disarm)?;
        }
        self.store = ServerStore::open(&self.folder)?;
        if self.full {
            self.other_process = ServerStore::open(&self.folder)?;
        }
        (self.doomed, self.full) = (false, false);
        self.judge_unknown_kinds_again()
    }

    /// As the program does when it starts.
    fn judge_unknown_kinds_again(&mut self) -> Result<(), Promise> {
        if self.mutation == Some(Mutation::UnknownKindsNotJudgedAgain) {
            return Ok(());
        }
        let (host, lacks) = (self.host(), self.lacks);
        lacking(lacks, || judge_again(&mut self.store, &host.occasion()))?;
        Ok(())
    }

    /// Whether its program is an older one.
    pub fn is_older(&self) -> bool {
        self.lacks.is_some()
    }

    /// The program is upgraded, perhaps with a first start that stops within so many rows.
    pub fn upgrade(&mut self, stops_at: Option<usize>) -> Result<(), Promise> {
        self.recover()?;
        self.lacks = None;
        if let Some(rows) = stops_at {
            self.doom(rows)?;
            self.judge_unknown_kinds_again()?;
        }
        self.stop_and_start()
    }

    /// The process will stop within its next transaction of so many rows.
    pub fn doom(&mut self, rows: usize) -> Result<(), Promise> {
        if !self.doomed && !self.full {
            self.store.write(|database| arm(database, StoreOf::Server, rows))?;
            self.doomed = true;
        }
        Ok(())
    }

    /// Its disk has room for no more.
    pub fn fill(&mut self) -> Result<(), Promise> {
        self.recover()?;
        for store in [&mut self.store, &mut self.other_process] {
            store.read(|database| {
                let pages: u32 = database.pragma_query_value(None, "page_count", |row| row.get(0))?;
                Ok::<_, Promise>(database.pragma_update(None, "max_page_count", pages)?)
            })?;
        }
        self.full = true;
        Ok(())
    }

    /// Started again, with room on the disk.
    pub fn recover(&mut self) -> Result<(), Promise> {
        if self.doomed || self.full { self.stop_and_start() } else { Ok(()) }
    }

    /// What was done; `None` where the adversary had prepared that it could not be, after which the server is started again.
    fn survive<T>(&mut self, done: Result<T, Fault>) -> Result<Option<T>, Promise> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(fault) if (self.doomed && fault.code == StoreFailed) || (self.full && fault.code == DiskFull) => {
                self.recover()?;
                Ok(None)
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// What is done in the other process of the same store; `None` where the adversary had prepared that it cannot be.
    pub fn beside<T>(&mut self, deed: impl FnOnce(&Database) -> Result<T, Fault>) -> Result<Option<T>, Promise> {
        let done = lacking(self.lacks, || self.other_process.write(deed));
        self.survive(done)
    }

    /// What is done by the program that runs; `None` where the adversary had prepared that it cannot be.
    pub fn working<T>(&mut self, deed: impl FnOnce(&Database) -> Result<T, Fault>) -> Result<Option<T>, Promise> {
        let done = lacking(self.lacks, || self.store.write(deed));
        self.survive(done)
    }

    /// What the program that runs reads.
    pub fn looking<T>(&mut self, look: impl FnOnce(&Database) -> Result<T, Fault>) -> Result<T, Promise> {
        Ok(lacking(self.lacks, || self.store.read(look))?)
    }

    /// A one-time code for somebody; `None` where the server cannot.
    pub fn enrolment_code(&mut self, person: &str) -> Result<Option<String>, Promise> {
        let host = self.host();
        self.working(|database| enrolment::new_code_for(database, &StaffNo::from(person), &host.occasion()))
    }

    /// Enrols a device; `None` where the server cannot.
    pub fn enrol(&mut self, request: &EnrollRequest) -> Result<Option<EnrollAnswer>, Promise> {
        let host = self.host();
        self.working(|database| enrolment::enrol(database, request, &host.occasion()))
    }

    /// Answers a request as the real server does; `None` where it cannot. Pages are short now and then, while there is chance.
    pub fn exchange(
        &mut self,
        device: DeviceId,
        secret: &str,
        mut request: ExchangeRequest,
        chance: Option<&mut Chance>,
    ) -> Result<Option<ExchangeAnswer>, Promise> {
        let known = self.store.read(|database| credential::authenticate(database, device, secret))?;
        let device = known.ok_or_else(|| Promise::broken("the server does not know its device"))?;
        let recorded_before = self.before_a_mutated_exchange(&mut request)?;
        let (host, lacks) = (self.host(), self.lacks);
        let answered = lacking(lacks, || handle(&mut self.store, device.id, &request, &host.occasion()));
        let Some(mut answer) = self.survive(answered)? else { return Ok(None) };
        if let Some(chance) = chance {
            self.store.read(|database| shorten(database, &mut answer, chance))?;
        }
        self.after_a_mutated_exchange(&request, &mut answer, recorded_before)?;
        Ok(Some(answer))
    }

    /// The request as a mistake makes it, the uploads that are recorded already, and the rows that a mistake will put back.
    fn before_a_mutated_exchange(&mut self, request: &mut ExchangeRequest) -> Result<Before, Promise> {
        let Some(mutation) = self.mutation else { return Ok(Before::default()) };
        self.store.read(|database| {
            mutation.on_a_request(database, request)?;
            let mut before = Before::default();
            for upload in &request.uploads {
                before.recorded.extend(store::server::events::find(database, upload.id)?.map(|event| event.id));
                before.rows.extend(store::server::orders::find(database, upload.order)?);
            }
            Ok(before)
        })
    }

    fn after_a_mutated_exchange(&mut self, request: &ExchangeRequest, answer: &mut ExchangeAnswer, before: Before) -> Result<(), Promise> {
        let Some(mutation) = self.mutation else { return Ok(()) };
        mutation.on_an_answer(answer, &before.recorded, self.host.clock.now())?;
        if self.doomed || self.full {
            return Ok(());
        }
        let uploaded: Vec<EventId> = request.uploads.iter().map(|upload| upload.id).collect();
        self.store.write(|database| {
            if mutation == Mutation::RowNotWritten {
                before.rows.iter().try_for_each(|row| store::server::orders::put(database, row))?;
            }
            mutation.on_the_server(database, &uploaded)
        })
    }

    /// Takes a device's credential away; `false` where the server could not.
    pub fn revoke(&mut self, device: DeviceId) -> Result<bool, Promise> {
        let arrived = self.everything_that_arrived()?;
        let now = self.host.clock.now();
        let is_forgotten = self.mutation == Some(Mutation::RevocationForgotten);
        let done =
            is_forgotten || self.beside(|database| Ok(devices::revoke(database, device, now, &StaffNo::from(DISPATCHER))?))?.is_some();
        if done {
            self.revoked.insert(device, arrived);
        }
        Ok(done)
    }

    /// Every event that is recorded or held here.
    pub fn everything_that_arrived(&mut self) -> Result<BTreeSet<EventId>, Promise> {
        self.store.read(|database| {
            let mut statement = database.prepare_cached("SELECT event_id FROM events UNION SELECT event_id FROM held")?;
            let events = statement.query_map([], |row| uuid(row, 0).map(EventId))?;
            Ok(events.collect::<Result<_, _>>()?)
        })
    }

    /// Somebody moves to one of the teams.
    pub fn move_somebody(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let to = chance.one_of(&TEAMS).copied().unwrap_or(TEAMS[0]);
        let from = chance.one_of(&TEAMS).copied().unwrap_or(TEAMS[0]);
        let technician = chance.one_of(from.technicians).copied().unwrap_or(DISPATCHER);
        let moved = hospital::move_to_team(&mut self.other_process, technician, to.code);
        let moved = self.survive(moved.map_err(Fault::from))?;
        Ok(moved.map_or_else(unable, |()| format!("{technician} works in {} now", to.code)))
    }

    /// Every order that has a row, with its events.
    pub fn histories(&mut self) -> Result<Vec<(OrderRow, Vec<Recorded>)>, Promise> {
        let rows = self.orders()?;
        self.store.read(|database| rows.into_iter().map(|row| Ok((row.clone(), history::of_order(database, row.order)?))).collect())
    }

    /// The events of orders that have no row.
    pub fn unreported(&mut self) -> Result<Vec<Recorded>, Promise> {
        self.store.read(|database| {
            let mut statement =
                database.prepare_cached("SELECT DISTINCT order_id FROM events WHERE order_id NOT IN (SELECT order_id FROM orders)")?;
            let orders = statement.query_map([], |row| uuid(row, 0).map(OrderId))?.collect::<Result<Vec<_>, _>>()?;
            let mut recorded = Vec::new();
            for order in orders {
                recorded.extend(history::of_order(database, order)?);
            }
            Ok(recorded)
        })
    }

    /// Some order with its events.
    pub fn some_history(&mut self, chance: &mut Chance) -> Result<Option<(OrderRow, Vec<Recorded>)>, Promise> {
        let Some(row) = chance.one_of(&self.orders()?).cloned() else { return Ok(None) };
        let recorded = self.store.read(|database| history::of_order(database, row.order))?;
        Ok(Some((row, recorded)))
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
            order: None,
        };
        let reporter = if chance.percent(50) { DISPATCHER } else { NURSES[0] };
        let host = self.host();
        let occasion = host.occasion();
        let view = self.working(|database| create(database, &new, &person(database, reporter, &occasion)?, &occasion))?;
        Ok(view.map_or_else(unable, |view| format!("{reporter} reports {}", view.id)))
    }

    /// Somebody decides something about some order. What the workflow does not allow is refused, and nothing happens.
    pub fn decide(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let orders = self.orders()?;
        let Some(row) = chance.one_of(&orders) else { return Ok("finds no order".into()) };
        let (who, decision) = decision(row, &orders, chance);
        self.take(row.order, who, &decision)
    }

    fn take(&mut self, order: OrderId, who: &str, decision: &Decision) -> Result<String, Promise> {
        let (host, lacks) = (self.host(), self.lacks);
        let occasion = host.occasion();
        let decided = lacking(lacks, || {
            self.other_process.write(|database| decide(database, order, decision, &person(database, who, &occasion)?, &occasion))
        });
        match decided {
            Ok(_) => Ok(format!("{who} decides {decision:?} about {order}")),
            Err(fault) if is_refusal(fault.code) => Ok(format!("{who} may not {decision:?}")),
            Err(fault) => self.survive(Err::<(), _>(fault)).map(|_| unable()),
        }
    }
}

/// What is told where the adversary had prepared that something cannot be done.
pub fn unable() -> String {
    "the server cannot, and is started again".into()
}

/// What a mistake has to know of the time before an exchange.
#[derive(Default)]
struct Before {
    recorded: Vec<EventId>,
    rows: Vec<OrderRow>,
}

/// What the workflow would do next more often than not, and anything at all now and then.
fn decision(row: &OrderRow, orders: &[OrderRow], chance: &mut Chance) -> (&'static str, Decision) {
    let team = team_of(row).or_else(|| chance.one_of(&TEAMS).copied()).unwrap_or(TEAMS[0]);
    let technician = chance.one_of(team.technicians).copied().unwrap_or(team.leader);
    let other = chance.one_of(&TEAMS).copied().unwrap_or(team);
    let next = match row.node {
        domain::node::Node::Reported => (DISPATCHER, Decision::Dispatch { team: team.code.into() }),
        domain::node::Node::Dispatched => (team.leader, Decision::AcceptForTeam),
        _ => (team.leader, Decision::Assign { staff_no: technician.into() }),
    };
    let reassigned = Decision::Reassign { team: Some(other.code.into()), staff_no: None };
    let others: Vec<OrderId> = orders.iter().filter(|other| other.node.is_open()).map(|other| other.order).collect();
    let into = chance.one_of(&others).map_or_else(String::new, OrderId::to_string);
    let choices = [
        (60, next),
        (12, (DISPATCHER, reassigned)),
        (8, (team.leader, Decision::Reassign { team: None, staff_no: Some(technician.into()) })),
        (8, (DISPATCHER, Decision::Return { reason: "重新派工".into() })),
        (6, (DISPATCHER, Decision::Cancel { reason: "误报".into(), overridden: false })),
        (6, (team.leader, Decision::Cancel { reason: "停用".into(), overridden: true })),
        (8, (DISPATCHER, Decision::Merge { into })),
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
            | FaultCodeName::NotMergeable
            | FaultCodeName::StaffNotValid
    )
}

/// Somebody of the staff list.
pub fn person(database: &Database, staff_no: &str, occasion: &server::occasion::Occasion<'_>) -> Result<Person, Fault> {
    let found = Person::on(database, &StaffNo::from(staff_no), occasion.today())?;
    found.ok_or_else(|| Fault::new(FaultCodeName::StaffUnknown, "the simulation's people are all in its staff list"))
}
