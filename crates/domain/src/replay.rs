//! Replay: the order as its events make it.

use crate::recorded::Recorded;
use crate::state::OrderState;

/// What an order is, given everything that is known of it. Total; independent of the order of `recorded`.
pub fn replay(_recorded: &[Recorded]) -> OrderState {
    OrderState::unknown()
}
