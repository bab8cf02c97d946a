//! A disk without any room: what is here can be looked at, and what cannot be saved says so.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that meets the unexpected fails")]

#[path = "../../device/tests/fixture/mod.rs"]
mod fixture;

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use fixture::{Fixture, order_id};
use serde_json::{Value, json};

/// The capability of mounting, `CAP_SYS_ADMIN`: root in a container often has none.
const MOUNTING: u64 = 1 << 21;

fn may_mount() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let capabilities = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    u64::from_str_radix(capabilities.trim(), 16).unwrap() & MOUNTING != 0
}

/// A small file system of its own.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Whoever may not mount one is told so; whoever may and cannot has found a mistake.
    fn make() -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "plantroom-full"]).arg(place.path()).output();
        if mounted.as_ref().is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self(place));
        }
        assert!(!may_mount() || std::env::var_os("CI").is_none(), "no file system can be mounted, although it may be: {mounted:?}");
        let _ = writeln!(std::io::stderr(), "nothing was filled: no file system can be mounted here");
        None
    }

    fn folder(&self) -> std::path::PathBuf {
        self.0.path().join("data")
    }

    /// To the last byte.
    fn fill(&self) {
        let mut ballast = File::create(self.0.path().join("ballast")).unwrap();
        let mut size = 1 << 16;
        while size > 0 {
            match ballast.write(&vec![1; size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => size /= 2,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.0.path().join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

/// Puts the folder of a device there that has accepted an order and was closed; the order.
fn at_work_in(folder: &Path) -> String {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order_id(1)}));
    let Fixture { folder: made, device, .. } = fixture;
    drop(device);
    std::fs::create_dir(folder).unwrap();
    for file in std::fs::read_dir(made.path()).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    order.to_string()
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_plantroom-device"));
    program.arg("--data").arg(folder).args(arguments);
    program
}

fn call(folder: &Path, command: &Value) -> (Output, Value) {
    let output = program(folder, &["call", &command.to_string()]).output().unwrap();
    let reply = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    (output, reply)
}

/// What a worker can look at and what is refused, whoever asks.
fn check(order: &str, ask: impl Fn(&Value) -> Value) {
    let list = ask(&json!({"do": "list_orders", "filter": "mine"}));
    assert_eq!(list["ok"]["orders"][0]["id"], order, "{list}");
    assert_eq!(ask(&json!({"do": "get_order", "order": order}))["ok"]["node"], "accepted");
    assert_eq!(ask(&json!({"do": "sync_status"}))["ok"]["unsent"], 1);
    assert_eq!(ask(&json!({"do": "device_status"}))["ok"]["enrolled"], true);
    let refused = ask(&json!({"do": "arrive", "order": order}));
    assert_eq!(refused["error"]["code"], "disk_full", "{refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("free some space"));
}

#[test]
fn without_any_room_the_orders_can_be_looked_at_and_work_goes_on_once_there_is_some() {
    let Some(disk) = SmallDisk::make() else { return };
    let folder = disk.folder();
    let order = at_work_in(&folder);
    // Closed cleanly: nothing lies beside the store that could be used again.
    assert!(!folder.join("plantroom.db-shm").exists());
    disk.fill();
    check(&order, |command| call(&folder, command).1);
    let unreachable = program(&folder, &["sync"]).output().unwrap();
    assert_eq!(unreachable.status.code(), Some(3), "{unreachable:?}");

    let serving = Serving::start(&folder);
    check(&order, |command| serving.ask(command));
    // A script beside it is not kept out.
    check(&order, |command| call(&folder, command).1);

    disk.free();
    assert_eq!(serving.ask(&json!({"do": "arrive", "order": order}))["ok"]["node"], "in_progress");
    assert_eq!(call(&folder, &json!({"do": "get_order", "order": order})).1["ok"]["node"], "in_progress");
}

/// A serving program; killed at the end.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Path) -> Self {
        let mut child = program(folder, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let url = serde_json::from_str::<Value>(&ready).unwrap_or_else(|_| panic!("{ready}"))["url"].as_str().unwrap().to_owned();
        Self { child, address: url.strip_prefix("http://").unwrap().to_owned() }
    }

    fn ask(&self, command: &Value) -> Value {
        let body = command.to_string();
        let head = format!("POST /call HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n", self.address);
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
