//! `cargo xtask bench` and `cargo xtask simulate`: programs of the test kit, built for speed.

use crate::checkout::Checkout;
use crate::failure::Failure;

/// Runs one program of the test kit with these arguments. Standard output is the program's alone; cargo's progress goes
/// to standard error.
///
/// # Errors
/// When it cannot be built or fails.
pub fn run(checkout: &Checkout, program: &str, arguments: &[String]) -> Result<(), Failure> {
    checkout.cargo(&["run", "--release", "-p", "testkit", "--bin", program, "--"]).arguments(arguments).run()
}
