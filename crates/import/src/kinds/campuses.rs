//! campuses.csv

use domain::identity::CampusCode;
use domain::reference::Campus;

use super::Kind;
use crate::cells::Cells;
use crate::target::Target;

impl Kind for Campus {
    const FILE: &'static str = "campuses.csv";
    const COLUMNS: &'static [&'static str] = &["campus_code", "name", "address"];
    const KEY: &'static [&'static str] = &["campus_code"];
    const TARGET: Option<Target> = Some(Target::Campus);

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let campus_code = cells.code("campus_code");
        let name = cells.text("name");
        let address = cells.optional_text("address");
        Some(Self { campus_code: CampusCode(campus_code?), name: name?, address: address? })
    }

    fn key(&self) -> Vec<String> {
        vec![self.campus_code.to_string()]
    }
}
