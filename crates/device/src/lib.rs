//! The worker's device: one function per thing a worker does, in one transaction each, and the device's end of sync.
//!
//! Invariants
//! - A fact is durable in the store before its reply is given (requirement B2).
//! - Nothing on the worker's path waits for the network.
//! - The same command with the same id gives the same reply, after any number of crashes.
//! - No number and no id is ever given to two own events, and none of them vanishes without a word.
//! - A page of the app that is locked gets nothing but what opens it (`docs/decisions/011`).
//! - A damaged store is moved aside once, never deleted (`docs/decisions/004`).
//!
//! This crate knows no SQL (that is `store`), no window system and no web server (those are `src-tauri` and `device-cli`).

mod app;
mod background;
pub mod command;
mod deriving;
mod device;
mod fields;
mod folder;
mod key_note;
mod look;
mod numbers;
mod opening;
mod order;
mod permitted;
mod place;
mod read_command;
mod remembered;
mod replacing;
pub mod reply;
mod screen_lock;
pub mod seal;
pub mod synchronise;
mod work;
mod worker;

pub use app::{App, LOCK_AFTER_SECONDS, UNTIL_THE_END};
pub use device::Device;
pub use folder::STORE_FILE;
pub use read_command::read_command;
pub use screen_lock::pages::PageId;
