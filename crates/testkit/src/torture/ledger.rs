//! What was acknowledged, written down outside the programs the moment the whole acknowledgement was there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// A fact that somebody was told is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The order.
    pub order: String,
    /// Who was told: a device by its number, or the centre.
    pub told: Option<usize>,
    /// What it is about, for people.
    pub what: String,
}

/// Everything that was acknowledged, by the id of its event.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<BTreeMap<String, Fact>>);

impl Ledger {
    /// A device has acknowledged a command.
    pub fn device_said(&self, device: usize, event: &str, order: &str, what: &str) {
        let fact = Fact { order: order.to_owned(), told: Some(device), what: what.to_owned() };
        self.facts().insert(event.to_owned(), fact);
    }

    /// The centre has shown an order with all these events: none of them may go away.
    pub fn centre_showed(&self, order: &Value, what: &str) {
        let id = text(order, "id");
        let mut facts = self.facts();
        for event in events_of(order) {
            facts.entry(event).or_insert_with(|| Fact { order: id.clone(), told: None, what: what.to_owned() });
        }
    }

    /// The facts of each order.
    pub fn by_order(&self) -> BTreeMap<String, Vec<(String, Fact)>> {
        let mut orders: BTreeMap<String, Vec<(String, Fact)>> = BTreeMap::new();
        for (event, fact) in self.facts().iter() {
            orders.entry(fact.order.clone()).or_default().push((event.clone(), fact.clone()));
        }
        orders
    }

    /// How many events of its own each device was told are kept.
    pub fn told(&self, device: usize) -> BTreeSet<String> {
        self.facts().iter().filter(|(_, fact)| fact.told == Some(device)).map(|(event, _)| event.clone()).collect()
    }

    fn facts(&self) -> MutexGuard<'_, BTreeMap<String, Fact>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ids of the events of an order as it is shown, in its order.
pub fn events_of(order: &Value) -> Vec<String> {
    order.get("events").and_then(Value::as_array).into_iter().flatten().map(|event| text(event, "id")).collect()
}

/// A text of an object; empty when it has none.
pub fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
