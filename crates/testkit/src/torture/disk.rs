//! A place of its own for each store, where the system lets us have one: a small file system that fills up and is freed again,
//! or one whose power goes.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, Weak};
use std::time::Duration;

use super::Failure;
use super::chaos::pause;
#[cfg(target_os = "linux")]
use super::power::LosingDisk;
use super::process::{Ended, Mortal};
use crate::simulation::random::Chance;

/// The size of a small file system.
const SIZE: &str = "size=96m";
/// What is left of it when it is full, at most.
const MOST_ROOM_LEFT: usize = 200_000;

/// What befalls the places of the stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfortune {
    /// They fill up.
    Full,
    /// Their power goes.
    PowerCut,
}

/// A place for a store.
pub struct Disk {
    place: PathBuf,
    kind: Kind,
    was_full: AtomicBool,
    outages: AtomicU64,
    is_without_power: AtomicBool,
    /// Held by whoever has a program at work here.
    power: RwLock<()>,
    programs: Mutex<Vec<Weak<Mutex<Child>>>>,
}

enum Kind {
    /// A folder of the machine's.
    Folder,
    /// A file system that can be filled.
    Small,
    #[cfg(target_os = "linux")]
    Losing(Mutex<LosingDisk>),
}

impl Disk {
    /// A place to which this will happen; a plain folder, to which nothing happens, where the system does not allow more.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn make(place: &Path, misfortune: Misfortune) -> Result<Self, Failure> {
        std::fs::create_dir_all(place)?;
        Ok(Self {
            place: place.to_owned(),
            kind: Kind::make(place, misfortune),
            was_full: AtomicBool::new(false),
            outages: AtomicU64::new(0),
            is_without_power: AtomicBool::new(false),
            power: RwLock::new(()),
            programs: Mutex::default(),
        })
    }

    /// Whether something can happen to it without happening to the machine.
    pub fn is_own(&self) -> bool {
        !matches!(self.kind, Kind::Folder)
    }

    /// The folder of the data.
    pub fn data(&self) -> PathBuf {
        self.place.join("data")
    }

    /// Whether its power has gone and not come back yet.
    pub fn is_without_power(&self) -> bool {
        self.is_without_power.load(Ordering::SeqCst)
    }

    /// Starts a program that works here, once there is power.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, command: &mut Command, lifetime: Option<Duration>) -> Result<AtWork<'_>, Failure> {
        let power = self.wait_for_power();
        let outages = self.outages.load(Ordering::SeqCst);
        let program = Mortal::start(command, lifetime)?;
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        programs.retain(|program| program.strong_count() > 0);
        programs.push(program.child());
        drop(programs);
        let at_work = AtWork { program, disk: self, outages, _power: power };
        if self.outages.load(Ordering::SeqCst) != outages {
            // The power went just before anybody could know of this program.
            at_work.kill();
        }
        Ok(at_work)
    }

    fn wait_for_power(&self) -> RwLockReadGuard<'_, ()> {
        loop {
            let power = self.power.read().unwrap_or_else(PoisonError::into_inner);
            if !self.is_without_power() {
                return power;
            }
            drop(power);
            pause(Duration::from_millis(1));
        }
    }

    /// The power goes, everybody at work here is gone, and it comes back.
    ///
    /// # Errors
    /// When the system does not let the files come back.
    pub fn cut_power(&self, chance: &mut Chance) -> Result<(), Failure> {
        #[cfg(target_os = "linux")]
        if let Kind::Losing(disk) = &self.kind {
            let mut disk = disk.lock().unwrap_or_else(PoisonError::into_inner);
            self.is_without_power.store(true, Ordering::SeqCst);
            disk.cut();
            self.outages.fetch_add(1, Ordering::SeqCst);
            let programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner).clone();
            for program in programs.iter().filter_map(Weak::upgrade) {
                // It may have ended just now.
                let _ = program.lock().unwrap_or_else(PoisonError::into_inner).kill();
            }
            let _nobody_is_at_work = self.power.write().unwrap_or_else(PoisonError::into_inner);
            disk.come_back(chance)?;
            self.is_without_power.store(false, Ordering::SeqCst);
        }
        let _ = chance;
        Ok(())
    }

    /// Fills it up, but for a little that is left by chance.
    ///
    /// # Errors
    /// When it cannot be written to for another reason.
    pub fn fill(&self, chance: &mut Chance) -> Result<(), Failure> {
        self.was_full.store(true, Ordering::SeqCst);
        let mut ballast = File::create(self.ballast())?;
        let mut size = 1 << 20;
        while size > 0 {
            match ballast.write(&vec![0; size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => size /= 16,
                Err(error) => return Err(error.into()),
            }
        }
        let left = u64::try_from(chance.below(MOST_ROOM_LEFT)).unwrap_or(0);
        let length = ballast.metadata()?.len();
        ballast.set_len(length.saturating_sub(left))?;
        Ok(())
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn free(&self) -> Result<(), Failure> {
        match std::fs::remove_file(self.ballast()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Whether it was full since this was last asked for the beginning of a round.
    pub fn was_full(&self) -> bool {
        self.was_full.load(Ordering::SeqCst)
    }

    /// A new round begins.
    pub fn forget(&self) {
        self.was_full.store(false, Ordering::SeqCst);
    }

    fn ballast(&self) -> PathBuf {
        self.place.join("ballast")
    }
}

impl Kind {
    fn make(place: &Path, misfortune: Misfortune) -> Self {
        match misfortune {
            Misfortune::Full => {
                let mount = Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "plantroom-torture"]).arg(place).output();
                if mount.is_ok_and(|mounted| mounted.status.success()) { Self::Small } else { Self::Folder }
            }
            #[cfg(target_os = "linux")]
            Misfortune::PowerCut => LosingDisk::make(place).map_or(Self::Folder, |disk| Self::Losing(Mutex::new(disk))),
            #[cfg(not(target_os = "linux"))]
            Misfortune::PowerCut => Self::Folder,
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if matches!(self.kind, Kind::Small) {
            // A program that still holds a file keeps it; then it goes when that program ends.
            let _ = Command::new("umount").arg("-l").arg(&self.place).output();
        }
    }
}

/// A program at work at a place.
pub struct AtWork<'a> {
    program: Mortal,
    disk: &'a Disk,
    outages: u64,
    _power: RwLockReadGuard<'a, ()>,
}

impl AtWork<'_> {
    /// As [`Mortal::end`].
    ///
    /// # Errors
    /// As there.
    pub fn end(self) -> Result<Ended, Failure> {
        let Self { program, disk, outages, _power } = self;
        let ended = program.end()?;
        Ok(Ended { lost_power: disk.outages.load(Ordering::SeqCst) != outages, ..ended })
    }
}

impl Deref for AtWork<'_> {
    type Target = Mortal;

    fn deref(&self) -> &Mortal {
        &self.program
    }
}

impl DerefMut for AtWork<'_> {
    fn deref_mut(&mut self) -> &mut Mortal {
        &mut self.program
    }
}
