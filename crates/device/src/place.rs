//! Where a store lies, and whose it is before it is anybody's.

use std::path::Path;

use domain::fault::Fault;
use domain::identity::DeviceId;
use domain::time::Clock;
use machine::{Randomness, new_id, new_secret};
use store::Key;
use store::device::DeviceIdentity;

/// A data folder with what opening and making a store takes.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// Seals the store.
    pub key: &'a Key,
    /// For names of files that are moved aside, and ids.
    pub clock: &'a dyn Clock,
    /// For ids and secrets.
    pub randomness: &'a dyn Randomness,
}

impl Place<'_> {
    /// The identity of a new store: nobody's yet.
    ///
    /// # Errors
    /// As the randomness fails.
    pub fn fresh_identity(self) -> Result<DeviceIdentity, Fault> {
        let device = DeviceId(new_id(self.randomness, self.clock.now())?);
        Ok(DeviceIdentity::fresh(device, new_secret::<32>(self.randomness)?.to_vec()))
    }
}
