//! warehouses.csv

use domain::identity::{CampusCode, WarehouseCode};
use domain::reference::Warehouse;

use super::Kind;
use crate::cells::Cells;
use crate::target::Target;

impl Kind for Warehouse {
    const FILE: &'static str = "warehouses.csv";
    const COLUMNS: &'static [&'static str] = &["warehouse_code", "name", "campus_code"];
    const KEY: &'static [&'static str] = &["warehouse_code"];
    const TARGET: Option<Target> = Some(Target::Warehouse);

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let warehouse_code = cells.code("warehouse_code");
        let name = cells.text("name");
        let campus_code = cells.reference("campus_code", Target::Campus);
        Some(Self { warehouse_code: WarehouseCode(warehouse_code?), name: name?, campus_code: CampusCode(campus_code?) })
    }

    fn key(&self) -> Vec<String> {
        vec![self.warehouse_code.to_string()]
    }
}
