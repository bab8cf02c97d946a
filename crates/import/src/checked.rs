//! What the check of a folder comes to.

use chrono::NaiveDate;
use domain::identity::StaffNo;
use domain::reference::{
    Campus, Contractor, Department, FaultClass, Location, OpeningStock, PartPriceFrom, PriceItem, ServiceLevel, SparePart, StaffMember,
    Team, Warehouse,
};

use crate::finding::{Finding, Severity};

/// What the store holds already. The default is an empty store.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// 院区
    pub campuses: Vec<Campus>,
    /// 外包单位
    pub contractors: Vec<Contractor>,
    /// 科室
    pub departments: Vec<Department>,
    /// 位置
    pub locations: Vec<Location>,
    /// 故障分类
    pub fault_classes: Vec<FaultClass>,
    /// 紧急程度
    pub service_levels: Vec<ServiceLevel>,
    /// 班组
    pub teams: Vec<Team>,
    /// Every period of every number, closed ones too.
    pub staff: Vec<StaffMember>,
    /// 备件, with the price in force.
    pub parts: Vec<SparePart>,
    /// Prices of parts that are stored for days after the effective one.
    pub part_prices_to_come: Vec<PartPriceFrom>,
    /// Every period of every item, closed ones too.
    pub price_items: Vec<PriceItem>,
    /// 库房
    pub warehouses: Vec<Warehouse>,
    /// 期初库存, as imported.
    pub opening_stock: Vec<OpeningStock>,
}

/// The rows of a file that are new or differ from the stored ones, to be stored by key.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// The file is of no known kind.
    Unknown,
    /// campuses.csv
    Campuses(Vec<Campus>),
    /// contractors.csv
    Contractors(Vec<Contractor>),
    /// departments.csv
    Departments(Vec<Department>),
    /// locations.csv
    Locations(Vec<Location>),
    /// fault_classes.csv
    FaultClasses(Vec<FaultClass>),
    /// service_levels.csv
    ServiceLevels(Vec<ServiceLevel>),
    /// teams.csv
    Teams(Vec<Team>),
    /// staff.csv
    Staff {
        /// By (staff_no, valid_from).
        rows: Vec<StaffMember>,
        /// Stored keys whose first day one of `rows` corrects: to be removed in the same transaction.
        replaced: Vec<(StaffNo, NaiveDate)>,
    },
    /// spare_parts.csv
    SpareParts(Vec<SparePart>),
    /// price_list.csv, by (item_code, valid_from).
    PriceItems(Vec<PriceItem>),
    /// warehouses.csv
    Warehouses(Vec<Warehouse>),
    /// opening_stock.csv. A row whose key is stored already differs in safety stock or bin only, never in quantity:
    /// it must not move stock again.
    OpeningStock(Vec<OpeningStock>),
}

/// The outcome for one file.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedFile {
    /// File name as given.
    pub file: String,
    /// What to store.
    pub rows: Rows,
    /// What there is to say, in the order of the lines.
    pub findings: Vec<Finding>,
    /// Nothing of the file goes in.
    pub refused_whole: bool,
    /// Rows that are stored exactly so.
    pub unchanged: usize,
    /// Rows whose key is new.
    pub added: usize,
    /// Rows that change a stored one.
    pub updated: usize,
    /// Rows of the file that are refused.
    pub refused_rows: usize,
}

impl CheckedFile {
    /// Whether anything of the file does not go in.
    pub fn has_refusals(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Refused)
    }
}

/// The outcome for a folder, in an order in which the files can be stored: what is referred to comes first, except that
/// teams and staff refer to each other. Files of no known kind come last.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// One for each file of the folder.
    pub files: Vec<CheckedFile>,
}

impl Checked {
    /// All findings of all files.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.files.iter().flat_map(|file| &file.findings)
    }
}
