//! `cargo xtask check`: everything that can be judged without running the product, and the types written from Rust.

use std::process::ExitCode;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::house;
use crate::parts;
use crate::phones;
use crate::screens;
use crate::terminal;

/// Goes through every check, tells all that failed, and fails if any did. With `phones` the app's types are checked for
/// phones too.
///
/// # Errors
/// Only when the checks themselves cannot be made.
pub fn run(checkout: &Checkout, phones: bool) -> Result<ExitCode, Failure> {
    let mut failed = false;
    let mut judge = |title: &str, outcome: Result<(), Failure>| {
        if let Err(failure) = outcome {
            terminal::complain(format_args!("{title}: {failure}"));
            failed = true;
        }
    };
    terminal::heading("Formatting");
    judge("formatting", formatting(checkout));
    terminal::heading("Screens");
    judge("screens", screens::build_and_check(checkout));
    terminal::heading("Lints");
    judge("lints", lints(checkout));
    terminal::heading("Phones");
    judge("phones", check_phones(checkout, phones));
    terminal::heading("Licences and advisories");
    judge("licences", parts::check(checkout));
    terminal::heading("House rules");
    judge("house rules", check_house(checkout));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Every source file is formatted.
///
/// # Errors
/// When one is not.
pub fn formatting(checkout: &Checkout) -> Result<(), Failure> {
    checkout.cargo(&["fmt", "--all", "--check"]).run()
}

/// Clippy finds nothing, and neither does the compiler.
///
/// # Errors
/// When either has something to say.
pub fn lints(checkout: &Checkout) -> Result<(), Failure> {
    checkout.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run()
}

/// Writes the TypeScript types that come from the Rust types of the `device` room.
///
/// # Errors
/// When they cannot be written.
pub fn write_types(checkout: &Checkout) -> Result<(), Failure> {
    terminal::heading("TypeScript types from the Rust types");
    checkout.cargo(&["test", "--quiet", "-p", "device", "typescript"]).environment("PLANTROOM_WRITE", "1").run()
}

fn check_phones(checkout: &Checkout, asked: bool) -> Result<(), Failure> {
    if asked {
        return phones::check(checkout);
    }
    terminal::line("not checked: only with `cargo xtask check --phones`");
    Ok(())
}

fn check_house(checkout: &Checkout) -> Result<(), Failure> {
    let broken = house::broken_rules(checkout)?;
    if broken.is_empty() {
        return Ok(());
    }
    broken.iter().for_each(terminal::line);
    Err(Failure::new(format!("{} broken", broken.len())))
}
