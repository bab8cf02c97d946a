//! The screens in `ui/`: installed from their lock file, built, checked. A project without them yet has nothing to do here.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use serde_json::Value;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::node;
use crate::program::Program;
use crate::tally::{ScreenTestOutput, Tally};
use crate::terminal;

/// The scripts of `ui/package.json` that check the screens without building them.
const CHECKS: [&str; 2] = ["typecheck", "lint"];

/// Installs, builds and checks the screens. The programs hold them, so this comes before any program is built.
///
/// # Errors
/// When Node is missing, or a step fails.
pub fn build_and_check(checkout: &Checkout) -> Result<(), Failure> {
    let Some(screens) = build(checkout)? else {
        return Ok(());
    };
    CHECKS.iter().try_for_each(|script| screens.run(script))
}

/// Runs the screens' own tests and counts them.
///
/// # Errors
/// When `package.json` cannot be read.
pub fn test(checkout: &Checkout) -> Result<Tally, Failure> {
    let mut output = ScreenTestOutput::default();
    let Some(screens) = Screens::of(checkout)?.filter(|screens| screens.has("test")) else {
        return Ok(Tally::default());
    };
    let tests = screens.npm_program(&["run", "test"]).environment("NO_COLOR", "1");
    let outcome = tests.run_by_line(|line| {
        terminal::result(line);
        output.read(line);
    });
    if let Err(failure) = &outcome {
        terminal::complain(failure);
    }
    Ok(output.judge(outcome.is_ok()))
}

/// Installs and builds the screens, if there are any yet.
///
/// # Errors
/// As [`build_and_check`].
pub fn build(checkout: &Checkout) -> Result<Option<Screens>, Failure> {
    let Some(screens) = Screens::of(checkout)? else {
        terminal::line("no screens yet");
        return Ok(None);
    };
    node::check()?;
    screens.install()?;
    screens.run("build")?;
    Ok(Some(screens))
}

/// The folder of the screens and the scripts its `package.json` names.
pub struct Screens {
    folder: PathBuf,
    scripts: Vec<String>,
}

impl Screens {
    /// The screens of this checkout, if there are any yet.
    ///
    /// # Errors
    /// When `package.json` cannot be read.
    fn of(checkout: &Checkout) -> Result<Option<Self>, Failure> {
        let folder = checkout.path("ui");
        let file = folder.join("package.json");
        if !file.is_file() {
            return Ok(None);
        }
        let unreadable = |error: &dyn std::error::Error| Failure::new(format!("{} cannot be read: {error}", file.display()));
        let text = fs::read_to_string(&file).map_err(|error| unreadable(&error))?;
        let package: Value = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
        let scripts = package.get("scripts").and_then(Value::as_object);
        let scripts = scripts.map(|scripts| scripts.keys().cloned().collect()).unwrap_or_default();
        Ok(Some(Self { folder, scripts }))
    }

    /// Installs what the lock file names, unless that is what is installed.
    ///
    /// # Errors
    /// When npm fails.
    fn install(&self) -> Result<(), Failure> {
        if self.is_installed() {
            terminal::line("what the lock file names is installed");
            return Ok(());
        }
        self.npm(&["ci", "--no-audit", "--no-fund"])
    }

    /// Runs one script of `package.json`; one that is not there is nothing to do.
    ///
    /// # Errors
    /// When the script fails.
    fn run(&self, script: &str) -> Result<(), Failure> {
        if self.has(script) { self.npm(&["run", script]) } else { Ok(()) }
    }

    fn is_installed(&self) -> bool {
        let wanted = changed(self.folder.join("package-lock.json"));
        let installed = changed(self.folder.join("node_modules/.package-lock.json"));
        matches!((wanted, installed), (Some(wanted), Some(installed)) if installed >= wanted)
    }

    fn npm(&self, arguments: &[&str]) -> Result<(), Failure> {
        self.npm_program(arguments).run()
    }

    fn npm_program(&self, arguments: &[&str]) -> Program {
        Program::new("npm").arguments(arguments).within(&self.folder)
    }

    fn has(&self, script: &str) -> bool {
        self.scripts.iter().any(|known| known == script)
    }
}

fn changed(file: PathBuf) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}
