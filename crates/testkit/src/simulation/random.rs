//! Chance that is the same for the same seed, on every machine and for ever: a failing seed stays failing until the mistake
//! is found, which no library's generator promises across its versions.

use std::sync::{Arc, Mutex, PoisonError};

use domain::fault::Fault;
use machine::Randomness;
use uuid::{Builder, Uuid};

/// SplitMix64 (Steele, Lea, Flood 2014). Not for secrets.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The chance of a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end`, exclusive; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(self.bits().checked_rem(end).unwrap_or(0)).unwrap_or(0)
    }

    /// Happens so many times in a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`; `None` when there are none.
    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// One of `items` by weight; `None` when all weights are 0.
    pub fn weighted<'a, T>(&mut self, items: &'a [(usize, T)]) -> Option<&'a T> {
        let mut left = self.below(items.iter().map(|(weight, _)| weight).sum());
        items
            .iter()
            .find(|(weight, _)| {
                if left < *weight {
                    true
                } else {
                    left = left.saturating_sub(*weight);
                    false
                }
            })
            .map(|(_, item)| item)
    }

    /// A random id.
    pub fn id(&mut self) -> Uuid {
        Builder::from_random_bytes((u128::from(self.bits()) << 64 | u128::from(self.bits())).to_be_bytes()).into_uuid()
    }
}

/// The same chance as a source for the rooms, shared between all who hold a clone.
#[derive(Debug, Clone)]
pub struct SharedChance(Arc<Mutex<Chance>>);

impl SharedChance {
    /// The chance of a seed.
    pub fn of(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Chance::of(seed))))
    }

    fn fill_bytes(&self, bytes: &mut [u8]) {
        let mut chance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            for (byte, random) in chunk.iter_mut().zip(chance.bits().to_le_bytes()) {
                *byte = random;
            }
        }
    }
}

impl Randomness for SharedChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_of_a_seed_are_those_that_were_published() {
        let mut chance = Chance::of(1_234_567);
        assert_eq!([chance.bits(), chance.bits()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn weights_of_nothing_choose_nothing() {
        assert_eq!(Chance::of(1).weighted(&[(0, 'a')]), None);
        assert_eq!(Chance::of(1).weighted(&[(0, 'a'), (1, 'b')]), Some(&'b'));
        assert_eq!(Chance::of(1).one_of::<u8>(&[]), None);
    }
}
