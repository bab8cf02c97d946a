//! The server, killed and started again and again.

use std::io::{BufRead, BufReader};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;

use super::chaos::{Round, between};
use super::disk::AtWork;
use super::figures::Figures;
use super::hospital::Hospital;
use super::process::Ended;
use super::{Failure, Programs};
use crate::simulation::random::Chance;

/// A server that is let be.
pub struct Server<'a>(AtWork<'a>);

impl<'a> Server<'a> {
    /// Starts it where it was and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn open(programs: &Programs, hospital: &'a Hospital) -> Result<Self, Failure> {
        // It is stopped when it has been looked at, however long that takes.
        let mut server = start(programs, hospital, Some(Duration::from_secs(3_600)))?;
        match ready(&mut server, hospital) {
            Some(()) => Ok(Self(server)),
            None => Err(format!("the server does not start: {:?}", server.end()?).into()),
        }
    }

    /// Asks it to stop, and waits until it has.
    ///
    /// # Errors
    /// When it complains.
    pub fn close(self) -> Result<(), Failure> {
        self.0.ask_to_stop()?;
        let ended = self.0.end()?;
        if ended.code == Some(0) { Ok(()) } else { Err(format!("the server does not stop cleanly: {ended:?}").into()) }
    }
}

/// Keeps the server's doors open as well as can be, with somebody who kills it.
///
/// # Errors
/// When the program cannot be started.
pub fn keep_open(round: &Round<'_>, mut chance: Chance) -> Result<(), Failure> {
    while round.goes_on() {
        let lifetime = between(&mut chance, 5, 4_000);
        let mut server = start(round.programs, round.hospital, Some(lifetime))?;
        let was_ready = ready(&mut server, round.hospital).is_some();
        let ended = server.end()?;
        judge(round, was_ready, &ended);
    }
    Ok(())
}

fn judge(round: &Round<'_>, was_ready: bool, ended: &Ended) {
    if ended.killed {
        Figures::count(&round.figures.kills_of_servers);
        return;
    }
    if ended.lost_power {
        return;
    }
    let excused = round.hospital.server.was_full() && !was_ready;
    if !excused {
        round.figures.fail(format!("the server ended by itself: {ended:?}"));
    }
}

fn start<'a>(programs: &Programs, hospital: &'a Hospital, lifetime: Option<Duration>) -> Result<AtWork<'a>, Failure> {
    let port = hospital.server_port.load(Ordering::SeqCst);
    let mut command = hospital.server_program(programs, "serve");
    hospital.server.start(command.args(["--listen", &format!("127.0.0.1:{port}")]), lifetime)
}

/// Waits for the ready line and keeps the port; `None` when the server ended first.
fn ready(server: &mut AtWork<'_>, hospital: &Hospital) -> Option<()> {
    let mut line = String::new();
    BufReader::new(server.output.as_mut()?).read_line(&mut line).ok()?;
    let ready: Value = serde_json::from_str(&line).ok()?;
    let port = ready.get("url")?.as_str()?.rsplit(':').next()?.trim_end_matches('/').parse().ok()?;
    hospital.server_port.store(port, Ordering::SeqCst);
    Some(())
}
