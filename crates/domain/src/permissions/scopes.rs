//! Role × orders that the centre shows.

use crate::role::Role;

/// Which orders somebody sees, beyond those that they reported or took part in, which everybody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderScope {
    /// Every order of the hospital.
    Hospital,
    /// Orders that are with a team that the person works in or leads.
    OwnTeams,
    /// Orders for the own department.
    OwnDepartment,
    /// None but those that the person reported or took part in.
    OwnPart,
}

impl OrderScope {
    /// As it is written in the printed table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::OwnTeams => "teams",
            Self::OwnDepartment => "department",
            Self::OwnPart => "part",
        }
    }
}

/// One role and what it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeLine {
    /// The role.
    pub role: Role,
    /// Its orders, for the hospital's own people.
    pub orders: OrderScope,
    /// Its orders, for a contractor's people: their own work only (G3).
    pub of_contractors: OrderScope,
}

const fn line(role: Role, orders: OrderScope) -> ScopeLine {
    ScopeLine { role, orders, of_contractors: OrderScope::OwnPart }
}

/// Every role of people. The centre is one for all campuses (C1; `docs/decisions/005`), and so are the stores' office, costing,
/// auditing and supervision: the staff list puts them into one department, which says nothing about whom they serve.
pub const SCOPES: &[ScopeLine] = &[
    line(Role::Requester, OrderScope::OwnDepartment),
    line(Role::ServiceOperator, OrderScope::Hospital),
    line(Role::Dispatcher, OrderScope::Hospital),
    ScopeLine { role: Role::TeamLeader, orders: OrderScope::OwnTeams, of_contractors: OrderScope::OwnTeams },
    ScopeLine { role: Role::Technician, orders: OrderScope::OwnTeams, of_contractors: OrderScope::OwnTeams },
    line(Role::Storekeeper, OrderScope::Hospital),
    line(Role::CostAccountant, OrderScope::Hospital),
    line(Role::CostAuditor, OrderScope::Hospital),
    line(Role::QualitySupervisor, OrderScope::Hospital),
    line(Role::LogisticsManager, OrderScope::Hospital),
    line(Role::SystemAdmin, OrderScope::OwnPart),
    line(Role::SecurityAdmin, OrderScope::OwnPart),
    line(Role::AuditAdmin, OrderScope::Hospital),
];

/// Which orders a role sees: of a contractor's person, or of the hospital's own.
pub fn scope_of(role: Role, of_contractor: bool) -> OrderScope {
    let line = SCOPES.iter().find(|line| line.role == role);
    line.map_or(OrderScope::OwnPart, |line| if of_contractor { line.of_contractors } else { line.orders })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_of_people_has_its_line() {
        assert!(SCOPES.iter().map(|line| line.role).eq(Role::OF_PEOPLE.iter().copied()));
    }

    #[test]
    fn a_contractor_s_people_see_no_more_than_their_teams_work() {
        for line in SCOPES {
            assert!(matches!(line.of_contractors, OrderScope::OwnTeams | OrderScope::OwnPart), "{line:?}");
        }
    }
}
