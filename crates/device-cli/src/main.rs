//! `plantroom-device`: the device without a window. Scripts use it, load tests use it, and a browser on this machine can show
//! the worker's app from it.
//!
//! Invariants
//! - It does nothing that the `device` room does not do: every command goes through [`device::Device::handle`].
//! - The app is served to this machine only.

mod app_files;
mod call;
mod lines;
mod print;
mod serve;
mod web_guard;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use device::Device;
use device::command::Command;
use device::reply::{Answer, Reply};
use domain::fault::Fault;

use print::{print_reply, print_usage, print_what_waits};

/// Plantroom's device (维修人员设备端) without a window.
#[derive(Debug, Parser)]
#[command(name = "plantroom-device", display_name = "plantroom-device", version)]
struct Arguments {
    /// Folder of the device's data; made when it is not there.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// Enrols the device with a one-time code 登记码
    Enroll {
        /// The server's address.
        url: String,
        /// The code, or the whole content of the QR code.
        code: String,
    },
    /// Exchanges with the server until nothing is left to say. Exit code 3: the server cannot be reached; 4: revoked; 1: else.
    Sync,
    /// Serves the worker's app to a browser on this machine.
    Serve {
        /// Loopback address and port; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
        listen: SocketAddr,
    },
    /// Carries out one command, or with `-` one a line from standard input.
    Call {
        /// `{"do":…}`, or `-`.
        command: String,
    },
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return print_usage(&error),
    };
    let device = match Device::open(&arguments.data) {
        Ok(device) => device,
        Err(fault) => return not_opened(&arguments.deed, fault),
    };
    match arguments.deed {
        Deed::Enroll { url, code } => print_reply(&device.handle(&Command::Enroll { url, code })),
        Deed::Sync => synchronise(&device),
        Deed::Serve { listen } => serve::serve(device, listen),
        Deed::Call { command } if command == "-" => call::every_line(&device),
        Deed::Call { command } => call::one(&device, &command),
    }
}

/// Who sends a command a line reads a reply a line, also where the device cannot be opened.
fn not_opened(deed: &Deed, fault: Fault) -> ExitCode {
    match deed {
        Deed::Call { command } if command == "-" => call::every_line_refused(fault),
        _ => print_reply(&Reply::Error(fault)),
    }
}

/// The report on standard output is about this exchange; what waits from earlier ones is said beside it.
fn synchronise(device: &Device) -> ExitCode {
    let exit_code = print_reply(&device.handle(&Command::SyncNow {}));
    if let Reply::Ok(Answer::SyncStatus(status)) = device.handle(&Command::SyncStatus {}) {
        print_what_waits(&status);
    }
    exit_code
}
