//! What a worker's deed is decided from: the order as this device knows it, the person, the time.

use domain::assess::Prices;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::OrderId;
use domain::recorded::Recorded;
use domain::replay::replay;
use domain::state::OrderState;
use domain::time::{HospitalZone, UtcMillis};
use domain::workflow::{Action, Actor, NotAllowed, check};
use store::device::{DeviceIdentity, Session, StoredProgress};
use store::shared::reference::ViewNames;

use super::events::OrderEvents;
use super::offered::offered;
use crate::remembered::KnownOrder;
use crate::worker::{Worker, damaged};

/// Everything a decision may look at. Decisions read it and give an event's body or a fault; they change nothing.
pub struct Situation<'a> {
    /// For lookups in the reference data.
    pub session: &'a Session<'a>,
    /// Who this device is.
    pub identity: &'a DeviceIdentity,
    /// Whose device it is.
    pub worker: &'a Worker,
    /// This device's time.
    pub now: UtcMillis,
    /// The order.
    pub order: OrderId,
    /// Its events.
    pub events: OrderEvents,
    /// The same as `domain` takes them.
    pub recorded: Vec<Recorded>,
    /// What they make of it.
    pub state: OrderState,
    /// Names that were looked up for its view.
    pub names: ViewNames,
    /// Prices that were looked up for its cost.
    pub prices: Prices,
}

impl<'a> Situation<'a> {
    /// The situation of an order that is on this device.
    ///
    /// # Errors
    /// `order_unknown`, or `order_not_on_device` when it was put away.
    pub fn of_order(
        session: &'a Session<'a>,
        identity: &'a DeviceIdentity,
        worker: &'a Worker,
        now: UtcMillis,
        order: OrderId,
    ) -> Result<Self, Fault> {
        let situation = Self::new(session, identity, worker, now, order, OrderEvents::load(session, order)?);
        if situation.state.report.is_some() && !session.is_away(order)? {
            return Ok(situation);
        }
        Err(absent(session, identity, order)?)
    }

    /// The situation before the first event of a new order.
    pub fn of_new_order(
        session: &'a Session<'a>,
        identity: &'a DeviceIdentity,
        worker: &'a Worker,
        now: UtcMillis,
        order: OrderId,
    ) -> Self {
        Self::new(session, identity, worker, now, order, OrderEvents::default())
    }

    fn new(
        session: &'a Session<'a>,
        identity: &'a DeviceIdentity,
        worker: &'a Worker,
        now: UtcMillis,
        order: OrderId,
        events: OrderEvents,
    ) -> Self {
        let recorded = events.recorded();
        let state = replay(&recorded);
        Self { session, identity, worker, now, order, events, recorded, state, names: ViewNames::default(), prices: Prices::default() }
    }

    /// The situation of an order that is known as it stands in the store.
    pub fn of_known_order(
        session: &'a Session<'a>,
        identity: &'a DeviceIdentity,
        worker: &'a Worker,
        now: UtcMillis,
        known: KnownOrder,
    ) -> Self {
        let KnownOrder { order, events, recorded, state, names, prices } = known;
        Self { session, identity, worker, now, order, events, recorded, state, names, prices }
    }

    /// What is known of the order at the end.
    pub fn into_known_order(self) -> KnownOrder {
        let Self { order, events, recorded, state, names, prices, .. } = self;
        KnownOrder { order, events, recorded, state, names, prices }
    }

    /// Takes the events as they lie in the store by now; the state follows with the next event.
    pub fn read_again(&mut self) -> Result<(), Fault> {
        self.events = OrderEvents::load(self.session, self.order)?;
        self.recorded = self.events.recorded();
        Ok(())
    }

    /// The time by the corrected clock.
    pub fn corrected_now(&self) -> UtcMillis {
        self.identity.corrected(self.now)
    }

    /// The day in the hospital, by the corrected clock: prices and validity are looked up for it.
    pub fn today(&self) -> chrono::NaiveDate {
        HospitalZone::default().date(self.corrected_now())
    }

    /// The workflow's word (`domain.md`, "The device refuses by the table against its own view").
    ///
    /// # Errors
    /// `transition_not_allowed` with what is allowed, `not_permitted` for a role that may never do it.
    pub fn may(&self, action: Action) -> Result<(), Fault> {
        check(&self.state, &self.actor(), action)
            .map_err(|refusal| Fault::from(NotAllowed { next_actions: offered(refusal.next_actions.clone()), ..refusal }))
    }

    /// The person as the workflow asks for it: a leader of several teams is asked about with the one that has the order.
    pub fn actor(&self) -> Actor {
        let leads_its_team = self.state.team.as_ref().filter(|team| self.worker.leads.contains(team));
        Actor {
            number: self.worker.number.clone(),
            role: self.worker.role,
            team: leads_its_team.cloned().or_else(|| self.worker.team_code()),
        }
    }
}

fn absent(session: &Session<'_>, identity: &DeviceIdentity, order: OrderId) -> Result<Fault, Fault> {
    if session.is_away(order)? {
        return Ok(Fault::new(FaultCodeName::OrderNotOnDevice, "the order was put away from this device; ask at the centre for it"));
    }
    // Until a first sync has brought everything back, the order may be one that lay in a damaged store.
    if let Some(fault) = damaged(identity).filter(|_| !matches!(identity.progress, StoredProgress::Log { .. })) {
        return Ok(fault);
    }
    Ok(Fault::new(FaultCodeName::OrderUnknown, "no such order on this device; synchronise and look again"))
}
