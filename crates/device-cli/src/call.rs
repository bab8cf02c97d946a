//! Commands from scripts.

use std::io::BufRead;
use std::process::ExitCode;

use device::reply::Reply;
use device::{Device, read_command};
use domain::fault::{Fault, FaultCodeName};

use crate::print::print_line;

/// One command given as an argument; exit code 1 when the reply is an error.
pub fn one(device: &Device, command: &str) -> ExitCode {
    let reply = answer(device, command);
    match (print_line(&written(&reply)), reply) {
        (Ok(()), Reply::Ok(_)) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// One command a line, one reply a line, also to an empty line: reply N answers line N. A reply is written after what it says is
/// durable, so whoever has read it may rely on it whatever happens to this process next.
pub fn every_line(device: &Device) -> ExitCode {
    for line in std::io::stdin().lock().split(b'\n') {
        let Ok(line) = line else { return ExitCode::FAILURE };
        if print_line(&written(&answer_bytes(device, &line))).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The same reply to every line, where the device cannot be opened.
pub fn every_line_refused(fault: Fault) -> ExitCode {
    let reply = written(&Reply::Error(fault));
    for _ in std::io::stdin().lock().split(b'\n').map_while(Result::ok) {
        if print_line(&reply).is_err() {
            break;
        }
    }
    ExitCode::FAILURE
}

/// A command in, a reply out.
pub fn answer(device: &Device, command: &str) -> Reply {
    match read_command(command) {
        Ok(command) => device.handle(&command),
        Err(fault) => Reply::Error(fault),
    }
}

/// The reply as one line of JSON.
pub fn written(reply: &Reply) -> String {
    serde_json::to_string(reply).unwrap_or_default()
}

fn answer_bytes(device: &Device, line: &[u8]) -> Reply {
    match std::str::from_utf8(line) {
        Ok(command) => answer(device, command.trim()),
        Err(_) => Reply::Error(Fault::new(FaultCodeName::BadRequest, "the command is not UTF-8; nothing was done")),
    }
}
