//! When things happened, as well as can be known (contradiction 9): the device's time, corrected by the offset measured at
//! its last exchange and by the order of events. What stays uncertain leaves the on-time figures.

use std::collections::BTreeMap;

use super::order::{Happening, Ordered};
use crate::event::Event;
use crate::identity::DeviceId;
use crate::time::{DAY_MS, MINUTE_MS, UtcMillis};

/// How far clocks may differ without anybody being misled: quartz and networks do that much.
pub(super) const CLOCK_TOLERANCE_MS: i64 = 2 * MINUTE_MS;
/// An offset older than this says little about the clock now.
const LONGEST_OFFSET_AGE_MS: i64 = DAY_MS;

/// The corrected time of one event.
#[derive(Debug, Clone, Copy)]
pub(super) struct CorrectedTime {
    pub(super) occurred_at: UtcMillis,
    pub(super) uncertain: bool,
}

/// Corrected times, by place.
pub(super) fn corrected_times(ordered: &Ordered<'_>) -> Vec<CorrectedTime> {
    let jumps = Jumps::among(ordered);
    let mut times: Vec<CorrectedTime> = Vec::with_capacity(ordered.len());
    for happening in ordered.iter() {
        let earliest = happening.predecessors.iter().filter_map(|place| times.get(*place)).map(|time| time.occurred_at).max();
        times.push(corrected_time(happening, earliest, &jumps));
    }
    times
}

/// Not later than the server's receipt, and not earlier than anything that its author had seen; the latter wins, so that
/// times never run against the history. A time that has to be moved far for that is uncertain, whoever's clock was wrong.
fn corrected_time(happening: &Happening<'_>, earliest: Option<UtcMillis>, jumps: &Jumps) -> CorrectedTime {
    let event = &happening.recorded.event;
    let not_later = not_after_receipt(happening);
    let occurred_at = earliest.map_or(not_later, |earliest| not_later.max(earliest));
    let moved_far = is_ahead_of_receipt(happening) || occurred_at.since(not_later) > CLOCK_TOLERANCE_MS;
    CorrectedTime { occurred_at, uncertain: moved_far || offset_is_doubtful(event) || jumps.is_after_one(event) }
}

fn not_after_receipt(happening: &Happening<'_>) -> UtcMillis {
    let by_offset = happening.recorded.event.claimed_at();
    happening.recorded.receipt.as_ref().map_or(by_offset, |receipt| by_offset.min(receipt.received_at))
}

fn is_ahead_of_receipt(happening: &Happening<'_>) -> bool {
    happening.recorded.event.claimed_at().since(not_after_receipt(happening)) > CLOCK_TOLERANCE_MS
}

fn offset_is_doubtful(event: &Event) -> bool {
    event.clock.is_none_or(|clock| clock.age_ms > LONGEST_OFFSET_AGE_MS || clock.age_ms < 0)
}

/// Where the clock of a device jumped back: a later number of the device with an earlier time. A time from the future does
/// not count as the earlier one: that clock was wrong before, and has been put right.
struct Jumps {
    /// The device's numbers that come right after a jump.
    after: BTreeMap<DeviceId, Vec<u64>>,
}

impl Jumps {
    fn among(ordered: &Ordered<'_>) -> Self {
        let mut by_device: BTreeMap<DeviceId, Vec<(u64, UtcMillis)>> = BTreeMap::new();
        for happening in ordered.iter().filter(|happening| !is_ahead_of_receipt(happening)) {
            let event = &happening.recorded.event;
            by_device.entry(event.device).or_default().push((event.sequence, event.claimed_at()));
        }
        Self { after: by_device.into_iter().map(|(device, numbered)| (device, numbers_after_a_jump(numbered))).collect() }
    }

    fn is_after_one(&self, event: &Event) -> bool {
        self.after.get(&event.device).is_some_and(|numbers| numbers.contains(&event.sequence))
    }
}

fn numbers_after_a_jump(mut numbered: Vec<(u64, UtcMillis)>) -> Vec<u64> {
    numbered.sort_unstable();
    let mut latest: Option<UtcMillis> = None;
    let mut after = Vec::new();
    for (sequence, time) in numbered {
        if latest.is_some_and(|latest| latest.since(time) > CLOCK_TOLERANCE_MS) {
            after.push(sequence);
        }
        latest = latest.max(Some(time));
    }
    after
}
