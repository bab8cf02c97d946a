//! 三员分立: three administrators (requirement H5; GB/T 22239). One runs the system, one looks after who and what may come in, one
//! watches over the record; nobody has two of these duties, and none of them takes part in the work that is recorded.
//!
//! What has no route is done with the program on the server's own machine (`import`, `enroll-code`, `set-password`, `backup`), by
//! whoever may sign in there: that separation is the machine's, and `set-password` and `enroll-code` belong to the security
//! administrator.

use super::routes::Route;
use crate::role::Role;

/// What one administrator looks after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// 系统: that the system runs. Stops a device that misbehaves.
    System,
    /// 安全: who and what may come in.
    Security,
    /// 审计: looks at everything that was done, and changes nothing.
    Audit,
}

/// One administrator and the routes that no other session of an administrator opens, beside those that are everybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdministratorLine {
    /// The role.
    pub role: Role,
    /// What it looks after.
    pub duty: Duty,
    /// The routes of the duty.
    pub routes: &'static [Route],
    /// The commands of the program on the server's machine that belong to it.
    pub programs: &'static [&'static str],
}

const DEVICES: &[Route] = &[Route::ListDevices, Route::RevokeDevice];

/// The three.
pub const ADMINISTRATORS: &[AdministratorLine] = &[
    AdministratorLine {
        role: Role::SystemAdmin,
        duty: Duty::System,
        routes: DEVICES,
        programs: &["serve", "import", "backup", "restore", "verify"],
    },
    AdministratorLine { role: Role::SecurityAdmin, duty: Duty::Security, routes: DEVICES, programs: &["enroll-code", "set-password"] },
    AdministratorLine {
        role: Role::AuditAdmin,
        duty: Duty::Audit,
        routes: &[Route::ListOrders, Route::ListSetAside, Route::ListFlagged, Route::ListAudit],
        programs: &["permissions"],
    },
];

/// Whether this is one of the three. Such a person has this role alone, whatever a team's row says: they lead nobody.
pub fn is_administrator(role: Role) -> bool {
    ADMINISTRATORS.iter().any(|line| line.role == role)
}

#[cfg(test)]
mod tests {
    use super::super::{COMMANDS, CommandAsks, KINDS, Method, OF_CONTRACTORS, OrderScope, ROUTES, RouteAsks, may_command, scope_of};
    use super::*;

    fn routes_of(role: Role) -> Vec<Route> {
        let asked = ROUTES.iter().filter(|line| line.asks != RouteAsks::AnySession);
        asked.filter(|line| line.asks.permits(role) == Some(true)).map(|line| line.route).collect()
    }

    #[test]
    fn an_administrator_has_the_routes_of_the_duty_and_no_other() {
        for line in ADMINISTRATORS {
            let mut wanted: Vec<String> = line.routes.iter().map(|route| format!("{route:?}")).collect();
            let mut found: Vec<String> = routes_of(line.role).iter().map(|route| format!("{route:?}")).collect();
            wanted.sort();
            found.sort();
            // What forms offer is not the administrators'.
            assert_eq!(found, wanted, "{:?}", line.role);
        }
    }

    #[test]
    fn nobody_alone_lets_devices_in_or_stops_them_and_reads_the_record() {
        let record = |role: Role| scope_of(role, false) == OrderScope::Hospital || routes_of(role).contains(&Route::ListSetAside);
        for line in ADMINISTRATORS {
            let devices = line.routes.contains(&Route::RevokeDevice) || line.programs.contains(&"enroll-code");
            assert!(!(devices && record(line.role)), "{:?}", line.role);
        }
        let keepers: Vec<Role> = Role::OF_PEOPLE.iter().copied().filter(|role| routes_of(*role).contains(&Route::RevokeDevice)).collect();
        assert_eq!(keepers, [Role::SystemAdmin, Role::SecurityAdmin]);
        for (index, line) in ADMINISTRATORS.iter().enumerate() {
            for other in ADMINISTRATORS.iter().skip(index + 1) {
                assert!(line.role != other.role && line.duty != other.duty);
                assert!(line.programs.iter().all(|program| !other.programs.contains(program)), "{line:?} {other:?}");
            }
        }
    }

    #[test]
    fn the_auditor_changes_nothing_and_no_administrator_records_anything() {
        for line in ROUTES.iter().filter(|line| line.method == Method::Post) {
            assert_ne!(line.asks.permits(Role::AuditAdmin), Some(true), "{line:?}");
        }
        for role in ADMINISTRATORS.iter().map(|line| line.role) {
            assert!(KINDS.iter().all(|line| !line.on_device.contains(&role) && !line.at_centre.contains(&role)), "{role:?}");
            let records = |line: &&super::super::CommandLine| matches!(line.asks, CommandAsks::RecorderOf(_));
            assert!(COMMANDS.iter().filter(records).all(|line| !may_command(role, line.command)), "{role:?}");
            assert!(!OF_CONTRACTORS.contains(&role), "{role:?}");
        }
    }
}
