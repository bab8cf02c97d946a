//! Replay: the order as its events make it (`domain.md`, "The principle", "Contradictions", "Rules of detail";
//! `architecture.md`, "The work-order document").
//!
//! In steps: bring the events into one order (`order`), correct their times (`times`), apply them one after the other
//! (`apply` and one file for each group of kinds, on a `fold`), and look at the whole once more (`settling`). Why in this order:
//! `docs/decisions/001-replay-order.md`.
//!
//! Invariants
//! - Total: any set of events gives a state, one without a `reported` too.
//! - The same set with the same receipts gives the same state, in whatever order it is passed.
//! - Every event is in [`OrderState::history`] exactly once; every movement of a part is in [`OrderState::moves`].
//! - Nothing here reads reference data or the present time.

mod apply;
mod causality;
mod confirmation;
mod decisions;
mod fold;
mod order;
mod parts;
mod repair;
mod reporting;
mod settling;
mod taking_up;
mod times;

use crate::recorded::Recorded;
use crate::state::OrderState;

/// What an order is, given everything that is known of it. Total; independent of the order of `recorded`.
pub fn replay(recorded: &[Recorded]) -> OrderState {
    let ordered = order::in_replay_order(recorded);
    let times = times::corrected_times(&ordered);
    let mut fold = fold::Fold::new(&ordered, &times);
    for index in 0..ordered.len() {
        apply::apply(&mut fold, index);
    }
    settling::settle(fold)
}
