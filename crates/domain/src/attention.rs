//! 需处理: why an order concerns somebody beyond its next step. Lists show it, and put such orders first.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::contradiction::{Contradiction, ContradictionKind};
use crate::identity::{PartCode, StaffNo};
use crate::node::Node;
use crate::state::OrderState;

/// What somebody has to know, or to do, about an order; the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// 确认无效: the confirmer's number was not valid, the department has to confirm again (`domain.md`, "Who records, who confirms").
    ConfirmationRejected,
    /// 科室未认可: the department said that it is not done.
    Refused,
    /// 请先退库: cancelled or merged, with parts that are not back in the store. On a device only said to whoever drew them.
    PartsToReturn,
    /// 已取消, while the person had it. Only said to that person.
    Cancelled,
    /// 已合并 into another order, while the person had it. Only said to that person.
    Merged,
    /// 已转走: the task was withdrawn from the person. Only said to that person.
    TakenAway,
    /// 已申请退回: leader or dispatcher settle the request.
    ReturnRequested,
}

impl Attention {
    /// What follows from the order alone, whoever looks.
    pub fn of(state: &OrderState) -> Option<Self> {
        if state.node == Node::Completed && state.contradictions.iter().any(is_rejection) {
            Some(Self::ConfirmationRejected)
        } else if state.refusals > 0 && is_being_repaired(state.node) {
            Some(Self::Refused)
        } else if state.node.is_called_off() && parts_are_out(state) {
            Some(Self::PartsToReturn)
        } else {
            state.return_request.as_ref().filter(|_| state.node.is_open()).map(|_| Self::ReturnRequested)
        }
    }
}

/// While the order waits for the department, a doubt about who confirmed means that nobody has.
fn is_rejection(contradiction: &Contradiction) -> bool {
    use ContradictionKind as Kind;
    matches!(contradiction.kind, Kind::ConfirmationRejected | Kind::ConfirmerNotValid) && !contradiction.settled
}

fn is_being_repaired(node: Node) -> bool {
    matches!(node, Node::Accepted | Node::InProgress | Node::Suspended)
}

fn parts_are_out(state: &OrderState) -> bool {
    state.moves.iter().any(|movement| state.net_quantity(&movement.part) > 0)
}

/// Whoever drew parts of a cancelled or merged order that are not back in the store, sorted. What somebody brought back for another is back: of a
/// part that is all there nobody has any.
pub fn parts_with(state: &OrderState) -> Vec<StaffNo> {
    if !state.node.is_called_off() {
        return Vec::new();
    }
    let mut drawn: BTreeMap<(&PartCode, &StaffNo), i64> = BTreeMap::new();
    for movement in state.moves.iter().filter(|movement| movement.withdrawn_by.is_none()) {
        let quantity = drawn.entry((&movement.part, &movement.recorder)).or_default();
        *quantity = quantity.saturating_add(movement.quantity);
    }
    let has_some = |(part, _): &(&PartCode, &StaffNo), quantity: i64| quantity > 0 && state.net_quantity(part) > 0;
    let people: BTreeSet<&StaffNo> =
        drawn.iter().filter(|(key, quantity)| has_some(key, **quantity)).map(|((_, person), _)| *person).collect();
    people.into_iter().cloned().collect()
}
