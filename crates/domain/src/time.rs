//! Time as the product knows it: UTC instants in milliseconds, shown in the hospital's zone.
//! Nothing here reads a clock; whoever needs the time is given a [`Clock`].

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60_000;
/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Milliseconds in a day.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct UtcMillis(#[ts(type = "number")] pub i64);

impl UtcMillis {
    /// This instant moved by `milliseconds`, which may be negative; saturates at the ends of time.
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is in fact later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Where the time comes from: the system's clock in a program, a simulated one in a test.
pub trait Clock: Send + Sync {
    /// The instant now, as this machine believes.
    fn now(&self) -> UtcMillis;
}

/// How far the device's clock was from the server's, and how long ago that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ClockOffset {
    /// What to add to the device's time to get the server's, in milliseconds.
    #[ts(type = "number")]
    pub offset_ms: i64,
    /// Milliseconds between the measurement and the event.
    #[ts(type = "number")]
    pub age_ms: i64,
}

/// The hospital's zone as a fixed distance from UTC. China has one zone and no summer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HospitalZone {
    /// Seconds east of Greenwich.
    pub seconds_east: i32,
}

impl Default for HospitalZone {
    fn default() -> Self {
        Self { seconds_east: 8 * 3600 }
    }
}

impl HospitalZone {
    /// The calendar day of an instant in the hospital.
    pub fn date(self, instant: UtcMillis) -> NaiveDate {
        let local = instant.plus(i64::from(self.seconds_east).saturating_mul(1_000));
        DateTime::<Utc>::from_timestamp_millis(local.0).unwrap_or(DateTime::UNIX_EPOCH).date_naive()
    }

    /// The first instant of a day in the hospital.
    pub fn begins(self, day: NaiveDate) -> UtcMillis {
        let midnight_utc = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        UtcMillis(midnight_utc).plus(i64::from(self.seconds_east).saturating_mul(-1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hospital_day_begins_eight_hours_before_the_utc_day() {
        let midnight_utc = UtcMillis(1_795_305_600_000);
        let zone = HospitalZone::default();
        assert_eq!(zone.date(midnight_utc), zone.date(midnight_utc.plus(-8 * HOUR_MS)));
        assert_ne!(zone.date(midnight_utc), zone.date(midnight_utc.plus(-8 * HOUR_MS - 1)));
        assert_eq!(zone.begins(zone.date(midnight_utc)), midnight_utc.plus(-8 * HOUR_MS));
    }
}
