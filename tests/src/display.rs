//! A screen for programs with windows: the one there is, else a screen in memory.

use std::env;
use std::process::Command;

use crate::programs::Running;

/// Where windows open.
pub struct Display {
    name: String,
    _screen: Option<Running>,
}

impl Display {
    /// The display of the surroundings, or a screen of its own (Xvfb) when there is none.
    ///
    /// # Panics
    /// When Xvfb cannot be started.
    pub fn open() -> Self {
        if let Some(name) = env::var("DISPLAY").ok().filter(|name| !name.is_empty()) {
            return Self { name, _screen: None };
        }
        // Xvfb takes a free number and says which when it is ready.
        let screen = Running::start(Command::new("Xvfb").args(["-displayfd", "1", "-screen", "0", "1440x1000x24", "-nolisten", "tcp"]));
        let number = screen.wait_for_line(|line| line.trim().parse::<u32>().ok());
        Self { name: format!(":{number}"), _screen: Some(screen) }
    }

    /// Its name, for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }
}
