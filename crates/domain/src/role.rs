//! Roles a recorder can have (`domain.md`, "Roles"). `deputy`, contractor and patrol are relations or sources, not roles.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// In what capacity somebody recorded an event or calls the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 报修人: reports a fault; every clinical employee may.
    Requester,
    /// 接线员
    ServiceOperator,
    /// 调度员
    Dispatcher,
    /// 班组长, or their deputy (B角).
    TeamLeader,
    /// 维修人员
    Technician,
    /// 库管员
    Storekeeper,
    /// 核算员
    CostAccountant,
    /// 费用审计人员
    CostAuditor,
    /// 后勤质量督查员
    QualitySupervisor,
    /// 后勤负责人
    LogisticsManager,
    /// 系统管理员
    SystemAdmin,
    /// 安全管理员
    SecurityAdmin,
    /// 审计管理员
    AuditAdmin,
    /// The server itself, acting by rule.
    System,
}
