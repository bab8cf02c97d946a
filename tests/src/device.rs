//! A worker's device as scripts use it: `plantroom-device`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs::{Ended, Ending, Running, built, run, start};

/// A device with its store in a folder of its own.
pub struct Device {
    folder: TempDir,
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

impl Device {
    /// A device that belongs to nobody yet.
    ///
    /// # Panics
    /// When no folder can be made.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder can be made") }
    }

    /// Where its store lies.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("device")
    }

    /// Enrols it.
    ///
    /// # Panics
    /// When that is refused.
    pub fn enroll(&self, url: &str, code: &str) {
        run(self.program().args(["enroll", url, code]), "").with_code(0);
    }

    /// One command; the whole reply.
    pub fn call(&self, command: &Value) -> Value {
        run(self.program().args(["call", &command.to_string()]), "").json()
    }

    /// Many commands, one reply a line.
    pub fn call_each(&self, commands: &[Value]) -> Vec<Value> {
        let lines: String = commands.iter().map(|command| format!("{command}\n")).collect();
        let ended = run(self.program().args(["call", "-"]), &lines).with_code(0);
        ended.output.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("no reply ({error}): {line}"))).collect()
    }

    /// A command that has to succeed; what is in its `ok`.
    ///
    /// # Panics
    /// When it is refused.
    pub fn does(&self, command: &Value) -> Value {
        let reply = self.call(command);
        assert!(reply.get("ok").is_some(), "{command} is refused: {reply}");
        reply["ok"].clone()
    }

    /// A command that has to be refused; what is in its `error`.
    ///
    /// # Panics
    /// When it is not refused with `code`, or without a sentence.
    pub fn is_refused(&self, command: &Value, code: &str) -> Value {
        let reply = self.call(command);
        assert_eq!(reply["error"]["code"], code, "{command}: {reply}");
        assert!(reply["error"]["message"].as_str().is_some_and(|message| message.len() > 10), "no sentence: {reply}");
        reply["error"].clone()
    }

    /// Commands on one order that have to succeed, in turn; the order after the last.
    ///
    /// # Panics
    /// When one is refused.
    pub fn works_on(&self, order: &str, commands: &[Value]) -> Value {
        let with_order = |command: &Value| {
            let mut command = command.clone();
            command["order"] = json!(order);
            command
        };
        let commands: Vec<Value> = commands.iter().map(with_order).collect();
        let replies = self.call_each(&commands);
        for (command, reply) in commands.iter().zip(&replies) {
            assert!(reply.get("ok").is_some(), "{command} is refused: {reply}");
        }
        replies.last().expect("there is a command")["ok"].clone()
    }

    /// An order as it stands here.
    pub fn order(&self, order: &str) -> Value {
        self.does(&json!({ "do": "get_order", "order": order }))
    }

    /// What is unsent, held, set aside.
    pub fn sync_status(&self) -> Value {
        self.does(&json!({ "do": "sync_status" }))
    }

    /// How many events have no receipt.
    pub fn unsent(&self) -> Value {
        self.sync_status()["unsent"].clone()
    }

    /// Exchanges until quiet; the report.
    ///
    /// # Panics
    /// When the exit code is not 0.
    pub fn sync(&self) -> Value {
        self.sync_once().with_code(0).json()
    }

    /// Exchanges, however it ends.
    pub fn sync_once(&self) -> Ended {
        run(self.program().arg("sync"), "")
    }

    /// Begins to exchange.
    pub fn begin_sync(&self) -> Ending {
        start(self.program().arg("sync"), "")
    }

    /// Serves the worker's app; the program and its address.
    pub fn serve(&self) -> (Running, String) {
        let running = Running::start(self.program().args(["serve", "--listen", "127.0.0.1:0"]));
        let url = running.wait_for_url();
        (running, url)
    }

    /// A copy of the store as it is now, as a backup would be.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        copy_folder(&self.data(), &copy.data());
        copy
    }

    fn program(&self) -> Command {
        let mut command = Command::new(built("plantroom-device"));
        command.arg("--data").arg(self.data());
        command
    }
}

/// Copies the files of a folder.
///
/// # Panics
/// When one of them cannot be copied.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a file can be copied");
    }
}
