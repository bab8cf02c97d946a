//! `cargo xtask torture`: the real programs, really killed; the figures as JSON at the end.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use serde_json::{Value, json};
use testkit::torture::{Enough, Failure, Misfortune, Programs, Settings, run};

/// Kills the real programs again and again, spoils what they say to each other, fills their disks and cuts their power, and
/// looks that everything which was acknowledged is there.
#[derive(Parser)]
struct Arguments {
    /// For so many minutes, half of them with disks that fill up and half with power cuts.
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// Until so many programs were killed, however long that takes.
    #[arg(long)]
    kills: Option<u64>,
    /// Kills between two looks at everything.
    #[arg(long, default_value_t = 150)]
    kills_a_round: u64,
    /// Decides what is decided by chance; when the system lets whom run is not.
    #[arg(long)]
    seed: Option<u64>,
    /// Say nothing but the figures.
    #[arg(long)]
    json: bool,
    /// The folder with `plantroom-server` and `plantroom-device`; that of this program without.
    #[arg(long)]
    programs: Option<PathBuf>,
}

fn main() -> ExitCode {
    match torture(&Arguments::parse()) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("the torture cannot go on: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn torture(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let seed = arguments.seed.unwrap_or(now);
    let full = story(arguments, Misfortune::Full, seed)?;
    let power = story(arguments, Misfortune::PowerCut, seed)?;
    let failures = [&full, &power].iter().filter_map(|story| story.get("failures")?.as_array()).flatten().count();
    println!("{:#}", json!({ "seed": seed, "disks_that_fill_up": full, "power_cuts": power, "failures": failures }));
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn story(arguments: &Arguments, misfortune: Misfortune, seed: u64) -> Result<Value, Failure> {
    let beside = std::env::current_exe()?.parent().ok_or("this program lies nowhere")?.to_path_buf();
    let programs = arguments.programs.clone().unwrap_or(beside);
    let folder = tempfile::tempdir()?;
    let half = |whole: u64| whole.div_ceil(2);
    let settings = Settings {
        programs: Programs { server: programs.join("plantroom-server"), device: programs.join("plantroom-device") },
        folder: folder.path().to_owned(),
        misfortune,
        enough: arguments
            .kills
            .map_or_else(|| Enough::Seconds(half(arguments.minutes.saturating_mul(60))), |kills| Enough::Kills(half(kills))),
        kills_a_round: arguments.kills_a_round,
        seed,
    };
    let (figures, took) = run(&settings, |line| {
        if !arguments.json {
            eprintln!("{misfortune:?}, {line}");
        }
    })?;
    Ok(figures.to_json(took))
}
