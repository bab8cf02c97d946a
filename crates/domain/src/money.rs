//! Money is whole fen (分), never a fraction.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::quantity::Quantity;

/// An amount in fen; negative for a credit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct Fen(#[ts(type = "number")] pub i64);

impl Fen {
    /// The sum, saturating: an absurd amount stays absurd instead of turning its sign.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The price of `count` units (negative counts are returns).
    pub fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// The price of a checked quantity.
    pub fn of(self, quantity: Quantity) -> Self {
        self.times(i64::from(quantity.get()))
    }
}
