//! Random bytes, and what is made of them.

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

/// The randomness of the machine.
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

/// `BYTES` random bytes.
///
/// # Errors
/// As the randomness fails.
pub fn new_secret<const BYTES: usize>(randomness: &dyn Randomness) -> Result<[u8; BYTES], Fault> {
    let mut secret = [0; BYTES];
    randomness.fill(&mut secret)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte is this one.
    struct Always(u8);

    impl Randomness for Always {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn an_id_begins_with_its_instant_and_ends_with_what_is_random() {
        let id = new_id(&Always(0xAB), UtcMillis(0x0192_f000_0000)).unwrap();
        assert_eq!(id.to_string(), "0192f000-0000-7bab-abab-abababababab");
        assert_eq!(id.get_version_num(), 7);
    }

    #[test]
    fn a_secret_is_as_long_as_it_is_asked_for() {
        assert_eq!(new_secret::<3>(&Always(7)).unwrap(), [7; 3]);
    }
}
