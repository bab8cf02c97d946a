//! The number of the last own event, noted outside the store as well. SQLite opens a store whose journal was deleted or spoiled
//! without a word, as it was before: what was acknowledged last is gone. A store that is deleted altogether says nothing at all.
//! The note shows both, so that it is said, and so that no number is given to two events.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use domain::fault::Fault;
use domain::hexadecimal::hexadecimal;
use domain::identity::DeviceId;
use domain::reference::DirectoryEntry;
use sha2::{Digest, Sha256};
use store::StoreError;
use store::device::{DeviceIdentity, DeviceStore, Session};

/// The note's file in the data folder: one line of words for whoever looks, see [`Noted`].
const NOTE: &str = "plantroom.number";

/// What the note says: `device number delivered owner`. Every note of one device is as long as the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// Who gave the numbers.
    pub device: DeviceId,
    /// The last that was given.
    pub number: u64,
    /// The server has every event up to this one.
    pub delivered: u64,
    /// Whose device it was; [`NOBODY_KNOWN`] where that was not noted.
    owner: String,
}

/// In the place of the hash of a person.
const NOBODY_KNOWN: &str = "----------------------------------------------------------------";

impl Noted {
    /// What the store says now; `None` before it is somebody's.
    fn of(session: &Session<'_>, identity: &DeviceIdentity) -> Result<Option<Self>, StoreError> {
        let Some(person) = &identity.person else { return Ok(None) };
        let delivered = session.delivered_up_to()?.unwrap_or(0);
        Ok(Some(Self { device: identity.device, number: identity.last_sequence, delivered, owner: owner_mark(identity.device, person) }))
    }

    /// How many events the server may not have.
    pub fn undelivered(&self) -> u64 {
        self.number.saturating_sub(self.delivered)
    }

    /// Whether the numbers were this person's, as far as is known.
    fn may_be_of(&self, person: &DirectoryEntry) -> bool {
        self.owner == NOBODY_KNOWN || self.owner == owner_mark(self.device, person)
    }

    fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        Some(Self {
            device: words.next()?.parse().ok()?,
            number: words.next()?.parse().ok()?,
            delivered: words.next()?.parse().ok()?,
            owner: words.next().filter(|owner| owner.len() == NOBODY_KNOWN.len())?.to_owned(),
        })
    }

    fn line(&self) -> String {
        format!("{} {:020} {:020} {}\n", self.device, self.number, self.delivered, self.owner)
    }

    /// Neither number goes back, whoever comes late.
    fn joined_with(self, before: Option<Self>) -> Self {
        match before.filter(|before| before.device == self.device) {
            None => self,
            Some(before) => Self {
                device: self.device,
                number: self.number.max(before.number),
                delivered: self.delivered.max(before.delivered),
                owner: if self.owner == NOBODY_KNOWN { before.owner } else { self.owner },
            },
        }
    }
}

/// Numbers of the staff are reissued, and nobody else has to read them here.
fn owner_mark(device: DeviceId, person: &DirectoryEntry) -> String {
    hexadecimal(&Sha256::digest(format!("{device} {} {}", person.staff_no, person.validity.valid_from)))
}

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
        self.raise(Noted { device, number, delivered: 0, owner: NOBODY_KNOWN.to_owned() });
    }

    /// Notes what the store says: whose it is, and what the server has.
    pub fn write_all_of(&mut self, noted: Option<Noted>) {
        if let Some(noted) = noted {
            self.raise(noted);
        }
    }

    fn raise(&mut self, noted: Noted) {
        if let Some(file) = &mut self.file {
            // Where the system knows no locks, one process is at the folder. A full disk must not refuse what is saved.
            let _ = file.lock();
            let _ = raise(file, noted);
            let _ = file.unlock();
        }
    }
}

fn raise(file: &mut File, new: Noted) -> std::io::Result<()> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    // What cannot be read as text is no note.
    let _ = file.read_to_string(&mut text);
    let before = Noted::read(&text);
    let joined = new.joined_with(before.clone());
    if before.as_ref() == Some(&joined) {
        return Ok(());
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(joined.line().as_bytes())
}

/// What the note says, if there is one that can be read.
fn noted(folder: &Path) -> Option<Noted> {
    Noted::read(&std::fs::read_to_string(folder.join(NOTE)).ok()?)
}

/// The note of a store that is not here any more, as it is kept in the one that takes its place.
pub fn left_behind(folder: &Path) -> Option<String> {
    noted(folder).filter(|noted| noted.number > 0).map(|noted| noted.line())
}

/// Up to which number the server has everything of this device, as the note says; 0 where nothing is known.
pub fn delivered(folder: &Path, device: DeviceId) -> u64 {
    noted(folder).filter(|noted| noted.device == device).map_or(0, |noted| noted.delivered)
}

/// What a store that is gone from here has left in the identity.
pub fn of_a_store_that_is_gone(identity: &DeviceIdentity) -> Option<Noted> {
    identity.left_behind.as_deref().and_then(Noted::read)
}

/// Now it is known who: what the person recorded in the store that is gone and the server may not have is lost, and the numbers
/// go on above it. Of somebody else nothing is said, and what a store left is asked for once.
pub fn take_over_what_was_left(session: &Session<'_>, identity: DeviceIdentity, person: &DirectoryEntry) -> Result<DeviceIdentity, Fault> {
    let left = of_a_store_that_is_gone(&identity).filter(|left| left.may_be_of(person));
    let Some(left) = left else { return Ok(DeviceIdentity { left_behind: None, ..identity }) };
    if left.undelivered() > 0 {
        session.lose_numbers(left.delivered.saturating_add(1), left.number)?;
    }
    Ok(DeviceIdentity { left_behind: None, last_sequence: identity.last_sequence.max(left.number), ..identity })
}

/// What the store says now, for the note.
///
/// # Errors
/// As the store fails.
pub fn to_note(session: &Session<'_>) -> Result<Option<Noted>, Fault> {
    let Some(identity) = session.identity()? else { return Ok(None) };
    Ok(Noted::of(session, &identity)?)
}

/// Writes down which numbers were given to events that are not in the store any more, and goes on above them.
pub fn notice_lost_numbers(store: &mut DeviceStore, folder: &Path) -> Result<(), Fault> {
    // The note is read first: it never runs ahead of the store, whatever another process records meanwhile.
    let Some(Noted { device, number, .. }) = noted(folder) else { return Ok(()) };
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
        let check = |device: DeviceId, number: u64, delivered: u64, owner: &str| {
            assert_eq!(noted(folder.path()), Some(Noted { device, number, delivered, owner: owner.to_owned() }));
        };
        early.write(one, 6);
        late.write(one, 5);
        check(one, 6, 0, NOBODY_KNOWN);
        let owner = "a".repeat(NOBODY_KNOWN.len());
        late.write_all_of(Some(Noted { device: one, number: 5, delivered: 4, owner: owner.clone() }));
        late.write(one, 7);
        check(one, 7, 4, &owner);
        early.write(other, 1);
        check(other, 1, 0, NOBODY_KNOWN);
    }

    #[test]
    fn what_is_no_note_says_nothing() {
        for text in ["", "half", "0192f000-0000-7000-8000-000000000001 00000000000000000007", "a b c d"] {
            assert_eq!(Noted::read(text), None, "{text}");
        }
    }
}
