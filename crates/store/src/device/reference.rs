//! Reference data that came from the server.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::reference::{
    Campus, Department, DirectoryEntry, FaultClass, Location, PartPriceFrom, PriceItem, ServiceLevel, SparePart, Team, Warehouse,
};

use super::Session;
use crate::shared::error::StoreError;
use crate::shared::reference::upsert;

/// Rows of every kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReferenceRows<'a> {
    /// Where the rows are everything of a campus: the last day of whoever else is known here, who are of another one.
    pub others_end: Option<NaiveDate>,
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
        if let Some(last_day) = rows.others_end {
            self.end_others(rows.staff, last_day)?;
            self.forget_who_leads_others(rows.teams)?;
        }
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

    /// Nobody of another campus is of use in confirming here, and the name of a number is still wanted in histories.
    fn end_others(&self, staff: &[DirectoryEntry], last_day: NaiveDate) -> Result<(), StoreError> {
        let come: BTreeSet<(&str, String)> =
            staff.iter().map(|entry| (entry.staff_no.as_str(), entry.validity.valid_from.to_string())).collect();
        let last_day = last_day.to_string();
        let mut statement = self.connection.prepare("SELECT staff_no, valid_from FROM staff WHERE valid_to IS NULL OR valid_to > ?1")?;
        let known =
            statement.query_map([&last_day], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<Vec<(String, String)>>>()?;
        let mut end = self.connection.prepare("UPDATE staff SET valid_to = ?3 WHERE staff_no = ?1 AND valid_from = ?2")?;
        for (number, from) in known.iter().filter(|(number, from)| !come.contains(&(number.as_str(), from.clone()))) {
            end.execute([number, from, &last_day])?;
        }
        Ok(())
    }

    /// Who leads a team of another campus is not heard here any more, and leading is a right; its name stays for histories.
    fn forget_who_leads_others(&self, teams: &[Team]) -> Result<(), StoreError> {
        let come: BTreeSet<&str> = teams.iter().map(|team| team.team_code.as_str()).collect();
        let mut statement = self.connection.prepare("SELECT team_code FROM teams")?;
        let known = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        let mut forget = self.connection.prepare("UPDATE teams SET leader_staff_no = '', deputy_staff_no = NULL WHERE team_code = ?1")?;
        for team in known.iter().filter(|team| !come.contains(team.as_str())) {
            forget.execute([team])?;
        }
        Ok(())
    }
}
