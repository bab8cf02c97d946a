//! Whether the data that is served still lies where it was opened. An open file can be moved, deleted or replaced under a program,
//! which then goes on writing where nobody will look for it.

use std::path::{Path, PathBuf};

use domain::fault::{Fault, FaultCodeName};
use store::server::FILE_NAME;

/// The file that was opened, as the system knows it.
#[derive(Debug)]
pub struct DataInPlace {
    file: PathBuf,
    opened: Option<FileIdentity>,
}

/// Of two files at the same path one is another.
type FileIdentity = (u64, u64);

impl DataInPlace {
    /// The store that lies in `folder` now, and was opened there.
    pub fn of(folder: &Path) -> Self {
        let file = folder.join(FILE_NAME);
        Self { opened: identity_of(&file), file }
    }

    /// Asked before the store is worked on, and again before anything is acknowledged.
    ///
    /// # Errors
    /// `store_failed` when it lies there no more.
    pub fn check(&self) -> Result<(), Fault> {
        if identity_of(&self.file) == self.opened {
            return Ok(());
        }
        let message = format!(
            "{} was moved, deleted or replaced while it was served; nothing is taken up any more and phones keep what they have; stop the \
             server, see which data is the hospital's, and serve that",
            self.file.display()
        );
        Err(Fault::new(FaultCodeName::StoreFailed, message))
    }
}

#[cfg(unix)]
fn identity_of(file: &Path) -> Option<FileIdentity> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(file).ok().map(|file| (file.dev(), file.ino()))
}

/// Where an open file cannot be renamed, nobody can put another in its place.
#[cfg(not(unix))]
fn identity_of(_file: &Path) -> Option<FileIdentity> {
    None
}
