//! Where an order stands (`domain.md`, "States").

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A state of a work order; the words on the screen are in the message files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// 待调度
    Reported,
    /// 待班组受理
    Dispatched,
    /// 待派工
    TeamAccepted,
    /// 待接单
    Assigned,
    /// 已接单
    Accepted,
    /// 维修中
    InProgress,
    /// 挂单
    Suspended,
    /// 待科室确认
    Completed,
    /// 待核算; on the worker's device 已完工
    Confirmed,
    /// 异议中
    Disputed,
    /// 待审计
    Costed,
    /// 待入账
    Audited,
    /// 已入账
    Posted,
    /// 已办结
    Closed,
    /// 已取消
    Cancelled,
    /// 未受理
    Declined,
    /// 已合并
    Merged,
}

impl Node {
    /// Somebody still has to repair, or to confirm, the thing.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Reported
                | Self::Dispatched
                | Self::TeamAccepted
                | Self::Assigned
                | Self::Accepted
                | Self::InProgress
                | Self::Suspended
                | Self::Completed
        )
    }

    /// The centre has said that nobody has to go: what was drawn for the order comes back.
    pub fn is_called_off(self) -> bool {
        matches!(self, Self::Cancelled | Self::Merged)
    }

    /// The identifier as it is written in rows, files and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Dispatched => "dispatched",
            Self::TeamAccepted => "team_accepted",
            Self::Assigned => "assigned",
            Self::Accepted => "accepted",
            Self::InProgress => "in_progress",
            Self::Suspended => "suspended",
            Self::Completed => "completed",
            Self::Confirmed => "confirmed",
            Self::Disputed => "disputed",
            Self::Costed => "costed",
            Self::Audited => "audited",
            Self::Posted => "posted",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Merged => "merged",
        }
    }
}
