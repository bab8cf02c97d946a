//! Reference data that came from the server.

use domain::reference::{
    Campus, Department, DirectoryEntry, FaultClass, Location, PartPriceFrom, PriceItem, ServiceLevel, SparePart, Team, Warehouse,
};

use super::Session;
use crate::shared::error::StoreError;
use crate::shared::reference::upsert;

/// Rows of every kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReferenceRows<'a> {
    /// 院区, all of them.
    pub campuses: &'a [Campus],
    /// 科室
    pub departments: &'a [Department],
    /// People, never with a telephone number.
    pub staff: &'a [DirectoryEntry],
    /// 位置
    pub locations: &'a [Location],
    /// 故障分类
    pub fault_classes: &'a [FaultClass],
    /// 班组
    pub teams: &'a [Team],
    /// Limits.
    pub service_levels: &'a [ServiceLevel],
    /// 备件
    pub parts: &'a [SparePart],
    /// Prices of parts by day.
    pub part_prices: &'a [PartPriceFrom],
    /// 收费标准
    pub price_items: &'a [PriceItem],
    /// 库房
    pub warehouses: &'a [Warehouse],
}

impl Session<'_> {
    /// Takes newer rows in by key.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_reference(&self, rows: ReferenceRows<'_>, revision: u64) -> Result<(), StoreError> {
        upsert(self.connection, rows.campuses, revision)?;
        upsert(self.connection, rows.departments, revision)?;
        upsert(self.connection, rows.staff, revision)?;
        upsert(self.connection, rows.locations, revision)?;
        upsert(self.connection, rows.fault_classes, revision)?;
        upsert(self.connection, rows.teams, revision)?;
        upsert(self.connection, rows.service_levels, revision)?;
        upsert(self.connection, rows.parts, revision)?;
        upsert(self.connection, rows.part_prices, revision)?;
        upsert(self.connection, rows.price_items, revision)?;
        upsert(self.connection, rows.warehouses, revision)?;
        Ok(())
    }
}
