//! What the items of a page are told with, each looked up once: the orders, people and departments of a flurry are in every item of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::fault::Fault;
use domain::holder::holder_on;
use domain::identity::{DepartmentCode, OrderId, StaffNo};
use domain::reference::DirectoryEntry;
use domain::row::OrderRow;
use domain::time::{HospitalZone, UtcMillis};
use store::server::orders;
use store::shared::reference;
use store::{Database, StoreError};

/// What was looked up so far, on one view of the database.
pub(super) struct LookedUp<'a> {
    pub(super) database: &'a Database,
    pub(super) zone: HospitalZone,
    orders: BTreeMap<OrderId, Option<OrderRow>>,
    departments: BTreeMap<DepartmentCode, Option<String>>,
    periods: BTreeMap<StaffNo, Vec<DirectoryEntry>>,
}

impl<'a> LookedUp<'a> {
    /// Nothing yet.
    pub(super) fn new(database: &'a Database, zone: HospitalZone) -> Self {
        Self { database, zone, orders: BTreeMap::new(), departments: BTreeMap::new(), periods: BTreeMap::new() }
    }

    /// The number of an order, a temporary one where it has none.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub(super) fn number_of(&mut self, order: OrderId) -> Result<String, Fault> {
        let number = self.order(order)?.as_ref().and_then(|row| row.number.clone());
        Ok(number.unwrap_or_else(|| order.temporary_number()))
    }

    /// The department of an order, with its name.
    pub(super) fn department_of(&mut self, order: OrderId) -> Result<(Option<DepartmentCode>, Option<String>), Fault> {
        let Some(code) = self.order(order)?.as_ref().map(|row| row.department.clone()) else { return Ok((None, None)) };
        let database = self.database;
        let name = once(&mut self.departments, &code, || reference::department_label(database, &code))?.clone();
        Ok((Some(code), name))
    }

    /// The name of whoever held a number then.
    pub(super) fn name_at(&mut self, number: &StaffNo, at: UtcMillis) -> Result<Option<String>, Fault> {
        let (database, day) = (self.database, self.zone.date(at));
        let periods = once(&mut self.periods, number, || reference::staff_periods(database, number))?;
        Ok(holder_on(periods, day).map(|entry| entry.name.clone()))
    }

    fn order(&mut self, order: OrderId) -> Result<&Option<OrderRow>, Fault> {
        let database = self.database;
        once(&mut self.orders, &order, || orders::find(database, order))
    }
}

fn once<'a, K: Ord + Clone, V>(
    known: &'a mut BTreeMap<K, V>,
    key: &K,
    look_up: impl FnOnce() -> Result<V, StoreError>,
) -> Result<&'a V, Fault> {
    Ok(match known.entry(key.clone()) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(look_up()?),
    })
}
