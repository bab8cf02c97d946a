//! One exchange at a time on one store, whichever process runs it.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::fault::{Fault, FaultCodeName};

use crate::folder::cannot_use;

/// Held while an exchange runs; given back when dropped, also by a process that dies.
#[derive(Debug)]
pub struct ExchangeLock {
    _over_processes: File,
    _in_this_process: FolderInUse,
}

impl ExchangeLock {
    /// Takes the lock of the data folder.
    ///
    /// # Errors
    /// `sync_running` when somebody has it.
    pub fn take(folder: &Path) -> Result<Self, Fault> {
        let in_this_process = FolderInUse::take(folder).ok_or_else(sync_running)?;
        let unusable = |error: std::io::Error| cannot_use(folder, &error);
        let file = OpenOptions::new().create(true).append(true).open(folder.join("sync.lock")).map_err(unusable)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(sync_running()),
            // A system without locks on files runs an app in one process.
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => Err(unusable(error)),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self { _over_processes: file, _in_this_process: in_this_process }),
        }
    }
}

/// A folder in which an exchange of this process is under way.
#[derive(Debug)]
struct FolderInUse(PathBuf);

impl FolderInUse {
    /// `None` when another thread has it.
    fn take(folder: &Path) -> Option<Self> {
        folders_in_use().insert(folder.to_owned()).then(|| Self(folder.to_owned()))
    }
}

impl Drop for FolderInUse {
    fn drop(&mut self) {
        folders_in_use().remove(&self.0);
    }
}

fn folders_in_use() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    static FOLDERS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    // A set is whole after every change, whoever panicked next to it.
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sync_running() -> Fault {
    Fault::new(FaultCodeName::SyncRunning, "another exchange is under way on this device; it will bring the same; wait for it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_of_a_process_exchanges_at_a_time_with_or_without_locks_on_files() {
        let (one, other) = (Path::new("one"), Path::new("other"));
        let first = FolderInUse::take(one).unwrap();
        assert!(FolderInUse::take(one).is_none());
        assert!(FolderInUse::take(other).is_some());
        drop(first);
        assert!(FolderInUse::take(one).is_some());
    }
}
