//! What the tests of every room share: a fictional hospital's reference data, whole and spoiled.
//!
//! Nothing of this is for production use, and nothing here decides anything.

pub mod hospital;
