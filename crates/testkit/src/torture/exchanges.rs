//! The exchanges of one device, killed and started again and again beside whatever else is done with its store.

use std::io::Read;

use serde_json::Value;

use super::Failure;
use super::chaos::{Round, between};
use super::figures::Figures;
use super::hospital::code_of;
use super::process::Ended;
use crate::simulation::random::Chance;

/// Exit codes of an exchange that met what it may meet here: it ended, something failed, the server cannot be reached.
const EXPECTED: [i32; 3] = [0, 1, 3];
/// A changed byte in the credential makes it another one.
const NOT_KNOWN: i32 = 4;
/// What an exchange may say when it fails.
const EXPECTED_CODES: [&str; 5] = ["server_unreachable", "server_answer_unreadable", "server_failed", "sync_running", "credential_revoked"];

/// Exchanges until the round is over.
///
/// # Errors
/// When the program cannot be started.
pub fn go_on(round: &Round<'_>, device: usize, mut chance: Chance) -> Result<(), Failure> {
    while round.goes_on() {
        let lifetime = chance.percent(60).then(|| between(&mut chance, 2, 800));
        let (ended, said) = exchange(round, device, lifetime)?;
        judge(round, device, &ended, &said);
    }
    Ok(())
}

/// One exchange; how it ended, and its report.
///
/// # Errors
/// When the program cannot be started.
pub fn exchange(round: &Round<'_>, device: usize, lifetime: Option<std::time::Duration>) -> Result<(Ended, Value), Failure> {
    let mut command = round.hospital.device_program(round.programs, device);
    if round.goes_on() {
        // Answers are swallowed, and the round is not to be spent on waiting for them.
        command.env("PLANTROOM_SILENCE_SECONDS", "1");
    }
    let mut program = round.hospital.device(device)?.start(command.arg("sync"), lifetime)?;
    let mut said = String::new();
    if let Some(mut output) = program.output.take() {
        output.read_to_string(&mut said)?;
    }
    Ok((program.end()?, serde_json::from_str(said.trim()).unwrap_or_default()))
}

fn judge(round: &Round<'_>, device: usize, ended: &Ended, said: &Value) {
    let code = code_of(said);
    if ended.killed {
        Figures::count(&round.figures.kills_of_devices_at_exchanges);
    } else if ended.lost_power {
        // Whatever it said when it could write nothing any more.
    } else if ended.code == Some(0) {
        Figures::count(&round.figures.exchanges_ended);
        Figures::add(&round.figures.round_trips, said.get("round_trips").and_then(Value::as_u64).unwrap_or(0));
    } else if is_excused(round, device, ended, &code) {
        Figures::count(&round.figures.exchanges_failed);
    } else {
        round.figures.fail(format!("device {device}: an exchange ended with {ended:?} {said}"));
    }
}

fn is_excused(round: &Round<'_>, device: usize, ended: &Ended, code: &str) -> bool {
    let was_full = round.hospital.devices.get(device).is_some_and(super::disk::Disk::was_full);
    let is_expected = ended.code.is_some_and(|code| EXPECTED.contains(&code) || code == NOT_KNOWN) && EXPECTED_CODES.contains(&code);
    is_expected || (was_full && ["disk_full", "store_failed"].contains(&code))
}
