//! Whole-system stories: the real programs, a real hospital's reference data, real browsers.
//!
//! Invariants
//! - A story touches the product only where people and scripts do: command lines, REST, screens. No room is called as a library.
//! - Nothing is waited for by the clock: a story waits for a ready line, an answer, an element. [`PATIENCE`] only ends what hangs.
//! - A program that is missing is a failure that names the command which builds it; nothing is skipped.
//!
//! Never add here: unit tests, a second implementation of a rule, knowledge of tables or of bytes on the wire.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "everything here is a test, and a test says by panicking what is wrong"
)]

pub mod browser;
pub mod centre;
pub mod device;
pub mod display;
pub mod hospital;
pub mod programs;
pub mod strange_server;
pub mod worker_app;

use std::time::Duration;

/// How long a story waits for something before it says that it does not come.
pub const PATIENCE: Duration = Duration::from_secs(60);
