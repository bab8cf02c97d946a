//! Figures of simulations: how much happened in them.

use std::collections::BTreeMap;

use domain::time::DAY_MS;

/// How much happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events on the server at the end.
    pub events: u64,
    /// Milliseconds that phones have lived through, summed over the phones.
    pub device_ms: i64,
    /// Faults, by kind.
    pub faults: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// A fault happens.
    pub fn count(&mut self, fault: &'static str) {
        let times = self.faults.entry(fault).or_default();
        *times = times.saturating_add(1);
    }

    /// Adds another simulation's.
    pub fn add(&mut self, other: &Self) {
        self.events = self.events.saturating_add(other.events);
        self.device_ms = self.device_ms.saturating_add(other.device_ms);
        for (fault, more) in &other.faults {
            let times = self.faults.entry(fault).or_default();
            *times = times.saturating_add(*more);
        }
    }

    /// Days that phones have lived through.
    pub fn device_days(&self) -> i64 {
        self.device_ms.div_euclid(DAY_MS)
    }
}
