//! Opening the store of a device. A damaged one is moved aside, never deleted, and what it still says is taken over.

use std::path::{Path, PathBuf};

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
    match open_and_look(&folder.join(STORE_FILE), key) {
        Ok(mut store) => {
            begin(&mut store, None, clock, randomness)?;
            Ok(store)
        }
        Err(StoreError::Damaged(_)) => replace_damaged(folder, key, clock, randomness),
        Err(error) => Err(error.into()),
    }
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
    let aside = move_aside(folder, clock.now())?;
    let saved = rescue(&folder.join(&aside), key);
    let mut store = DeviceStore::open(&folder.join(STORE_FILE), key)?;
    begin(&mut store, saved, clock, randomness)?;
    store.write(|session| {
        if let Some(mut identity) = session.identity()? {
            identity.damaged_moved_to = Some(aside);
            session.put_identity(&identity)?;
        }
        Ok::<_, Fault>(())
    })?;
    Ok(store)
}

/// Damage beyond the first page shows only when something is read.
fn open_and_look(path: &Path, key: &Key) -> Result<DeviceStore, StoreError> {
    let mut store = DeviceStore::open(path, key)?;
    store.read(|session| session.identity().map(|_| ()))?;
    Ok(store)
}

/// Gives an empty store its identity: the saved one, or a new one.
fn begin(store: &mut DeviceStore, saved: Option<Rescued>, clock: &dyn Clock, randomness: &dyn Randomness) -> Result<(), Fault> {
    if store.read(|session| session.identity())?.is_some() {
        return Ok(());
    }
    let fresh = DeviceIdentity::fresh(DeviceId(new_id(randomness, clock.now())?), new_secret(randomness)?.to_vec());
    store.write(|session| {
        if session.identity()?.is_some() {
            return Ok(());
        }
        match saved {
            None => session.put_identity(&fresh)?,
            Some(saved) => take_over(session, saved)?,
        }
        Ok(())
    })
}

/// The orders come again with a first sync; what only this device knew is put in here.
fn take_over(session: &store::device::Session<'_>, saved: Rescued) -> Result<(), StoreError> {
    let identity = DeviceIdentity {
        progress: StoredProgress::Nothing,
        reference_revision: 0,
        reference_as_of: None,
        last_contact: None,
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

fn create_folder(folder: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(folder).map_err(|error| cannot_use(folder, &error))?;
    Ok(())
}

fn cannot_use(folder: &Path, error: &std::io::Error) -> Fault {
    let name: PathBuf = folder.to_owned();
    Fault::new(FaultCodeName::StoreFailed, format!("the data folder {} cannot be used: {error}", name.display()))
}
