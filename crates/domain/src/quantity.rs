//! Whole quantities of parts and labour items.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// The most that one line may name. A repair that draws more is several lines; a million is a slip of the finger.
pub const LARGEST_QUANTITY: u32 = 9_999;

/// A whole number from 1 to [`LARGEST_QUANTITY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(try_from = "i64", into = "i64")]
#[ts(type = "number")]
#[schema(value_type = i64, minimum = 1, maximum = 9999)]
pub struct Quantity(u32);

impl Quantity {
    /// One piece.
    pub const ONE: Self = Self(1);

    /// Checks a number from outside.
    ///
    /// # Errors
    /// [`QuantityOutOfRange`] for 0, a negative number or more than [`LARGEST_QUANTITY`].
    pub fn new(number: i64) -> Result<Self, QuantityOutOfRange> {
        match u32::try_from(number) {
            Ok(quantity @ 1..=LARGEST_QUANTITY) => Ok(Self(quantity)),
            _ => Err(QuantityOutOfRange(number)),
        }
    }

    /// The number itself.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// A number that is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a whole quantity from 1 to {LARGEST_QUANTITY}")]
pub struct QuantityOutOfRange(pub i64);

impl TryFrom<i64> for Quantity {
    type Error = QuantityOutOfRange;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        Self::new(number)
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        i64::from(quantity.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_from_one_to_the_limit_are_quantities() {
        for (number, accepted) in
            [(1, true), (9_999, true), (0, false), (-1, false), (10_000, false), (1_000_000, false), (i64::MIN, false)]
        {
            assert_eq!(Quantity::new(number).is_ok(), accepted, "{number}");
        }
        assert!(serde_json::from_str::<Quantity>("1.5").is_err());
    }
}
