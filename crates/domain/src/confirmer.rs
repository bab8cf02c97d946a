//! What the word of a department's person is worth by who they are (`domain.md`, "Who records, who confirms"): the device asks it
//! of the directory at hand, the server of the directory of that day, and both get the same answer of the same entry.

use crate::event::Standing;
use crate::identity::DepartmentCode;
use crate::reference::DirectoryEntry;

/// A colleague from maintenance confirms nothing in a department's name without being flagged: whoever repairs, and whoever the
/// staff list counts to a team in whatever role.
pub fn is_maintenance_staff(person: &DirectoryEntry) -> bool {
    person.role.repairs() || person.team_code.is_some()
}

/// What it is worth for an order of `department`, of a number that is this person's.
pub fn standing_of(person: &DirectoryEntry, department: Option<&DepartmentCode>) -> Standing {
    if is_maintenance_staff(person) {
        Standing::MaintenanceStaff
    } else if Some(&person.department_code) == department {
        Standing::Verified
    } else {
        Standing::OtherDepartment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Validity;
    use crate::role::Role;

    /// A person of the ward, in each role of `roles`.
    #[track_caller]
    fn check(roles: &[Role], team: Option<&str>, of_the_ward: Standing, of_another: Standing) {
        for role in roles {
            let person = DirectoryEntry {
                staff_no: "020007".into(),
                name: "周护士".into(),
                department_code: "001002".into(),
                role: *role,
                team_code: team.map(Into::into),
                validity: Validity { valid_from: chrono::NaiveDate::MIN, valid_to: None },
            };
            assert_eq!(standing_of(&person, Some(&"001002".into())), of_the_ward, "{role:?} {team:?}");
            assert_eq!(standing_of(&person, Some(&"009009".into())), of_another, "{role:?} {team:?}");
            assert_eq!(standing_of(&person, None), of_another, "{role:?} {team:?}");
        }
    }

    #[test]
    fn whoever_repairs_or_is_of_a_team_is_of_maintenance_and_nobody_else() {
        let (repairing, others): (Vec<Role>, Vec<Role>) = Role::OF_PEOPLE.iter().copied().partition(|role| role.repairs());
        assert_eq!(repairing, [Role::TeamLeader, Role::Technician]);
        check(&repairing, None, Standing::MaintenanceStaff, Standing::MaintenanceStaff);
        check(&others, None, Standing::Verified, Standing::OtherDepartment);
        check(Role::OF_PEOPLE, Some("T01"), Standing::MaintenanceStaff, Standing::MaintenanceStaff);
    }
}
