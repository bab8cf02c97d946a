//! The number of the last own event, noted outside the store as well. SQLite opens a store whose journal was deleted or spoiled
//! without a word, as it was before: what was acknowledged last is gone. The note shows that, so that it is said, and so that
//! no number is given to two events.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
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
        Self { file: OpenOptions::new().create(true).read(true).write(true).truncate(false).open(folder.join(NOTE)).ok() }
    }

    /// Notes that the device has given this number to an event that is durable in the store by now; never goes back, whoever comes
    /// late. The disk is not waited for: the note has to outlive this process, and after a power failure an older one shows less
    /// and nothing wrong.
    pub fn write(&mut self, device: DeviceId, number: u64) {
        if let Some(file) = &mut self.file {
            // Where the system knows no locks, one process is at the folder. A full disk must not refuse what is saved.
            let _ = file.lock();
            let _ = raise(file, device, number);
            let _ = file.unlock();
        }
    }
}

fn raise(file: &mut File, device: DeviceId, number: u64) -> std::io::Result<()> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    // What cannot be read as text is no note.
    let _ = file.read_to_string(&mut text);
    if understood(&text).is_some_and(|noted| noted.0 == device && noted.1 >= number) {
        return Ok(());
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(format!("{device} {number:020}\n").as_bytes())
}

/// The device and number of the note, if there is one that can be read.
fn noted(folder: &Path) -> Option<(DeviceId, u64)> {
    understood(&std::fs::read_to_string(folder.join(NOTE)).ok()?)
}

fn understood(text: &str) -> Option<(DeviceId, u64)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_never_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["0192f000-0000-7000-8000-000000000001", "0192f000-0000-7000-8000-000000000002"].map(|id| id.parse().unwrap());
        let (mut early, mut late) = (NumberNote::of(folder.path()), NumberNote::of(folder.path()));
        early.write(one, 6);
        late.write(one, 5);
        assert_eq!(noted(folder.path()), Some((one, 6)));
        late.write(one, 7);
        assert_eq!(noted(folder.path()), Some((one, 7)));
        early.write(other, 1);
        assert_eq!(noted(folder.path()), Some((other, 1)));
    }
}
