//! The real programs, really killed: `plantroom-server` and several `plantroom-device`, ended with `kill -9` at any moment,
//! behind a proxy that cuts, delays, doubles, swallows and corrupts, on file systems that fill up. What was acknowledged is
//! written down outside the programs; after each round everything is let be, and then it has to be there, once, everywhere.
//!
//! Nothing here looks into a program while it runs: it speaks to them as people and scripts do. What the server's store says
//! of the numbers of each device is read when everything has stopped.

pub mod chaos;
pub mod desk;
pub mod disk;
pub mod doors;
pub mod exchanges;
pub mod figures;
pub mod hand;
pub mod hospital;
pub mod ledger;
pub mod look;
#[cfg(target_os = "linux")]
pub mod power;
pub mod process;
pub mod proxy;
pub mod rounds;

use std::path::PathBuf;

pub use disk::Misfortune;
pub use figures::Figures;
pub use rounds::run;

/// Something that the torture itself stumbled over.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The programs that are tortured.
#[derive(Debug, Clone)]
pub struct Programs {
    /// `plantroom-server`
    pub server: PathBuf,
    /// `plantroom-device`
    pub device: PathBuf,
}

/// When it is enough. Rounds are ended whole.
#[derive(Debug, Clone, Copy)]
pub enum Enough {
    /// After so many seconds.
    Seconds(u64),
    /// After so many kills.
    Kills(u64),
}

/// How it is done.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who is tortured.
    pub programs: Programs,
    /// Where the stores lie; an empty folder.
    pub folder: PathBuf,
    /// What befalls the places of the stores.
    pub misfortune: Misfortune,
    /// For how long.
    pub enough: Enough,
    /// Kills between two looks at everything.
    pub kills_a_round: u64,
    /// Decides everything that is not decided by when the system lets whom run.
    pub seed: u64,
}
