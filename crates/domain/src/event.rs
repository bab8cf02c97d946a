//! Events: everything that happens to an order, corrections included, as canonical bytes that are kept verbatim for ever.
//!
//! [`Event::to_bytes`] and [`Event::from_bytes`] are inverse for every kind this program knows. A kind or a field that it
//! does not know survives, because bytes are stored and never rewritten; here it decodes to [`EventBody::Unknown`].

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::canonical::canonical_bytes;
use crate::identity::{
    DepartmentCode, DeviceId, EventId, FaultCode, ItemCode, LocationCode, OrderId, PartCode, StaffNo, TeamCode, WarehouseCode,
};
use crate::money::Fen;
use crate::node::Node;
use crate::quantity::Quantity;
use crate::role::Role;
use crate::time::{ClockOffset, UtcMillis};
use crate::urgency::{Limits, Urgency};

/// The version of the event's outer form that this program writes.
/// - 1: 2026-11, the first.
pub const EVENT_FORMAT: u16 = 1;

/// The most bytes that one event may have. Both ends keep this limit before they record or decode.
pub const LARGEST_EVENT_BYTES: usize = 16 * 1024;

/// The most events that one order may have (`architecture.md`, measured for Automerge 0.12).
pub const MOST_EVENTS_OF_AN_ORDER: usize = 500;

/// Something that happened, said by one recorder on one device.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Version of the outer form, [`EVENT_FORMAT`] when written by this program.
    pub format: u16,
    /// Own id.
    pub id: EventId,
    /// The order it belongs to.
    pub order: OrderId,
    /// Who recorded it: the person of the credential. Permission is theirs.
    pub recorder: StaffNo,
    /// In what capacity.
    pub role: Role,
    /// On which device.
    pub device: DeviceId,
    /// The device's own number of the event, from 1 on without gaps: a gap shows loss, a number twice shows a clone.
    pub sequence: u64,
    /// The device's time.
    pub recorded_at: UtcMillis,
    /// What was known of the device's clock; `None` if it never met the server.
    pub clock: Option<ClockOffset>,
    /// Revision of the reference data that the recorder saw.
    pub reference_revision: u64,
    /// What happened.
    pub body: EventBody,
    /// SHA-256 of attachments, in hex.
    pub attachments: Vec<String>,
}

/// What happened. Kinds written by a device state facts; kinds written by the centre state decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum EventBody {
    /// 报修: the order begins.
    Reported(Reported),
    /// 数据修正: a field was wrong.
    Corrected(Corrected),
    /// 受理 by a technician.
    Accepted(Accepted),
    /// 到场
    Arrived(Arrived),
    /// 挂单
    Suspended(Suspended),
    /// 恢复
    Resumed(Empty),
    /// 回退, asked for by the technician; leader or dispatcher settles it.
    ReturnRequested(Reason),
    /// 领用出库
    PartIssued(PartMove),
    /// 退库
    PartReturned(PartMove),
    /// 维修项目 done.
    LabourAdded(LabourLine),
    /// 撤销 of an own part or labour event.
    Withdrawn(Withdrawn),
    /// 完工
    Completed(Completed),
    /// 科室确认, or refusal.
    Confirmed(Confirmed),

    /// The server gave the order its number.
    Numbered(Numbered),
    /// 派单 to a team.
    Dispatched(ToTeam),
    /// 班组受理
    TeamAccepted(Empty),
    /// 派工 to a person.
    Assigned(ToPerson),
    /// 改派
    Reassigned(Reassigned),
    /// 回退 to an earlier node, decided.
    Returned(Returned),
    /// 取消
    Cancelled(Cancelled),
    /// The server's word about a confirmation, with the directory of that time.
    ConfirmationJudged(ConfirmationJudged),
    /// The dispatcher's ruling on a contradiction.
    Ruled(Ruled),

    /// A kind that this program does not know. Kept, without effect, judged again after an upgrade.
    #[serde(skip)]
    Unknown {
        /// The kind as written.
        kind: String,
        /// Its body as written.
        body: Value,
    },
}

/// Nothing to say beyond the kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Empty {}

/// Who called, where given: the worker rings them from the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Caller {
    /// Name as said.
    pub name: String,
    /// Telephone or extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// 渠道: how the report came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The one-stop centre took a call, or somebody filed it there.
    Centre,
    /// A technician found it on the spot.
    Technician,
    /// The department itself.
    Requester,
}

/// Body of [`EventBody::Reported`]. Limits and workflow version are in the event, so that replay reads no reference data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Where.
    pub location: LocationCode,
    /// What, by class.
    pub fault: FaultCode,
    /// How urgent.
    pub urgency: Urgency,
    /// 受益科室: who is charged.
    pub department: DepartmentCode,
    /// What, in words.
    pub description: String,
    /// Who called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
    /// How it came in.
    pub channel: Channel,
    /// The recorder's team, when a technician found it on the spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamCode>,
    /// Limits in force.
    pub limits: Limits,
    /// Version of the workflow that the order finishes on (requirement A2).
    pub workflow: u16,
}

/// Body of [`EventBody::Corrected`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// Which field: `location`, `fault`, `urgency`, `department`, `description`, `cause`, `remedy`.
    pub field: String,
    /// The right value.
    pub value: String,
}

/// Body of [`EventBody::Accepted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The technician's team at that time.
    pub team: TeamCode,
}

/// Body of [`EventBody::Arrived`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// The code scanned on the spot; `None` when stated by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationCode>,
}

/// Why work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionCause {
    /// 等备件
    Parts,
    /// 等外援
    OutsideHelp,
    /// 无法进入
    Access,
    /// 等采购
    Procurement,
}

/// Body of [`EventBody::Suspended`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    /// Why.
    pub cause: SuspensionCause,
    /// When work goes on, as hoped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UtcMillis>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A reason in words, never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Reason {
    /// The words.
    pub reason: String,
}

/// Body of [`EventBody::PartIssued`] and [`EventBody::PartReturned`]: one movement between a store and the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartMove {
    /// Which part.
    pub part: PartCode,
    /// How many.
    pub quantity: Quantity,
    /// From or to which store.
    pub warehouse: WarehouseCode,
    /// Fen a unit, as shown to the worker.
    pub unit_price_fen: Fen,
    /// What was scanned or typed.
    pub scan: String,
}

/// Body of [`EventBody::LabourAdded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabourLine {
    /// Item of the price list.
    pub item: ItemCode,
    /// How many units.
    pub quantity: Quantity,
    /// Fen a unit, as shown to the worker.
    pub unit_price_fen: Fen,
    /// 含材料, as shown to the worker.
    pub includes_material: bool,
}

/// Body of [`EventBody::Withdrawn`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The part or labour event that is taken back.
    pub event: EventId,
}

/// Body of [`EventBody::Completed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// 故障原因
    pub cause: String,
    /// 处理措施
    pub remedy: String,
}

/// Body of [`EventBody::Confirmed`]: the confirmer's number is a claim inside the technician's event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The number that was typed or scanned.
    pub staff_no: StaffNo,
    /// Done, or not done.
    pub accepted: bool,
    /// Why not; never empty when not accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The name that the device showed; `None` when its directory did not know the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The department that the device showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentCode>,
    /// What the device thought of it.
    pub standing: Standing,
}

/// What a confirmation is worth (`domain.md`, "Who records, who confirms").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A valid employee of the department.
    Verified,
    /// A valid employee of another department.
    OtherDepartment,
    /// A colleague from maintenance: counts, and is flagged.
    MaintenanceStaff,
    /// The number could not be checked: the order is confirmed, nobody is charged yet.
    Unverified,
    /// Nobody's valid number, or the worker's own: the order goes back to `completed`.
    Rejected,
}

/// Body of [`EventBody::Numbered`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// `GD20261121-0042`
    pub number: String,
}

/// Body of [`EventBody::Dispatched`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToTeam {
    /// Which team.
    pub team: TeamCode,
}

/// Body of [`EventBody::Assigned`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToPerson {
    /// Who.
    pub staff_no: StaffNo,
}

/// Body of [`EventBody::Reassigned`]: another team, another person, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassigned {
    /// The new team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamCode>,
    /// The new person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_no: Option<StaffNo>,
}

/// Body of [`EventBody::Returned`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Why.
    pub reason: String,
    /// Where the order goes back to.
    pub to: Node,
}

/// Body of [`EventBody::Cancelled`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Why.
    pub reason: String,
    /// The leader cancelled over a technician who had taken the order up.
    #[serde(default)]
    pub overridden: bool,
}

/// Body of [`EventBody::ConfirmationJudged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationJudged {
    /// The confirmation that is judged.
    pub event: EventId,
    /// What it is worth.
    pub standing: Standing,
    /// The revision of the directory that was asked.
    pub directory_revision: u64,
    /// Whose number it was at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Department of that person at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentCode>,
}

/// Body of [`EventBody::Ruled`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruled {
    /// Number of the contradiction in `domain.md`.
    pub contradiction: u8,
    /// The outcome in words.
    pub outcome: String,
    /// Whether the department is charged.
    pub charged: bool,
}

impl EventBody {
    /// The kind as it is written in the bytes.
    pub fn kind(&self) -> &str {
        match self {
            Self::Reported(_) => "reported",
            Self::Corrected(_) => "corrected",
            Self::Accepted(_) => "accepted",
            Self::Arrived(_) => "arrived",
            Self::Suspended(_) => "suspended",
            Self::Resumed(_) => "resumed",
            Self::ReturnRequested(_) => "return_requested",
            Self::PartIssued(_) => "part_issued",
            Self::PartReturned(_) => "part_returned",
            Self::LabourAdded(_) => "labour_added",
            Self::Withdrawn(_) => "withdrawn",
            Self::Completed(_) => "completed",
            Self::Confirmed(_) => "confirmed",
            Self::Numbered(_) => "numbered",
            Self::Dispatched(_) => "dispatched",
            Self::TeamAccepted(_) => "team_accepted",
            Self::Assigned(_) => "assigned",
            Self::Reassigned(_) => "reassigned",
            Self::Returned(_) => "returned",
            Self::Cancelled(_) => "cancelled",
            Self::ConfirmationJudged(_) => "confirmation_judged",
            Self::Ruled(_) => "ruled",
            Self::Unknown { kind, .. } => kind,
        }
    }

    /// The body alone, as it is written.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Unknown { body, .. } => body.clone(),
            known => serde_json::to_value(known).ok().and_then(|mut tagged| tagged.get_mut("body").map(Value::take)).unwrap_or_default(),
        }
    }

    /// Whether it states that something happened, and is therefore never undone by a decision.
    pub fn is_fact(&self) -> bool {
        matches!(
            self,
            Self::Reported(_)
                | Self::Corrected(_)
                | Self::Accepted(_)
                | Self::Arrived(_)
                | Self::Suspended(_)
                | Self::Resumed(_)
                | Self::ReturnRequested(_)
                | Self::PartIssued(_)
                | Self::PartReturned(_)
                | Self::LabourAdded(_)
                | Self::Withdrawn(_)
                | Self::Completed(_)
                | Self::Confirmed(_)
        )
    }
}

/// The outer form as it is written.
#[derive(Serialize, Deserialize)]
struct Outer {
    format: u16,
    id: EventId,
    order: OrderId,
    recorder: StaffNo,
    role: Role,
    device: DeviceId,
    sequence: u64,
    recorded_at: UtcMillis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<ClockOffset>,
    reference_revision: u64,
    kind: String,
    body: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<String>,
}

/// Bytes that are no event.
#[derive(Debug, thiserror::Error)]
pub enum EventUnreadable {
    /// More than [`LARGEST_EVENT_BYTES`]: not even looked at.
    #[error("the event has {0} bytes, more than {LARGEST_EVENT_BYTES}")]
    TooLarge(usize),
    /// Not JSON, a field is missing, or a known kind has a body that is not its own.
    #[error("the event cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Event {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let outer = Outer {
            format: self.format,
            id: self.id,
            order: self.order,
            recorder: self.recorder.clone(),
            role: self.role,
            device: self.device,
            sequence: self.sequence,
            recorded_at: self.recorded_at,
            clock: self.clock,
            reference_revision: self.reference_revision,
            kind: self.body.kind().to_owned(),
            body: self.body.to_value(),
            attachments: self.attachments.clone(),
        };
        canonical_bytes(&serde_json::to_value(outer).unwrap_or_default())
    }

    /// Reads an event, whoever wrote it.
    ///
    /// # Errors
    /// [`EventUnreadable`] when the bytes are too many or no event. An unknown kind is no error.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EventUnreadable> {
        if bytes.len() > LARGEST_EVENT_BYTES {
            return Err(EventUnreadable::TooLarge(bytes.len()));
        }
        let outer: Outer = serde_json::from_slice(bytes)?;
        Ok(Self {
            format: outer.format,
            id: outer.id,
            order: outer.order,
            recorder: outer.recorder,
            role: outer.role,
            device: outer.device,
            sequence: outer.sequence,
            recorded_at: outer.recorded_at,
            clock: outer.clock,
            reference_revision: outer.reference_revision,
            body: decode_body(outer.kind, outer.body)?,
            attachments: outer.attachments,
        })
    }
}

/// Every kind of this program, in the order of [`EventBody`].
pub const KNOWN_KINDS: [&str; 22] = [
    "reported",
    "corrected",
    "accepted",
    "arrived",
    "suspended",
    "resumed",
    "return_requested",
    "part_issued",
    "part_returned",
    "labour_added",
    "withdrawn",
    "completed",
    "confirmed",
    "numbered",
    "dispatched",
    "team_accepted",
    "assigned",
    "reassigned",
    "returned",
    "cancelled",
    "confirmation_judged",
    "ruled",
];

fn decode_body(kind: String, body: Value) -> Result<EventBody, serde_json::Error> {
    if !KNOWN_KINDS.contains(&kind.as_str()) {
        return Ok(EventBody::Unknown { kind, body });
    }
    // Put together by hand: `json!` would copy the whole body once more, for every event of every order that is read.
    let tagged = [("kind".to_owned(), Value::String(kind)), ("body".to_owned(), body)];
    serde_json::from_value(Value::Object(tagged.into_iter().collect()))
}
