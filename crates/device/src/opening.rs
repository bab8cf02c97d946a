//! Opening the store of a device. A damaged one is moved aside, never deleted, and what it still says is taken over.

use std::path::Path;

use domain::fault::{Fault, FaultCodeName};
use store::StoreError;
use store::device::DeviceStore;

use crate::deriving::derive_rows_of_another_program;
use crate::folder::{FileInPlace, FolderLock, STORE_FILE, create_folder, has_content, length};
use crate::key_note::{is_of_another_key, note_key};
use crate::numbers::{NumberNote, notice_lost_numbers, to_note};
use crate::place::Place;
use crate::remembered::Remembered;
use crate::replacing::{finish_replacement, make_first, replace};
use crate::worker::is_new_damage;

/// The store with the file that it has open.
pub struct OpenStore {
    /// The store.
    pub store: DeviceStore,
    /// Its file.
    pub file: FileInPlace,
    /// What the last deed left.
    pub remembered: Option<Remembered>,
    /// It took the place of a damaged one, and nobody was told yet, as far as this process knows.
    pub damage_untold: bool,
}

/// Opens the store in the folder, makes one where none is, and begins a new one where it is damaged.
pub fn open_store(place: Place<'_>) -> Result<OpenStore, Fault> {
    create_folder(place.folder)?;
    let lock = FolderLock::of(place.folder)?;
    let opened = {
        let _held = lock.with_others()?;
        open_whole(place)
    };
    match opened {
        Ok(Some(open)) => Ok(open),
        Ok(None) => {
            let _held = lock.alone()?;
            // Somebody else may have put one there meanwhile.
            open_whole(place)?.map_or_else(|| begin(place), Ok)
        }
        Err(fault) if fault.code == FaultCodeName::DiskFull => {
            let _held = lock.alone()?;
            open_for_looking(place, fault)
        }
        Err(fault) => Err(fault),
    }
}

/// Where there is no room on the disk, the store is open for looking at what is here: a worker without room still has the list of work.
/// Nobody else is at the folder. Of damage it is told once there is room to write down that somebody was.
fn open_for_looking(place: Place<'_>, full: Fault) -> Result<OpenStore, Fault> {
    let store = DeviceStore::open_for_looking(&place.folder.join(STORE_FILE), place.key).map_err(|_| full)?;
    Ok(OpenStore { store, file: FileInPlace::of(place.folder), remembered: None, damage_untold: false })
}

/// Begins anew after damage that showed while working in the file `met_in`, unless somebody has done so already.
pub fn replace_damaged(place: Place<'_>, met_in: FileInPlace) -> Result<OpenStore, Fault> {
    let lock = FolderLock::of(place.folder)?;
    let _held = lock.alone()?;
    if FileInPlace::of(place.folder) == met_in {
        replace(place)?;
    }
    open_whole(place)?.map_or_else(|| begin(place), Ok)
}

/// Puts a store where none is, or none that can be read. Nobody else is at the folder.
fn begin(place: Place<'_>) -> Result<OpenStore, Fault> {
    if !finish_replacement(place.folder)? {
        if is_left(place.folder) { replace(place)? } else { make_first(place)? }
    }
    open_whole(place)?.ok_or_else(|| Fault::from(StoreError::Damaged("what was just made".to_owned())))
}

/// The store, if it is there and is whole as far as a first look can tell.
fn open_whole(place: Place<'_>) -> Result<Option<OpenStore>, Fault> {
    if !has_content(place.folder) {
        return Ok(None);
    }
    let file = FileInPlace::of(place.folder);
    match open_and_look(place).and_then(with_what_is_untold) {
        Ok((store, damage_untold)) => Ok(Some(OpenStore { store, file, remembered: None, damage_untold })),
        Err(fault) if is_new_damage(&fault) && is_of_another_key(place.folder, place.key) => Err(key_wrong()),
        Err(fault) if is_new_damage(&fault) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// With whether it took the place of a damaged one of which nobody was told.
fn with_what_is_untold(mut store: DeviceStore) -> Result<(DeviceStore, bool), Fault> {
    let identity = store.read(|session| session.identity())?;
    Ok((store, identity.is_some_and(|identity| !identity.damage_told)))
}

/// A store is put in its place whole: what lies there empty, or a journal without its file, is what is left of a store.
fn is_left(folder: &Path) -> bool {
    length(&folder.join(STORE_FILE)).is_some() || length(&folder.join(format!("{STORE_FILE}-wal"))).is_some_and(|bytes| bytes > 0)
}

/// Damage beyond the first page shows only when something is read: whatever opening reads and writes may meet it.
fn open_and_look(place: Place<'_>) -> Result<DeviceStore, Fault> {
    let mut store = DeviceStore::open(&place.folder.join(STORE_FILE), place.key)?;
    give_identity(&mut store, place)?;
    notice_lost_numbers(&mut store, place.folder)?;
    derive_rows_of_another_program(&mut store, place.clock.now())?;
    NumberNote::of(place.folder).write_all_of(store.read(to_note)?);
    note_key(place.folder, place.key);
    Ok(store)
}

/// An empty database that something else put there becomes a store as well.
fn give_identity(store: &mut DeviceStore, place: Place<'_>) -> Result<(), Fault> {
    if store.read(|session| session.identity())?.is_some() {
        return Ok(());
    }
    let fresh = place.fresh_identity()?;
    store.write(|session| if session.identity()?.is_some() { Ok(()) } else { Ok(session.put_identity(&fresh)?) })
}

/// A store that another key opened is whole, as far as is known: it stays where it is.
fn key_wrong() -> Fault {
    Fault::new(
        FaultCodeName::StoreFailed,
        "the key (plantroom.key) is not the one that seals the store here; the store was not touched; put the right key file back, \
         or move the whole data folder away and enrol this device with a new code",
    )
    .with(serde_json::json!({ "reason": "key_wrong" }))
}

/// A store whose key is gone may be whole: it stays where it is.
pub fn key_missing() -> Fault {
    Fault::new(
        FaultCodeName::StoreFailed,
        "the key of the store (plantroom.key) is missing or cut off; the store was not touched; put the key file back, \
         or move the whole data folder away and enrol this device with a new code",
    )
    .with(serde_json::json!({ "reason": "key_missing" }))
}
