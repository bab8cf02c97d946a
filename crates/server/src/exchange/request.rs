//! One request while it is taken up: each order that it touches is read once, judged against as it stands by then, and settled
//! from what is here at the end.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use domain::event::{EventBody, NO_NUMBER};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::recorded::{Receipt, Recorded, Verdict};
use store::Database;
use store::server::devices::Device;
use store::server::events;
use store::server::held::HeldCopy;
use store::server::scope::{self, ScopeOfOrder};
use store::server::sequences;
use sync::judge::OrderCircumstances;

use crate::exchange::credential::{devices_of_its_person, known};
use crate::exchange::hold_or_record::Sender;
use crate::occasion::Occasion;
use crate::orders::history::{of_order, recorded};
use crate::orders::record::{Recordable, record};
use crate::orders::settle::settle_history;

/// What a request has met and changed so far, in the transaction of its caller.
pub struct Request<'a> {
    /// The transaction.
    pub database: &'a Database,
    /// When, and with what chance.
    pub occasion: &'a Occasion<'a>,
    met: BTreeMap<OrderId, MetOrder>,
    touched: BTreeSet<OrderId>,
    numbers: BTreeMap<DeviceId, BTreeSet<u64>>,
    comes_along: BTreeMap<HeldCopy, bool>,
    senders: BTreeMap<DeviceId, Sender>,
    devices_of_persons: BTreeMap<DeviceId, BTreeSet<DeviceId>>,
}

/// An order as it stands in the transaction.
pub(super) struct MetOrder {
    recorded: Vec<Recorded>,
    scope: ScopeOfOrder,
}

impl<'a> Request<'a> {
    /// One that has met nothing yet.
    pub fn new(database: &'a Database, occasion: &'a Occasion<'a>) -> Self {
        Self {
            database,
            occasion,
            met: BTreeMap::new(),
            touched: BTreeSet::new(),
            numbers: BTreeMap::new(),
            comes_along: BTreeMap::new(),
            senders: BTreeMap::new(),
            devices_of_persons: BTreeMap::new(),
        }
    }

    /// The order, read when it is asked for first.
    pub(super) fn order(&mut self, order: OrderId) -> Result<&mut MetOrder, Fault> {
        if !self.met.contains_key(&order) {
            let read = MetOrder { recorded: of_order(self.database, order)?, scope: scope::of_order(self.database, order)? };
            self.met.insert(order, read);
        }
        self.met.get_mut(&order).ok_or_else(|| Fault::new(FaultCodeName::Internal, "an order that was read is gone"))
    }

    /// Whether the events of an order can be read. Of a damaged one nothing is judged: what comes for it stays where it is until the data
    /// is restored, and holds up nothing else.
    pub(super) fn can_be_read(&mut self, order: OrderId) -> Result<bool, Fault> {
        if self.met.contains_key(&order) {
            return Ok(true);
        }
        let stored = events::of_order(self.database, order)?;
        match stored.into_iter().map(recorded).collect::<Result<Vec<_>, Fault>>() {
            Ok(recorded) => {
                self.met.insert(order, MetOrder { recorded, scope: scope::of_order(self.database, order)? });
                Ok(true)
            }
            Err(unreadable) => {
                tracing::error!(%order, message = unreadable.message, "an order is damaged and takes nothing in; restore from a backup");
                Ok(false)
            }
        }
    }

    /// Whoever sends by a device, looked up when it is asked for first: however much of them waits, they are the same person throughout.
    ///
    /// # Errors
    /// As [`known`].
    pub(super) fn sender(&mut self, device: DeviceId) -> Result<&Sender, Fault> {
        let sender = match self.senders.entry(device) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Sender::of(self.database, known(self.database, device)?, self.occasion)?),
        };
        Ok(sender)
    }

    /// Every device that was given to the person of this one, itself among them.
    ///
    /// # Errors
    /// As the database fails.
    pub(crate) fn devices_of_its_person(&mut self, device: &Device) -> Result<&BTreeSet<DeviceId>, Fault> {
        let devices = match self.devices_of_persons.entry(device.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(devices_of_its_person(self.database, device)?.into_iter().map(|own| own.id).collect()),
        };
        Ok(devices)
    }

    /// What of an order's report waits for somebody, where none has effect: until one has, nobody sees the order; `None` where one has.
    ///
    /// # Errors
    /// As the database fails.
    pub(super) fn reports_that_wait(&mut self, order: OrderId) -> Result<Option<Vec<EventId>>, Fault> {
        Ok(reports_set_aside(&self.order(order)?.recorded))
    }

    /// Records an event of an order, which has to be settled then.
    pub(super) fn record(&mut self, recordable: Recordable) -> Result<Receipt, Fault> {
        let (database, order) = (self.database, recordable.event.order);
        let met = self.order(order)?;
        let recorded = record(database, recordable)?;
        let receipt = recorded.receipt.clone().ok_or_else(|| Fault::new(FaultCodeName::Internal, "a recorded event has a receipt"))?;
        met.recorded.push(recorded);
        self.touched.insert(order);
        self.comes_along.clear();
        Ok(receipt)
    }

    /// What was found out about a held copy by [`Self::note_whether_it_comes_along`], as long as nothing was recorded since.
    pub(crate) fn comes_along(&self, copy: HeldCopy) -> Option<bool> {
        self.comes_along.get(&copy).copied()
    }

    /// Remembers whether a held copy would be recorded with everything that its sender has waiting for the order.
    pub(crate) fn note_whether_it_comes_along(&mut self, copy: HeldCopy, comes: bool) {
        self.comes_along.insert(copy, comes);
    }

    /// Brings an order into the scope of somebody who takes part in it, unless it is there already.
    pub(super) fn enter_scope(&mut self, order: OrderId, subject: String) -> Result<(), Fault> {
        let database = self.database;
        let scope = &mut self.order(order)?.scope;
        if !scope.open.contains(&subject) {
            scope::enter(database, order, &subject)?;
            scope.ever.insert(subject.clone());
            scope.open.insert(subject);
        }
        Ok(())
    }

    /// A device's number of an event has arrived. What another phone recorded has none of the sender's.
    pub(super) fn count(&mut self, device: DeviceId, number: u64) {
        if number != NO_NUMBER {
            self.numbers.entry(device).or_default().insert(number);
        }
    }

    /// Follows the rules of one order now, where it has new events: whoever waits for them may be judged by whose the order is.
    pub(super) fn settle_order(&mut self, order: OrderId) -> Result<(), Fault> {
        if self.touched.remove(&order) {
            let recorded = self.met.remove(&order).map(|met| met.recorded).unwrap_or_default();
            let recorded = settle_history(self.database, order, recorded, self.occasion)?.recorded;
            self.met.insert(order, MetOrder { recorded, scope: scope::of_order(self.database, order)? });
        }
        Ok(())
    }

    /// Follows the rules of every order that has new events, and writes down which numbers have arrived.
    pub(super) fn settle(mut self) -> Result<(), Fault> {
        let (database, numbers) = (self.database, std::mem::take(&mut self.numbers));
        self.settle_orders()?;
        for (device, numbers) in numbers {
            for (first, last) in ranges_of(&numbers) {
                sequences::add(database, device, first, last)?;
            }
        }
        Ok(())
    }

    /// Follows the rules of every order that has new events.
    ///
    /// # Errors
    /// As the database fails.
    pub fn settle_orders(self) -> Result<(), Fault> {
        let Self { database, occasion, mut met, touched, .. } = self;
        for order in touched {
            let recorded = met.remove(&order).map(|met| met.recorded).unwrap_or_default();
            settle_history(database, order, recorded, occasion)?;
        }
        Ok(())
    }
}

impl MetOrder {
    /// For judging what a person with these subjects says about it; `None` while nothing of it is recorded.
    pub(super) fn circumstances(&self, person: &StaffNo, subjects: &[String]) -> Option<OrderCircumstances> {
        let is_set_aside = |recorded: &&Recorded| recorded.receipt.as_ref().is_some_and(|receipt| receipt.verdict != Verdict::Admitted);
        let circumstances = OrderCircumstances {
            events: self.recorded.len(),
            set_aside: self.recorded.iter().filter(is_set_aside).count(),
            of_the_person: self.recorded.iter().filter(|recorded| &recorded.event.recorder == person).count(),
            was_in_scope: self.was_in_scope_of(subjects),
        };
        Some(circumstances).filter(|circumstances| circumstances.events > 0)
    }

    /// Whether it is, or ever was, in the scope of somebody with these subjects, as it was settled last.
    pub(super) fn was_in_scope_of(&self, subjects: &[String]) -> bool {
        subjects.iter().any(|subject| self.scope.ever.contains(subject))
    }

    pub(super) fn has_recorded(&self, event: EventId) -> bool {
        self.recorded.iter().any(|recorded| recorded.event.id == event)
    }
}

/// The reports of a history that are set aside; `None` where one has effect.
pub fn reports_set_aside(recorded: &[Recorded]) -> Option<Vec<EventId>> {
    let reports = || recorded.iter().filter(|recorded| matches!(recorded.event.body, EventBody::Reported(_)));
    let has_effect = reports().any(Recorded::has_effect);
    (!has_effect).then(|| reports().map(|recorded| recorded.event.id).collect())
}

/// The numbers as inclusive ranges, ascending.
fn ranges_of(numbers: &BTreeSet<u64>) -> Vec<(u64, u64)> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_are_one_range() {
        for (numbers, expected) in [
            (vec![], vec![]),
            (vec![4], vec![(4, 4)]),
            (vec![3, 1, 2, 7, 9, 8], vec![(1, 3), (7, 9)]),
            (vec![u64::MAX, 0], vec![(0, 0), (u64::MAX, u64::MAX)]),
        ] {
            assert_eq!(ranges_of(&numbers.iter().copied().collect()), expected, "{numbers:?}");
        }
    }
}
