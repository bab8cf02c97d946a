//! contractors.csv

use domain::identity::ContractorCode;
use domain::reference::Contractor;

use super::Kind;
use crate::cells::Cells;
use crate::references::Target;

impl Kind for Contractor {
    const FILE: &'static str = "contractors.csv";
    const COLUMNS: &'static [&'static str] = &["contractor_code", "name", "scope", "contract_from", "contract_to"];
    const KEY: &'static [&'static str] = &["contractor_code"];
    const TARGET: Option<Target> = Some(Target::Contractor);

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let contractor_code = cells.code("contractor_code");
        let name = cells.text("name");
        let scope = cells.optional_text("scope");
        let contract = cells.validity("contract_from", "contract_to");
        Some(Self { contractor_code: ContractorCode(contractor_code?), name: name?, scope: scope?, contract: contract? })
    }

    fn key(&self) -> Vec<String> {
        vec![self.contractor_code.to_string()]
    }
}
