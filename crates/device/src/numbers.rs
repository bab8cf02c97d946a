//! The number of the last own event, noted outside the store as well. SQLite opens a store whose journal was deleted or spoiled
//! without a word, as it was before: what was acknowledged last is gone. The note shows that, so that it is said, and so that
//! no number is given to two events.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use domain::fault::Fault;
use domain::identity::DeviceId;
use store::device::DeviceStore;

/// The note's file in the data folder: the device's id and the number, in words for whoever looks.
const NOTE: &str = "plantroom.number";

/// The note, ready for writing.
pub struct NumberNote {
    file: Option<File>,
}

impl NumberNote {
    /// The note of the data folder. One that cannot be written is no reason to refuse work: without it less is noticed.
    pub fn of(folder: &Path) -> Self {
        // Never emptied: every note is as long as the one before.
        Self { file: OpenOptions::new().create(true).write(true).truncate(false).open(folder.join(NOTE)).ok() }
    }

    /// Notes that the device has given this number to an event that is durable in the store by now. The disk is not waited
    /// for: the note has to outlive this process, and after a power failure an older one shows less and nothing wrong.
    pub fn write(&mut self, device: DeviceId, number: u64) {
        if let Some(file) = &mut self.file {
            let line = format!("{device} {number:020}\n");
            // As above: a full disk must not refuse what is saved.
            let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(line.as_bytes()));
        }
    }
}

/// The device and number of the note, if there is one that can be read.
fn noted(folder: &Path) -> Option<(DeviceId, u64)> {
    let text = std::fs::read_to_string(folder.join(NOTE)).ok()?;
    let (device, number) = text.trim_end().split_once(' ')?;
    Some((device.parse().ok()?, number.parse().ok()?))
}

/// Writes down which numbers were given to events that are not in the store any more, and goes on above them.
pub fn notice_lost_numbers(store: &mut DeviceStore, folder: &Path) -> Result<(), Fault> {
    // The note is read first: it never runs ahead of the store, whatever another process records meanwhile.
    let Some((device, number)) = noted(folder) else { return Ok(()) };
    let is_behind = |last: (DeviceId, u64)| last.0 == device && last.1 < number;
    if !store.read(|session| session.last_number())?.is_some_and(is_behind) {
        return Ok(());
    }
    store.write(|session| {
        if let Some((_, last)) = session.last_number()?.filter(|last| is_behind(*last)) {
            session.lose_numbers(last.saturating_add(1), number)?;
            session.go_on_above(number)?;
        }
        Ok(())
    })
}
