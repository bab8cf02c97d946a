//! A hospital as its engineer sets it up: files imported, passwords set, devices enrolled, each store in a place of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;

use super::disk::{Disk, Misfortune};
use super::ledger::text;
use super::process::Mortal;
use super::{Failure, Programs};
use crate::hospital::CLEAN;

/// 调度员
pub const DISPATCHER: &str = "026149";
/// 班组长 of [`TEAM`].
pub const TEAM_LEADER: &str = "025514";
/// The team.
pub const TEAM: &str = "T01";
/// Its technicians; each has a device.
pub const TECHNICIANS: [&str; 3] = ["025518", "025519", "025520"];
/// People of [`DEPARTMENT`].
pub const NURSES: [&str; 2] = ["020595", "020596"];
/// Who has things repaired.
pub const DEPARTMENT: &str = "001026";
/// A place.
pub const PLACE: &str = "L00021";
/// A fault.
pub const FAULT: &str = "F001";
/// Spare parts.
pub const PARTS: [&str; 2] = ["BJ000001", "BJ000002"];
/// The password of everybody at the centre.
pub const PASSWORD: &str = "plantroom";

/// The places of the server and of the devices, and the ports.
pub struct Hospital {
    /// Where the server's data lies.
    pub server: Disk,
    /// Where each device's data lies.
    pub devices: Vec<Disk>,
    /// The server's port, the same after each start.
    pub server_port: AtomicU16,
    /// The proxy's.
    pub proxy_port: u16,
}

impl Hospital {
    /// Places for a server and the devices in an empty folder.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn make(folder: &Path, misfortune: Misfortune, proxy_port: u16) -> Result<Self, Failure> {
        let devices = (0..TECHNICIANS.len()).map(|number| Disk::make(&folder.join(format!("device-{number}")), misfortune));
        Ok(Self {
            server: Disk::make(&folder.join("server"), misfortune)?,
            devices: devices.collect::<Result<_, _>>()?,
            server_port: AtomicU16::new(0),
            proxy_port,
        })
    }

    /// Imports the files of the fictional hospital and sets the passwords.
    ///
    /// # Errors
    /// When a program fails.
    pub fn found(&self, programs: &Programs) -> Result<(), Failure> {
        let files = tempfile::tempdir()?;
        CLEAN.iter().try_for_each(|(name, bytes)| std::fs::write(files.path().join(name), bytes))?;
        done(self.server_program(programs, "import").arg(files.path()), "")?;
        for person in [DISPATCHER, TEAM_LEADER] {
            done(self.server_program(programs, "set-password").args(["--staff", person]), &format!("{PASSWORD}\n"))?;
        }
        Ok(())
    }

    /// Enrols every device through the proxy; the server runs.
    ///
    /// # Errors
    /// When a program fails.
    pub fn enrol(&self, programs: &Programs) -> Result<(), Failure> {
        for (number, person) in TECHNICIANS.iter().enumerate() {
            let said = done(self.server_program(programs, "enroll-code").args(["--staff", person]), "")?;
            let code = said.lines().last().unwrap_or_default().trim().to_owned();
            done(self.device_program(programs, number).args(["enroll", &self.proxy_url(), &code]), "")?;
        }
        Ok(())
    }

    /// Every device but the last gets its lists; the last gets them in the middle of it all.
    ///
    /// # Errors
    /// When a program fails.
    pub fn first_exchanges(&self, programs: &Programs) -> Result<(), Failure> {
        for device in 1..TECHNICIANS.len() {
            done(self.device_program(programs, device.saturating_sub(1)).arg("sync"), "")?;
        }
        Ok(())
    }

    /// Where devices think that the server is.
    pub fn proxy_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.proxy_port)
    }

    /// Where the server is.
    pub fn server_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server_port.load(Ordering::SeqCst))
    }

    /// The folder of the server's data.
    pub fn server_data(&self) -> PathBuf {
        self.server.data()
    }

    /// `plantroom-server`, about to do something with the data.
    pub fn server_program(&self, programs: &Programs, what: &str) -> Command {
        let mut command = Command::new(&programs.server);
        command.arg(what).arg("--data").arg(self.server.data()).env("RUST_LOG", "warn");
        command
    }

    /// `plantroom-device` of a device.
    pub fn device_program(&self, programs: &Programs, number: usize) -> Command {
        let mut command = Command::new(&programs.device);
        let folder = self.devices.get(number).map(Disk::data).unwrap_or_default();
        command.arg("--data").arg(folder);
        command
    }

    /// Where a device's data lies.
    ///
    /// # Errors
    /// When there is no such device.
    pub fn device(&self, number: usize) -> Result<&Disk, Failure> {
        self.devices.get(number).ok_or_else(|| format!("there is no device {number}").into())
    }

    /// Whether the power of a device's disk has gone and not come back yet.
    pub fn is_without_power(&self, number: usize) -> bool {
        self.devices.get(number).is_some_and(Disk::is_without_power)
    }

    /// A device's reply to a command.
    ///
    /// # Errors
    /// When it does not reply.
    pub fn ask_device(&self, programs: &Programs, number: usize, command: &Value) -> Result<Value, Failure> {
        let said = done(self.device_program(programs, number).args(["call", &command.to_string()]), "")?;
        Ok(serde_json::from_str(said.lines().last().unwrap_or_default())?)
    }
}

/// Runs a program that has to succeed; what it said on standard output.
///
/// # Errors
/// When it fails or does not come to an end.
pub fn done(command: &mut Command, input: &str) -> Result<String, Failure> {
    use std::io::{Read, Write};
    let shown = format!("{command:?}");
    let mut program = Mortal::start(command, None)?;
    if let Some(mut to) = program.input.take() {
        // One that ends before it has read everything says below why.
        let _ = to.write_all(input.as_bytes());
    }
    let mut said = String::new();
    if let Some(mut from) = program.output.take() {
        from.read_to_string(&mut said)?;
    }
    let ended = program.end()?;
    if ended.code == Some(0) { Ok(said) } else { Err(format!("{shown}: {ended:?} {said}").into()) }
}

/// The code of an error reply; empty for any other.
pub fn code_of(reply: &Value) -> String {
    reply.get("error").map(|error| text(error, "code")).unwrap_or_default()
}
