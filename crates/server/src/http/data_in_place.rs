//! Whether the data that is served still lies where it was opened. An open file can be moved, deleted or replaced under a program,
//! which then goes on writing where nobody will look for it.

use std::path::{Path, PathBuf};

use domain::fault::{Fault, FaultCodeName};
use store::server::FILE_NAME;
use store::shared::file_identity::FileIdentity;

/// The file that was opened, as the system knows it.
#[derive(Debug)]
pub struct DataInPlace {
    file: PathBuf,
    opened: FileIdentity,
}

impl DataInPlace {
    /// The store that lies in `folder` now, and was opened there.
    pub fn of(folder: &Path) -> Self {
        let file = folder.join(FILE_NAME);
        Self { opened: FileIdentity::of(&file), file }
    }

    /// Asked before the store is worked on, and again before anything is acknowledged.
    ///
    /// # Errors
    /// `store_failed` when it lies there no more.
    pub fn check(&self) -> Result<(), Fault> {
        if FileIdentity::of(&self.file) == self.opened {
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
