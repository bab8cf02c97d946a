//! What every crate's manifest and sources keep to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::house::rooms::Room;
use crate::house::{Broken, read};

/// Words that switch a test off. They are put together here so that this file does not contain them.
const SWITCHED_OFF: &[&str] = &[concat!("#[", "ignore")];

/// The rules for one room's files.
///
/// # Errors
/// When a file cannot be read.
pub fn check(room: &Room) -> Result<Vec<Broken>, Failure> {
    let mut broken = check_manifest(room)?;
    for root in &room.roots {
        broken.extend(check_opening(room, root, &read(room, root)?));
    }
    for file in rust_files(&room.folder).map_err(|error| Failure::new(format!("{}: {error}", room.name)))? {
        broken.extend(check_tests_run(room, &file, &read(room, &file)?));
    }
    Ok(broken)
}

fn check_manifest(room: &Room) -> Result<Vec<Broken>, Failure> {
    let mut broken = Vec::new();
    if room.folder.file_name().is_none_or(|folder| *folder != *room.name) {
        broken.push(Broken::new(&room.name, format!("lives in {}: folder and crate have one name", room.folder.display())));
    }
    if !inherits_lints(&read(room, &room.folder.join("Cargo.toml"))?) {
        broken.push(Broken::new(&room.name, "does not inherit the lints: add `[lints]` with `workspace = true` to its Cargo.toml"));
    }
    Ok(broken)
}

fn inherits_lints(manifest: &str) -> bool {
    let section = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    section.take_while(|line| !line.starts_with('[')).any(|line| line == "workspace = true")
}

fn check_opening(room: &Room, root: &Path, text: &str) -> Option<Broken> {
    let begins = text.trim_start().starts_with("//!");
    (!begins)
        .then(|| Broken::new(place(room, root), "does not begin with `//!`: say what it is, its invariants, and what may never be added"))
}

fn check_tests_run(room: &Room, file: &Path, text: &str) -> Option<Broken> {
    let switched_off = SWITCHED_OFF.iter().any(|words| text.contains(words));
    switched_off.then(|| Broken::new(place(room, file), "switches a test off: mend it or take it away"))
}

fn place(room: &Room, file: &Path) -> String {
    format!("{}/{}", room.name, file.strip_prefix(&room.folder).unwrap_or(file).display())
}

fn rust_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Room {
        Room { name: "domain".into(), folder: "/house/crates/domain".into(), dependencies: Vec::new(), roots: Vec::new() }
    }

    #[test]
    fn lints_are_inherited_in_their_own_section() {
        assert!(inherits_lints("[package]\n[lints]\nworkspace = true\n"));
        assert!(!inherits_lints("[package]\n[lints]\n[dependencies]\nworkspace = true\n"));
        assert!(!inherits_lints("[package]\n"));
    }

    #[test]
    fn a_crate_begins_with_what_it_is() {
        let root = Path::new("/house/crates/domain/src/lib.rs");
        assert_eq!(check_opening(&room(), root, "//! The trade.\n"), None);
        let broken = check_opening(&room(), root, "mod money;\n").map(|broken| broken.to_string());
        assert!(broken.is_some_and(|told| told.starts_with("domain/src/lib.rs: does not begin")));
    }

    #[test]
    fn tests_that_are_switched_off_are_seen() {
        let file = Path::new("/house/crates/domain/src/money.rs");
        assert_eq!(check_tests_run(&room(), file, "#[test]\nfn adds() {}"), None);
        assert!(check_tests_run(&room(), file, &format!("{} = \"slow\"]\nfn adds() {{}}", SWITCHED_OFF[0])).is_some());
    }
}
