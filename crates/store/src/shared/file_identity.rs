//! Which file lies at a path: an open store can be moved, deleted or replaced under a program, which then goes on writing where
//! nobody will look for it.

use std::path::Path;

/// A file as the system knows it: of two at the same path one is another. None is equal to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileIdentity(Option<(u64, u64)>);

impl FileIdentity {
    /// The file that lies there now.
    #[cfg(unix)]
    pub fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino())))
    }

    /// Where an open file cannot be renamed, nobody can put another in its place.
    #[cfg(not(unix))]
    pub fn of(_path: &Path) -> Self {
        Self(None)
    }
}
