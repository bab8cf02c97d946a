//! Which role may record which kind of event from a device (`domain.md`, "Transitions"). Decisions are not in the table:
//! they are taken on the server, by its own sessions.

use domain::role::Role;

/// One row: what a role may record.
pub struct Permission {
    /// Who.
    pub role: Role,
    /// The kinds, as they are written in the event.
    pub kinds: &'static [&'static str],
}

/// Everything a repair worker states as a fact. A team leader repairs too.
const FACTS_OF_WORK: &[&str] = &[
    "reported",
    "corrected",
    "accepted",
    "arrived",
    "suspended",
    "resumed",
    "return_requested",
    "part_issued",
    "part_returned",
    "labour_added",
    "withdrawn",
    "completed",
    "confirmed",
];

/// The table.
pub const PERMISSIONS: &[Permission] =
    &[Permission { role: Role::Technician, kinds: FACTS_OF_WORK }, Permission { role: Role::TeamLeader, kinds: FACTS_OF_WORK }];

/// Whether a device's event of this kind may be recorded in this role.
pub fn may_record(role: Role, kind: &str) -> bool {
    PERMISSIONS.iter().any(|permission| permission.role == role && permission.kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::KNOWN_KINDS;

    #[test]
    fn workers_record_facts_and_never_decisions() {
        for kind in KNOWN_KINDS {
            assert_eq!(may_record(Role::Technician, kind), FACTS_OF_WORK.contains(&kind), "{kind}");
        }
        for decision in ["numbered", "dispatched", "assigned", "reassigned", "cancelled", "confirmation_judged", "ruled"] {
            assert!(!may_record(Role::TeamLeader, decision), "{decision}");
        }
    }

    #[test]
    fn nobody_else_records_from_a_device() {
        for role in [Role::Requester, Role::Dispatcher, Role::System, Role::SystemAdmin, Role::CostAuditor] {
            assert!(KNOWN_KINDS.iter().all(|kind| !may_record(role, kind)), "{role:?}");
        }
    }
}
