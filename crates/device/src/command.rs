//! What can be asked of a device: the outside contract, the same for the window, the browser and scripts.

use domain::event::{Caller, SuspensionCause};
use domain::identity::{DepartmentCode, EventId, FaultCode, ItemCode, LocationCode, OrderId, StaffNo, WarehouseCode};
use domain::node::Node;
use domain::time::UtcMillis;
use domain::urgency::Urgency;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;
use ts_rs::TS;
use uuid::Uuid;

/// Which orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ListFilter {
    /// 我的工单: open, and mine; what is due first on top.
    Mine,
    /// Open orders of the team that nobody has taken up, or others have.
    Team,
    /// Done, latest first.
    Done,
    /// 需处理, of any list: what the person has to know or do beyond the next step, and what waits for a decision of the centre. That an
    /// order was cancelled, or is somebody else's, is news for a day after it ended.
    Attention,
    /// 待接: orders of the team that anybody may take, critical ones first.
    Free,
}

/// A command. `{"do":"accept","order":"…"}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Rows of a list, indexed, never replayed.
    ListOrders {
        /// Which.
        filter: ListFilter,
        /// Only those that stand there.
        #[serde(default)]
        #[ts(optional)]
        node: Option<Node>,
        /// At most so many (1 to 200).
        #[serde(default)]
        #[ts(optional)]
        limit: Option<u32>,
        /// Opaque: `next` of the page before.
        #[serde(default)]
        #[ts(optional)]
        after: Option<String>,
    },
    /// One order, whole.
    GetOrder {
        /// Which.
        order: OrderId,
    },
    /// 新建: found on the spot.
    CreateOrder(CreateOrder),
    /// 接单
    Accept(OnOrder),
    /// 到场, by code or by hand.
    Arrive {
        /// The event's id; made here when absent.
        #[serde(default)]
        #[ts(optional)]
        id: Option<Uuid>,
        /// Which order.
        order: OrderId,
        /// What was scanned.
        #[serde(default)]
        #[ts(optional)]
        location: Option<LocationCode>,
    },
    /// 挂单
    Suspend {
        /// The event's id.
        #[serde(default)]
        #[ts(optional)]
        id: Option<Uuid>,
        /// Which order.
        order: OrderId,
        /// Why.
        cause: SuspensionCause,
        /// Next date.
        #[serde(default)]
        #[ts(optional)]
        until: Option<UtcMillis>,
        /// In words.
        #[serde(default)]
        #[ts(optional)]
        note: Option<String>,
    },
    /// 恢复
    Resume(OnOrder),
    /// 申请回退 (wrong team).
    RequestReturn {
        /// The event's id.
        #[serde(default)]
        #[ts(optional)]
        id: Option<Uuid>,
        /// Which order.
        order: OrderId,
        /// Why.
        reason: String,
    },
    /// 领用: one scan, one movement.
    IssuePart(ScanPart),
    /// 退库
    ReturnPart(ScanPart),
    /// 登记维修项目
    AddLabour {
        /// The event's id.
        #[serde(default)]
        #[ts(optional)]
        id: Option<Uuid>,
        /// Which order.
        order: OrderId,
        /// Which item.
        item: ItemCode,
        /// How many units; checked as a whole number.
        #[serde(deserialize_with = "written_whole")]
        #[ts(type = "number")]
        quantity: Number,
    },
    /// 撤销 of an own part or labour line.
    Withdraw {
        /// The event's id.
        #[serde(default)]
        #[ts(optional)]
        id: Option<Uuid>,
        /// Which order; found from the event when absent.
        #[serde(default)]
        #[ts(optional)]
        order: Option<OrderId>,
        /// The line's event.
        event: EventId,
    },
    /// 完工
    Complete {
        /// The event's id.
        #[serde(default)]
        #[ts(optional)]
        id: Option<Uuid>,
        /// Which order.
        order: OrderId,
        /// 故障原因
        cause: String,
        /// 处理措施
        remedy: String,
    },
    /// Whose number is this; a whole number only.
    LookUpStaff {
        /// The number.
        staff_no: StaffNo,
    },
    /// 科室确认 on the worker's device.
    Confirm(Confirm),
    /// Parts by words, code or barcode.
    SearchParts {
        /// What to look for.
        text: String,
    },
    /// What is unsent, and how old things are.
    SyncStatus {},
    /// Exchange until quiet.
    SyncNow {},

    /// Who this device is.
    DeviceStatus {},
    /// Enrols the device with a one-time code.
    Enroll {
        /// The server's address.
        url: String,
        /// The code, or the whole content of the QR code.
        code: String,
    },
    /// Ends the session on this screen; unsent work stays and is said so.
    LogOut {
        /// The person has read that work is unsent.
        #[serde(default)]
        #[ts(optional)]
        confirmed: Option<bool>,
    },
    /// 锁屏密码: sets the PIN, or changes it. An app's pages ask for it after five minutes without a touch.
    SetPin {
        /// The new one: 4 to 8 digits.
        pin: String,
        /// The one before; needed where there is one.
        #[serde(default)]
        #[ts(optional)]
        current: Option<String>,
    },
    /// Opens the app's page that asks.
    Unlock {
        /// The PIN.
        pin: String,
    },
    /// Locks the app's page that asks.
    LockNow {},
    /// Somebody has touched the screen, or a key: the page stays open.
    Touched {},
    /// The person has read that these entries are lost: they are not said any more; the record of it stays.
    AcknowledgeLostNumbers {
        /// Those that were shown.
        #[ts(type = "number[]")]
        numbers: Vec<u64>,
    },
    /// Places by words or code.
    SearchLocations {
        /// What to look for.
        text: String,
    },
    /// Departments by words or code.
    SearchDepartments {
        /// What to look for.
        text: String,
    },
    /// Price items by words or code, in force today, of the team's trade first.
    SearchLabour {
        /// What to look for; empty gives the trade's own.
        text: String,
    },
    /// Fault classes, the team's trade first.
    ListFaults {},
}

impl Command {
    /// The command as it is written in `do`, by which the table of permissions knows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ListOrders { .. } => "list_orders",
            Self::GetOrder { .. } => "get_order",
            Self::CreateOrder(_) => "create_order",
            Self::Accept(_) => "accept",
            Self::Arrive { .. } => "arrive",
            Self::Suspend { .. } => "suspend",
            Self::Resume(_) => "resume",
            Self::RequestReturn { .. } => "request_return",
            Self::IssuePart(_) => "issue_part",
            Self::ReturnPart(_) => "return_part",
            Self::AddLabour { .. } => "add_labour",
            Self::Withdraw { .. } => "withdraw",
            Self::Complete { .. } => "complete",
            Self::LookUpStaff { .. } => "look_up_staff",
            Self::Confirm(_) => "confirm",
            Self::SearchParts { .. } => "search_parts",
            Self::SyncStatus {} => "sync_status",
            Self::SyncNow {} => "sync_now",
            Self::DeviceStatus {} => "device_status",
            Self::Enroll { .. } => "enroll",
            Self::LogOut { .. } => "log_out",
            Self::SetPin { .. } => "set_pin",
            Self::Unlock { .. } => "unlock",
            Self::LockNow {} => "lock_now",
            Self::Touched {} => "touched",
            Self::AcknowledgeLostNumbers { .. } => "acknowledge_lost_numbers",
            Self::SearchLocations { .. } => "search_locations",
            Self::SearchDepartments { .. } => "search_departments",
            Self::SearchLabour { .. } => "search_labour",
            Self::ListFaults {} => "list_faults",
        }
    }

    /// Whether it records something that the hospital has to get.
    pub fn writes(&self) -> bool {
        match self {
            Self::CreateOrder(_)
            | Self::Accept(_)
            | Self::Arrive { .. }
            | Self::Suspend { .. }
            | Self::Resume(_)
            | Self::RequestReturn { .. }
            | Self::IssuePart(_)
            | Self::ReturnPart(_)
            | Self::AddLabour { .. }
            | Self::Withdraw { .. }
            | Self::Complete { .. }
            | Self::Confirm(_) => true,
            Self::ListOrders { .. }
            | Self::GetOrder { .. }
            | Self::LookUpStaff { .. }
            | Self::SearchParts { .. }
            | Self::SyncStatus {}
            | Self::SyncNow {}
            | Self::DeviceStatus {}
            | Self::Enroll { .. }
            | Self::LogOut { .. }
            | Self::SetPin { .. }
            | Self::Unlock { .. }
            | Self::LockNow {}
            | Self::Touched {}
            | Self::AcknowledgeLostNumbers { .. }
            | Self::SearchLocations { .. }
            | Self::SearchDepartments { .. }
            | Self::SearchLabour { .. }
            | Self::ListFaults {} => false,
        }
    }
}

/// A command that needs nothing but the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OnOrder {
    /// The event's id; made here when absent.
    #[serde(default)]
    #[ts(optional)]
    pub id: Option<Uuid>,
    /// Which order.
    pub order: OrderId,
}

/// Body of [`Command::CreateOrder`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CreateOrder {
    /// The event's id; the order's id is in the reply.
    #[serde(default)]
    #[ts(optional)]
    pub id: Option<Uuid>,
    /// Where.
    pub location: LocationCode,
    /// What.
    pub fault: FaultCode,
    /// How urgent.
    pub urgency: Urgency,
    /// Who is charged.
    pub department: DepartmentCode,
    /// In words.
    pub description: String,
    /// Who said so.
    #[serde(default, deserialize_with = "domain::object::optional")]
    #[ts(optional)]
    pub caller: Option<Caller>,
}

/// Body of [`Command::IssuePart`] and [`Command::ReturnPart`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ScanPart {
    /// The event's id.
    #[serde(default)]
    #[ts(optional)]
    pub id: Option<Uuid>,
    /// Which order.
    pub order: OrderId,
    /// Part code or supplier barcode, scanned or typed.
    pub scan: String,
    /// How many; checked as a whole number.
    #[serde(deserialize_with = "written_whole")]
    #[ts(type = "number")]
    pub quantity: Number,
    /// Which store; that of the team's campus when absent.
    #[serde(default)]
    #[ts(optional)]
    pub warehouse: Option<WarehouseCode>,
    /// A second scan of the same within five seconds is meant.
    #[serde(default)]
    #[ts(optional)]
    pub again: Option<bool>,
}

/// JSON knows one kind of number: `1.0`, as some languages write it, is 1. From here on it is the same command.
fn written_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
    let number = Number::deserialize(deserializer)?;
    // Whatever is larger is no quantity.
    let whole = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 1e9).map(|value| format!("{value:.0}"));
    Ok(whole.and_then(|digits| digits.parse::<i64>().ok()).map_or(number, Number::from))
}

/// Body of [`Command::Confirm`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The event's id.
    #[serde(default)]
    #[ts(optional)]
    pub id: Option<Uuid>,
    /// Which order.
    pub order: OrderId,
    /// The confirmer's number.
    pub staff_no: StaffNo,
    /// Done, or not done.
    pub accepted: bool,
    /// Why not.
    #[serde(default)]
    #[ts(optional)]
    pub reason: Option<String>,
    /// The person belongs to another department and that was read.
    #[serde(default)]
    #[ts(optional)]
    pub other_department: Option<bool>,
    /// The number could not be checked and that was read.
    #[serde(default)]
    #[ts(optional)]
    pub unverified: Option<bool>,
}
