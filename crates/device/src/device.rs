//! The device as its shells use it: a command in, a reply out.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::fault::{Fault, FaultCodeName};
use domain::identity::StaffNo;
use domain::time::{Clock, HospitalZone, UtcMillis};
use machine::{Randomness, Stopwatch, SystemClock, SystemRandomness, SystemStopwatch};
use store::Key;
use store::device::{DeviceIdentity, Session};

use crate::command::Command;
use crate::folder::{FileInPlace, FolderLock, create_folder, has_content};
use crate::look::{lists, search, status};
use crate::numbers::NumberNote;
use crate::opening::{OpenStore, key_missing, open_store, replace_damaged};
use crate::order::damaged::damaged_order;
use crate::order::show::show;
use crate::order::situation::Situation;
use crate::permitted::check_permitted;
use crate::place::Place;
use crate::remembered::Remembered;
use crate::reply::{Answer, Reply};
use crate::screen_lock::tries::KnownTries;
use crate::seal::{KeyFile, KeyKeeper};
use crate::synchronise::enroller::Enroller;
use crate::work::asking::{self, Asked};
use crate::work::{carry_out, directory_of, number_of};
use crate::worker::{Worker, damaged, is_new_damage, not_enrolled};

/// One device: one store, one person. May be used by several threads, and several processes may open the same folder.
pub struct Device {
    pub(crate) folder: PathBuf,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) randomness: Box<dyn Randomness>,
    pub(crate) stopwatch: Box<dyn Stopwatch>,
    pub(crate) known_tries: Mutex<KnownTries>,
    key: Key,
    key_kept_in: &'static str,
    lock: FolderLock,
    number_note: Mutex<NumberNote>,
    store: Mutex<OpenStore>,
}

impl Device {
    /// Opens the device in `folder`, with the system's clock and randomness and the key in a file.
    ///
    /// # Errors
    /// `store_newer`, `store_failed` (also when the key of a store is missing), `disk_full`. A damaged store is no error: it is moved aside, and `device_status` says so.
    pub fn open(folder: &Path) -> Result<Self, Fault> {
        let keeper = KeyFile::beside_the_store(folder);
        Self::open_with(folder, &keeper, Box::new(SystemClock), Box::new(SystemRandomness))
    }

    /// Opens the device with a clock, randomness and key keeper of the caller's.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(folder: &Path, keeper: &dyn KeyKeeper, clock: Box<dyn Clock>, randomness: Box<dyn Randomness>) -> Result<Self, Fault> {
        create_folder(folder)?;
        if has_content(folder) && keeper.is_missing()? {
            return Err(key_missing());
        }
        let key = keeper.key(randomness.as_ref())?;
        let open = open_store(Place { folder, key: &key, clock: clock.as_ref(), randomness: randomness.as_ref() })?;
        Ok(Self {
            folder: folder.to_owned(),
            clock,
            randomness,
            stopwatch: Box::new(SystemStopwatch::start()),
            known_tries: Mutex::default(),
            key,
            key_kept_in: keeper.kept_in(),
            lock: FolderLock::of(folder)?,
            number_note: Mutex::new(NumberNote::of(folder)),
            store: Mutex::new(open),
        })
    }

    /// The same with a stopwatch of the caller's.
    #[must_use]
    pub fn timed_by(self, stopwatch: Box<dyn Stopwatch>) -> Self {
        Self { stopwatch, ..self }
    }

    /// Carries out a command. When the reply is `ok`, what it says is durable.
    pub fn handle(&self, command: &Command) -> Reply {
        self.answer(command).map_or_else(Reply::Error, Reply::Ok)
    }

    pub(crate) fn answer(&self, command: &Command) -> Result<Answer, Fault> {
        // The status, with which an enrolment answers as well, tells of damage by itself, and goes on telling.
        if !matches!(command, Command::DeviceStatus {} | Command::Enroll { .. }) {
            self.tell_of_damage()?;
        }
        self.carry_out(command).inspect_err(|fault| self.after_refusal(fault))
    }

    /// The same for a page, which tells of damage as the status says it: its first command is one that nobody has asked for, and whose
    /// refusal nobody reads.
    pub(crate) fn answer_to_a_page(&self, command: &Command) -> Result<Answer, Fault> {
        self.carry_out(command).inspect_err(|fault| self.ask_anew_for_what_is_damaged(fault))
    }

    /// A store may have taken the place of a damaged one while nobody asked for anything: the first who does is told, once.
    pub(crate) fn tell_of_damage(&self) -> Result<(), Fault> {
        if !std::mem::take(&mut self.store()?.damage_untold) {
            return Ok(());
        }
        // Where it cannot be written down that it was told, it is told again after the next start.
        match self.damage_to_tell().or_else(|_| self.read(|session| Ok(damaged(&identity_of(session)?))))? {
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }

    /// What nobody was told yet, in any process; from now on it counts as told.
    fn damage_to_tell(&self) -> Result<Option<Fault>, Fault> {
        self.write(|session| {
            let identity = identity_of(session)?;
            let untold = if identity.damage_told { None } else { damaged(&identity) };
            if untold.is_some() {
                session.put_identity(&DeviceIdentity { damage_told: true, ..identity })?;
            }
            Ok(untold)
        })
    }

    fn after_refusal(&self, fault: &Fault) {
        if fault.code == FaultCodeName::StoreDamaged {
            // Damage that was met while working was just told.
            let _ = self.tell_of_damage();
        }
        self.ask_anew_for_what_is_damaged(fault);
    }

    /// A damaged order is asked for with the next exchange. Where even that cannot be written down, it is found again.
    fn ask_anew_for_what_is_damaged(&self, fault: &Fault) {
        if let Some(order) = damaged_order(fault) {
            let _ = self.write(|session| Ok(session.want(order)?));
        }
    }

    fn carry_out(&self, command: &Command) -> Result<Answer, Fault> {
        match command {
            Command::SyncNow {} => self.synchronise().map(Answer::Synced),
            Command::Enroll { url, code } => self.enroll(url, code, Enroller::FilesOwner),
            Command::LogOut { confirmed } => self.log_out(*confirmed == Some(true)),
            Command::LookUpStaff { staff_no } => self.look_up_staff(command, staff_no),
            Command::SetPin { pin, current } => self.set_pin(pin, current.as_deref()).and_then(|()| self.status()),
            Command::AcknowledgeLostNumbers { numbers } => self.acknowledge_lost_numbers(numbers),
            // Whoever owns the files has no page that could be locked.
            Command::Unlock { .. } | Command::LockNow {} | Command::Touched {} => self.status(),
            writing if writing.writes() => self.work(writing),
            reading => self.read(|session| self.look(session, reading)),
        }
    }

    /// Whose number it is, where not too many others were asked for before.
    fn look_up_staff(&self, command: &Command, typed: &StaffNo) -> Result<Answer, Fault> {
        let staff_no = number_of(typed)?;
        self.note_look_up(command, &staff_no)?;
        self.read(|session| {
            let now = self.clock.now();
            let identity = identity_of(session)?;
            let worker = Worker::of(session, &identity, now)?;
            if staff_no != worker.number.staff_no {
                Asked::lately(session, now)?.with(&staff_no)?;
            }
            let today = HospitalZone::default().date(identity.corrected(now));
            Ok(Answer::Staff(search::staff(session, directory_of(session, &worker.number.staff_no, staff_no, today)?)?))
        })
    }

    /// Durable before anything is said, because what a refusal says of a number is said as well.
    fn note_look_up(&self, command: &Command, staff_no: &StaffNo) -> Result<(), Fault> {
        self.write(|session| {
            let now = self.clock.now();
            let worker = Worker::of(session, &identity_of(session)?, now)?;
            check_permitted(&worker, command)?;
            if *staff_no == worker.number.staff_no { Ok(()) } else { asking::note(session, staff_no, now) }
        })
    }

    /// Carries out a worker's deed, and notes its number beside the store once it is durable.
    fn work(&self, command: &Command) -> Result<Answer, Fault> {
        if let Command::Confirm(confirm) = command {
            self.note_look_up(command, &number_of(&confirm.staff_no)?)?;
        }
        let (view, last) = self.write_remembering(|session, remembered| {
            let done = carry_out(session, command, self.clock.now(), self.randomness.as_ref(), remembered)?;
            Ok(((done.view, session.last_number()?), done.remembered))
        })?;
        if let Some((device, number)) = last {
            self.number_note().write(device, number);
        }
        Ok(Answer::Order(Box::new(view)))
    }

    /// The note of numbers beside the store.
    pub(crate) fn number_note(&self) -> MutexGuard<'_, NumberNote> {
        self.number_note.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, session: &Session<'_>, command: &Command) -> Result<Answer, Fault> {
        let now = self.clock.now();
        let identity = identity_of(session)?;
        match command {
            Command::DeviceStatus {} => return self.status_in(session, &identity),
            Command::SyncStatus {} => return Ok(Answer::SyncStatus(status::sync_status(session, &identity)?)),
            _ => {}
        }
        let worker = Worker::of(session, &identity, now)?;
        check_permitted(&worker, command)?;
        let today = HospitalZone::default().date(identity.corrected(now));
        Ok(match command {
            Command::ListOrders { filter, node, limit, after } => {
                let wanted = lists::Wanted { filter: *filter, node: *node, limit: *limit, after: after.as_deref() };
                Answer::Orders(lists::orders(session, &worker.number, identity.corrected(now), wanted)?)
            }
            Command::GetOrder { order } => {
                Answer::Order(Box::new(show(&mut Situation::of_order(session, &identity, &worker, now, *order)?)?))
            }
            Command::SearchParts { text } => Answer::Parts(search::parts(session, text, today)?),
            Command::SearchLocations { text } => Answer::Locations(search::locations(session, text)?),
            Command::SearchDepartments { text } => Answer::Departments(search::departments(session, text, today)?),
            Command::SearchLabour { text } => Answer::Labour(search::labour(session, &worker, text, today)?),
            Command::ListFaults {} => Answer::Faults(search::faults(session, &worker)?),
            _ => return Err(not_a_look()),
        })
    }

    fn acknowledge_lost_numbers(&self, numbers: &[u64]) -> Result<Answer, Fault> {
        self.write(|session| {
            let identity = identity_of(session)?;
            Worker::of(session, &identity, self.now())?;
            session.acknowledge_lost_numbers(numbers, self.now())?;
            self.status_in(session, &identity)
        })
    }

    fn log_out(&self, confirmed: bool) -> Result<Answer, Fault> {
        self.write(|session| {
            let mut identity = identity_of(session)?;
            if identity.person.is_none() {
                return Err(not_enrolled(&identity));
            }
            let unsent = session.own_counts()?.only_here();
            if unsent > 0 && !confirmed {
                let message = "work on this device has not reached the hospital; it stays here; log out again with \"confirmed\":true, or synchronise first";
                return Err(Fault::new(FaultCodeName::UnsentWork, message).with(serde_json::json!({ "unsent": unsent })));
            }
            identity.logged_out = true;
            session.put_identity(&identity)?;
            session.remove_screen_lock()?;
            self.status_in(session, &identity)
        })
    }

    /// Allows the store to grow by so many pages of 4 kB and no more: how a test fills the disk.
    ///
    /// # Errors
    /// As the store fails.
    pub fn limit_pages(&self, more: u32) -> Result<(), Fault> {
        let open = self.store()?;
        Ok(open.store.limit_pages(open.store.page_count()?.saturating_add(more))?)
    }

    /// Lets nobody work on the store any more, for the end of the process: what is under way is finished first, and whoever
    /// comes later waits until the process is gone. A process that ends takes the cipher's tables down with it, and a thread
    /// that still worked on the sealed store would bring it down with a crash.
    pub fn rest(&self) {
        std::mem::forget(self.store.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Who the device is.
    pub(crate) fn status(&self) -> Result<Answer, Fault> {
        self.read(|session| self.status_in(session, &identity_of(session)?))
    }

    fn status_in(&self, session: &Session<'_>, identity: &DeviceIdentity) -> Result<Answer, Fault> {
        let lock = self.lock_shown(session)?;
        let status = status::device_status(session, identity, self.clock.now(), self.key_kept_in, lock)?;
        Ok(Answer::Device(Box::new(status)))
    }

    /// Reads one snapshot of the store.
    pub(crate) fn read<T>(&self, reading: impl FnOnce(&Session<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut open = self.store()?;
        // Two who open a store without room at once are in each other's way.
        let _held = open.store.is_for_looking().then(|| self.lock.alone()).transpose()?;
        let outcome = open.store.read(reading);
        self.after_damage(&mut open, outcome)
    }

    /// Changes the store in one durable transaction. Nobody moves the store aside meanwhile.
    pub(crate) fn write<T>(&self, writing: impl FnOnce(&Session<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.write_remembering(|session, _| writing(session).map(|outcome| (outcome, None)))
    }

    /// The same for one who gets what the last one left, and leaves something, which counts once the transaction is durable.
    fn write_remembering<T>(
        &self,
        writing: impl FnOnce(&Session<'_>, Option<Remembered>) -> Result<(T, Option<Remembered>), Fault>,
    ) -> Result<T, Fault> {
        let mut open = self.store()?;
        let mut held = self.lock.with_others()?;
        while open.file != FileInPlace::of(&self.folder) {
            drop(held);
            *open = open_store(self.place())?;
            held = self.lock.with_others()?;
        }
        let remembered = open.remembered.take();
        let outcome = open.store.write(|session| writing(session, remembered));
        drop(held);
        let (outcome, remembered) = self.after_damage(&mut open, outcome)?;
        open.remembered = remembered;
        Ok(outcome)
    }

    /// This device's time.
    pub(crate) fn now(&self) -> UtcMillis {
        self.clock.now()
    }

    /// Brings everything into the store's one file.
    pub(crate) fn empty_journal(&self) -> Result<(), Fault> {
        let mut open = self.store()?;
        let outcome = open.store.empty_journal().map(|_| ()).map_err(Fault::from);
        self.after_damage(&mut open, outcome)
    }

    fn place(&self) -> Place<'_> {
        Place { folder: &self.folder, key: &self.key, clock: self.clock.as_ref(), randomness: self.randomness.as_ref() }
    }

    /// The store, opened anew where another process has put a new file in the place of a damaged one, or where there was no room on the
    /// disk and may be some by now.
    fn store(&self) -> Result<MutexGuard<'_, OpenStore>, Fault> {
        // A thread that panicked has left no transaction open: the store is as it was before.
        let mut open = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if open.store.is_for_looking() || open.file != FileInPlace::of(&self.folder) {
            *open = open_store(self.place())?;
        }
        Ok(open)
    }

    /// Damage that shows only while working is met like damage that shows when opening: in the file that showed it.
    fn after_damage<T>(&self, open: &mut OpenStore, outcome: Result<T, Fault>) -> Result<T, Fault> {
        match outcome {
            // Whoever only looks puts nothing in the place of what is there.
            Err(fault) if is_new_damage(&fault) && !open.store.is_for_looking() => {
                *open = replace_damaged(self.place(), open.file)?;
                let identity = open.store.read(identity_of)?;
                Err(damaged(&identity).unwrap_or_else(|| not_enrolled(&identity)))
            }
            outcome => outcome,
        }
    }
}

fn not_a_look() -> Fault {
    Fault::new(FaultCodeName::Internal, "a writing command came where only reading ones belong; nothing was saved")
}

/// The identity that every opened store has.
pub(crate) fn identity_of(session: &Session<'_>) -> Result<DeviceIdentity, Fault> {
    session
        .identity()?
        .ok_or_else(|| Fault::new(FaultCodeName::NotEnrolled, "this device belongs to nobody yet; enrol it with a one-time code"))
}
