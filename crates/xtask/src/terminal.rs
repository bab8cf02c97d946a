//! The only place that writes to the terminal, so that progress, findings and results look the same everywhere.
#![allow(clippy::print_stdout, reason = "this is a program for a terminal")]

use std::fmt::Display;

/// The title of a step that may take a while.
pub fn heading(title: impl Display) {
    println!("\n==> {title}");
}

/// One line of progress inside a step.
pub fn line(text: impl Display) {
    println!("    {text}");
}

/// A line that scripts read: nothing before it, nothing after it.
pub fn result(text: impl Display) {
    println!("{text}");
}

/// What a person must know although the work goes on or has ended.
pub fn complain(text: impl Display) {
    eprintln!("xtask: {text}");
}
