//! The key that seals the store: 32 random bytes, used as they are. A PIN never derives it (`architecture.md`, "Trust").
//!
//! Where the system offers a key store it belongs there; until the shells bring one, it lies in a file beside the store that
//! only the user can read, and the device says so.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use domain::fault::{Fault, FaultCodeName};
use machine::{Randomness, new_secret};
use store::Key;

use crate::folder::{FolderLock, keep_names};

/// Somebody who keeps the key.
pub trait KeyKeeper: Send + Sync {
    /// The key; a new one is made and kept when there is none.
    ///
    /// # Errors
    /// A [`Fault`] when the key can be neither read nor made.
    fn key(&self, randomness: &dyn Randomness) -> Result<Key, Fault>;

    /// Whether a key that was made earlier cannot be had: a store that is here must then not be touched.
    ///
    /// # Errors
    /// A [`Fault`] when that cannot be told.
    fn is_missing(&self) -> Result<bool, Fault> {
        Ok(false)
    }

    /// `system` or `file`, as people are told.
    fn kept_in(&self) -> &'static str;
}

/// Keeps the key in a file that only the user can read.
#[derive(Debug, Clone)]
pub struct KeyFile {
    folder: PathBuf,
    path: PathBuf,
}

impl KeyFile {
    /// The key's file in a data folder.
    pub fn beside_the_store(data_folder: &Path) -> Self {
        Self { folder: data_folder.to_owned(), path: data_folder.join("plantroom.key") }
    }

    fn read(&self) -> Result<Option<Key>, Fault> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&self.path, &error)),
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| unusable(&self.path, &error))?;
        // A key of another length was cut off while it was first written: nothing can be sealed with it yet.
        Ok(<[u8; 32]>::try_from(bytes.as_slice()).ok().map(Key))
    }

    /// Written whole under another name first, so that no half key is ever found; the first of two processes wins.
    fn make(&self, secret: [u8; 32]) -> Result<Key, Fault> {
        let lock = FolderLock::of(&self.folder)?;
        let _held = lock.alone()?;
        if let Some(key) = self.read()? {
            return Ok(key);
        }
        self.write(secret).map_err(|error| unusable(&self.path, &error))?;
        Ok(Key(secret))
    }

    /// The name has to be durable before anything is sealed with the key.
    fn write(&self, secret: [u8; 32]) -> std::io::Result<()> {
        if self.path.exists() {
            std::fs::rename(&self.path, self.path.with_extension("key.unusable"))?;
        }
        let unfinished = self.path.with_extension("key.new");
        let mut file = only_for_the_user(&unfinished)?;
        file.write_all(&secret).and_then(|()| file.sync_all())?;
        std::fs::rename(&unfinished, &self.path)?;
        keep_names(&self.folder)
    }
}

impl KeyKeeper for KeyFile {
    fn key(&self, randomness: &dyn Randomness) -> Result<Key, Fault> {
        match self.read()? {
            Some(key) => Ok(key),
            None => self.make(new_secret(randomness)?),
        }
    }

    fn is_missing(&self) -> Result<bool, Fault> {
        Ok(self.read()?.is_none())
    }

    fn kept_in(&self) -> &'static str {
        "file"
    }
}

fn only_for_the_user(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn unusable(path: &Path, error: &std::io::Error) -> Fault {
    let code = if error.kind() == ErrorKind::StorageFull { FaultCodeName::DiskFull } else { FaultCodeName::StoreFailed };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Fault::new(code, format!("the key file {name} cannot be used: {error}; check the rights of the data folder"))
}
