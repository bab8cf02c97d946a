//! Opening the store of a device. A damaged one is moved aside, never deleted, and what it still says is taken over.

use std::io::ErrorKind;
use std::path::Path;

use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use domain::time::{Clock, UtcMillis};
use store::device::{DeviceIdentity, DeviceStore, Rescued, StoredProgress, rescue};
use store::{Key, StoreError};

use crate::randomness::{Randomness, new_id, new_secret};

/// The store's file in the data folder.
pub const STORE_FILE: &str = "plantroom.db";

/// Opens the store in `folder`, makes one where none is, and begins a new one where it is damaged.
pub fn open_store(folder: &Path, key: &Key, clock: &dyn Clock, randomness: &dyn Randomness) -> Result<DeviceStore, Fault> {
    create_folder(folder)?;
    if was_emptied(folder) {
        return replace_damaged(folder, key, clock, randomness);
    }
    let path = folder.join(STORE_FILE);
    if !path.exists() {
        make_store(folder, key, None, None, clock, randomness)?;
    }
    match open_and_look(&path, key) {
        Ok(mut store) => {
            give_identity(&mut store, clock, randomness)?;
            Ok(store)
        }
        Err(StoreError::Damaged(_)) => replace_damaged(folder, key, clock, randomness),
        Err(error) => Err(error.into()),
    }
}

/// Whether a store with content lies in the folder.
pub fn has_content(folder: &Path) -> bool {
    length(&folder.join(STORE_FILE)).is_some_and(|bytes| bytes > 0)
}

/// A store is put in its place whole: an empty file there, or a journal without its file, is what is left of a store.
fn was_emptied(folder: &Path) -> bool {
    let journal_lies_alone = || length(&folder.join(format!("{STORE_FILE}-wal"))).is_some_and(|bytes| bytes > 0);
    length(&folder.join(STORE_FILE)).map_or_else(journal_lies_alone, |bytes| bytes == 0)
}

fn length(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|file| file.len())
}

/// Which file lies in the store's place: another process that meets damage puts a new one there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInPlace(Option<(u64, u64)>);

impl FileInPlace {
    /// The file that lies there now.
    pub fn of(folder: &Path) -> Self {
        Self(identity_of_file(&folder.join(STORE_FILE)))
    }
}

#[cfg(unix)]
fn identity_of_file(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Where an open file cannot be renamed, nobody can put another in its place.
#[cfg(not(unix))]
fn identity_of_file(_path: &Path) -> Option<(u64, u64)> {
    None
}

/// Moves the store in `folder` aside and begins a new one with what could be saved.
pub fn replace_damaged(folder: &Path, key: &Key, clock: &dyn Clock, randomness: &dyn Randomness) -> Result<DeviceStore, Fault> {
    // An empty file has nothing to say, and opening it would throw its journal away.
    let readable = has_content(folder);
    let aside = move_aside(folder, clock.now())?;
    let saved = if readable { rescue(&folder.join(&aside), key) } else { None };
    make_store(folder, key, saved, Some(aside), clock, randomness)?;
    Ok(open_and_look(&folder.join(STORE_FILE), key)?)
}

/// Damage beyond the first page shows only when something is read.
fn open_and_look(path: &Path, key: &Key) -> Result<DeviceStore, StoreError> {
    let mut store = DeviceStore::open(path, key)?;
    store.read(|session| session.identity().map(|_| ()))?;
    Ok(store)
}

/// Makes a store under another name and puts it in its place when it is whole; the first of two processes wins.
fn make_store(
    folder: &Path,
    key: &Key,
    saved: Option<Rescued>,
    damaged_moved_to: Option<String>,
    clock: &dyn Clock,
    randomness: &dyn Randomness,
) -> Result<(), Fault> {
    let fresh = fresh_identity(clock, randomness)?;
    let unfinished = folder.join(format!("{STORE_FILE}.new-{}", fresh.device));
    let made = begin(&unfinished, key, saved, DeviceIdentity { damaged_moved_to, ..fresh })
        .and_then(|()| put_in_place(&unfinished, &folder.join(STORE_FILE)).map_err(|error| cannot_use(folder, &error)));
    // It has its own name by now, or is of no use.
    let _ = std::fs::remove_file(&unfinished);
    made
}

fn fresh_identity(clock: &dyn Clock, randomness: &dyn Randomness) -> Result<DeviceIdentity, Fault> {
    Ok(DeviceIdentity::fresh(DeviceId(new_id(randomness, clock.now())?), new_secret(randomness)?.to_vec()))
}

/// An empty database that something else put there becomes a store as well.
fn give_identity(store: &mut DeviceStore, clock: &dyn Clock, randomness: &dyn Randomness) -> Result<(), Fault> {
    if store.read(|session| session.identity())?.is_some() {
        return Ok(());
    }
    let fresh = fresh_identity(clock, randomness)?;
    store.write(|session| if session.identity()?.is_some() { Ok(()) } else { Ok(session.put_identity(&fresh)?) })
}

/// Gives a new store its identity: the saved one, or a new one. Closed again, it is one file.
fn begin(path: &Path, key: &Key, saved: Option<Rescued>, fresh: DeviceIdentity) -> Result<(), Fault> {
    DeviceStore::open(path, key)?.write(|session| {
        match saved {
            None => session.put_identity(&fresh)?,
            Some(saved) => take_over(session, saved, fresh.damaged_moved_to)?,
        }
        Ok(())
    })
}

fn put_in_place(unfinished: &Path, place: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(unfinished, place) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Some file systems know no second name.
        Err(_) if !place.exists() => std::fs::rename(unfinished, place),
        linked => linked,
    }
}

/// The orders come again with a first sync; what only this device knew is put in here.
fn take_over(session: &store::device::Session<'_>, saved: Rescued, damaged_moved_to: Option<String>) -> Result<(), StoreError> {
    let identity = DeviceIdentity {
        progress: StoredProgress::Nothing,
        reference_revision: 0,
        reference_as_of: None,
        last_contact: None,
        damaged_moved_to,
        ..saved.identity
    };
    session.put_identity(&identity)?;
    for event in &saved.unsent {
        session.put_event(event)?;
    }
    for (id, reply) in &saved.replies {
        session.put_reply(*id, reply)?;
    }
    Ok(())
}

/// Renames the database with its companions; gives the new name.
fn move_aside(folder: &Path, now: UtcMillis) -> Result<String, Fault> {
    let aside = format!("{STORE_FILE}.damaged-{}", now.0);
    for companion in ["", "-wal", "-shm"] {
        let from = folder.join(format!("{STORE_FILE}{companion}"));
        if from.exists() {
            std::fs::rename(&from, folder.join(format!("{aside}{companion}"))).map_err(|error| cannot_use(folder, &error))?;
        }
    }
    Ok(aside)
}

/// Makes the data folder where it is not there.
pub fn create_folder(folder: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(folder).map_err(|error| cannot_use(folder, &error))?;
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
