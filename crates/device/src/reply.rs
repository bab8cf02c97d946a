//! What a device answers: the outside contract.

use domain::fault::Fault;
use domain::identity::{DepartmentCode, FaultCode, ItemCode, LocationCode, PartCode, StaffNo, TeamCode, WarehouseCode};
use domain::money::Fen;
use domain::role::Role;
use domain::time::UtcMillis;
use domain::urgency::Urgency;
use domain::view::{OrderSummary, OrderView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `{"ok":…}` or `{"error":{"code":…,"message":…,"details":…}}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub enum Reply {
    /// It was done, and is durable.
    #[serde(rename = "ok")]
    Ok(Answer),
    /// It was not done, and nothing was lost.
    #[serde(rename = "error")]
    Error(Fault),
}

/// What is in an `ok`. Which one follows from the command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Answer {
    /// `get_order` and every writing command.
    Order(Box<OrderView>),
    /// `list_orders`
    Orders(OrderPage),
    /// `look_up_staff`
    Staff(StaffAnswer),
    /// `search_parts`
    Parts(PartsFound),
    /// `sync_now`
    Synced(SyncReport),
    /// `sync_status`
    SyncStatus(SyncStatus),
    /// `device_status`, `enroll`, `log_out`, `set_pin`, `unlock`, `lock_now`, `touched`, `acknowledge_lost_numbers`
    Device(Box<DeviceStatus>),
    /// `search_locations`
    Locations(LocationsFound),
    /// `search_departments`
    Departments(DepartmentsFound),
    /// `search_labour`
    Labour(LabourFound),
    /// `list_faults`
    Faults(FaultsFound),
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderPage {
    /// The rows.
    pub orders: Vec<OrderSummary>,
    /// For `after`; `null` at the end.
    pub next: Option<String>,
}

/// What the directory on this device says of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryStanding {
    /// Somebody's, today.
    Valid,
    /// Somebody's, but not today.
    NotValid,
    /// Nobody's here.
    Unknown,
    /// A colleague from maintenance.
    MaintenanceStaff,
    /// The worker's own.
    Own,
}

/// Whose number it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StaffAnswer {
    /// The number.
    pub staff_no: StaffNo,
    /// The name.
    pub name: Option<String>,
    /// Code of the department.
    pub department: Option<DepartmentCode>,
    /// Its name.
    pub department_name: Option<String>,
    /// What the directory says.
    pub standing: DirectoryStanding,
}

/// Parts that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartsFound {
    /// Best first.
    pub parts: Vec<PartFound>,
}

/// A part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartFound {
    /// Code.
    pub part: PartCode,
    /// Name.
    pub name: String,
    /// Brand.
    pub brand: String,
    /// Unit.
    pub unit: String,
    /// Price today, fen.
    pub unit_price_fen: Fen,
    /// Supplier's barcode.
    pub supplier_barcode: Option<String>,
}

/// One exchange until quiet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncReport {
    /// Events that got a receipt.
    #[ts(type = "number")]
    pub sent: u64,
    /// Events and orders that came.
    #[ts(type = "number")]
    pub received: u64,
    /// Own events that were set aside.
    #[ts(type = "number")]
    pub set_aside: u64,
    /// Bytes of request bodies as sent.
    #[ts(type = "number")]
    pub bytes_up: u64,
    /// Bytes of answer bodies as received.
    #[ts(type = "number")]
    pub bytes_down: u64,
    /// Requests.
    #[ts(type = "number")]
    pub round_trips: u64,
}

/// How far this device and the hospital agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncStatus {
    /// Events without a receipt.
    #[ts(type = "number")]
    pub unsent: u64,
    /// Events of this device, of orders on it, that the server holds and that nobody has looked at yet.
    #[ts(type = "number")]
    pub held: u64,
    /// Own events of orders on this device that were set aside and that nobody has looked at yet, also those that the person recorded on
    /// another phone. What is of orders that were put away is not among them: nobody could open it here; the centre's 核查 has it.
    #[ts(type = "number")]
    pub set_aside: u64,
    /// Last exchange that reached its end; `null` when there was none.
    pub last_contact: Option<UtcMillis>,
    /// 名单截至: when the reference data here was last confirmed to be current.
    pub reference_as_of: Option<UtcMillis>,
}

/// Who this device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceStatus {
    /// Whether it belongs to somebody.
    pub enrolled: bool,
    /// Whether the person logged out here.
    pub logged_out: bool,
    /// The credential was revoked: work is kept, and sent for review.
    pub revoked: bool,
    /// Whose it is.
    pub person: Option<Person>,
    /// The server.
    pub server_url: Option<String>,
    /// Where the sealing key is kept: `system` or `file`.
    pub key_kept_in: Option<String>,
    /// A damaged store was moved aside to this file name.
    pub damaged_store_moved_to: Option<String>,
    /// The store that was here is gone: so many entries of it may not have reached the hospital. `null` when none is gone, and
    /// once somebody has enrolled.
    #[ts(type = "number | null")]
    pub missing_store_unsent: Option<u64>,
    /// Numbers of entries that were saved here, are not in the store any more and have not reached the hospital; the first 100.
    #[ts(type = "number[]")]
    pub lost_numbers: Vec<u64>,
    /// Those of them that the person has read; the first 100.
    #[ts(type = "number[]")]
    pub acknowledged_lost_numbers: Vec<u64>,
    /// Events without a receipt.
    #[ts(type = "number")]
    pub unsent: u64,
    /// Whether a PIN stands before this device's work, for whoever asks.
    pub lock: LockState,
    /// Wrong PINs that are left before only a new code opens the device; `null` while no PIN is set.
    pub pin_tries_left: Option<u32>,
    /// So many seconds until the next PIN may be tried.
    #[ts(type = "number")]
    pub pin_wait_seconds: u64,
}

/// Whether a PIN stands before this device's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LockState {
    /// No PIN is set yet.
    None,
    /// There is one, and whoever asks has given it or, as who owns the files, needs none.
    Open,
    /// The page that asks has to give it.
    Locked,
}

/// The person of the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    /// Number.
    pub staff_no: StaffNo,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Team.
    pub team: Option<TeamCode>,
    /// Name of the team.
    pub team_name: Option<String>,
    /// Store that scans draw from.
    pub warehouse: Option<WarehouseCode>,
}

/// Places that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LocationsFound {
    /// Best first, at most 50.
    pub locations: Vec<LocationFound>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LocationFound {
    /// Code.
    pub location: LocationCode,
    /// In words.
    pub label: String,
}

/// Departments that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DepartmentsFound {
    /// Best first, at most 50.
    pub departments: Vec<DepartmentFound>,
}

/// A department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DepartmentFound {
    /// Code.
    pub department: DepartmentCode,
    /// Name.
    pub name: String,
}

/// Labour items that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LabourFound {
    /// Best first, at most 50.
    pub items: Vec<LabourItemFound>,
}

/// A labour item with its price today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LabourItemFound {
    /// Code.
    pub item: ItemCode,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Fen a unit.
    pub unit_price_fen: Fen,
    /// 含材料
    pub includes_material: bool,
}

/// Fault classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FaultsFound {
    /// The team's trade first.
    pub faults: Vec<FaultFound>,
}

/// A fault class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FaultFound {
    /// Code.
    pub fault: FaultCode,
    /// Name.
    pub name: String,
    /// Suggested urgency.
    pub default_urgency: Urgency,
    /// Of the team's own trade.
    pub own_trade: bool,
}
