//! Node and npm: the screens are built with them, and they come from outside the system's packages.

use crate::failure::Failure;
use crate::program::Program;

/// The oldest Node that builds the screens.
const OLDEST: u32 = 20;

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
    let major = said.and_then(|text| text.trim().strip_prefix('v')?.split('.').next()?.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST => Ok(()),
        Some(major) => Err(Failure::new(format!("Node {major} is too old: install Node {OLDEST} or newer, then run this again."))),
        None => Err(Failure::new(format!("Node is missing: install Node {OLDEST} or newer (nodejs.org), then run this again."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_20_and_newer_will_do() {
        let refused = |said: Option<&str>| judge(said).err().map(|failure| failure.to_string());
        assert_eq!(refused(Some("v20.20.2\n")), None);
        assert_eq!(refused(Some("v24.0.0\n")), None);
        assert!(refused(Some("v18.19.0\n")).is_some_and(|sentence| sentence.contains("18 is too old")));
        assert!(refused(None).is_some_and(|sentence| sentence.contains("missing")));
    }
}
