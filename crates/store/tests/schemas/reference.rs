//! One row of everything in the reference data that both kinds of store keep.

use std::fmt::Debug;

use chrono::NaiveDate;
use domain::money::Fen;
use domain::reference::{
    Campus, Department, DirectoryEntry, FaultClass, Location, PartPriceFrom, PriceItem, ServiceLevel, SparePart, Team, Trade, Validity,
    Warehouse,
};
use domain::role::Role;
use domain::urgency::{Limits, Urgency};
use store::Database;
use store::shared::reference::{ReferenceRow, all, upsert};

pub const REVISION: u64 = 3;

/// Puts the rows in, or looks whether they are there.
pub struct Rows<'a> {
    pub database: &'a Database,
    pub put: bool,
}

impl Rows<'_> {
    #[track_caller]
    pub fn one<R: ReferenceRow + PartialEq + Debug>(&self, row: R) {
        if self.put {
            upsert(self.database, std::slice::from_ref(&row), REVISION).unwrap();
        } else {
            assert_eq!(all::<R>(self.database).unwrap(), [row]);
        }
    }

    pub fn of_both(&self) {
        self.one(Campus { campus_code: "C1".into(), name: "本部院区".into(), address: "中山路1号".into() });
        self.one(Department {
            department_code: "001026".into(),
            name: "普通外科".into(),
            campus_code: "C1".into(),
            area_tenths_m2: Some(12_345),
            validity: validity(),
        });
        self.one(worker());
        self.one(Location {
            location_code: "L00021".into(),
            campus_code: "C1".into(),
            building: "外科楼".into(),
            floor: "3".into(),
            room: "护士站".into(),
            mobile_signal: "none".into(),
        });
        self.one(FaultClass {
            fault_code: "F001".into(),
            name: "水龙头漏水".into(),
            trade: plumbing(),
            trade_name: "给排水".into(),
            default_urgency: Urgency::Normal,
        });
        self.one(Team {
            team_code: "T01".into(),
            name: "本部给排水/水暖班".into(),
            campus_code: "C1".into(),
            trade: plumbing(),
            contractor_code: None,
            leader_staff_no: "025514".into(),
            deputy_staff_no: Some("025515".into()),
        });
        self.one(ServiceLevel { urgency: Urgency::Urgent, name: "紧急".into(), limits: limits() });
        self.one(part());
        self.one(PartPriceFrom { part_code: "P0001".into(), unit_price_fen: Fen(12_000), valid_from: day() });
        self.one(PriceItem {
            item_code: "R001".into(),
            trade: plumbing(),
            name: "更换水龙头".into(),
            unit: "个".into(),
            unit_price_fen: Fen(3_000),
            standard_hours_hundredths: 50,
            includes_material: false,
            validity: validity(),
            document_no: "价〔2026〕1号".into(),
        });
        self.one(Warehouse { warehouse_code: "K1".into(), name: "本部总库".into(), campus_code: "C1".into() });
    }
}

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

pub fn validity() -> Validity {
    Validity { valid_from: day(), valid_to: NaiveDate::from_ymd_opt(2027, 12, 31) }
}

pub fn plumbing() -> Trade {
    Trade("plumbing".into())
}

pub fn limits() -> Limits {
    Limits { accept_minutes: Some(5), arrive_minutes: Some(15), complete_minutes: None }
}

pub fn worker() -> DirectoryEntry {
    DirectoryEntry {
        staff_no: "025518".into(),
        name: "袁佳静".into(),
        department_code: "001026".into(),
        role: Role::Technician,
        team_code: Some("T01".into()),
        validity: validity(),
    }
}

pub fn part() -> SparePart {
    SparePart {
        part_code: "P0001".into(),
        name: "角阀".into(),
        brand: "九牧".into(),
        unit: "只".into(),
        trade: plumbing(),
        unit_price_fen: Fen(12_000),
        supplier_barcode: Some("6901234567892".into()),
        serialised: true,
    }
}
