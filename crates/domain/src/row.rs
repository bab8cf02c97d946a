//! The indexed row of an order: what lists, searches and limits are read from, derived from the state and from nothing else.

use serde::{Deserialize, Serialize};

use crate::identity::{DepartmentCode, FaultCode, LocationCode, OrderId, StaffNo, TeamCode};
use crate::node::Node;
use crate::state::OrderState;
use crate::time::UtcMillis;
use crate::urgency::Urgency;

/// One order as a row. Written in the same transaction as the event that changed it, never read back by replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Key.
    pub order: OrderId,
    /// The server's number, once given.
    pub number: Option<String>,
    /// Where it stands.
    pub node: Node,
    /// How urgent.
    pub urgency: Urgency,
    /// Where.
    pub location: LocationCode,
    /// What.
    pub fault: FaultCode,
    /// Who is charged.
    pub department: DepartmentCode,
    /// In words.
    pub description: String,
    /// The team that has it.
    pub team: Option<TeamCode>,
    /// The technician who has it.
    pub assignee: Option<StaffNo>,
    /// Others who work on it.
    pub helpers: Vec<StaffNo>,
    /// Who reported.
    pub reporter: StaffNo,
    /// When reported, corrected time.
    pub reported_at: UtcMillis,
    /// When the next thing is due.
    pub due_at: Option<UtcMillis>,
    /// When the worker's part ended (confirmed, cancelled, …), as the last event's corrected time.
    pub done_at: Option<UtcMillis>,
    /// Somebody at the centre has to look.
    pub needs_attention: bool,
}

/// In which list of a worker an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Open and the worker's own: assigned, accepted, helping, or created by the worker and not yet taken by a team.
    Mine,
    /// Open and the team's, not the worker's own.
    Team,
    /// Done, of the worker or the team.
    Done,
}

impl OrderRow {
    /// The row of a state; `None` while the report has not arrived, because nothing could be shown.
    pub fn of(state: &OrderState) -> Option<Self> {
        let report = state.report.as_ref()?;
        Some(Self {
            order: state.id?,
            number: state.number.clone(),
            node: state.node,
            urgency: report.urgency,
            location: report.location.clone(),
            fault: report.fault.clone(),
            department: report.department.clone(),
            description: report.description.clone(),
            team: state.team.clone(),
            assignee: state.assignee.clone(),
            helpers: state.helpers.clone(),
            reporter: report.reporter.clone(),
            reported_at: report.reported_at,
            due_at: state.due_at(),
            done_at: if state.node.is_open() { None } else { state.history.last().map(|entry| entry.occurred_at) },
            needs_attention: state.needs_attention(),
        })
    }

    /// The list of `worker` in which the order stands.
    pub fn listing(&self, worker: &StaffNo) -> Listing {
        if !self.node.is_open() {
            return Listing::Done;
        }
        let own_report = self.team.is_none() && self.assignee.is_none() && &self.reporter == worker;
        if own_report || self.assignee.as_ref() == Some(worker) || self.helpers.contains(worker) { Listing::Mine } else { Listing::Team }
    }
}
