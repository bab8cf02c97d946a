//! What comes from outside: time, randomness, the hospital's zone.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::fault::Fault;
use domain::identity::EventId;
use domain::time::{Clock, HospitalZone, UtcMillis};
use machine::{Randomness, SystemClock, SystemRandomness};
use sha2::{Digest, Sha256};

/// Where time and randomness come from: the system in the program, a test's own in a test.
#[derive(Clone)]
pub struct Host {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub randomness: Arc<dyn Randomness>,
    /// The hospital's zone.
    pub zone: HospitalZone,
}

impl Host {
    /// The machine itself.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), randomness: Arc::new(SystemRandomness), zone: HospitalZone::default() }
    }

    /// This moment.
    pub fn occasion(&self) -> Occasion<'_> {
        Occasion { now: self.clock.now(), zone: self.zone, randomness: self.randomness.as_ref() }
    }
}

/// One moment in which something is done: everything in it has the same time.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// The instant.
    pub now: UtcMillis,
    /// The hospital's zone.
    pub zone: HospitalZone,
    /// For new ids and secrets.
    pub randomness: &'a dyn Randomness,
}

impl Occasion<'_> {
    /// The day in the hospital.
    pub fn today(&self) -> NaiveDate {
        self.zone.date(self.now)
    }

    /// The day before it: the last one of what ends with this moment.
    pub fn yesterday(&self) -> NaiveDate {
        self.today().pred_opt().unwrap_or(NaiveDate::MIN)
    }

    /// A new UUIDv7.
    ///
    /// # Errors
    /// As the randomness fails.
    pub fn new_uuid(&self) -> Result<uuid::Uuid, Fault> {
        machine::new_id(self.randomness, self.now)
    }

    /// A new event id.
    ///
    /// # Errors
    /// As the randomness fails.
    pub fn new_event_id(&self) -> Result<EventId, Fault> {
        self.new_uuid().map(EventId)
    }

    /// `BYTES` random bytes.
    ///
    /// # Errors
    /// As the randomness fails.
    pub fn secret<const BYTES: usize>(&self) -> Result<[u8; BYTES], Fault> {
        machine::new_secret(self.randomness)
    }
}

/// SHA-256, by which secrets, codes and tokens are kept.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// Whether two hashes are the same, in a time that does not depend on where they differ.
pub fn same_hash(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |difference, (left, right)| difference | (left ^ right)) == 0
}
