//! What an order is, after its events have been replayed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::contradiction::Contradiction;
use crate::event::{Caller, Channel, Standing, SuspensionCause};
use crate::holder::HeldNumber;
use crate::identity::{DepartmentCode, EventId, FaultCode, ItemCode, LocationCode, OrderId, PartCode, StaffNo, TeamCode, WarehouseCode};
use crate::money::Fen;
use crate::node::Node;
use crate::time::UtcMillis;
use crate::urgency::{Limits, Urgency};

/// The state of one order. A set of events without a `reported` gives a state too: `report` is then `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderState {
    /// Its id, from the first event.
    pub id: Option<OrderId>,
    /// The server's number.
    pub number: Option<String>,
    /// Where it stands.
    pub node: Node,
    /// What was reported, corrections applied.
    pub report: Option<Report>,
    /// The team that has it.
    pub team: Option<TeamCode>,
    /// The technician who has it.
    pub assignee: Option<StaffNo>,
    /// The technician took it up without having been assigned.
    pub took_over: bool,
    /// Others who recorded an arrival or work and stay as helpers.
    pub helpers: Vec<StaffNo>,
    /// Technicians whose task was withdrawn, and who are told.
    pub withdrawn_from: Vec<StaffNo>,
    /// Everybody who recorded anything or was assigned, and when they last did or were, corrected time: they keep the order in scope. What a
    /// number is in the order (assignee, helper, told of a withdrawal) it is to whoever held it then ([`crate::holder::HeldNumber`]).
    pub participants: BTreeMap<StaffNo, UtcMillis>,
    /// The assignee's number was given the order before it was taken up under it.
    pub taken_up: Option<TakenUp>,
    /// Nodes that were skipped (emergency, found on the spot).
    pub skipped: Vec<Node>,
    /// First arrival on site, corrected time.
    pub arrived_at: Option<UtcMillis>,
    /// The arrival was implied by completing.
    pub arrival_implied: bool,
    /// Last completion that stands, corrected time.
    pub completed_at: Option<UtcMillis>,
    /// Who completed.
    pub completed_by: Option<StaffNo>,
    /// 故障原因
    pub cause: Option<String>,
    /// 处理措施
    pub remedy: Option<String>,
    /// While suspended.
    pub suspension: Option<Suspension>,
    /// The technician's unsettled request to give the order back.
    pub return_request: Option<ReturnRequest>,
    /// Movements between stores and the order, in history order, withdrawn ones marked.
    pub moves: Vec<Move>,
    /// Labour lines in history order, withdrawn ones marked.
    pub labour: Vec<Labour>,
    /// The confirmation that stands.
    pub confirmation: Option<Confirmation>,
    /// Further confirmations: witnesses.
    pub witnesses: Vec<Confirmation>,
    /// Times the department refused.
    pub refusals: u32,
    /// Who is charged.
    pub charge: Charge,
    /// What does not fit together.
    pub contradictions: Vec<Contradiction>,
    /// Every event in replay order with what became of it.
    pub history: Vec<HistoryEntry>,
}

/// Assigned to a number, and taken up under the same number: where it changed hands between, somebody else has taken it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenUp {
    /// When it was assigned, corrected time.
    pub given_at: UtcMillis,
    /// When it was taken up, corrected time.
    pub taken_at: UtcMillis,
}

/// What was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
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
    /// Who called.
    pub caller: Option<Caller>,
    /// How it came in.
    pub channel: Channel,
    /// Who reported.
    pub reporter: StaffNo,
    /// When, corrected time.
    pub reported_at: UtcMillis,
    /// Limits in force.
    pub limits: Limits,
    /// Version of the workflow.
    pub workflow: u16,
}

/// 挂单
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Suspension {
    /// Why.
    pub cause: SuspensionCause,
    /// When work goes on.
    pub until: Option<UtcMillis>,
    /// In words.
    pub note: Option<String>,
    /// Since when.
    pub since: UtcMillis,
    /// Longer than 24 h: in effect at once, the leader still has to approve.
    pub approval_pending: bool,
}

/// The technician asked to give the order back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ReturnRequest {
    /// The request.
    pub event: EventId,
    /// Who asks.
    pub recorder: StaffNo,
    /// Why.
    pub reason: String,
}

/// One movement of a part: from a store to the order, or back. The whole ledger of the order is the sum of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The event that says so.
    pub event: EventId,
    /// Which part.
    pub part: PartCode,
    /// Which store.
    pub warehouse: WarehouseCode,
    /// Into the order: positive; back to the store: negative.
    pub quantity: i64,
    /// Fen a unit, as shown.
    pub unit_price_fen: Fen,
    /// Who moved it.
    pub recorder: StaffNo,
    /// When, corrected time.
    pub at: UtcMillis,
    /// Taken back by this event.
    pub withdrawn_by: Option<EventId>,
}

/// One labour line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labour {
    /// The event that says so.
    pub event: EventId,
    /// Which item.
    pub item: ItemCode,
    /// How many units.
    pub quantity: i64,
    /// Fen a unit, as shown.
    pub unit_price_fen: Fen,
    /// 含材料, as shown.
    pub includes_material: bool,
    /// Who did it.
    pub recorder: StaffNo,
    /// When it was noted, corrected time.
    pub at: UtcMillis,
    /// Not priced, because another contributor's labour already is (contradiction 4).
    pub priced: bool,
    /// Taken back by this event.
    pub withdrawn_by: Option<EventId>,
}

/// A confirmation or witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Confirmation {
    /// The event that says so.
    pub event: EventId,
    /// The claimed number.
    pub staff_no: StaffNo,
    /// The name that was shown, or that the server found.
    pub name: Option<String>,
    /// What it is worth: the device's opinion until the server has judged.
    pub standing: Standing,
    /// Whether the server has judged it.
    pub judged: bool,
    /// When, corrected time.
    pub at: UtcMillis,
}

/// Who is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// Not yet known, or nobody yet: the order is not confirmed.
    NotYet,
    /// The benefiting department.
    Department,
    /// Nobody until somebody rules.
    Awaiting,
    /// Nobody, by ruling.
    Nobody,
}

/// What became of an event in the replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The event.
    pub event: EventId,
    /// When it happened, as well as can be known: the device's time corrected by its offset and by the order of events.
    pub occurred_at: UtcMillis,
    /// That time leaves the on-time figures (contradiction 9).
    pub time_uncertain: bool,
    /// Whether it changed the state.
    pub effect: Effect,
    /// Where the order stood afterwards.
    pub node_after: Node,
}

/// Whether an event changed the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It did.
    InEffect,
    /// It stays in the history; something else stands.
    Overruled,
    /// The server set it aside.
    SetAside,
    /// This program does not know its kind.
    NotUnderstood,
    /// The server keeps it outside the history for the time being.
    Held,
}

impl OrderState {
    /// An order of which nothing is known.
    pub fn unknown() -> Self {
        Self {
            id: None,
            number: None,
            node: Node::Reported,
            report: None,
            team: None,
            assignee: None,
            took_over: false,
            helpers: Vec::new(),
            withdrawn_from: Vec::new(),
            participants: BTreeMap::new(),
            taken_up: None,
            skipped: Vec::new(),
            arrived_at: None,
            arrival_implied: false,
            completed_at: None,
            completed_by: None,
            cause: None,
            remedy: None,
            suspension: None,
            return_request: None,
            moves: Vec::new(),
            labour: Vec::new(),
            confirmation: None,
            witnesses: Vec::new(),
            refusals: 0,
            charge: Charge::NotYet,
            contradictions: Vec::new(),
            history: Vec::new(),
        }
    }

    /// The instant by which the next thing has to have happened: arrival on site first, then completion
    /// (requirement A10). `None` when nothing is due any more or no limit holds.
    pub fn due_at(&self) -> Option<UtcMillis> {
        let report = self.report.as_ref()?;
        let minutes = match self.node {
            Node::Reported | Node::Dispatched | Node::TeamAccepted | Node::Assigned | Node::Accepted => report.limits.arrive_minutes,
            Node::InProgress | Node::Suspended => report.limits.complete_minutes,
            _ => None,
        }?;
        Some(report.reported_at.plus(i64::from(minutes).saturating_mul(crate::time::MINUTE_MS)))
    }

    /// The net quantity of a part that is still with the order, withdrawn movements left out.
    pub fn net_quantity(&self, part: &PartCode) -> i64 {
        self.moves
            .iter()
            .filter(|movement| movement.withdrawn_by.is_none() && &movement.part == part)
            .fold(0, |sum, movement| sum.saturating_add(movement.quantity))
    }

    /// Whether `person`, and not an earlier holder of their number, took part: did something or was given the order.
    pub fn is_part_of(&self, person: &HeldNumber) -> bool {
        self.participants.get(&person.staff_no).is_some_and(|last| person.was_held_at(*last))
    }

    /// Somebody at the centre has to look: an unsettled contradiction that needs a ruling, or an unsettled request. The centre's
    /// page names the others beside it as dealt with by the rules (`crates/server/pages/order.js`).
    pub fn needs_attention(&self) -> bool {
        self.return_request.is_some()
            || self.contradictions.iter().any(|contradiction| contradiction.needs_ruling && !contradiction.settled)
    }
}
