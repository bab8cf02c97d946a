//! opening_stock.csv: what lay in the stores when the system began.

use std::collections::HashMap;

use domain::identity::{PartCode, WarehouseCode};
use domain::reference::OpeningStock;

use super::Kind;
use crate::cell::number;
use crate::cells::Cells;
use crate::finding::{Reason, Remark};
use crate::sheet::Sheet;
use crate::target::Target;

impl Kind for OpeningStock {
    const FILE: &'static str = "opening_stock.csv";
    const COLUMNS: &'static [&'static str] = &["warehouse_code", "part_code", "quantity", "safety_stock", "storage_bin"];
    const KEY: &'static [&'static str] = &["warehouse_code", "part_code"];
    const TARGET: Option<Target> = None;

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let warehouse_code = cells.reference("warehouse_code", Target::Warehouse);
        let part_code = cells.reference("part_code", Target::Part);
        let quantity = cells.required("quantity", number::pieces);
        let safety_stock = cells.required("safety_stock", number::pieces);
        let storage_bin = cells.optional_text("storage_bin");
        Some(Self {
            warehouse_code: WarehouseCode(warehouse_code?),
            part_code: PartCode(part_code?),
            quantity: quantity?,
            safety_stock: safety_stock?,
            storage_bin: storage_bin?,
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.warehouse_code.to_string(), self.part_code.to_string()]
    }
}

/// Refuses another quantity than the one stored: since then stock has moved, only a count can say what lies there now.
pub(crate) fn refuse_changed_quantities(sheet: &mut Sheet<OpeningStock>, stored: &[OpeningStock]) {
    let quantities: HashMap<Vec<String>, i64> = stored.iter().map(|row| (row.key(), row.quantity)).collect();
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(row) = &draft.row else { continue };
        if let Some(quantity) = quantities.get(&row.key()).filter(|quantity| **quantity != row.quantity) {
            let reason = format!("The opening stock is already {quantity} and does not change afterwards");
            let remark = Remark::refused(Reason::OpeningStockChanged, reason).suggest("Count instead (盘点)");
            remarks.push((index, "quantity", row.quantity.to_string(), remark));
        }
    }
    sheet.remark_all(remarks);
}
