//! The hospital's reference data as checked rows: what `import` makes of the hospital's files, what the server keeps by
//! revision and what a device holds of its campus. Everything effective-dated carries `valid_from` and `valid_to`
//! (both inclusive, in the hospital's zone; `None`: open).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::identity::{
    CampusCode, ContractorCode, DepartmentCode, FaultCode, ItemCode, LocationCode, PartCode, StaffNo, TeamCode, WarehouseCode,
};
use crate::money::Fen;
use crate::role::Role;
use crate::urgency::{Limits, Urgency};

/// From when until when a row holds, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; `None` while open.
    pub valid_to: Option<NaiveDate>,
}

impl Validity {
    /// Whether `day` lies inside.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.valid_to.is_none_or(|last| other.valid_from <= last) && other.valid_to.is_none_or(|last| self.valid_from <= last)
    }
}

/// Trade (工种): the hospital's own list, written as in its files (`plumbing`, `electrical`, …).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
#[ts(type = "string")]
#[schema(value_type = String)]
pub struct Trade(pub String);

/// 院区
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campus {
    /// Key.
    pub campus_code: CampusCode,
    /// 本部院区
    pub name: String,
    /// Street address.
    pub address: String,
}

impl Campus {
    /// As people say it: 本部 for 本部院区.
    pub fn short_name(&self) -> &str {
        self.name.strip_suffix("院区").filter(|short| !short.is_empty()).unwrap_or(&self.name)
    }

    /// A place or a department of this campus, as it is said where there are several campuses: 本部 · 消化内科一病区.
    pub fn said(&self, words: &str) -> String {
        format!("{} · {words}", self.short_name())
    }
}

/// 外包单位
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contractor {
    /// Key.
    pub contractor_code: ContractorCode,
    /// Company name.
    pub name: String,
    /// What the contract covers.
    pub scope: String,
    /// Days of the contract.
    pub contract: Validity,
}

/// 科室, effective-dated: a renamed department is a new row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Key.
    pub department_code: DepartmentCode,
    /// 心血管内科
    pub name: String,
    /// Where it is.
    pub campus_code: CampusCode,
    /// Floor area in tenths of a square metre, so that no fraction is needed.
    pub area_tenths_m2: Option<i64>,
    /// When it exists.
    pub validity: Validity,
}

/// 故障分类
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultClass {
    /// Key.
    pub fault_code: FaultCode,
    /// 水龙头漏水
    pub name: String,
    /// Who repairs it.
    pub trade: Trade,
    /// The trade in the hospital's words.
    pub trade_name: String,
    /// Suggested when reported.
    pub default_urgency: Urgency,
}

/// 位置
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Key, and content of the QR label.
    pub location_code: LocationCode,
    /// Where it is.
    pub campus_code: CampusCode,
    /// 外科楼
    pub building: String,
    /// B2
    pub floor: String,
    /// 空调机房
    pub room: String,
    /// Whether a phone has signal there, in the hospital's words (无, 弱, 有).
    pub mobile_signal: String,
}

impl Location {
    /// The place in one line, as people say it: 外科楼 B2 空调机房.
    pub fn label(&self) -> String {
        format!("{} {} {}", self.building, self.floor, self.room)
    }
}

/// 收费标准 item, keyed by (code, valid_from).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceItem {
    /// Key, with `validity.valid_from`.
    pub item_code: ItemCode,
    /// Whose work it is.
    pub trade: Trade,
    /// 水龙头漏水-更换
    pub name: String,
    /// 次, 个, …
    pub unit: String,
    /// Fen for one unit.
    pub unit_price_fen: Fen,
    /// 标准工时 in hundredths of an hour. Never part of the price.
    pub standard_hours_hundredths: i64,
    /// 含材料: the order's parts move stock but are not charged.
    pub includes_material: bool,
    /// When this price holds.
    pub validity: Validity,
    /// The document that set it.
    pub document_no: String,
}

/// 紧急程度 with its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLevel {
    /// Key.
    pub urgency: Urgency,
    /// 特急
    pub name: String,
    /// Minutes.
    pub limits: Limits,
}

/// 备件
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SparePart {
    /// Key, and content of the Code 128 label.
    pub part_code: PartCode,
    /// 角阀 DN15
    pub name: String,
    /// 公牛
    pub brand: String,
    /// 只
    pub unit: String,
    /// Who uses it.
    pub trade: Trade,
    /// Fen for one unit, from the day of the import on; earlier prices are kept as history.
    pub unit_price_fen: Fen,
    /// EAN-13 of the supplier; several parts may share one.
    pub supplier_barcode: Option<String>,
    /// Whether each piece has a number of its own.
    pub serialised: bool,
}

/// What a person is in the staff list: a role, and for a technician the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// With `validity.valid_from` the key: numbers are reissued.
    pub staff_no: StaffNo,
    /// Name as on the badge.
    pub name: String,
    /// Where the person belongs.
    pub department_code: DepartmentCode,
    /// In the files `clinical` is [`Role::Requester`] and `technician:T01` is [`Role::Technician`] with a team.
    pub role: Role,
    /// The technician's team. A leader's teams are in [`Team`].
    pub team_code: Option<TeamCode>,
    /// Employer, for contractors' people.
    pub contractor_code: Option<ContractorCode>,
    /// Telephone: on the server only, never sent to a device.
    pub mobile: Option<String>,
    /// When the number is this person's.
    pub validity: Validity,
}

/// What a device may know of a person: never the telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    /// With `validity.valid_from` the key.
    pub staff_no: StaffNo,
    /// Name as on the badge.
    pub name: String,
    /// Where the person belongs.
    pub department_code: DepartmentCode,
    /// What the person is.
    pub role: Role,
    /// A technician's team.
    pub team_code: Option<TeamCode>,
    /// When the number is this person's.
    pub validity: Validity,
}

/// The price of a part from a day on, until the next; the day is that of the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPriceFrom {
    /// Which part.
    pub part_code: PartCode,
    /// Fen for one unit.
    pub unit_price_fen: Fen,
    /// First day.
    pub valid_from: NaiveDate,
}

/// 班组
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Key.
    pub team_code: TeamCode,
    /// 本部给排水/水暖班
    pub name: String,
    /// Campus of the team, and so of its technicians.
    pub campus_code: CampusCode,
    /// Its trade.
    pub trade: Trade,
    /// Employer, for outsourced teams.
    pub contractor_code: Option<ContractorCode>,
    /// 班组长
    pub leader_staff_no: StaffNo,
    /// B角
    pub deputy_staff_no: Option<StaffNo>,
}

/// 库房
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warehouse {
    /// Key.
    pub warehouse_code: WarehouseCode,
    /// 本部中心库
    pub name: String,
    /// Where it is.
    pub campus_code: CampusCode,
}

/// What lay in a store when the system began; afterwards only moves and counts change stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningStock {
    /// Key, with the part.
    pub warehouse_code: WarehouseCode,
    /// Key, with the store.
    pub part_code: PartCode,
    /// Whole pieces, 0 and up.
    pub quantity: i64,
    /// 安全库存
    pub safety_stock: i64,
    /// 库位
    pub storage_bin: String,
}
