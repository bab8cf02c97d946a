//! Commands from scripts.

use std::process::ExitCode;

use device::reply::Reply;
use device::{Device, read_command};
use domain::fault::{Fault, FaultCodeName};

use crate::lines::{LARGEST_COMMAND_BYTES, Line, next_line};
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
    let mut input = std::io::stdin().lock();
    loop {
        match next_line(&mut input) {
            Ok(None) => return ExitCode::SUCCESS,
            Ok(Some(line)) if print_line(&written(&answer_line(device, &line))).is_ok() => {}
            _ => return ExitCode::FAILURE,
        }
    }
}

/// The same reply to every line, where the device cannot be opened.
pub fn every_line_refused(fault: Fault) -> ExitCode {
    let reply = written(&Reply::Error(fault));
    let mut input = std::io::stdin().lock();
    while let Ok(Some(_)) = next_line(&mut input) {
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

fn answer_line(device: &Device, line: &Line) -> Reply {
    let Line::Whole(line) = line else {
        return unread(&format!("the command is longer than {LARGEST_COMMAND_BYTES} bytes; nothing was done"));
    };
    match std::str::from_utf8(line) {
        Ok(command) => answer(device, command.trim()),
        Err(_) => unread("the command is not UTF-8; nothing was done"),
    }
}

fn unread(why: &str) -> Reply {
    Reply::Error(Fault::new(FaultCodeName::BadRequest, why))
}
