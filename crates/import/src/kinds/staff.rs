//! staff.csv: employee numbers are reissued, so a number means a person only together with its days.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::identity::{ContractorCode, DepartmentCode, StaffNo, TeamCode};
use domain::permissions::OF_CONTRACTORS;
use domain::reference::{StaffMember, Validity};
use domain::role::Role;

use super::Kind;
use crate::cell::{choice, telephone};
use crate::cells::Cells;
use crate::finding::{Reason, Remark};
use crate::periods::Dated;
use crate::sheet::Sheet;
use crate::target::Target;

impl Kind for StaffMember {
    const FILE: &'static str = "staff.csv";
    const COLUMNS: &'static [&'static str] =
        &["staff_no", "name", "department_code", "role", "contractor_code", "mobile", "valid_from", "valid_to"];
    const KEY: &'static [&'static str] = &["staff_no", "valid_from"];
    const TARGET: Option<Target> = Some(Target::Staff);

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let staff_no = cells.staff_number("staff_no");
        let name = cells.text("name");
        let department_code = cells.reference("department_code", Target::Department);
        let role = cells.required("role", choice::role);
        if let Some((_, Some(team))) = &role {
            cells.refers_to("role", Target::Team, team);
        }
        let contractor_code = cells.optional_reference("contractor_code", Target::Contractor);
        if let (Some((role, _)), Some(Some(contractor))) = (&role, &contractor_code) {
            warn_of_role(cells, *role, contractor);
        }
        let mobile = cells.optional("mobile", telephone::telephone);
        let validity = cells.validity("valid_from", "valid_to");
        let (role, team) = role?;
        Some(Self {
            staff_no: StaffNo(staff_no?),
            name: name?,
            department_code: DepartmentCode(department_code?),
            role,
            team_code: team.map(TeamCode),
            contractor_code: contractor_code?.map(ContractorCode),
            mobile: mobile?,
            validity: validity?,
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.staff_no.to_string(), self.validity.valid_from.to_string()]
    }
}

/// Core work stays with the hospital (G5): the row is taken, and the role has no effect.
fn warn_of_role(cells: &mut Cells<'_>, role: Role, contractor: &str) {
    if OF_CONTRACTORS.contains(&role) {
        return;
    }
    let reason = format!("The role {} has no effect for people of the contractor {contractor}", role.as_str());
    let remark = Remark::warning(Reason::RoleNotForContractors, reason);
    cells.remark(
        "role",
        remark.suggest("Give the work to the hospital's own people, or leave contractor_code empty if this is one of them"),
    );
}

impl Dated for StaffMember {
    fn shared_code(&self) -> &str {
        self.staff_no.as_str()
    }

    fn validity(&self) -> Validity {
        self.validity
    }

    /// The same person under the same number at the same time. Someone who left and came back has two periods.
    fn corrects_first_day_of(&self, stored: &Self) -> bool {
        self.name == stored.name && self.validity.overlaps(&stored.validity)
    }
}

/// Warns where the name under a stored number and first day changes: a marriage, a correction, or the wrong person.
pub(crate) fn warn_of_changed_names(sheet: &mut Sheet<StaffMember>, stored: &[StaffMember]) {
    let names: HashMap<Vec<String>, &str> = stored.iter().map(|row| (row.key(), row.name.as_str())).collect();
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(row) = draft.standing() else { continue };
        if let Some(name) = names.get(&row.key()).filter(|name| **name != row.name) {
            let reason = format!("The number {} belonged to {name} until now", row.staff_no);
            let remark =
                Remark::warning(Reason::NameChanged, reason).suggest("If this is another person, close the old row and begin a new one");
            remarks.push((index, "name", row.name.clone(), remark));
        }
    }
    sheet.remark_all(remarks);
}

/// Warns of people who on the day of the import belong to a department that had ended before; `ends` are the last days.
pub(crate) fn warn_of_closed_departments(sheet: &mut Sheet<StaffMember>, ends: &HashMap<DepartmentCode, NaiveDate>, effective: NaiveDate) {
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(row) = draft.standing().filter(|row| row.validity.contains(effective)) else { continue };
        if let Some(end) = ends.get(&row.department_code).filter(|end| **end < effective) {
            let reason = format!("The department {} ended on {end}", row.department_code);
            let remark = Remark::warning(Reason::DepartmentClosed, reason).suggest("Name the department the person belongs to now");
            remarks.push((index, "department_code", row.department_code.to_string(), remark));
        }
    }
    sheet.remark_all(remarks);
}
