//! The data folder: which files lie in it, and who may touch them at the same time.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;

use domain::fault::{Fault, FaultCodeName};
use store::StoreError;
use store::shared::file_identity::FileIdentity;

/// The store's file in the data folder.
pub const STORE_FILE: &str = "plantroom.db";
/// What SQLite keeps beside the store's file.
pub const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// Makes the data folder where it is not there, and its name durable before anything lies in it: after a power failure the
/// whole store would else be gone with it.
pub fn create_folder(folder: &Path) -> Result<(), Fault> {
    if has_content(folder) {
        return Ok(());
    }
    // Another program may have made the last one just now, and not more.
    let made = folder.ancestors().enumerate().take_while(|(depth, folder)| *depth == 0 || !folder.is_dir());
    let parents: Vec<&Path> = made.filter_map(|(_, folder)| folder.parent()).collect();
    let create = std::fs::create_dir_all(folder).and_then(|()| parents.into_iter().try_for_each(keep_names_above));
    create.map_err(|error| cannot_use(folder, &error))
}

/// Where this user may write and not read, the system keeps the names when it likes.
fn keep_names_above(folder: &Path) -> std::io::Result<()> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match keep_names(here) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        kept => kept,
    }
}

/// The fewest bytes of a database: one page of the smallest size. SQLite takes a file of a single byte for a new one.
const FEWEST_BYTES: u64 = 512;

/// Whether a store with content lies in the folder.
pub fn has_content(folder: &Path) -> bool {
    length(&folder.join(STORE_FILE)).is_some_and(|bytes| bytes >= FEWEST_BYTES)
}

/// The length of a file that is there.
pub fn length(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|file| file.len())
}

/// Makes the names in the folder durable: after a power failure a renamed file may else be gone.
pub fn keep_names(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    // Elsewhere a folder cannot be opened as a file; the system keeps its names by itself.
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Why a file in the data folder cannot be read or written, and what to do.
pub fn cannot_use(folder: &Path, error: &std::io::Error) -> Fault {
    if error.kind() == ErrorKind::StorageFull {
        return StoreError::DiskFull.into();
    }
    let message = format!(
        "the data folder {} cannot be used: {error}; nothing was changed; check that it belongs to this user and may be written",
        folder.display()
    );
    Fault::new(FaultCodeName::StoreFailed, message)
}

/// Which file lies in the store's place: another process that meets damage puts a new one there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInPlace(FileIdentity);

impl FileInPlace {
    /// The file that lies there now.
    pub fn of(folder: &Path) -> Self {
        Self(FileIdentity::of(&folder.join(STORE_FILE)))
    }
}

/// Who may touch the files of the folder, over all processes: many that open the store or write into it, or one that puts
/// files in their place. So nobody writes into a store that somebody just moves aside.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

/// The lock while it is held; given back when dropped, also by a process that dies.
#[derive(Debug)]
pub struct Held<'a>(&'a File);

impl FolderLock {
    /// The lock of the data folder, not yet held.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn of(folder: &Path) -> Result<Self, Fault> {
        let file = OpenOptions::new().create(true).append(true).open(folder.join("store.lock"));
        Ok(Self { file: file.map_err(|error| cannot_use(folder, &error))? })
    }

    /// Waits until nobody puts files in their place, and keeps it so.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn with_others(&self) -> Result<Held<'_>, Fault> {
        self.held(self.file.lock_shared())
    }

    /// Waits until nobody opens the store or writes, and keeps it so.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn alone(&self) -> Result<Held<'_>, Fault> {
        self.held(self.file.lock())
    }

    fn held(&self, outcome: std::io::Result<()>) -> Result<Held<'_>, Fault> {
        match outcome {
            Ok(()) => Ok(Held(&self.file)),
            // A system without locks on files runs an app in one process.
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Held(&self.file)),
            Err(error) => Err(Fault::new(
                FaultCodeName::StoreFailed,
                format!(
                    "the data folder cannot be locked: {error}; nothing was changed; try again, and tell the engineer if it fails again"
                ),
            )),
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // Where there are no locks, there is nothing to give back.
        let _ = self.0.unlock();
    }
}
