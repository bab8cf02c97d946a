//! The columns of each reference table.

use chrono::NaiveDate;
use domain::identity::{CampusCode, DepartmentCode, FaultCode, ItemCode, LocationCode, PartCode, StaffNo, TeamCode, WarehouseCode};
use domain::money::Fen;
use domain::reference::{
    Campus, Department, DirectoryEntry, FaultClass, Location, PartPriceFrom, PriceItem, ServiceLevel, SparePart, Team, Trade, Validity,
    Warehouse,
};
use domain::urgency::Limits;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use super::table::ReferenceRow;
use crate::shared::column::{day, from_identifier, identifier, optional_day};

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn optional_text(value: Option<&str>) -> Value {
    value.map_or(Value::Null, text)
}

fn date(value: NaiveDate) -> Value {
    Value::Text(value.to_string())
}

fn optional_date(value: Option<NaiveDate>) -> Value {
    value.map_or(Value::Null, date)
}

fn minutes(value: Option<u32>) -> Value {
    value.map_or(Value::Null, |minutes| Value::Integer(i64::from(minutes)))
}

impl ReferenceRow for Campus {
    const TABLE: &'static str = "campuses";
    const COLUMNS: &'static [&'static str] = &["campus_code", "name", "address"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![text(self.campus_code.as_str()), text(&self.name), text(&self.address)]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { campus_code: CampusCode(row.get(0)?), name: row.get(1)?, address: row.get(2)? })
    }
}

impl ReferenceRow for Department {
    const TABLE: &'static str = "departments";
    const COLUMNS: &'static [&'static str] = &["department_code", "name", "campus_code", "area_tenths_m2", "valid_from", "valid_to"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            text(self.department_code.as_str()),
            text(&self.name),
            text(self.campus_code.as_str()),
            self.area_tenths_m2.map_or(Value::Null, Value::Integer),
            date(self.validity.valid_from),
            optional_date(self.validity.valid_to),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            department_code: DepartmentCode(row.get(0)?),
            name: row.get(1)?,
            campus_code: CampusCode(row.get(2)?),
            area_tenths_m2: row.get(3)?,
            validity: Validity { valid_from: day(row, 4)?, valid_to: optional_day(row, 5)? },
        })
    }
}

impl ReferenceRow for DirectoryEntry {
    const TABLE: &'static str = "staff";
    const COLUMNS: &'static [&'static str] = &["staff_no", "valid_from", "name", "department_code", "role", "team_code", "valid_to"];
    const KEY: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![
            text(self.staff_no.as_str()),
            date(self.validity.valid_from),
            text(&self.name),
            text(self.department_code.as_str()),
            Value::Text(identifier(&self.role)),
            optional_text(self.team_code.as_ref().map(TeamCode::as_str)),
            optional_date(self.validity.valid_to),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            staff_no: StaffNo(row.get(0)?),
            validity: Validity { valid_from: day(row, 1)?, valid_to: optional_day(row, 6)? },
            name: row.get(2)?,
            department_code: DepartmentCode(row.get(3)?),
            role: from_identifier(row, 4)?,
            team_code: row.get::<_, Option<String>>(5)?.map(TeamCode),
        })
    }

    /// The same person with a corrected first day is the same row, not a second one: a number is one person's at a time.
    fn remove_replaced(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(
            "DELETE FROM staff WHERE staff_no = ?1 AND name = ?2 AND valid_from <> ?3
             AND (valid_to IS NULL OR valid_to >= ?3) AND (?4 IS NULL OR valid_from <= ?4)",
        )?;
        let last = self.validity.valid_to.map(|day| day.to_string());
        statement.execute(params![self.staff_no.as_str(), self.name, self.validity.valid_from.to_string(), last])?;
        Ok(())
    }
}

impl ReferenceRow for Location {
    const TABLE: &'static str = "locations";
    const COLUMNS: &'static [&'static str] = &["location_code", "campus_code", "building", "floor", "room", "mobile_signal"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            text(self.location_code.as_str()),
            text(self.campus_code.as_str()),
            text(&self.building),
            text(&self.floor),
            text(&self.room),
            text(&self.mobile_signal),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            location_code: LocationCode(row.get(0)?),
            campus_code: CampusCode(row.get(1)?),
            building: row.get(2)?,
            floor: row.get(3)?,
            room: row.get(4)?,
            mobile_signal: row.get(5)?,
        })
    }
}

impl ReferenceRow for FaultClass {
    const TABLE: &'static str = "fault_classes";
    const COLUMNS: &'static [&'static str] = &["fault_code", "name", "trade", "trade_name", "default_urgency"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            text(self.fault_code.as_str()),
            text(&self.name),
            text(&self.trade.0),
            text(&self.trade_name),
            Value::Text(identifier(&self.default_urgency)),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            fault_code: FaultCode(row.get(0)?),
            name: row.get(1)?,
            trade: Trade(row.get(2)?),
            trade_name: row.get(3)?,
            default_urgency: from_identifier(row, 4)?,
        })
    }
}

impl ReferenceRow for Team {
    const TABLE: &'static str = "teams";
    const COLUMNS: &'static [&'static str] =
        &["team_code", "name", "campus_code", "trade", "contractor_code", "leader_staff_no", "deputy_staff_no"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            text(self.team_code.as_str()),
            text(&self.name),
            text(self.campus_code.as_str()),
            text(&self.trade.0),
            optional_text(self.contractor_code.as_ref().map(domain::identity::ContractorCode::as_str)),
            text(self.leader_staff_no.as_str()),
            optional_text(self.deputy_staff_no.as_ref().map(StaffNo::as_str)),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            team_code: TeamCode(row.get(0)?),
            name: row.get(1)?,
            campus_code: CampusCode(row.get(2)?),
            trade: Trade(row.get(3)?),
            contractor_code: row.get::<_, Option<String>>(4)?.map(domain::identity::ContractorCode),
            leader_staff_no: StaffNo(row.get(5)?),
            deputy_staff_no: row.get::<_, Option<String>>(6)?.map(StaffNo),
        })
    }
}

impl ReferenceRow for ServiceLevel {
    const TABLE: &'static str = "service_levels";
    const COLUMNS: &'static [&'static str] = &["urgency", "name", "accept_minutes", "arrive_minutes", "complete_minutes"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            Value::Text(identifier(&self.urgency)),
            text(&self.name),
            minutes(self.limits.accept_minutes),
            minutes(self.limits.arrive_minutes),
            minutes(self.limits.complete_minutes),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let limits = Limits { accept_minutes: row.get(2)?, arrive_minutes: row.get(3)?, complete_minutes: row.get(4)? };
        Ok(Self { urgency: from_identifier(row, 0)?, name: row.get(1)?, limits })
    }
}

impl ReferenceRow for SparePart {
    const TABLE: &'static str = "parts";
    const COLUMNS: &'static [&'static str] =
        &["part_code", "name", "brand", "unit", "trade", "unit_price_fen", "supplier_barcode", "serialised"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![
            text(self.part_code.as_str()),
            text(&self.name),
            text(&self.brand),
            text(&self.unit),
            text(&self.trade.0),
            Value::Integer(self.unit_price_fen.0),
            optional_text(self.supplier_barcode.as_deref()),
            Value::Integer(i64::from(self.serialised)),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            part_code: PartCode(row.get(0)?),
            name: row.get(1)?,
            brand: row.get(2)?,
            unit: row.get(3)?,
            trade: Trade(row.get(4)?),
            unit_price_fen: Fen(row.get(5)?),
            supplier_barcode: row.get(6)?,
            serialised: row.get(7)?,
        })
    }
}

impl ReferenceRow for PartPriceFrom {
    const TABLE: &'static str = "part_prices";
    const COLUMNS: &'static [&'static str] = &["part_code", "valid_from", "unit_price_fen"];
    const KEY: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![text(self.part_code.as_str()), date(self.valid_from), Value::Integer(self.unit_price_fen.0)]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { part_code: PartCode(row.get(0)?), valid_from: day(row, 1)?, unit_price_fen: Fen(row.get(2)?) })
    }
}

impl ReferenceRow for PriceItem {
    const TABLE: &'static str = "price_items";
    const COLUMNS: &'static [&'static str] = &[
        "item_code",
        "valid_from",
        "trade",
        "name",
        "unit",
        "unit_price_fen",
        "standard_hours_hundredths",
        "includes_material",
        "valid_to",
        "document_no",
    ];
    const KEY: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![
            text(self.item_code.as_str()),
            date(self.validity.valid_from),
            text(&self.trade.0),
            text(&self.name),
            text(&self.unit),
            Value::Integer(self.unit_price_fen.0),
            Value::Integer(self.standard_hours_hundredths),
            Value::Integer(i64::from(self.includes_material)),
            optional_date(self.validity.valid_to),
            text(&self.document_no),
        ]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            item_code: ItemCode(row.get(0)?),
            trade: Trade(row.get(2)?),
            name: row.get(3)?,
            unit: row.get(4)?,
            unit_price_fen: Fen(row.get(5)?),
            standard_hours_hundredths: row.get(6)?,
            includes_material: row.get(7)?,
            validity: Validity { valid_from: day(row, 1)?, valid_to: optional_day(row, 8)? },
            document_no: row.get(9)?,
        })
    }
}

impl ReferenceRow for Warehouse {
    const TABLE: &'static str = "warehouses";
    const COLUMNS: &'static [&'static str] = &["warehouse_code", "name", "campus_code"];
    const KEY: usize = 1;

    fn values(&self) -> Vec<Value> {
        vec![text(self.warehouse_code.as_str()), text(&self.name), text(self.campus_code.as_str())]
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { warehouse_code: WarehouseCode(row.get(0)?), name: row.get(1)?, campus_code: CampusCode(row.get(2)?) })
    }
}
