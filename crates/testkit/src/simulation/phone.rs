//! A real device room on a real sealed store, with a person who works on it and a process that can stop at any step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use device::Device;
use device::command::Command;
use device::randomness::Randomness;
use device::reply::{Answer, Reply};
use device::seal::KeyKeeper;
use device::synchronise::{Measured, SyncStep};
use domain::fault::Fault;
use domain::identity::{DeviceId, EventId, OrderId};
use domain::time::{Clock, UtcMillis};
use store::Key;
use sync::codec::{decode_answer, encode_request};
use sync::wire::{EnrollAnswer, EnrollRequest, ExchangeRequest};

use super::broken::Promise;
use super::clock::SimulatedClock;
use super::random::SharedChance;

/// A device and whoever carries it.
pub struct Phone {
    /// Whose it is.
    pub person: &'static str,
    /// Its credential was revoked at some time.
    pub revoked: bool,
    /// Events that were acknowledged to the person, with their orders.
    pub acknowledged: BTreeMap<EventId, OrderId>,
    folder: PathBuf,
    key: [u8; 32],
    clock: SimulatedClock,
    chance: SharedChance,
    device: Device,
    credential: Option<(DeviceId, String)>,
    asked: Option<Asked>,
}

/// The exchange that the running process waits for.
struct Asked {
    exchange: u64,
    request: ExchangeRequest,
    sent_at: UtcMillis,
}

/// The key is kept outside, so that the store can be looked into.
struct KeptKey([u8; 32]);

impl KeyKeeper for KeptKey {
    fn key(&self, _randomness: &dyn Randomness) -> Result<Key, Fault> {
        Ok(Key(self.0))
    }

    fn kept_in(&self) -> &'static str {
        "simulation"
    }
}

impl Phone {
    /// A new phone.
    pub fn new(person: &'static str, folder: PathBuf, key: [u8; 32], clock: SimulatedClock, chance: SharedChance) -> Result<Self, Promise> {
        let device = open(&folder, key, &clock, &chance)?;
        Ok(Self {
            person,
            revoked: false,
            acknowledged: BTreeMap::new(),
            folder,
            key,
            clock,
            chance,
            device,
            credential: None,
            asked: None,
        })
    }

    /// Enrols it through `enrol`, which answers as the server does.
    pub fn enrol(&mut self, code: &str, enrol: impl FnOnce(&EnrollRequest) -> Result<EnrollAnswer, Promise>) -> Result<(), Promise> {
        let request = self.device.prepare_enrolment(code)?;
        let answer = enrol(&request)?;
        self.device.accept_enrolment("http://127.0.0.1:1", &request, answer)?;
        self.credential = Some((request.device, request.secret));
        Ok(())
    }

    /// What it authenticates with.
    pub fn credential(&self) -> Result<(DeviceId, String), Promise> {
        self.credential.clone().ok_or_else(|| Promise::broken("the phone is not enrolled"))
    }

    /// Carries out a command.
    pub fn handle(&self, command: &Command) -> Reply {
        self.device.handle(command)
    }

    /// The answer to a command that has to succeed.
    pub fn ask(&self, command: &Command) -> Result<Answer, Promise> {
        match self.device.handle(command) {
            Reply::Ok(answer) => Ok(answer),
            Reply::Error(fault) => Err(Promise::broken(format!("{command:?} gives {:?}: {fault}", fault.code))),
        }
    }

    /// Begins an exchange; the body that travels. One that is under way is given up.
    pub fn begin_exchange(&mut self, exchange: u64) -> Result<Vec<u8>, Promise> {
        let request = self.device.next_request()?;
        let body = encode_request(&request)?;
        self.asked = Some(Asked { exchange, request, sent_at: self.clock.now() });
        Ok(body)
    }

    /// Whether it waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.asked.is_some()
    }

    /// Waits no longer.
    pub fn give_up(&mut self) {
        self.asked = None;
    }

    /// Takes an answer, if the process still waits for it.
    pub fn take_answer(&mut self, exchange: u64, body: &[u8]) -> Result<Option<SyncStep>, Promise> {
        let Some(asked) = self.asked.take_if(|asked| asked.exchange == exchange) else { return Ok(None) };
        let measured = Measured { sent_at: asked.sent_at, answered_at: self.clock.now() };
        Ok(Some(self.device.apply(&asked.request, decode_answer(body)?, measured)?))
    }

    /// The process stops without a word and is started again on the same files.
    pub fn stop_and_start(&mut self) -> Result<(), Promise> {
        self.asked = None;
        self.device = open(&self.folder, self.key, &self.clock, &self.chance)?;
        Ok(())
    }

    /// Where its store is, and the key that opens it.
    pub fn store(&self) -> (PathBuf, Key) {
        (self.folder.join(device::STORE_FILE), Key(self.key))
    }
}

fn open(folder: &Path, key: [u8; 32], clock: &SimulatedClock, chance: &SharedChance) -> Result<Device, Promise> {
    Ok(Device::open_with(folder, &KeptKey(key), Box::new(clock.clone()), Box::new(chance.clone()))?)
}
