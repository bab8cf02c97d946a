//! The worker's app over a device, as the window and `plantroom-device serve` show it: pages ask, and a page that is locked gets
//! nothing but what opens it. Whoever owns the files needs no page and asks the [`Device`] itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::fault::{Fault, FaultCodeName};

use crate::background::BackgroundSync;
use crate::command::Command;
use crate::device::Device;
use crate::reply::{Answer, LockState, Reply};
use crate::screen_lock::pages::{Moment, OpenPages, PageId};
use crate::synchronise::enroller::Enroller;

/// Without a touch a page locks after so long.
const LOCKS_AFTER: Duration = Duration::from_secs(300);
/// How long threads that work on the store are kept by whoever shows the app: longer than any process runs ([`App::rest`]).
pub const UNTIL_THE_END: Duration = Duration::from_secs(100 * 365 * 24 * 3_600);
/// Another time without a touch, in seconds from 1 to 3600.
pub const LOCK_AFTER_SECONDS: &str = "PLANTROOM_LOCK_AFTER_SECONDS";

/// A device at work behind pages: it answers, and exchanges with the hospital by itself, also while every page is locked.
pub struct App {
    device: Arc<Device>,
    background: BackgroundSync,
    pages: Mutex<OpenPages>,
    locks_after: Duration,
}

impl App {
    /// Begins to exchange. Pages lock after five minutes, or what the surroundings say in [`LOCK_AFTER_SECONDS`].
    ///
    /// # Errors
    /// `bad_request` where that is no such number; `internal` when the system gives no thread.
    pub fn start(device: Device) -> Result<Self, Fault> {
        Self::start_with(device, locks_after()?)
    }

    /// Begins to exchange; pages lock after `locks_after` without a touch.
    ///
    /// # Errors
    /// `internal` when the system gives no thread.
    pub fn start_with(device: Device, locks_after: Duration) -> Result<Self, Fault> {
        let device = Arc::new(device);
        let background = BackgroundSync::start(Arc::clone(&device)).map_err(|error| no_thread(&error))?;
        Ok(Self { device, background, pages: Mutex::default(), locks_after })
    }

    /// Carries out a command of a page. One that does not name itself is locked as soon as a PIN is set.
    pub fn handle(&self, page: Option<&PageId>, command: &Command) -> Reply {
        match self.answer(page, command).and_then(|answer| self.shown_to(page, answer)) {
            Ok(answer) => {
                if command.writes() {
                    self.background.wake();
                }
                Reply::Ok(answer)
            }
            Err(fault) => Reply::Error(fault),
        }
    }

    /// For the end of the process: nobody works on the store any more ([`Device::rest`]), nobody closes it, and the thread of the
    /// exchange does not end. A process that ends takes the cipher's tables down with it, and a thread that worked on the sealed
    /// store and ends in the same moment would free them a second time.
    pub fn rest(self: &Arc<Self>) {
        self.device.rest();
        std::mem::forget(Arc::clone(self));
    }

    fn answer(&self, page: Option<&PageId>, command: &Command) -> Result<Answer, Fault> {
        let is_open = self.is_open(page)?;
        match command {
            Command::DeviceStatus {} => {}
            Command::Unlock { pin } => return self.unlock(page, pin),
            Command::LockNow {} => return self.lock(page),
            Command::Enroll { url, code } => return self.enroll(page, url, code),
            _ if !is_open => return Err(locked()),
            Command::SetPin { pin, current } => return self.set_pin(page, pin, current.as_deref()),
            Command::Touched {} => return self.touch(page),
            writing if writing.writes() => self.touched(page),
            _ => {}
        }
        // A page asks much by itself, and shows by the status what it has to tell.
        self.device.answer_to_a_page(command)
    }

    /// Whether a page may work: it is open, or nothing is locked here.
    fn is_open(&self, page: Option<&PageId>) -> Result<bool, Fault> {
        Ok(self.was_opened(page) || !self.device.has_pin()?)
    }

    fn was_opened(&self, page: Option<&PageId>) -> bool {
        page.is_some_and(|page| self.pages().is_open(page, self.now(), self.locks_after))
    }

    /// Whoever has a code for the same person may enrol at a locked page although somebody is enrolled: that is the way in without
    /// the PIN. The exchange in the background is nobody's fault, so that nobody is asked to try again because of it.
    fn enroll(&self, page: Option<&PageId>, url: &str, code: &str) -> Result<Answer, Fault> {
        let gave_the_pin = self.was_opened(page) && self.device.has_pin()?;
        let enroller = if gave_the_pin { Enroller::OpenPage } else { Enroller::Anybody };
        let answer = self.background.while_it_rests(|| self.device.enroll(url, code, enroller))?;
        self.pages().lock_all();
        Ok(answer)
    }

    fn unlock(&self, page: Option<&PageId>, pin: &str) -> Result<Answer, Fault> {
        let page = page.ok_or_else(nameless)?;
        self.device.try_pin(pin)?;
        self.pages().open(page, self.now());
        self.device.status()
    }

    fn lock(&self, page: Option<&PageId>) -> Result<Answer, Fault> {
        if let Some(page) = page {
            self.pages().lock(page);
        }
        self.device.status()
    }

    /// A new PIN locks every other page.
    fn set_pin(&self, page: Option<&PageId>, pin: &str, current: Option<&str>) -> Result<Answer, Fault> {
        let page = page.ok_or_else(nameless)?;
        self.device.set_pin(pin, current).inspect_err(|fault| self.after_too_many_tries(fault))?;
        let mut pages = self.pages();
        pages.lock_all();
        pages.open(page, self.now());
        drop(pages);
        self.device.status()
    }

    fn after_too_many_tries(&self, fault: &Fault) {
        if fault.code == FaultCodeName::PinBlocked {
            self.pages().lock_all();
        }
    }

    fn touch(&self, page: Option<&PageId>) -> Result<Answer, Fault> {
        self.touched(page);
        self.device.status()
    }

    fn touched(&self, page: Option<&PageId>) {
        if let Some(page) = page {
            self.pages().touch(page, self.now());
        }
    }

    /// A status says how the lock stands for the page that asks.
    fn shown_to(&self, page: Option<&PageId>, answer: Answer) -> Result<Answer, Fault> {
        let Answer::Device(mut status) = answer else { return Ok(answer) };
        if status.lock == LockState::Open && !self.is_open(page)? {
            status.lock = LockState::Locked;
        }
        Ok(Answer::Device(status))
    }

    fn pages(&self) -> MutexGuard<'_, OpenPages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        Moment { running: self.device.stopwatch.elapsed(), clock: self.device.now() }
    }
}

/// Said where it is wrong: whoever set another time would believe that pages lock after it.
fn locks_after() -> Result<Duration, Fault> {
    let Ok(text) = std::env::var(LOCK_AFTER_SECONDS) else { return Ok(LOCKS_AFTER) };
    match text.trim().parse() {
        Ok(seconds @ 1..=3_600) => Ok(Duration::from_secs(seconds)),
        _ => {
            Err(Fault::new(FaultCodeName::BadRequest, format!("{LOCK_AFTER_SECONDS} is a number of seconds from 1 to 3600, not {text:?}")))
        }
    }
}

fn no_thread(error: &std::io::Error) -> Fault {
    let message = format!("the system gives the app no thread ({error}); nothing was changed: close other programs and try again");
    Fault::new(FaultCodeName::Internal, message)
}

fn locked() -> Fault {
    Fault::new(FaultCodeName::Locked, "the screen is locked; nothing is lost, and what waits is sent meanwhile; give the PIN")
}

fn nameless() -> Fault {
    Fault::new(
        FaultCodeName::BadRequest,
        "a page that opens the lock has to name itself by a random word of 32 to 64 characters; nothing was changed",
    )
}
