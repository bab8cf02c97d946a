//! Reference data on the server: what an import brings in, and what of it a campus's devices get.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::identity::{CampusCode, ContractorCode, PartCode, StaffNo, WarehouseCode};
use domain::reference::{
    Campus, Contractor, Department, DirectoryEntry, FaultClass, Location, OpeningStock, PartPriceFrom, PriceItem, ServiceLevel, SparePart,
    StaffMember, Team, Validity, Warehouse,
};
use rusqlite::types::Value;
use rusqlite::{Row, params};

use crate::Database;
use crate::server::campus::left_since;
use crate::shared::column::{day, optional_day, signed};
use crate::shared::error::StoreError;
use crate::shared::reference::table::{many, one};
use crate::shared::reference::{ReferenceRow, all, changed_since, part_price_on, upsert};

/// What of a person no device may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffParticulars {
    staff_no: StaffNo,
    valid_from: NaiveDate,
    contractor: Option<ContractorCode>,
    mobile: Option<String>,
}

/// Reference data of one campus that is newer than a revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CampusReference {
    /// All campuses.
    pub campuses: Vec<Campus>,
    /// Departments of the campus.
    pub departments: Vec<Department>,
    /// Staff of its departments and teams.
    pub staff: Vec<DirectoryEntry>,
    /// Places of the campus.
    pub locations: Vec<Location>,
    /// Fault classes.
    pub fault_classes: Vec<FaultClass>,
    /// Teams of the campus.
    pub teams: Vec<Team>,
    /// Limits.
    pub service_levels: Vec<ServiceLevel>,
    /// Parts.
    pub parts: Vec<SparePart>,
    /// Prices of parts by day.
    pub part_prices: Vec<PartPriceFrom>,
    /// Price list.
    pub price_items: Vec<PriceItem>,
    /// Stores of parts.
    pub warehouses: Vec<Warehouse>,
}

/// Stores staff: the directory entry that devices may know, and apart from it what they may not. `replaced` are keys whose
/// first day one of the rows corrects.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn put_staff(database: &Database, staff: &[StaffMember], replaced: &[(StaffNo, NaiveDate)], revision: u64) -> Result<(), StoreError> {
    for (staff_no, valid_from) in replaced {
        for table in ["staff", "staff_particulars"] {
            let statement = format!("DELETE FROM {table} WHERE staff_no = ?1 AND valid_from = ?2");
            database.prepare_cached(&statement)?.execute(params![staff_no.as_str(), valid_from.to_string()])?;
        }
    }
    upsert(database, &staff.iter().map(directory_entry).collect::<Vec<_>>(), revision)?;
    upsert(database, &staff.iter().map(particulars).collect::<Vec<_>>(), revision)?;
    Ok(())
}

/// Every period of every number with its particulars.
///
/// # Errors
/// As the database fails.
pub fn all_staff(database: &Database) -> Result<Vec<StaffMember>, StoreError> {
    let particulars: std::collections::BTreeMap<(StaffNo, NaiveDate), StaffParticulars> =
        all::<StaffParticulars>(database)?.into_iter().map(|row| ((row.staff_no.clone(), row.valid_from), row)).collect();
    let entries = all::<DirectoryEntry>(database)?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let own = particulars.get(&(entry.staff_no.clone(), entry.validity.valid_from));
            StaffMember {
                contractor_code: own.and_then(|row| row.contractor.clone()),
                mobile: own.and_then(|row| row.mobile.clone()),
                staff_no: entry.staff_no,
                name: entry.name,
                department_code: entry.department_code,
                role: entry.role,
                team_code: entry.team_code,
                validity: entry.validity,
            }
        })
        .collect())
}

/// Whose employee somebody is in the period of a number that begins on `valid_from`; `None` for the hospital's own people.
///
/// # Errors
/// As the database fails.
pub fn contractor_of(database: &Database, staff_no: &StaffNo, valid_from: NaiveDate) -> Result<Option<ContractorCode>, StoreError> {
    let particulars: Option<StaffParticulars> =
        one(database, "staff_no = ?1 AND valid_from = ?2", [staff_no.as_str(), &valid_from.to_string()])?;
    Ok(particulars.and_then(|particulars| particulars.contractor))
}

/// The periods, by number and first day, of whom the contractor's contract had ended before `today`.
///
/// # Errors
/// As the database fails.
pub fn out_of_contract(database: &Database, today: NaiveDate) -> Result<BTreeSet<(StaffNo, NaiveDate)>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT staff_no, valid_from FROM staff_particulars JOIN contractors USING (contractor_code) WHERE contract_to < ?1",
    )?;
    let rows = statement.query_map([today.to_string()], |row| Ok((StaffNo(row.get(0)?), day(row, 1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A contractor by code.
///
/// # Errors
/// As the database fails.
pub fn contractor(database: &Database, code: &ContractorCode) -> Result<Option<Contractor>, StoreError> {
    one(database, "contractor_code = ?1", [code.as_str()])
}

/// Stores parts; a price that differs from the one in force on `effective` becomes a new row of the history.
///
/// # Errors
/// As the database fails.
pub fn put_parts(database: &Database, parts: &[SparePart], effective: NaiveDate, revision: u64) -> Result<(), StoreError> {
    for part in parts {
        let in_force = part_price_on(database, &part.part_code, effective)?;
        if in_force.is_none_or(|price| price.unit_price_fen != part.unit_price_fen) {
            let price = PartPriceFrom { part_code: part.part_code.clone(), unit_price_fen: part.unit_price_fen, valid_from: effective };
            upsert(database, &[price], revision)?;
        }
    }
    upsert(database, parts, revision)?;
    Ok(())
}

/// What of the reference data changed after `revision` and concerns the campus's devices, what left the campus included
/// (`server::campus`); 0 for everything that is of the campus.
///
/// # Errors
/// As the database fails.
pub fn of_campus(database: &Database, campus: &CampusCode, revision: u64) -> Result<CampusReference, StoreError> {
    Ok(CampusReference {
        campuses: changed_since(database, revision)?,
        departments: of(database, campus, revision)?,
        staff: staff_for_devices(database, campus, revision)?,
        locations: of(database, campus, revision)?,
        fault_classes: changed_since(database, revision)?,
        teams: of(database, campus, revision)?,
        service_levels: changed_since(database, revision)?,
        parts: changed_since(database, revision)?,
        part_prices: changed_since(database, revision)?,
        price_items: changed_since(database, revision)?,
        warehouses: of(database, campus, revision)?,
    })
}

/// Of a table whose key is one code: the campus's rows, and those that were, for whoever has them.
fn of<R: ReferenceRow>(database: &Database, campus: &CampusCode, revision: u64) -> Result<Vec<R>, StoreError> {
    let condition = format!(
        "revision > ?1 AND (campus_code = ?2
         OR (?1 > 0 AND {code} IN (SELECT code FROM was_in_campus WHERE campus_code = ?2 AND kind = '{table}')))",
        code = R::COLUMNS.first().copied().unwrap_or_default(),
        table = R::TABLE,
    );
    many(database, &condition, params![signed(revision), campus.as_str()])
}

/// Those who left come first: a period that was corrected, or comes back, takes the ended one's place.
fn staff_for_devices(database: &Database, campus: &CampusCode, revision: u64) -> Result<Vec<DirectoryEntry>, StoreError> {
    let mut staff = if revision > 0 { left_since(database, campus, revision)? } else { Vec::new() };
    staff.extend(staff_of_campus(database, campus, revision)?);
    Ok(staff)
}

/// With the earlier holders of their numbers, wherever those were: histories name them, and what was theirs is not the next holder's.
fn staff_of_campus(database: &Database, campus: &CampusCode, revision: u64) -> Result<Vec<DirectoryEntry>, StoreError> {
    let condition = "revision > ?1 AND EXISTS (SELECT 1 FROM staff AS own
        WHERE own.staff_no = staff.staff_no AND own.valid_from >= staff.valid_from
        AND (own.department_code IN (SELECT department_code FROM departments WHERE campus_code = ?2)
        OR own.team_code IN (SELECT team_code FROM teams WHERE campus_code = ?2)
        OR own.staff_no IN (SELECT leader_staff_no FROM teams WHERE campus_code = ?2)
        OR own.staff_no IN (SELECT deputy_staff_no FROM teams WHERE campus_code = ?2)))";
    many(database, condition, params![signed(revision), campus.as_str()])
}

fn directory_entry(member: &StaffMember) -> DirectoryEntry {
    DirectoryEntry {
        staff_no: member.staff_no.clone(),
        name: member.name.clone(),
        department_code: member.department_code.clone(),
        role: member.role,
        team_code: member.team_code.clone(),
        validity: member.validity,
    }
}

fn particulars(member: &StaffMember) -> StaffParticulars {
    StaffParticulars {
        staff_no: member.staff_no.clone(),
        valid_from: member.validity.valid_from,
        contractor: member.contractor_code.clone(),
        mobile: member.mobile.clone(),
    }
}

fn optional(value: Option<&str>) -> Value {
    value.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

impl ReferenceRow for StaffParticulars {
    const TABLE: &'static str = "staff_particulars";
    const COLUMNS: &'static [&'static str] = &["staff_no", "valid_from", "contractor_code", "mobile"];
    const KEY: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![
            Value::Text(self.staff_no.0.clone()),
            Value::Text(self.valid_from.to_string()),
            optional(self.contractor.as_ref().map(ContractorCode::as_str)),
            optional(self.mobile.as_deref()),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let contractor: Option<String> = row.get(2)?;
        Ok(Self {
            staff_no: StaffNo(row.get(0)?),
            valid_from: day(row, 1)?,
            contractor: contractor.map(ContractorCode),
            mobile: row.get(3)?,
        })
    }
}

impl ReferenceRow for Contractor {
    const TABLE: &'static str = "contractors";
    const COLUMNS: &'static [&'static str] = &["contractor_code", "name", "scope", "contract_from", "contract_to"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            Value::Text(self.contractor_code.0.clone()),
            Value::Text(self.name.clone()),
            Value::Text(self.scope.clone()),
            Value::Text(self.contract.valid_from.to_string()),
            optional(self.contract.valid_to.map(|day| day.to_string()).as_deref()),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let contract = Validity { valid_from: day(row, 3)?, valid_to: optional_day(row, 4)? };
        Ok(Self { contractor_code: ContractorCode(row.get(0)?), name: row.get(1)?, scope: row.get(2)?, contract })
    }
}

impl ReferenceRow for OpeningStock {
    const TABLE: &'static str = "opening_stock";
    const COLUMNS: &'static [&'static str] = &["warehouse_code", "part_code", "quantity", "safety_stock", "storage_bin"];
    const KEY: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![
            Value::Text(self.warehouse_code.0.clone()),
            Value::Text(self.part_code.0.clone()),
            Value::Integer(self.quantity),
            Value::Integer(self.safety_stock),
            Value::Text(self.storage_bin.clone()),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            warehouse_code: WarehouseCode(row.get(0)?),
            part_code: PartCode(row.get(1)?),
            quantity: row.get(2)?,
            safety_stock: row.get(3)?,
            storage_bin: row.get(4)?,
        })
    }
}
