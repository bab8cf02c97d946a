//! Where ids and secrets come from: the system in a program, a seed in a simulation.

use domain::fault::{Fault, FaultCodeName};
use domain::time::UtcMillis;
use uuid::{Builder, Uuid};

/// A source of random bytes.
pub trait Randomness: Send + Sync {
    /// Fills `bytes` with random ones.
    ///
    /// # Errors
    /// A [`Fault`] when the system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault>;
}

/// The system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        getrandom::fill(bytes).map_err(|error| Fault::new(FaultCodeName::Internal, format!("the system gives no randomness: {error}")))
    }
}

/// A new UUIDv7 of the instant `now`.
///
/// # Errors
/// As the randomness fails.
pub fn new_id(randomness: &dyn Randomness, now: UtcMillis) -> Result<Uuid, Fault> {
    let mut random = [0; 10];
    randomness.fill(&mut random)?;
    Ok(Builder::from_unix_timestamp_millis(u64::try_from(now.0).unwrap_or(0), &random).into_uuid())
}

/// 32 random bytes.
///
/// # Errors
/// As the randomness fails.
pub fn new_secret(randomness: &dyn Randomness) -> Result<[u8; 32], Fault> {
    let mut secret = [0; 32];
    randomness.fill(&mut secret)?;
    Ok(secret)
}
