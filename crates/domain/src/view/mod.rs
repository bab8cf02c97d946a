//! The shapes in which an order is shown to people and scripts: the same on the device and at the centre (outside contract).

mod of_order;
mod of_row;
mod own_part;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::assess::{Assessment, LabourCostLine, PartLine};
use crate::attention::Attention;
use crate::contradiction::Contradiction;
use crate::event::{Caller, Event, EventBody};
use crate::holder::{HeldNumber, holder_on, is_one_person};
use crate::identity::{DepartmentCode, DeviceId, EventId, FaultCode, LocationCode, OrderId, PartCode, StaffNo, TeamCode};
use crate::money::Fen;
use crate::node::Node;
use crate::recorded::{HeldReason, Verdict};
use crate::reference::DirectoryEntry;
use crate::role::Role;
use crate::state::{Charge, Confirmation, Effect, ReturnRequest, Suspension};
use crate::time::{HospitalZone, UtcMillis};
use crate::urgency::Urgency;
use crate::workflow::Action;

pub use of_order::{order_view, upload};
pub use of_row::SummaryNames;
pub use own_part::OwnPart;

/// Where the work on an order is: on this device, or at the hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Upload {
    /// 需处理: the server set an event aside, also one that somebody has looked at and left.
    SetAside,
    /// The server holds an event, also one that somebody has looked at and left: whether it still waits is [`OrderView::undecided`].
    Held,
    /// 已存本机: an event is unsent.
    Local,
    /// 已上传
    Stored,
}

/// An order, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct OrderView {
    /// Key.
    pub id: OrderId,
    /// `GD20261121-0042`, or the temporary number until the server has given one.
    pub number: String,
    /// The number is the temporary one.
    pub number_is_temporary: bool,
    /// Where it stands.
    pub node: Node,
    /// How urgent.
    pub urgency: Urgency,
    /// Code of the place.
    pub location: LocationCode,
    /// The place in words.
    pub location_label: Option<String>,
    /// Code of the fault class.
    pub fault: FaultCode,
    /// The fault class in words.
    pub fault_name: Option<String>,
    /// Code of the department that is charged.
    pub department: DepartmentCode,
    /// Its name.
    pub department_name: Option<String>,
    /// In words.
    pub description: String,
    /// Who called.
    pub caller: Option<Caller>,
    /// When reported, corrected time.
    pub reported_at: UtcMillis,
    /// The team that has it.
    pub team: Option<TeamCode>,
    /// Its name.
    pub team_name: Option<String>,
    /// The technician who has it.
    pub assignee: Option<StaffNo>,
    /// Name of the technician.
    pub assignee_name: Option<String>,
    /// Taken up without having been assigned.
    pub took_over: bool,
    /// Others who worked on it.
    pub helpers: Vec<StaffNo>,
    /// People whose task was withdrawn.
    pub withdrawn_from: Vec<StaffNo>,
    /// Skipped nodes.
    pub skipped: Vec<Node>,
    /// When the next thing is due; `null` when nothing is.
    pub due_at: Option<UtcMillis>,
    /// First arrival on site.
    pub arrived_at: Option<UtcMillis>,
    /// Last completion.
    pub completed_at: Option<UtcMillis>,
    /// 故障原因
    pub cause: Option<String>,
    /// 处理措施
    pub remedy: Option<String>,
    /// While suspended.
    pub suspension: Option<Suspension>,
    /// Unsettled request to give the order back.
    pub return_request: Option<ReturnRequest>,
    /// The history, in replay order.
    pub events: Vec<EventView>,
    /// One line a part, net.
    pub parts: Vec<PartLine>,
    /// One line a labour event that stands.
    pub labour: Vec<LabourCostLine>,
    /// 暂估, fen.
    pub cost_fen: Fen,
    /// What the worker was shown, where it differs.
    pub shown_fen: Option<Fen>,
    /// Who is charged.
    pub charge: Charge,
    /// The confirmation that stands.
    pub confirmation: Option<Confirmation>,
    /// Further confirmations.
    pub witnesses: Vec<Confirmation>,
    /// Times the department refused.
    pub refusals: u32,
    /// What does not fit together.
    pub contradictions: Vec<Contradiction>,
    /// What the asking person may do next.
    pub next_actions: Vec<Action>,
    /// What the order is to the asking person.
    pub own_part: OwnPart,
    /// Where the work is.
    pub upload: Upload,
    /// An entry of it is set aside or held, and nobody has looked at it yet.
    pub undecided: bool,
    /// Events that the server holds for this order and that [`OrderView::events`] does not show, because they are too many.
    #[ts(type = "number")]
    pub held_not_shown: u64,
    /// How many of these nobody has looked at yet.
    #[ts(type = "number")]
    pub undecided_not_shown: u64,
}

/// One event of the history, as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct EventView {
    /// Key.
    pub id: EventId,
    /// What.
    pub kind: String,
    /// Who.
    pub recorder: StaffNo,
    /// Name of the recorder, where known.
    pub recorder_name: Option<String>,
    /// In what capacity.
    pub role: Role,
    /// On which device.
    pub device: DeviceId,
    /// The device's time.
    pub recorded_at: UtcMillis,
    /// The corrected time.
    pub occurred_at: UtcMillis,
    /// The corrected time is uncertain.
    pub time_uncertain: bool,
    /// When the server received it; `null` while it has not.
    pub received_at: Option<UtcMillis>,
    /// Its place in the server's log.
    #[ts(type = "number | null")]
    pub position: Option<u64>,
    /// The server's verdict; `null` while unsent or held.
    pub verdict: Option<Verdict>,
    /// Why the server holds it; of what is recorded why it holds other content under its id, until somebody has left that.
    pub held: Option<HeldReason>,
    /// It was set aside or is held, somebody has looked at it, and it stays without effect: why, in that person's words.
    pub left: Option<String>,
    /// What became of it.
    pub effect: Effect,
    /// Taken back by a later event.
    pub withdrawn: bool,
    /// A line of the asking person, who may take it back.
    pub withdrawable: bool,
    /// Names for the codes in the body, by code.
    pub names: BTreeMap<String, String>,
    /// What its quantity counts: 个, 米; `null` where nobody knows, and where it has none.
    pub unit: Option<String>,
    /// The body, as written.
    #[ts(type = "unknown")]
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
}

/// An order in a list: from an indexed row, never replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct OrderSummary {
    /// Key.
    pub id: OrderId,
    /// Server's or temporary number.
    pub number: String,
    /// Where it stands.
    pub node: Node,
    /// How urgent.
    pub urgency: Urgency,
    /// Code of the place.
    pub location: LocationCode,
    /// The place in words.
    pub location_label: Option<String>,
    /// Code of the fault class.
    pub fault: FaultCode,
    /// The fault class in words.
    pub fault_name: Option<String>,
    /// Code of the department.
    pub department: DepartmentCode,
    /// Its name.
    pub department_name: Option<String>,
    /// In words.
    pub description: String,
    /// The team that has it.
    pub team: Option<TeamCode>,
    /// The technician who has it.
    pub assignee: Option<StaffNo>,
    /// Name of the technician.
    pub assignee_name: Option<String>,
    /// That is the asking person, and no earlier holder of their number. The centre's lists are nobody's own: there it is `false`.
    pub has_it: bool,
    /// When reported.
    pub reported_at: UtcMillis,
    /// When the next thing is due.
    pub due_at: Option<UtcMillis>,
    /// When it ended; `null` while it is open.
    pub done_at: Option<UtcMillis>,
    /// Who confirmed: the name, or the number where nobody knows the name.
    pub confirmed_by: Option<String>,
    /// Somebody has to look.
    pub needs_attention: bool,
    /// What the asking person has to know or do beyond the next step.
    pub attention: Option<Attention>,
    /// Where the work is.
    pub upload: Upload,
    /// An entry of it is set aside or held, and nobody has looked at it yet. The centre lists such entries under 核查.
    pub undecided: bool,
}

/// Names for the codes of one order, found by the caller in the reference data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The place in words.
    pub location: Option<String>,
    /// The fault class.
    pub fault: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The team.
    pub team: Option<String>,
    /// The periods of staff by number, oldest first: numbers are reissued.
    pub staff: BTreeMap<StaffNo, Vec<DirectoryEntry>>,
    /// In which the days of those periods begin.
    pub zone: HospitalZone,
    /// Teams that the history mentions, by code.
    pub teams: BTreeMap<TeamCode, String>,
    /// Places that the history mentions, by code.
    pub places: BTreeMap<LocationCode, String>,
    /// Part name and unit by code.
    pub parts: BTreeMap<PartCode, (String, String)>,
    /// Labour item names by code.
    pub items: BTreeMap<crate::identity::ItemCode, String>,
}

impl Names {
    /// The name of whoever held a number at an instant ([`holder_on`]).
    pub fn name_of(&self, person: &StaffNo, at: UtcMillis) -> Option<String> {
        let holder = holder_on(self.staff.get(person)?, self.zone.date(at))?;
        Some(holder.name.clone())
    }

    /// What the codes in a body stand for, as far as is known, where a number is whoever held it at an instant.
    pub fn in_body(&self, body: &EventBody, at: UtcMillis) -> BTreeMap<String, String> {
        let person = |code: &StaffNo| self.name_of(code, at).map(|name| (code.to_string(), name));
        let team = |code: &TeamCode| self.teams.get(code).map(|name| (code.to_string(), name.clone()));
        let place = |code: &LocationCode| self.places.get(code).map(|name| (code.to_string(), name.clone()));
        let part = |code: &PartCode| self.parts.get(code).map(|(name, _)| (code.to_string(), name.clone()));
        let known = match body {
            EventBody::Dispatched(to) => vec![team(&to.team)],
            EventBody::Assigned(to) => vec![person(&to.staff_no)],
            EventBody::Reassigned(to) => vec![to.team.as_ref().and_then(team), to.staff_no.as_ref().and_then(person)],
            EventBody::Arrived(arrived) => vec![arrived.location.as_ref().and_then(place)],
            EventBody::PartIssued(movement) | EventBody::PartReturned(movement) => vec![part(&movement.part)],
            EventBody::LabourAdded(line) => vec![self.items.get(&line.item).map(|name| (line.item.to_string(), name.clone()))],
            _ => Vec::new(),
        };
        known.into_iter().flatten().collect()
    }

    /// What the quantity in a body counts, as far as is known.
    pub fn unit_in(&self, body: &EventBody) -> Option<String> {
        let (EventBody::PartIssued(movement) | EventBody::PartReturned(movement)) = body else { return None };
        self.parts.get(&movement.part).map(|(_, unit)| unit.clone()).filter(|unit| !unit.is_empty())
    }

    /// Whether a number changed hands between two instants.
    fn changed_hands(&self, person: &StaffNo, earlier: UtcMillis, later: UtcMillis) -> bool {
        self.staff.get(person).is_some_and(|periods| !is_one_person(periods, self.zone.date(earlier), self.zone.date(later)))
    }
}

/// What surrounds an order when it is shown to somebody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surroundings {
    /// Names for codes.
    pub names: Names,
    /// Estimated cost.
    pub assessment: Assessment,
    /// What the asking person may do.
    pub next_actions: Vec<Action>,
    /// The asking person's number, as they hold it; `None` where nobody asks.
    pub reader: Option<HeldNumber>,
    /// Held events, by id.
    pub held: BTreeMap<EventId, HeldReason>,
    /// Held events that are not among the recorded ones, in the order in which they came: shown after the history.
    pub held_events: Vec<HeldEvent>,
    /// How many more are held.
    pub held_not_shown: u64,
    /// How many of these nobody has looked at yet.
    pub undecided_not_shown: u64,
}

/// An event that the server holds outside the history, so that somebody can look at what waits (`domain.md`,
/// contradiction 11).
#[derive(Debug, Clone, PartialEq)]
pub struct HeldEvent {
    /// The id it claims.
    pub id: EventId,
    /// The device that sent it.
    pub device: DeviceId,
    /// Whose device that is.
    pub sender: StaffNo,
    /// When it came.
    pub received_at: UtcMillis,
    /// Why it is held.
    pub reason: HeldReason,
    /// Why somebody who looked at it left it as it is; `None` while nobody has.
    pub left: Option<String>,
    /// What was said, where it can be read.
    pub event: Option<Event>,
}
