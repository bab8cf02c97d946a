//! What the machine under a program gives: its clock, the time that a program has run, random bytes.
//!
//! Invariants
//! - Nobody else reads them: whoever needs one is given a [`Clock`](domain::time::Clock), a [`Stopwatch`] or a [`Randomness`],
//!   which in a test or a simulation is its own.
//!
//! No file, no socket and no rule of the trade may ever be added here.

mod clock;
mod randomness;
mod stopwatch;

pub use clock::SystemClock;
pub use randomness::{Randomness, SystemRandomness, new_id, new_secret};
pub use stopwatch::{Stopwatch, SystemStopwatch};
