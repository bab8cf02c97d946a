//! Who may depend on whom: arrows go down only, and what is delicate is used in one room.

use crate::house::Broken;
use crate::house::rooms::{Dependency, Room};

/// Each room and the rooms it may see. Whole-system tests and the test kit stand outside the house and see all of it.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("barcode", &[]),
    ("xtask", &[]),
    ("machine", &["domain"]),
    ("documents", &["domain"]),
    ("import", &["domain"]),
    ("sync", &["domain", "documents"]),
    ("store", &["domain", "documents"]),
    ("device", &["domain", "documents", "sync", "store", "machine", "barcode"]),
    ("device-cli", &["domain", "documents", "sync", "store", "machine", "barcode", "device"]),
    ("src-tauri", &["domain", "documents", "sync", "store", "machine", "barcode", "device"]),
    ("server", &["domain", "documents", "sync", "store", "machine", "barcode", "import"]),
];

/// Rooms outside the house, for tests and measurements only.
const OUTSIDE: &[&str] = &["testkit", "tests"];

/// A part from elsewhere that only these rooms may use, and why.
struct Reserved {
    part: &'static str,
    rooms: &'static [&'static str],
    reason: &'static str,
}

const RESERVED: &[Reserved] = &[
    Reserved { part: "automerge", rooms: &["documents"], reason: "history has one form, and one room that knows it" },
    Reserved { part: "rusqlite", rooms: &["store"], reason: "every SQL statement lives in one room" },
    Reserved { part: "getrandom", rooms: &["machine"], reason: "ids and secrets come in from outside" },
    Reserved { part: "tauri", rooms: &["src-tauri"], reason: "the product runs without a window" },
];

/// Rooms that never speak to a network and never wait.
const QUIET_ROOMS: &[&str] = &["domain", "documents", "sync", "store", "import", "machine", "barcode"];

/// Parts that speak to a network or wait for it.
const NETWORK_PARTS: &[&str] = &["reqwest", "axum", "hyper", "tokio", "tower-http", "ureq"];

/// The rules of [`ARROWS`], [`RESERVED`] and [`QUIET_ROOMS`] for one room.
pub fn check(room: &Room) -> Vec<Broken> {
    if OUTSIDE.contains(&room.name.as_str()) {
        return Vec::new();
    }
    let Some((_, below)) = ARROWS.iter().find(|(name, _)| *name == room.name) else {
        return vec![Broken::new(&room.name, "has no line in the table of arrows: say there which rooms it may see")];
    };
    let broken = room.dependencies.iter().filter_map(|dependency| judge(&room.name, below, dependency));
    broken.map(|what| Broken::new(&room.name, what)).collect()
}

fn judge(room: &str, below: &[&str], dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    if dependency.is_room {
        return judge_arrow(below, name, dependency.is_for_tests);
    }
    if let Some(reserved) = RESERVED.iter().find(|reserved| reserved.part == name && !reserved.rooms.contains(&room)) {
        let rooms = reserved.rooms.join(", ");
        return Some(format!("depends on {name}, which belongs to {rooms} alone: {}", reserved.reason));
    }
    let speaks = QUIET_ROOMS.contains(&room) && NETWORK_PARTS.contains(&name);
    speaks.then(|| format!("depends on {name}, but this room knows no network: pass what it needs in"))
}

fn judge_arrow(below: &[&str], name: &str, is_for_tests: bool) -> Option<String> {
    if below.contains(&name) || (is_for_tests && name == "testkit") {
        return None;
    }
    if OUTSIDE.contains(&name) {
        return Some(format!("depends on {name}, which is for tests only"));
    }
    Some(format!("depends on {name}, which is not below it: arrows go down only"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn check_one(room: &str, dependency: &str, is_room: bool, is_for_tests: bool) -> Vec<String> {
        let dependency = Dependency { name: dependency.into(), is_room, is_for_tests };
        let room = Room { name: room.into(), folder: PathBuf::new(), dependencies: vec![dependency], roots: Vec::new() };
        check(&room).iter().map(ToString::to_string).collect()
    }

    fn check_allowed(room: &str, dependency: &str, is_room: bool) {
        assert_eq!(check_one(room, dependency, is_room, false), [""; 0]);
    }

    fn check_broken(room: &str, dependency: &str, is_room: bool, expected: &str) {
        let broken = check_one(room, dependency, is_room, false);
        assert!(matches!(broken.as_slice(), [one] if one.contains(expected)), "{room} → {dependency}: {broken:?}");
    }

    #[test]
    fn arrows_go_down() {
        check_allowed("device", "store", true);
        check_allowed("server", "import", true);
        check_broken("store", "device", true, "arrows go down only");
        check_broken("store", "sync", true, "arrows go down only");
        check_broken("device", "server", true, "arrows go down only");
        check_broken("server", "device", true, "arrows go down only");
        check_broken("cellar", "domain", true, "table of arrows");
    }

    #[test]
    fn the_test_kit_is_for_tests() {
        check_broken("device", "testkit", true, "for tests only");
        assert_eq!(check_one("device", "testkit", true, true), [""; 0]);
    }

    #[test]
    fn delicate_parts_stay_in_their_rooms() {
        check_allowed("documents", "automerge", false);
        check_broken("device", "automerge", false, "documents alone");
        check_broken("server", "rusqlite", false, "store alone");
        check_broken("device", "tauri", false, "src-tauri alone");
        check_broken("device", "getrandom", false, "machine alone");
    }

    #[test]
    fn quiet_rooms_know_no_network() {
        check_allowed("device", "reqwest", false);
        check_broken("sync", "reqwest", false, "knows no network");
        check_broken("domain", "tokio", false, "knows no network");
    }
}
