//! `cargo xtask torture`: the programs and their torturer, built for speed.

use crate::bench;
use crate::checkout::Checkout;
use crate::failure::Failure;

/// Builds the programs and tortures them. Standard output is the figures alone.
///
/// # Errors
/// When they cannot be built, or a promise was not kept.
pub fn run(checkout: &Checkout, arguments: &[String]) -> Result<(), Failure> {
    checkout.cargo(&["build", "--release", "-p", "server", "-p", "device-cli", "-p", "testkit", "--bins"]).run()?;
    bench::run(checkout, "torture", arguments)
}
