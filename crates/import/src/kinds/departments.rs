//! departments.csv

use domain::identity::{CampusCode, DepartmentCode};
use domain::reference::Department;

use super::Kind;
use crate::cell::number;
use crate::cells::Cells;
use crate::target::Target;

impl Kind for Department {
    const FILE: &'static str = "departments.csv";
    const COLUMNS: &'static [&'static str] = &["department_code", "name", "campus_code", "area_m2", "valid_from", "valid_to"];
    const KEY: &'static [&'static str] = &["department_code"];
    const TARGET: Option<Target> = Some(Target::Department);

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let department_code = cells.code("department_code");
        let name = cells.text("name");
        let campus_code = cells.reference("campus_code", Target::Campus);
        let area_tenths_m2 = cells.optional("area_m2", number::area);
        let validity = cells.validity("valid_from", "valid_to");
        Some(Self {
            department_code: DepartmentCode(department_code?),
            name: name?,
            campus_code: CampusCode(campus_code?),
            area_tenths_m2: area_tenths_m2?,
            validity: validity?,
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.department_code.to_string()]
    }
}
