//! The parts from elsewhere that the product is built from: their licences, where they come from, and what is known against them.

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::terminal;

/// Judges every part in the lock file by `.deny.toml`, as far as that is possible on this machine, and says what was not judged.
///
/// # Errors
/// When a part may not be used.
pub fn check(checkout: &Checkout) -> Result<(), Failure> {
    let deny = |arguments: &[&str]| checkout.cargo(&[&["deny"], arguments].concat());
    if !deny(&["--version"]).succeeds() {
        terminal::line("not checked: cargo-deny is not installed (cargo install cargo-deny --locked)");
        return Ok(());
    }
    deny(&["check", "licenses", "bans", "sources"]).run()?;
    if deny(&["fetch", "db"]).output().is_err() {
        terminal::line("not checked: known weaknesses, because the database of advisories cannot be reached from here");
        return Ok(());
    }
    deny(&["check", "advisories"]).run()
}
