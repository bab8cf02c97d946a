//! A real device room on a real sealed store, with a person who works on it and a process that can stop at any step.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use device::Device;
use device::command::Command;
use device::reply::{Answer, Reply};
use device::seal::KeyKeeper;
use device::synchronise::{Measured, SyncStep};
use domain::event::older_programs::lacking;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, EventId, OrderId};
use domain::row::deriving_program;
use domain::time::{Clock, MINUTE_MS, UtcMillis};
use machine::Randomness;
use rusqlite::Connection;
use store::Key;
use sync::codec::{decode_answer, encode_request};
use sync::wire::{EnrollAnswer, EnrollRequest, ExchangeRequest, Upload};

use super::broken::Promise;
use super::clock::SimulatedClock;
use super::death::{StoreOf, arm, disarm};
use super::mutation::Mutation;
use super::random::SharedChance;
use super::template::{KeptTemplate, lay};

/// How long a process waits for an answer. What comes later meets nobody.
pub const PATIENCE_MS: i64 = 2 * MINUTE_MS;

/// A device and whoever carries it.
pub struct Phone {
    /// Whose it is.
    pub person: &'static str,
    /// Every device that this phone and its copies have been: a new one with each enrolment.
    pub devices: Vec<DeviceId>,
    /// Events that were acknowledged to the person.
    pub acknowledged: BTreeMap<EventId, Acknowledged>,
    /// What it said first about each of its events.
    pub uploaded: BTreeMap<EventId, Upload>,
    /// It has no network until then.
    pub offline_until: UtcMillis,
    /// It was cloned, or its person worked on between a restore and the next exchange: its numbers cannot be unique.
    pub may_repeat_numbers: bool,
    /// It began as a copy of another one.
    pub is_copy: bool,
    /// A mistake that is put in on purpose.
    pub mutation: Option<Mutation>,
    before_clearing: Vec<DeviceId>,
    lacks: Option<&'static str>,
    folder: PathBuf,
    clock: SimulatedClock,
    chance: SharedChance,
    device: Option<Device>,
    credential: Option<(DeviceId, String)>,
    asked: Option<Asked>,
    backup: Option<Backup>,
    doomed: bool,
    full: bool,
    clock_is_known: bool,
    restored_unheard: bool,
    has_lists: bool,
}

/// What a person was told is kept.
#[derive(Debug, Clone, Copy)]
pub struct Acknowledged {
    /// The order.
    pub order: OrderId,
    /// The device that the phone was then.
    pub device: DeviceId,
    /// When, in truth.
    pub at: UtcMillis,
    /// Nobody had set the clock since it was compared with the server's.
    pub clock_is_known: bool,
}

/// The exchange that the running process waits for.
struct Asked {
    exchange: u64,
    request: ExchangeRequest,
    truly_sent_at: UtcMillis,
}

/// A copy of the data folder, and what had been acknowledged.
struct Backup {
    folder: PathBuf,
    acknowledged: BTreeSet<EventId>,
    credential: Option<(DeviceId, String)>,
    devices: Vec<DeviceId>,
    has_lists: bool,
}

/// What became of an answer that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Nobody waits for it any more.
    TooLate,
    /// It cannot be read.
    Unreadable,
    /// It could not be stored, and nothing of it was.
    NotStored(FaultCodeName),
    /// All of it is stored.
    Stored(SyncStep),
}

/// The key is kept outside, so that the store can be looked into.
struct KeptKey;

/// The key of every phone.
const KEY: [u8; 32] = [7; 32];
/// A phone before anybody has it.
static NEW_PHONE: KeptTemplate = KeptTemplate::new();

impl KeyKeeper for KeptKey {
    fn key(&self, _randomness: &dyn Randomness) -> Result<Key, Fault> {
        Ok(Key(KEY))
    }

    fn kept_in(&self) -> &'static str {
        "simulation"
    }
}

impl Phone {
    /// A new phone, whose program may lack a kind.
    pub fn new(
        person: &'static str,
        folder: PathBuf,
        clock: SimulatedClock,
        chance: SharedChance,
        lacks: Option<&'static str>,
    ) -> Result<Self, Promise> {
        lay_new_phone(&folder)?;
        Self::in_folder(person, folder, clock, chance, lacks)
    }

    fn in_folder(
        person: &'static str,
        folder: PathBuf,
        clock: SimulatedClock,
        chance: SharedChance,
        lacks: Option<&'static str>,
    ) -> Result<Self, Promise> {
        let mut phone = Self {
            person,
            devices: Vec::new(),
            acknowledged: BTreeMap::new(),
            uploaded: BTreeMap::new(),
            offline_until: UtcMillis(0),
            may_repeat_numbers: false,
            is_copy: false,
            mutation: None,
            before_clearing: Vec::new(),
            lacks,
            folder,
            clock,
            chance,
            device: None,
            credential: None,
            asked: None,
            backup: None,
            doomed: false,
            full: false,
            clock_is_known: true,
            restored_unheard: false,
            has_lists: false,
        };
        phone.open()?;
        Ok(phone)
    }

    /// A copy of it as it lies there, for the same person; both go on from here.
    pub fn copied(&mut self, folder: PathBuf, chance: SharedChance) -> Result<Self, Promise> {
        self.recover()?;
        copy_files(&self.folder, &folder)?;
        self.may_repeat_numbers = true;
        let mut copy = Self::in_folder(self.person, folder, self.clock.copied(), chance, self.lacks)?;
        copy.devices.clone_from(&self.devices);
        copy.acknowledged.clone_from(&self.acknowledged);
        copy.uploaded.clone_from(&self.uploaded);
        copy.credential.clone_from(&self.credential);
        (copy.may_repeat_numbers, copy.is_copy) = (true, true);
        copy.mutation = self.mutation;
        copy.clock_is_known = self.clock_is_known;
        copy.has_lists = self.has_lists;
        Ok(copy)
    }

    /// What it asks the server with a code.
    pub fn prepare_enrolment(&self, code: &str) -> Result<EnrollRequest, Promise> {
        self.with_device(|device| device.prepare_enrolment(code))
    }

    /// Takes the server's answer: from here on it is another device.
    pub fn accept_enrolment(&mut self, request: &EnrollRequest, answer: EnrollAnswer) -> Result<(), Promise> {
        self.with_device(|device| device.accept_enrolment("http://127.0.0.1:1", request, answer))?;
        self.credential = Some((request.device, request.secret.clone()));
        self.devices.push(request.device);
        self.asked = None;
        self.clock_is_known = true;
        if self.mutation == Some(Mutation::WorkForgottenAtEnrolment) {
            self.look_inside()?.execute_batch("DELETE FROM events WHERE state = 'unsent'")?;
        }
        Ok(())
    }

    /// Its person logs out, whatever still waits here.
    pub fn log_out(&mut self) -> Result<(), Promise> {
        self.recover()?;
        self.asked = None;
        self.ask(&Command::LogOut { confirmed: Some(true) }).map(drop)
    }

    /// Everything in it is gone, and it is nobody's. Of what had been acknowledged, only what is `elsewhere` is still promised.
    pub fn clear(&mut self, elsewhere: &BTreeSet<EventId>) -> Result<(), Promise> {
        self.recover()?;
        self.device = None;
        self.asked = None;
        std::fs::remove_dir_all(&self.folder)?;
        lay_new_phone(&self.folder)?;
        self.acknowledged.retain(|event, _| elsewhere.contains(event));
        self.before_clearing = std::mem::take(&mut self.devices);
        (self.credential, self.has_lists) = (None, false);
        (self.may_repeat_numbers, self.restored_unheard) = (false, false);
        self.open()
    }

    /// Whether it has had its first exchange: without lists it shows nothing.
    pub fn has_lists(&self) -> bool {
        self.has_lists
    }

    /// Whether its program knows a kind.
    pub fn knows(&self, kind: &str) -> bool {
        self.lacks != Some(kind)
    }

    /// Whether its program is an older one.
    pub fn is_older(&self) -> bool {
        self.lacks.is_some()
    }

    /// Its program is upgraded, perhaps with a first start that stops within so many rows.
    pub fn upgrade(&mut self, stops_at: Option<usize>) -> Result<(), Promise> {
        self.recover()?;
        self.asked = None;
        self.device = None;
        self.lacks = None;
        if self.mutation == Some(Mutation::RowsKeptThroughUpgrade) {
            self.look_inside()?.execute("UPDATE derivation SET program = ?1", [deriving_program()])?;
        }
        if let Some(rows) = stops_at {
            self.doom(rows)?;
            match self.open() {
                Ok(()) => {}
                Err(stopped) if stopped.fault == Some(FaultCodeName::StoreFailed) => {}
                Err(other) => return Err(other),
            }
        }
        self.stop_and_start()
    }

    /// What it authenticates with.
    pub fn credential(&self) -> Result<(DeviceId, String), Promise> {
        self.credential.clone().ok_or_else(|| Promise::broken("the phone is not enrolled"))
    }

    /// Carries out a command.
    pub fn handle(&self, command: &Command) -> Result<Reply, Promise> {
        self.with_device(|device| Ok(device.handle(command)))
    }

    /// The answer to a command that has to succeed.
    pub fn ask(&self, command: &Command) -> Result<Answer, Promise> {
        match self.handle(command)? {
            Reply::Ok(answer) => Ok(answer),
            Reply::Error(fault) => Err(Promise::broken(format!("{command:?} gives {:?}: {fault}", fault.code))),
        }
    }

    /// The person was told that an event is kept.
    pub fn acknowledge(&mut self, event: EventId, order: OrderId) {
        let (at, clock_is_known) = (self.clock.truth(), self.clock_is_known);
        if let Some((device, _)) = self.credential {
            self.acknowledged.insert(event, Acknowledged { order, device, at, clock_is_known });
        }
        self.may_repeat_numbers |= self.restored_unheard;
    }

    /// Begins an exchange; the body that travels. One that is under way is given up.
    pub fn begin_exchange(&mut self, exchange: u64) -> Result<Vec<u8>, Promise> {
        let request = self.with_device(Device::next_request)?;
        let body = encode_request(&request)?;
        for upload in &request.uploads {
            self.uploaded.entry(upload.id).or_insert_with(|| upload.clone());
        }
        self.asked = Some(Asked { exchange, request, truly_sent_at: self.clock.truth() });
        Ok(body)
    }

    /// Whether it waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| self.clock.truth().since(asked.truly_sent_at) <= PATIENCE_MS)
    }

    /// Waits no longer.
    pub fn give_up(&mut self) {
        self.asked = None;
    }

    /// Takes an answer, if the process still waits for it.
    pub fn take_answer(&mut self, exchange: u64, body: &[u8]) -> Result<Taken, Promise> {
        if !self.is_waiting() {
            self.asked = None;
        }
        let Some(asked) = self.asked.take_if(|asked| asked.exchange == exchange) else { return Ok(Taken::TooLate) };
        let Ok(answer) = decode_answer(body) else { return Ok(Taken::Unreadable) };
        let waited_ms = u64::try_from(self.clock.truth().since(asked.truly_sent_at)).unwrap_or(0);
        let measured = Measured { answered_at: self.clock.now(), waited_ms };
        match lacking(self.lacks, || self.device().map(|device| device.apply(&asked.request, answer, measured)))? {
            Ok(step) => {
                self.clock_is_known = true;
                self.restored_unheard = false;
                // A revoked one is told that there is nothing more, and has got nothing.
                self.has_lists |= step.quiet && !step.revoked;
                self.mutate_stored()?;
                Ok(Taken::Stored(step))
            }
            Err(fault) if self.may_fail(fault.code) => {
                self.recover()?;
                Ok(Taken::NotStored(fault.code))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// Somebody sets its clock.
    pub fn jump_clock(&mut self, milliseconds: i64) {
        self.clock.jump(milliseconds);
        self.clock_is_known = false;
    }

    /// The process stops without a word and is started again on the same files.
    pub fn stop_and_start(&mut self) -> Result<(), Promise> {
        self.asked = None;
        if self.doomed {
            disarm(&self.look_inside()?)?;
        }
        (self.doomed, self.full) = (false, false);
        self.open()
    }

    /// The process will stop within its next transaction of so many rows.
    pub fn doom(&mut self, rows: usize) -> Result<(), Promise> {
        if !self.is_in_trouble() {
            arm(&self.look_inside()?, StoreOf::Phone, rows)?;
            self.doomed = true;
        }
        Ok(())
    }

    /// Its disk has room for so many more pages and no more.
    pub fn fill(&mut self, more_pages: u32) -> Result<(), Promise> {
        self.recover()?;
        self.with_device(|device| device.limit_pages(more_pages))?;
        self.full = true;
        Ok(())
    }

    /// Whether this failure is what the adversary has prepared.
    pub fn may_fail(&self, code: FaultCodeName) -> bool {
        (self.doomed && code == FaultCodeName::StoreFailed) || (self.full && code == FaultCodeName::DiskFull)
    }

    /// Whether something has been prepared to fail.
    pub fn is_in_trouble(&self) -> bool {
        self.doomed || self.full
    }

    /// Started again, with room on the disk.
    pub fn recover(&mut self) -> Result<(), Promise> {
        if self.is_in_trouble() { self.stop_and_start() } else { Ok(()) }
    }

    /// Copies its data folder away.
    pub fn back_up(&mut self) -> Result<(), Promise> {
        self.recover()?;
        let folder = self.folder.with_extension("backup");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        copy_files(&self.folder, &folder)?;
        let acknowledged = self.acknowledged.keys().copied().collect();
        let (credential, devices, has_lists) = (self.credential.clone(), self.devices.clone(), self.has_lists);
        self.backup = Some(Backup { folder, acknowledged, credential, devices, has_lists });
        Ok(())
    }

    /// Whether it was backed up.
    pub fn has_backup(&self) -> bool {
        self.backup.is_some()
    }

    /// Puts the data folder back as it was backed up; `false` without a backup. What was acknowledged since lies nowhere but,
    /// perhaps, on the server.
    pub fn restore(&mut self) -> Result<bool, Promise> {
        let Some(Backup { folder, acknowledged, credential, devices, has_lists }) = self.backup.take() else { return Ok(false) };
        self.recover()?;
        self.device = None;
        std::fs::remove_dir_all(&self.folder)?;
        std::fs::rename(&folder, &self.folder)?;
        self.asked = None;
        self.acknowledged.retain(|event, _| acknowledged.contains(event));
        // What it has been since the backup it may still be heard as.
        if !self.devices.iter().any(|device| devices.contains(device)) {
            self.devices = if self.before_clearing.starts_with(&devices) { self.before_clearing.clone() } else { devices };
        }
        (self.credential, self.has_lists) = (credential, has_lists);
        self.clock_is_known = false;
        self.restored_unheard = true;
        self.open()?;
        Ok(true)
    }

    /// Where its store is, and the key that opens it.
    pub fn store(&self) -> (PathBuf, Key) {
        (self.folder.join(device::STORE_FILE), Key(KEY))
    }

    /// Its store without the device room.
    pub fn look_inside(&self) -> Result<Connection, Promise> {
        let (path, key) = self.store();
        Ok(store::shared::connection::open(&path, Some(&key))?)
    }

    fn device(&self) -> Result<&Device, Promise> {
        self.device.as_ref().ok_or_else(|| Promise::broken("the phone's process is not running"))
    }

    /// Lets the program that runs do something.
    fn with_device<T>(&self, deed: impl FnOnce(&Device) -> Result<T, Fault>) -> Result<T, Promise> {
        let device = self.device()?;
        Ok(lacking(self.lacks, || deed(device))?)
    }

    fn open(&mut self) -> Result<(), Promise> {
        self.device = None;
        let (clock, chance) = (Box::new(self.clock.clone()), Box::new(self.chance.clone()));
        self.device = Some(lacking(self.lacks, || Device::open_with(&self.folder, &KeptKey, clock, chance))?);
        Ok(())
    }

    /// Forgets what was answered, where that is the mistake.
    pub fn mutate_replies(&self) -> Result<(), Promise> {
        if self.mutation == Some(Mutation::ReplyForgotten) && !self.is_in_trouble() {
            self.look_inside()?.execute_batch("DELETE FROM replies")?;
        }
        Ok(())
    }

    fn mutate_stored(&self) -> Result<(), Promise> {
        if self.is_in_trouble() {
            return Ok(());
        }
        let statements = self.mutation.and_then(Mutation::on_the_phone);
        statements.map_or(Ok(()), |statements| Ok(self.look_inside()?.execute_batch(statements)?))
    }
}

/// A phone before anybody has it.
fn lay_new_phone(folder: &Path) -> Result<(), Promise> {
    lay(&NEW_PHONE, folder, |folder| {
        // Who it is, is chosen at the enrolment.
        let (clock, chance) = (Box::new(SimulatedClock::new()), Box::new(SharedChance::of(0)));
        Device::open_with(folder, &KeptKey, clock, chance).map(drop).map_err(Promise::from)
    })
}

/// What lies on the disk. SQLite makes the index of its journal anew.
fn copy_files(from: &Path, to: &Path) -> Result<(), Promise> {
    std::fs::create_dir_all(to)?;
    for file in std::fs::read_dir(from)? {
        let file = file?;
        if !file.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(file.path(), to.join(file.file_name()))?;
        }
    }
    Ok(())
}
