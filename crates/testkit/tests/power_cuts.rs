//! What is there after a power cut at the worst moment, on a file system that loses what was not synchronised.
//!
//! The file system is served by this very process, so only other programs may work on it: a store maps files into memory, and a
//! page that is missing there would wait for a thread that waits for the same memory.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use testkit::simulation::random::Chance;
use testkit::torture::power::LosingDisk;

/// How often chance decides what is left.
const CUTS: u64 = 20;

fn device_program() -> PathBuf {
    // Cargo puts tests into a folder of the programs' folder.
    let path = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("plantroom-device");
    assert!(path.is_file(), "{} is missing: `cargo build -p device-cli`, or `cargo xtask test`", path.display());
    path
}

fn device(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(device_program());
    program.arg("--data").arg(folder).args(arguments).output().unwrap()
}

/// Works on a new disk, cuts its power, and looks at what is left.
fn check<T>(work: impl Fn(&Path) -> T, look: impl Fn(&Path, T)) {
    for seed in 0..CUTS {
        let place = tempfile::tempdir().unwrap();
        let mut disk = match LosingDisk::make(place.path()) {
            Ok(disk) => disk,
            Err(error) => return say_why_not(&error),
        };
        let before = work(&place.path().join("of/data"));
        disk.cut();
        disk.come_back(&mut Chance::of(seed)).unwrap();
        look(&place.path().join("of/data"), before);
    }
}

/// Only who may use FUSE can mount anything; who may and cannot has found a mistake.
fn say_why_not(error: &std::io::Error) {
    let may_mount = std::fs::File::options().read(true).write(true).open("/dev/fuse").is_ok();
    let is_root = std::fs::read_to_string("/proc/self/status").unwrap().contains("\nUid:\t0\t0\t");
    assert!(!(may_mount && is_root), "no file system of our own, although it may be mounted: {error}");
    let _ = writeln!(std::io::stderr(), "nothing was cut: no file system of our own can be mounted here ({error})");
}

/// What a device that enrols sends to a server that never answers: the device's id.
fn id_that_asks(folder: &Path) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || body_of(&listener.accept().unwrap().0));
    let refused = device(folder, &["enroll", &address, "K7QF-2MXD"]);
    assert!(!refused.status.success(), "{refused:?}");
    serde_json::from_slice::<Value>(&asked.join().unwrap()).unwrap()["device"].as_str().unwrap().to_owned()
}

fn body_of(connection: &TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim().to_ascii_lowercase().strip_prefix("content-length:") {
            Some(value) => length = value.trim().parse().unwrap(),
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    body
}

fn status(folder: &Path) -> Value {
    let answered = device(folder, &["call", r#"{"do":"device_status"}"#]);
    serde_json::from_slice::<Value>(&answered.stdout).unwrap_or_else(|error| panic!("{error}: {answered:?}"))["ok"].clone()
}

#[test]
fn a_device_that_has_asked_to_be_enrolled_asks_as_the_same_one_again() {
    check(id_that_asks, |folder, asked| assert_eq!(id_that_asks(folder), asked, "its store is gone with its folder"));
}

#[test]
fn a_new_store_is_never_half_there() {
    check(status, |folder, before| {
        assert!(before.is_object(), "{before}");
        let after = status(folder);
        assert!(after.is_object() && after["damaged_store_moved_to"].is_null(), "{after}");
    });
}
