//! Files that last: kept from other users, and on the disk before they get their name.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// The file while it is being made, beside its place, so that giving it its name is one step.
pub fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

/// A new empty file that no other user may read; whatever an interrupted run left under its name is removed.
///
/// # Errors
/// As the file system fails.
pub fn begin(unfinished: &Path) -> io::Result<File> {
    abandon(unfinished);
    new_private(unfinished)
}

/// Removes what was begun, with the database's own files beside it.
pub fn abandon(unfinished: &Path) {
    for ending in ["", "-journal", "-wal", "-shm"] {
        let mut name = unfinished.as_os_str().to_owned();
        name.push(ending);
        // What is not there need not be removed.
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

/// Brings what was begun to the disk and gives it its name.
///
/// # Errors
/// `AlreadyExists` when the name was taken meanwhile; as the file system fails.
pub fn finish(unfinished: &Path, file: &Path) -> io::Result<()> {
    File::open(unfinished)?.sync_all()?;
    if file.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(unfinished, file)?;
    bring_to_disk(folder_of(file))
}

/// Brings the names in a folder to the disk.
///
/// # Errors
/// As the file system fails.
pub fn bring_to_disk(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder in which a file lies.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// A new empty file that no other user may read.
///
/// # Errors
/// `AlreadyExists` when there is one of that name; as the file system fails.
#[cfg(unix)]
pub fn new_private(file: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

/// A new empty file.
///
/// # Errors
/// `AlreadyExists` when there is one of that name; as the file system fails.
#[cfg(not(unix))]
pub fn new_private(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}
