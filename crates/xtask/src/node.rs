//! Node and npm: the screens are built with them, and they come from outside the system's packages.

use crate::failure::Failure;
use crate::program::Program;

/// The oldest Node that builds the screens; `engines` in `ui/package.json` says the same.
const OLDEST: (u32, u32) = (20, 19);

/// Says clearly when Node or npm is missing or too old.
///
/// # Errors
/// A sentence that says what to install.
pub fn check() -> Result<(), Failure> {
    let said = Program::new("node").arguments(["--version"]).output();
    judge(said.ok().as_deref())?;
    if Program::new("npm").arguments(["--version"]).succeeds() {
        return Ok(());
    }
    Err(Failure::new("npm is missing: install it beside Node, then run this again."))
}

/// Judges what `node --version` said, `None` when it could not be run.
fn judge(said: Option<&str>) -> Result<(), Failure> {
    let (major, minor) = OLDEST;
    let install = format!("install Node {major}.{minor} or newer (nodejs.org), then run this again.");
    match said.and_then(read_version) {
        Some(version) if version >= OLDEST => Ok(()),
        Some((major, minor)) => Err(Failure::new(format!("Node {major}.{minor} is too old: {install}"))),
        None => Err(Failure::new(format!("Node is missing: {install}"))),
    }
}

/// `v20.20.2` is (20, 20).
fn read_version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_node_and_no_node_are_told_apart() {
        let refused = |said: Option<&str>| judge(said).err().map(|failure| failure.to_string());
        assert_eq!(refused(Some("v20.20.2\n")), None);
        assert_eq!(refused(Some("v24.0.0\n")), None);
        assert!(refused(Some("v20.9.0\n")).is_some_and(|sentence| sentence.contains("20.9 is too old")));
        assert!(refused(Some("v18.19.0\n")).is_some_and(|sentence| sentence.contains("18.19 is too old")));
        assert!(refused(None).is_some_and(|sentence| sentence.contains("missing")));
    }
}
