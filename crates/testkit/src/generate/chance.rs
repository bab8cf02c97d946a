//! Chance that can be repeated.

use domain::time::UtcMillis;
use uuid::{Builder, Uuid};

/// A stream of random numbers that follows from its seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_number().checked_rem(bound).unwrap_or(0)
    }

    /// One of the items; nothing of none.
    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let place = self.below(u64::try_from(items.len()).unwrap_or(0));
        items.get(usize::try_from(place).unwrap_or(0))
    }

    /// One of the texts; an empty one of none.
    pub fn text_of<T: AsRef<str>>(&mut self, texts: &[T]) -> String {
        self.one_of(texts).map(|text| text.as_ref().to_owned()).unwrap_or_default()
    }

    /// A new UUIDv7 of an instant.
    pub fn id(&mut self, at: UtcMillis) -> Uuid {
        let mut random = [0; 10];
        let bytes = self.next_number().to_le_bytes().into_iter().chain(self.next_number().to_le_bytes());
        random.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), &random).into_uuid()
    }
}
