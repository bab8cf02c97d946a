//! Orders and events that arrive: stored as they come, rows of what they touched derived once at the end.

use std::collections::BTreeSet;

use domain::event::{Event, EventBody};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use store::device::{Session, StoredEvent};
use sync::wire::{LogEntry, PackedEvent, PackedOrder, UploadOutcome};

use super::settle::{judged, later_outcome, outcome_of_upload};
use crate::order::damaged::damaged_order;
use crate::order::events::{OrderEvents, stored, unpacked};
use crate::order::lost_there::settle_what_is_lost;
use crate::order::row::{put_packed_row, refresh_row};
use crate::order::take_in::{take_in, unpack_into_rows};
use crate::worker::Worker;

/// What one answer brings, on its way into the store.
pub struct Arrivals<'a> {
    session: &'a Session<'a>,
    worker: &'a Worker,
    generation: i64,
    touched: BTreeSet<OrderId>,
    delivered: BTreeSet<OrderId>,
    left: BTreeSet<OrderId>,
    /// Nothing is here that an arriving order could meet: the first sync of a first enrolment, as it usually is.
    meets_nothing: bool,
}

impl<'a> Arrivals<'a> {
    pub fn new(session: &'a Session<'a>, worker: &'a Worker, generation: i64) -> Result<Self, Fault> {
        let meets_nothing = generation <= 1 && session.meets_nothing()?;
        Ok(Self { session, worker, generation, touched: BTreeSet::new(), delivered: BTreeSet::new(), left: BTreeSet::new(), meets_nothing })
    }

    /// The server's answer to an event that this device has just sent.
    pub fn outcome_of_upload(&mut self, arrived: &UploadOutcome) -> Result<(), Fault> {
        self.touched.extend(outcome_of_upload(self.session, arrived)?);
        Ok(())
    }

    /// A whole order. Kept packed as it came, unless this device has events of it that the pack does not replace.
    pub fn order(&mut self, arrived: &PackedOrder) -> Result<(), Fault> {
        let order = arrived.row.order;
        if self.meets_nothing {
            return self.put_packed(arrived);
        }
        self.session.bring_back(order)?;
        self.left.remove(&order);
        let Some(events) = self.met_here(arrived)? else { return self.put_packed(arrived) };
        for event in &events {
            self.touched.extend(take_in(self.session, event)?);
        }
        self.touched.insert(order);
        self.delivered.insert(order);
        Ok(())
    }

    /// The events of an arriving order that meets others here; `None` where the pack says everything.
    fn met_here(&self, arrived: &PackedOrder) -> Result<Option<Vec<StoredEvent>>, Fault> {
        let (session, order) = (self.session, arrived.row.order);
        let packed = session.packed_events(order)?;
        let meets_nothing = packed.is_none() && !session.has_events(order)?;
        if meets_nothing || packed.is_some_and(|packed| packed == *arrived.packed) {
            return Ok(None);
        }
        let events = unpacked(order, &arrived.packed)?;
        settle_what_is_lost(session, self.worker, order, &events)?;
        Ok(session.has_events(order)?.then_some(events))
    }

    /// A whole order in the place of what the server sent of it before. Own events that wait stay, and so does what the server
    /// has lost. One that cannot be read replaces nothing.
    pub fn anew(&mut self, arrived: &PackedOrder) -> Result<(), Fault> {
        self.meets_nothing = false;
        let order = arrived.row.order;
        let Ok(events) = unpacked(order, &arrived.packed) else { return Ok(()) };
        settle_what_is_lost(self.session, self.worker, order, &events)?;
        let arriving: Vec<EventId> = events.iter().map(|event| event.id).collect();
        self.session.make_room_for(order, &arriving)?;
        self.order(arrived)
    }

    /// The server has compared an order.
    pub fn checked(&self, order: OrderId) -> Result<(), Fault> {
        Ok(self.session.no_longer_want(order)?)
    }

    fn put_packed(&self, arrived: &PackedOrder) -> Result<(), Fault> {
        put_packed_row(self.session, self.worker, arrived.row.clone(), &arrived.packed, Some(self.generation))
    }

    /// One entry of the log.
    pub fn entry(&mut self, entry: &LogEntry) -> Result<(), Fault> {
        match entry {
            LogEntry::Event { order, event } => self.event(*order, event),
            LogEntry::Judged { position, order, event, verdict } => {
                // An order that is not here at all is not opened: what follows of it would be taken in.
                if self.is_unknown(*order)? || self.open(*order)? { judged(self.session, *event, *verdict, *position) } else { Ok(()) }
            }
            LogEntry::Outcome { outcome, .. } => {
                self.touched.extend(later_outcome(self.session, outcome)?);
                Ok(())
            }
            LogEntry::Entered { order, .. } => self.order(order),
            LogEntry::Left { order, .. } => self.leave(*order),
            LogEntry::Newer { .. } => Ok(()),
        }
    }

    /// Own events that the server lost are sent again.
    pub fn send_again(&mut self, first: u64, last: u64) -> Result<(), Fault> {
        self.touched.extend(self.session.send_again(first, last)?);
        Ok(())
    }

    /// Derives the rows of everything that was touched.
    pub fn finish(self) -> Result<(), Fault> {
        self.touched.iter().try_for_each(|order| self.refresh(*order))
    }

    fn event(&mut self, order: OrderId, event: &PackedEvent) -> Result<(), Fault> {
        // The log repeats what an outcome or a page of the first sync has said.
        if self.session.has_receipt(order, event.id, &event.receipt)? {
            return Ok(());
        }
        // What was put away comes back only as a whole.
        if self.session.is_away(order)? {
            return Ok(());
        }
        // Nor is anything kept of an order that is not here at all, because it was done too long ago to come with the first sync.
        if self.is_unknown(order)? && !is_report(event) {
            return Ok(());
        }
        if self.open(order)? {
            self.touched.extend(take_in(self.session, &stored(order, event.clone()))?);
        }
        Ok(())
    }

    fn is_unknown(&self, order: OrderId) -> Result<bool, Fault> {
        Ok(!self.touched.contains(&order) && !self.session.has_events(order)? && self.session.packed_events(order)?.is_none())
    }

    /// Makes an order's events rows of their own. `false` for one whose content is damaged here: it is asked for anew, with
    /// everything that has arrived for it meanwhile, and stops nothing else.
    fn open(&mut self, order: OrderId) -> Result<bool, Fault> {
        self.meets_nothing = false;
        if self.touched.contains(&order) {
            return Ok(true);
        }
        match OrderEvents::load(self.session, order) {
            Ok(mut events) => {
                self.touched.insert(order);
                self.touched.extend(unpack_into_rows(self.session, &mut events)?);
                Ok(true)
            }
            Err(fault) if damaged_order(&fault).is_some() => {
                self.session.want(order)?;
                Ok(false)
            }
            Err(fault) => Err(fault),
        }
    }

    /// An order that this device may not see any more. Own events of it that wait stay.
    pub fn leave(&mut self, order: OrderId) -> Result<(), Fault> {
        self.meets_nothing = false;
        self.left.insert(order);
        Ok(self.session.put_away(order)?)
    }

    fn refresh(&self, order: OrderId) -> Result<(), Fault> {
        if self.left.contains(&order) {
            return Ok(self.session.drop_received_content(order)?);
        }
        let delivered_in = self.delivered.contains(&order).then_some(self.generation);
        refresh_row(self.session, self.worker, order, delivered_in)
    }
}

fn is_report(event: &PackedEvent) -> bool {
    Event::from_bytes(&event.event).is_ok_and(|event| matches!(event.body, EventBody::Reported(_)))
}
