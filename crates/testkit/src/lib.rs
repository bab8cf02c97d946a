//! What the tests and measurements of every room share: a fictional hospital's reference data, whole and spoiled, and
//! made-up orders at any scale.
//!
//! Nothing of this is for production use, and nothing here decides anything.

pub mod bench;
pub mod fuzzing;
pub mod generate;
pub mod hospital;
pub mod memory;
pub mod simulation;
pub mod torture;
