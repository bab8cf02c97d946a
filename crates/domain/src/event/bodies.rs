//! What each kind of event says beyond its kind.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::identity::{DepartmentCode, EventId, FaultCode, ItemCode, LocationCode, OrderId, PartCode, StaffNo, TeamCode, WarehouseCode};
use crate::money::Fen;
use crate::node::Node;
use crate::quantity::Quantity;
use crate::time::UtcMillis;
use crate::urgency::{Limits, Urgency};

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

/// Body of [`super::EventBody::Reported`]. Limits and workflow version are in the event, so that replay reads no reference data.
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

/// Body of [`super::EventBody::Corrected`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// Which field: `location`, `fault`, `urgency`, `department`, `description`, `cause`, `remedy`.
    pub field: String,
    /// The right value.
    pub value: String,
}

/// Body of [`super::EventBody::Accepted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The technician's team at that time.
    pub team: TeamCode,
}

/// Body of [`super::EventBody::Arrived`].
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

/// Body of [`super::EventBody::Suspended`].
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

/// Body of [`super::EventBody::PartIssued`] and [`super::EventBody::PartReturned`]: one movement between a store and the order.
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

/// Body of [`super::EventBody::LabourAdded`].
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

/// Body of [`super::EventBody::Withdrawn`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The part or labour event that is taken back.
    pub event: EventId,
}

/// Body of [`super::EventBody::Completed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// 故障原因
    pub cause: String,
    /// 处理措施
    pub remedy: String,
}

/// Body of [`super::EventBody::Confirmed`]: the confirmer's number is a claim inside the technician's event.
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
    /// How many different numbers had been looked up on the device lately, this one among them; not said where it is the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_ups: Option<u32>,
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

/// Body of [`super::EventBody::Numbered`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// `GD20261121-0042`
    pub number: String,
}

/// Body of [`super::EventBody::Dispatched`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToTeam {
    /// Which team.
    pub team: TeamCode,
}

/// Body of [`super::EventBody::Assigned`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToPerson {
    /// Who.
    pub staff_no: StaffNo,
}

/// Body of [`super::EventBody::Reassigned`]: another team, another person, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassigned {
    /// The new team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamCode>,
    /// The new person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_no: Option<StaffNo>,
}

/// Body of [`super::EventBody::Returned`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Why.
    pub reason: String,
    /// Where the order goes back to.
    pub to: Node,
}

/// Body of [`super::EventBody::Cancelled`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Why.
    pub reason: String,
    /// The leader cancelled over a technician who had taken the order up.
    #[serde(default)]
    pub overridden: bool,
}

/// Body of [`super::EventBody::Merged`]. The number is written down because whoever had this order may not see the other one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The order that goes on.
    pub into: OrderId,
    /// Its number.
    pub number: String,
}

/// Body of [`super::EventBody::Absorbed`]: what the other report said is written down for whoever repairs, who may not see that order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absorbed {
    /// The order that was merged into this one.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// What was reported with it, in words.
    pub description: String,
}

/// Body of [`super::EventBody::ConfirmationJudged`].
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
    /// What somebody has to look at, beside what the standing says; never a reason against the confirmation itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<ConfirmationFlag>,
}

/// Why a confirmation is to be looked at, from what happened around it ([`crate::scrutiny`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ConfirmationFlag {
    /// Why.
    pub why: Suspicion,
    /// How many orders, confirmations or numbers it is about.
    pub count: u32,
}

/// What around a confirmation is unlikely for an honest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suspicion {
    /// One number confirmed many orders of one worker within minutes.
    Burst,
    /// The number confirms again and again, and never for the department that its person belongs to.
    NeverOfTheDepartment,
    /// Many numbers were looked up on the device before.
    ManyLookUps,
    /// By a staff list that came after the confirmation had been judged, the number was nobody's any more on its day.
    HadLeft,
    /// A reason of a newer server, which this program has no words for.
    #[serde(other)]
    Unknown,
}

/// Body of [`super::EventBody::Ruled`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruled {
    /// Number of the contradiction in `domain.md`.
    pub contradiction: u8,
    /// The outcome in words.
    pub outcome: String,
    /// Whether the department is charged.
    pub charged: bool,
}

/// What somebody decided about an event that was set aside, held or flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// It has effect from now on.
    Admitted,
    /// Looked at; it stays without effect.
    Left,
    /// A confirmation that was flagged was looked at; it stays with effect.
    Seen,
}

/// Body of [`super::EventBody::Reviewed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The event that was looked at.
    pub event: EventId,
    /// What was decided.
    pub outcome: ReviewOutcome,
    /// Why, in words.
    pub reason: String,
    /// Other events of the order that were decided about together with it; at most [`MOST_REVIEWED_TOGETHER`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<EventId>,
}

/// The most further events in one review, so that it stays as small as an event has to be.
pub const MOST_REVIEWED_TOGETHER: usize = 200;

impl Reviewed {
    /// Whether it is about this event.
    pub fn is_about(&self, event: EventId) -> bool {
        self.event == event || self.also.contains(&event)
    }
}
