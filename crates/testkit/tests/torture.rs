//! A short torture of the real programs, bounded by kills. `cargo xtask torture` does it for as long as one likes.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::PathBuf;

use testkit::torture::{Enough, Misfortune, Programs, Settings, run};

/// Both halves of a run in one go would be one test that says less when it fails.
const KILLS: u64 = 40;

fn built(program: &str) -> PathBuf {
    // Cargo puts tests into a folder of the programs' folder.
    let path = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join(program);
    assert!(path.is_file(), "{} is missing: `cargo build -p server -p device-cli`, or `cargo xtask test`", path.display());
    path
}

#[track_caller]
fn check(misfortune: Misfortune, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let programs = Programs { server: built("plantroom-server"), device: built("plantroom-device") };
    let settings =
        Settings { programs, folder: folder.path().to_owned(), misfortune, enough: Enough::Kills(KILLS), kills_a_round: KILLS, seed };
    let (figures, took) = run(&settings, |_| {}).unwrap();
    assert!(figures.failures().is_empty(), "{:#}", figures.to_json(took));
    assert!(figures.kills() >= KILLS, "{:#}", figures.to_json(took));
}

#[test]
fn killed_programs_keep_what_they_acknowledged_also_on_full_disks() {
    check(Misfortune::Full, 1);
}

#[test]
fn programs_whose_power_went_keep_what_they_acknowledged() {
    check(Misfortune::PowerCut, 2);
}
