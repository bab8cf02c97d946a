//! Sync between a device and the server: the wire, its limits and its history, and the exchange as a state machine with
//! both ends in one place, so that a step cannot exist on one side only.
//!
//! Invariants
//! - What is acknowledged is durable; what is not acknowledged is sent again; what is sent again gets its first receipt.
//! - One bad item never blocks the queue.
//! - Limits are checked before anything is unpacked or decoded.
//!
//! This crate knows no sockets, no SQL and no clocks, and never may.

pub mod codec;
pub mod ends;
pub mod enrolment_code;
#[cfg(test)]
mod examples;
pub mod exchange;
pub mod holding;
pub mod judge;
mod newer;
pub mod pack;
pub mod page;
pub mod server_address;
pub mod wire;
