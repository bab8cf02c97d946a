//! contractors.csv

use chrono::{Days, NaiveDate};
use domain::identity::ContractorCode;
use domain::reference::Contractor;

use super::Kind;
use crate::cells::Cells;
use crate::finding::{Reason, Remark};
use crate::sheet::Sheet;
use crate::target::Target;

/// How long before its end a contract is spoken of: enough to renew it, and to import that.
const DAYS_BEFORE_THE_END: u64 = 30;

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

/// Warns of contracts that have ended by the day of the import or end soon: with them the accounts of their people end
/// (requirement G3), and a renewal that is imported late shuts out whole teams.
pub(crate) fn warn_of_ending_contracts(sheet: &mut Sheet<Contractor>, effective: NaiveDate) {
    let soon = effective.checked_add_days(Days::new(DAYS_BEFORE_THE_END)).unwrap_or(effective);
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(row) = draft.standing() else { continue };
        if let Some(last_day) = row.contract.valid_to.filter(|last_day| *last_day <= soon) {
            let ends = if last_day < effective { "has ended" } else { "ends soon" };
            let reason = format!("The contract of {} {ends}; the accounts and devices of its people end with {last_day}", row.name);
            let remark = Remark::warning(Reason::ContractEnds, reason).suggest("When it is renewed, import the new contract_to");
            remarks.push((index, "contract_to", last_day.to_string(), remark));
        }
    }
    sheet.remark_all(remarks);
}
