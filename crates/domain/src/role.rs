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

impl Role {
    /// Every role that a person can have, in the order of the tables: all but [`Role::System`].
    pub const OF_PEOPLE: &'static [Self] = &[
        Self::Requester,
        Self::ServiceOperator,
        Self::Dispatcher,
        Self::TeamLeader,
        Self::Technician,
        Self::Storekeeper,
        Self::CostAccountant,
        Self::CostAuditor,
        Self::QualitySupervisor,
        Self::LogisticsManager,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
    ];

    /// Who repairs, and may have a device: a team leader does, too.
    pub const REPAIRERS: &'static [Self] = &[Self::Technician, Self::TeamLeader];

    /// Whether it is one of [`Self::REPAIRERS`].
    pub fn repairs(self) -> bool {
        Self::REPAIRERS.contains(&self)
    }

    /// The role as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::ServiceOperator => "service_operator",
            Self::Dispatcher => "dispatcher",
            Self::TeamLeader => "team_leader",
            Self::Technician => "technician",
            Self::Storekeeper => "storekeeper",
            Self::CostAccountant => "cost_accountant",
            Self::CostAuditor => "cost_auditor",
            Self::QualitySupervisor => "quality_supervisor",
            Self::LogisticsManager => "logistics_manager",
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
            Self::System => "system",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_written_as_it_is_serialised() {
        for role in Role::OF_PEOPLE.iter().chain([&Role::System]) {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }
}
