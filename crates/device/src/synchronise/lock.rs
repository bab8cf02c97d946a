//! One exchange at a time on one store, whichever process runs it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use domain::fault::{Fault, FaultCodeName};

use crate::folder::cannot_use;

/// Held while an exchange runs; given back when dropped, also by a process that dies.
#[derive(Debug)]
pub struct ExchangeLock {
    _file: File,
}

impl ExchangeLock {
    /// Takes the lock of the data folder.
    ///
    /// # Errors
    /// `sync_running` when somebody has it.
    pub fn take(folder: &Path) -> Result<Self, Fault> {
        let unusable = |error: std::io::Error| cannot_use(folder, &error);
        let file = OpenOptions::new().create(true).append(true).open(folder.join("sync.lock")).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Fault::new(
                FaultCodeName::SyncRunning,
                "another exchange is under way on this device; it will bring the same; wait for it",
            )),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}
