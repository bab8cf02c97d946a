//! The hospital's server: the exchange with devices, the centre over REST, accounts, imports.
//!
//! Invariants
//! - An answer is given after what it acknowledges is durable.
//! - Whoever asks is checked before anything is looked up; limits are kept before anything is decoded.
//! - Who may ask what says the table in `domain::permissions`, from which the routes are made; deciding is in `domain` and
//!   `sync`, storing in `store`.
//! - The current time and randomness come from an [`occasion::Host`]; nothing here reads a clock.
//!
//! No SQL and no rule of the trade may ever be added here.

// These panic where nobody reads any more, or the disk is full, in the middle of a request.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod audit;
pub mod deriving;
pub mod enrolment;
pub mod exchange;
pub mod http;
pub mod importing;
pub mod listening;
pub mod occasion;
pub mod orders;
pub mod people;
pub mod review;
pub mod verifying;
