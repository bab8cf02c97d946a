//! `cargo xtask bench` and `cargo xtask simulate`: programs of the test kit, built for speed.

use crate::checkout::Checkout;
use crate::failure::Failure;

/// Runs one program of the test kit with these arguments.
///
/// # Errors
/// When it is not there yet or fails.
pub fn run(checkout: &Checkout, program: &str, arguments: &[String]) -> Result<(), Failure> {
    let source = format!("crates/testkit/src/bin/{program}.rs");
    let folder = format!("crates/testkit/src/bin/{program}/main.rs");
    if !checkout.path(&source).is_file() && !checkout.path(&folder).is_file() {
        return Err(Failure::new(format!("`{program}` is not there yet: it will be {source}")));
    }
    checkout.cargo(&["run", "--release", "--quiet", "-p", "testkit", "--bin", program, "--"]).arguments(arguments).run()
}
