//! A copy of the server's data, opened as a server would and checked.

use std::path::Path;

use domain::fault::Fault;
use serde_json::{Value, json};
use server::verifying::{Verified, verify};
use store::server::{ServerStore, counters};

use super::fault;

/// What a copy holds.
pub struct Copy {
    /// What was looked at and found.
    pub verified: Verified,
    bytes: u64,
    log_position: u64,
}

impl Copy {
    /// Looks at every order of the copy, then does `last` with it and closes it as one file.
    ///
    /// # Errors
    /// As the store fails: `store_damaged` where it cannot be read, `store_newer` where a newer program wrote it.
    pub fn checked(file: &Path, last: impl FnOnce(&mut ServerStore, &Verified) -> Result<(), Fault>) -> Result<Self, Fault> {
        let mut store = ServerStore::open_file(file)?;
        let verified = verify(&mut store, false)?;
        let log_position = store.read(counters::log_end)?;
        last(&mut store, &verified)?;
        store.close_as_one_file()?;
        let bytes = std::fs::metadata(file).map_err(|error| fault(format!("{} cannot be read: {error}", file.display())))?.len();
        Ok(Self { verified, bytes, log_position })
    }

    /// What scripts read.
    pub fn line(&self) -> Value {
        let Verified { orders, events, findings } = &self.verified;
        json!({ "bytes": self.bytes, "events": events, "orders": orders, "log_position": self.log_position, "found": findings.len() })
    }
}
