//! The workflow as data (requirement A2): who may do what from where. The device refuses by this table against its own view;
//! what turns out contradictory later is settled by [`crate::replay`], never refused.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::node::Node;
use crate::role::Role;

/// The version that new orders begin with. An order finishes on the version it began with.
/// - 1: 2026-11, the first.
pub const CURRENT_WORKFLOW: u16 = 1;

/// Something a person can do with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 接单
    Accept,
    /// 到场
    Arrive,
    /// 挂单
    Suspend,
    /// 恢复
    Resume,
    /// 申请回退
    RequestReturn,
    /// 领用
    IssuePart,
    /// 退库
    ReturnPart,
    /// 登记维修项目
    AddLabour,
    /// 撤销
    Withdraw,
    /// 完工
    Complete,
    /// 科室确认
    Confirm,
    /// 派单
    Dispatch,
    /// 班组受理
    AcceptForTeam,
    /// 派工
    Assign,
    /// 改派
    Reassign,
    /// 回退
    Return,
    /// 取消
    Cancel,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// What is done.
    pub action: Action,
    /// From where.
    pub from: &'static [Node],
    /// To where; `None` when the order stays or the event says where to.
    pub to: Option<Node>,
    /// By whom.
    pub by: &'static [Role],
    /// Whether it works without the server.
    pub offline: bool,
}

const WORK: &[Node] = &[Node::Accepted, Node::InProgress, Node::Suspended, Node::Completed];
const TECHNICIAN: &[Role] = &[Role::Technician, Role::TeamLeader];
const CENTRE: &[Role] = &[Role::Dispatcher];
const LEADER: &[Role] = &[Role::TeamLeader];
const DECIDERS: &[Role] = &[Role::Dispatcher, Role::TeamLeader];

/// Version 1 (`domain.md`, "Transitions" and "Taking up").
pub const WORKFLOW_1: &[Transition] = &[
    Transition { action: Action::Accept, from: &[Node::TeamAccepted, Node::Assigned], to: Some(Node::Accepted), by: TECHNICIAN, offline: true },
    Transition { action: Action::Arrive, from: &[Node::Accepted], to: Some(Node::InProgress), by: TECHNICIAN, offline: true },
    Transition { action: Action::Suspend, from: &[Node::InProgress], to: Some(Node::Suspended), by: TECHNICIAN, offline: true },
    Transition { action: Action::Resume, from: &[Node::Suspended], to: Some(Node::InProgress), by: TECHNICIAN, offline: true },
    Transition { action: Action::RequestReturn, from: &[Node::Assigned, Node::Accepted, Node::InProgress], to: None, by: TECHNICIAN, offline: true },
    Transition { action: Action::IssuePart, from: WORK, to: None, by: TECHNICIAN, offline: true },
    Transition {
        action: Action::ReturnPart,
        from: &[Node::Accepted, Node::InProgress, Node::Suspended, Node::Completed, Node::Confirmed],
        to: None,
        by: TECHNICIAN,
        offline: true,
    },
    Transition { action: Action::AddLabour, from: WORK, to: None, by: TECHNICIAN, offline: true },
    Transition { action: Action::Withdraw, from: WORK, to: None, by: TECHNICIAN, offline: true },
    Transition { action: Action::Complete, from: &[Node::Accepted, Node::InProgress, Node::Suspended], to: Some(Node::Completed), by: TECHNICIAN, offline: true },
    Transition { action: Action::Confirm, from: &[Node::Completed], to: Some(Node::Confirmed), by: TECHNICIAN, offline: true },
    Transition { action: Action::Dispatch, from: &[Node::Reported], to: Some(Node::Dispatched), by: CENTRE, offline: false },
    Transition { action: Action::AcceptForTeam, from: &[Node::Dispatched], to: Some(Node::TeamAccepted), by: LEADER, offline: false },
    Transition { action: Action::Assign, from: &[Node::TeamAccepted], to: Some(Node::Assigned), by: LEADER, offline: false },
    Transition {
        action: Action::Reassign,
        from: &[Node::Dispatched, Node::TeamAccepted, Node::Assigned, Node::Accepted, Node::InProgress, Node::Suspended, Node::Completed],
        to: None,
        by: DECIDERS,
        offline: false,
    },
    Transition {
        action: Action::Return,
        from: &[Node::Dispatched, Node::TeamAccepted, Node::Assigned, Node::Accepted, Node::InProgress],
        to: None,
        by: DECIDERS,
        offline: false,
    },
    Transition {
        action: Action::Cancel,
        from: &[Node::Reported, Node::Dispatched, Node::TeamAccepted, Node::Assigned],
        to: Some(Node::Cancelled),
        by: CENTRE,
        offline: false,
    },
    Transition {
        action: Action::Cancel,
        from: &[Node::Accepted, Node::InProgress, Node::Suspended],
        to: Some(Node::Cancelled),
        by: LEADER,
        offline: false,
    },
];

/// The table of a version; an unknown one falls back to the current, which is closest to what its author meant.
pub fn workflow(_version: u16) -> &'static [Transition] {
    WORKFLOW_1
}
