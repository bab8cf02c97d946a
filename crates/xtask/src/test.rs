//! `cargo xtask test`: from a fresh machine to one line that counts every test there is.

use std::fs::{self, File};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use crate::check;
use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::packages::{self, Use};
use crate::screens;
use crate::tally::{CargoTestOutput, Tally};
use crate::terminal;

/// Runs every step to the end, even after one failed, and prints the count as the last line. A build machine also judges
/// format and lints, for a change must not come in without.
///
/// # Errors
/// Only when the folder that clones share cannot be used.
pub fn run(checkout: &Checkout) -> Result<ExitCode, Failure> {
    let _alone = take_shared_target(checkout)?;
    let mut tally = Tally::default();
    step(&mut tally, "System packages", || packages::provide(&[Use::Building, Use::Window, Use::Testing]));
    step(&mut tally, "Screens", || screens::build_and_check(checkout));
    step(&mut tally, "Building everything", || build(checkout));
    if checkout.is_for_a_build_machine() {
        step(&mut tally, "Formatting", || check::formatting(checkout));
        step(&mut tally, "Lints", || check::lints(checkout));
    }
    terminal::heading("Tests of the screens");
    tally.add(screens::test(checkout).unwrap_or_else(|failure| count_as_failed(&failure)));
    terminal::heading("Tests");
    tally.add(run_tests(checkout));
    terminal::result(format_args!("\n{tally}"));
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count_as_failed(failure: &Failure) -> Tally {
    terminal::complain(failure);
    Tally { passed: 0, failed: 1 }
}

fn step(tally: &mut Tally, title: &str, work: impl FnOnce() -> Result<(), Failure>) {
    terminal::heading(title);
    if let Err(failure) = work() {
        terminal::complain(format_args!("{title}: {failure}"));
        tally.fail_step();
    }
}

/// Builds tests and programs alike, so that the stories find the programs and cargo compiles each crate once:
/// with `--all-targets` the features are those of the tests.
fn build(checkout: &Checkout) -> Result<(), Failure> {
    checkout.cargo(&["build", "--workspace", "--all-targets", "--keep-going"]).run()
}

fn run_tests(checkout: &Checkout) -> Tally {
    let mut output = CargoTestOutput::default();
    let tests = checkout.cargo(&["test", "--workspace", "--no-fail-fast"]);
    let outcome = tests.run_by_line(|line| {
        terminal::result(line);
        output.read(line);
    });
    if let Err(failure) = &outcome {
        terminal::complain(failure);
    }
    output.judge(outcome.is_ok())
}

/// Keeps clones that share a target folder apart: one run at a time, and the house's own sources count as changed.
///
/// Cargo recognises a change by the time of the file. A clone's files may be older than what another clone built from
/// other files, and would then be taken for built. So only what comes from outside the house is reused.
fn take_shared_target(checkout: &Checkout) -> Result<Option<File>, Failure> {
    if !checkout.shares_target() {
        return Ok(None);
    }
    let folder = checkout.target();
    let unusable = |error: std::io::Error| Failure::new(format!("{} cannot be used: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(unusable)?;
    let lock = File::create(folder.join(".one-run-at-a-time")).map_err(unusable)?;
    if lock.try_lock().is_err() {
        terminal::line("another run uses the shared target folder: waiting for it");
        lock.lock().map_err(unusable)?;
    }
    for room in ["crates", "src-tauri", "tests"] {
        mark_changed(&checkout.path(room)).map_err(unusable)?;
    }
    Ok(Some(lock))
}

fn mark_changed(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return fs::read_dir(path)?.try_for_each(|entry| mark_changed(&entry?.path()));
    }
    if path.is_file() {
        return File::options().append(true).open(path)?.set_modified(SystemTime::now());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_counts_as_one_failure() {
        let mut tally = Tally::default();
        step(&mut tally, "works", || Ok(()));
        step(&mut tally, "fails", || Err(Failure::new("on purpose")));
        assert_eq!(tally, Tally { passed: 0, failed: 1 });
    }
}
