//! Putting a store in its place: made whole under another name first, so that a process that dies at any moment leaves
//! either what was there or something that the next one finishes. Everything here happens while nobody else is at the folder.
//!
//! A damaged store is replaced in this order: its copy is read, the new store is made as `plantroom.db.replaces-N`, the
//! damaged files are renamed to `plantroom.db.damaged-N`, the new one to `plantroom.db`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::fault::{Fault, FaultCodeName};
use store::StoreError;
use store::device::{DeviceIdentity, DeviceStore, LostNumber, Rescued, Session, StoredProgress, rescue};

use crate::folder::{COMPANIONS, STORE_FILE, cannot_use, has_content, keep_names};
use crate::numbers::{delivered, left_behind};
use crate::place::Place;

/// One page of the store's file.
const PAGE_BYTES: u64 = 4096;
/// What is being made, or copied for reading; of no use once the process is gone.
const UNFINISHED: &str = "plantroom.db.new-";
/// A finished store that waits for the damaged one to be moved; a number follows.
const REPLACEMENT: &str = "plantroom.db.replaces-";

/// Makes the first store of the folder.
pub fn make_first(place: Place<'_>) -> Result<(), Fault> {
    make(place, &place.folder.join(STORE_FILE), None, None)
}

/// Moves the damaged store aside and puts a new one with what could be saved in its place.
pub fn replace(place: Place<'_>) -> Result<(), Fault> {
    // Of a process that died before it moved the damaged store, in which somebody may have worked since: it is read again.
    remove_all(place.folder, REPLACEMENT)?;
    let number = free_number(place);
    // An empty file has nothing to say, and opening it would throw its journal away.
    let saved = if has_content(place.folder) { read_a_copy(place)? } else { None };
    make(place, &place.folder.join(format!("{REPLACEMENT}{number}")), saved, Some(aside(&number)))?;
    put_instead(place.folder, &number)
}

/// Finishes what a process that died had begun: `true` when a store is in its place now.
pub fn finish_replacement(folder: &Path) -> Result<bool, Fault> {
    if folder.join(STORE_FILE).exists() {
        return Ok(false);
    }
    let Some(number) = names_after(folder, REPLACEMENT)?.into_iter().next() else { return Ok(false) };
    put_instead(folder, &number)?;
    Ok(true)
}

/// File name of a damaged store.
fn aside(number: &str) -> String {
    format!("{STORE_FILE}.damaged-{number}")
}

/// The time in milliseconds, or the next number that no earlier damage has.
fn free_number(place: Place<'_>) -> String {
    let taken = |number: &String| place.folder.join(aside(number)).exists();
    let numbers = (place.clock.now().0..).map(|number| number.to_string());
    numbers.skip_while(taken).take(1).collect()
}

/// The journal must be gone before the new store is there: SQLite would take it for the new one's.
fn put_instead(folder: &Path, number: &str) -> Result<(), Fault> {
    let rename_all = || -> std::io::Result<()> {
        for companion in std::iter::once("").chain(COMPANIONS) {
            let from = folder.join(format!("{STORE_FILE}{companion}"));
            if from.exists() {
                std::fs::rename(&from, folder.join(format!("{}{companion}", aside(number))))?;
            }
        }
        std::fs::rename(folder.join(format!("{REPLACEMENT}{number}")), folder.join(STORE_FILE))?;
        keep_names(folder)
    };
    rename_all().map_err(|error| cannot_use(folder, &error))
}

/// Makes a store under another name and gives it the name `wanted` when it is whole.
fn make(place: Place<'_>, wanted: &Path, saved: Option<Rescued>, damaged_moved_to: Option<String>) -> Result<(), Fault> {
    remove_unfinished(place.folder)?;
    // What the store before has given out is known by its note alone, unless it could be read itself.
    let left_behind = if saved.is_none() { left_behind(place.folder) } else { None };
    let damage_told = damaged_moved_to.is_none();
    let fresh = DeviceIdentity { left_behind, damaged_moved_to, damage_told, ..place.fresh_identity()? };
    let unfinished = place.folder.join(format!("{UNFINISHED}{}", fresh.device));
    fill(&unfinished, place, saved, fresh)?;
    std::fs::rename(&unfinished, wanted).and_then(|()| keep_names(place.folder)).map_err(|error| cannot_use(place.folder, &error))
}

/// Gives a new store its identity: the saved one, or a new one. Only the one file gets another name, so that everything has to
/// be in it: a disk that is full shows here, and not by what is missing later.
fn fill(path: &Path, place: Place<'_>, saved: Option<Rescued>, fresh: DeviceIdentity) -> Result<(), Fault> {
    let mut store = DeviceStore::open(path, place.key)?;
    store.write(|session| -> Result<(), StoreError> {
        match saved {
            None => session.put_identity(&fresh),
            Some(saved) => {
                let delivered = delivered(place.folder, saved.identity.device);
                take_over(session, saved, delivered, fresh.damaged_moved_to)
            }
        }
    })?;
    if store.empty_journal()? { Ok(()) } else { Err(unfinished()) }
}

fn unfinished() -> Fault {
    Fault::new(
        FaultCodeName::StoreFailed,
        "the new store could not be finished because something reads it; the damaged one was not touched; try again",
    )
}

/// The orders come again with a first sync; what only this device knew is put in here. The server has everything up to the number
/// `delivered`.
fn take_over(session: &Session<'_>, saved: Rescued, delivered: u64, damaged_moved_to: Option<String>) -> Result<(), StoreError> {
    for (first, last) in saved.unknown_numbers(delivered) {
        session.lose_numbers(first, last)?;
    }
    let identity = DeviceIdentity {
        progress: StoredProgress::Nothing,
        reference_revision: 0,
        reference_as_of: None,
        last_contact: None,
        damaged_moved_to,
        damage_told: false,
        ..saved.identity
    };
    session.put_identity(&identity)?;
    for event in &saved.waiting {
        session.put_event(event)?;
    }
    for (id, reply) in &saved.replies {
        session.put_reply(*id, reply)?;
    }
    if let Some(lock) = &saved.screen_lock {
        session.put_screen_lock(lock)?;
    }
    saved.lost_numbers.iter().try_for_each(|lost| lose_again(session, *lost))
}

fn lose_again(session: &Session<'_>, lost: LostNumber) -> Result<(), StoreError> {
    session.lose_numbers(lost.number, lost.number)?;
    lost.acknowledged_at.map_or(Ok(()), |at| session.acknowledge_lost_numbers(&[lost.number], at))
}

/// What a copy of the damaged store says: reading a database in its place would change it.
fn read_a_copy(place: Place<'_>) -> Result<Option<Rescued>, Fault> {
    remove_unfinished(place.folder)?;
    let copy = place.folder.join(format!("{UNFINISHED}copy"));
    let copied = copy_what_reads(&place.folder.join(STORE_FILE), &copy).and_then(|()| lengthen(&copy)).and_then(|()| {
        let journal = place.folder.join(format!("{STORE_FILE}-wal"));
        if journal.exists() { copy_what_reads(&journal, &beside(&copy, "-wal")) } else { Ok(()) }
    });
    copied.map_err(|error| cannot_use(place.folder, &error))?;
    let saved = rescue(&copy, place.key);
    remove_unfinished(place.folder)?;
    Ok(saved)
}

/// Copies page by page; a page that the disk does not give stays empty.
fn copy_what_reads(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = File::create(to)?;
    let bytes = source.metadata()?.len();
    target.set_len(bytes)?;
    let mut start = 0;
    while start < bytes {
        let mut page = Vec::new();
        source.seek(SeekFrom::Start(start))?;
        if Read::by_ref(&mut source).take(PAGE_BYTES).read_to_end(&mut page).is_ok() {
            target.seek(SeekFrom::Start(start))?;
            target.write_all(&page)?;
        }
        start = start.saturating_add(PAGE_BYTES);
    }
    Ok(())
}

/// SQLite reads nothing of a file that is shorter than its first page says, as one is whose end was cut off: empty pages after it let
/// the others be read. They are a hole in the file, and take no room.
fn lengthen(copy: &Path) -> std::io::Result<()> {
    let file = File::options().write(true).open(copy)?;
    let pages = file.metadata()?.len().div_ceil(PAGE_BYTES);
    file.set_len(pages.saturating_mul(PAGE_BYTES).saturating_mul(2))
}

fn beside(path: &Path, companion: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(companion);
    PathBuf::from(name)
}

/// What a process that died had begun to make.
fn remove_unfinished(folder: &Path) -> Result<(), Fault> {
    remove_all(folder, UNFINISHED)
}

fn remove_all(folder: &Path, beginning: &str) -> Result<(), Fault> {
    for rest in names_after(folder, beginning)? {
        std::fs::remove_file(folder.join(format!("{beginning}{rest}"))).map_err(|error| cannot_use(folder, &error))?;
    }
    Ok(())
}

/// What follows `beginning` in the names of the folder's files.
fn names_after(folder: &Path, beginning: &str) -> Result<Vec<String>, Fault> {
    let entries = std::fs::read_dir(folder).map_err(|error| cannot_use(folder, &error))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.strip_prefix(beginning).map(str::to_owned)).collect())
}
