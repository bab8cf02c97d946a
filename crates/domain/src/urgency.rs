//! Urgency and the limits that come with it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// 紧急程度
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 特急
    Critical,
    /// 紧急
    Urgent,
    /// 普通
    Normal,
    /// 计划
    Planned,
}

/// Minutes allowed from the report, as they were when the order was reported. `None`: as booked, no limit by rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Limits {
    /// Until a team has taken the order.
    pub accept_minutes: Option<u32>,
    /// Until somebody is on site (the response limit ends there, requirement A10).
    pub arrive_minutes: Option<u32>,
    /// Until the repair is completed or the fault is under control.
    pub complete_minutes: Option<u32>,
}

impl Urgency {
    /// The limits that hold where the hospital has set none (`domain.md`, "Default limits").
    pub fn default_limits(self) -> Limits {
        let (accept, arrive, complete) = match self {
            Self::Critical => (3, Some(5), Some(120)),
            Self::Urgent => (5, Some(15), Some(240)),
            Self::Normal => (30, Some(120), Some(1440)),
            Self::Planned => (1440, None, None),
        };
        Limits { accept_minutes: Some(accept), arrive_minutes: arrive, complete_minutes: complete }
    }
}
