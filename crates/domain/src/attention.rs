//! 需处理: why an order concerns somebody beyond its next step. Lists show it, and put such orders first.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::contradiction::{Contradiction, ContradictionKind};
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
    /// 请先退库: cancelled, with parts that are not back in the store.
    PartsToReturn,
    /// 已取消, while the person had it. Only said to that person.
    Cancelled,
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
        } else if state.node == Node::Cancelled && parts_are_out(state) {
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
