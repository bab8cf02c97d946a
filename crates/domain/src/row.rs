//! The indexed row of an order: what lists, searches and limits are read from, derived from the state and from nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attention::{Attention, parts_with};
use crate::event::{EVENT_FORMAT, KNOWN_KINDS, is_known_kind};
use crate::holder::HeldNumber;
use crate::identity::{DepartmentCode, FaultCode, LocationCode, OrderId, StaffNo, TeamCode};
use crate::node::Node;
use crate::state::{Confirmation, OrderState};
use crate::time::{DAY_MS, UtcMillis};
use crate::urgency::Urgency;

/// The program that derives rows here: its version, and the outer form and the kinds that it knows. Rows that another one derived may say something
/// else, because it did not know what this one knows.
pub fn deriving_program() -> String {
    let form = EVENT_FORMAT.to_string();
    let known = KNOWN_KINDS.into_iter().filter(|kind| is_known_kind(kind));
    [env!("CARGO_PKG_VERSION"), &form].into_iter().chain(known).collect::<Vec<_>>().join(" ")
}

/// A cancellation that is older was heard of in another way.
const NEWS_MS: i64 = DAY_MS;
/// As long as the order stands so.
pub const FOR_EVER: UtcMillis = UtcMillis(i64::MAX);

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
    /// What has to be known or done beyond the next step, whoever looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<Attention>,
    /// Technicians whose task was withdrawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn_from: Vec<StaffNo>,
    /// Whoever drew parts of a cancelled or merged order that are not back in the store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts_with: Vec<StaffNo>,
    /// When each number that has it, helps, was told of a withdrawal or has parts of it last took part, corrected time: whoever got the number
    /// later has nothing of that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub took_part: BTreeMap<StaffNo, UtcMillis>,
    /// Since when it is being repaired, is suspended or waits for the department, corrected time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<UtcMillis>,
    /// Name of the confirmer, or the number where nobody knows the name; once confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
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
            attention: Attention::of(state),
            withdrawn_from: state.withdrawn_from.clone(),
            parts_with: parts_with(state),
            took_part: took_part(state),
            since: since(state),
            confirmed_by: state.confirmation.as_ref().filter(|_| !state.node.is_open()).map(confirmer),
        })
    }

    /// What `worker` has to know or do: whom the order was taken from, or whose order was cancelled or merged, is told so. Also when it is done
    /// already: the work of somebody without signal often comes together with its confirmation (`domain.md`, contradiction 3).
    pub fn attention_of(&self, worker: &HeldNumber) -> Option<Attention> {
        let has_it = self.is_worked_on_by(worker);
        let was_taken_away = (!has_it && self.is_any_of(worker, &self.withdrawn_from)).then_some(Attention::TakenAway);
        if self.node.is_open() && was_taken_away.is_some() {
            return was_taken_away;
        }
        let called_off = self.calling_off().filter(|_| has_it);
        let of_the_order =
            self.attention.filter(|attention| *attention != Attention::PartsToReturn || self.is_any_of(worker, &self.parts_with));
        of_the_order.or(called_off).or(was_taken_away)
    }

    /// What whoever had the order is told of its end.
    fn calling_off(&self) -> Option<Attention> {
        match self.node {
            Node::Cancelled => Some(Attention::Cancelled),
            Node::Merged => Some(Attention::Merged),
            _ => None,
        }
    }

    /// Until when the order concerns `worker` beyond its next step ([`Self::attention_of`]); `None` when it does not. What is only to be
    /// known of an order that has ended is news for a day.
    pub fn concerns_until(&self, worker: &HeldNumber) -> Option<UtcMillis> {
        let is_news = matches!(self.attention_of(worker)?, Attention::Cancelled | Attention::Merged | Attention::TakenAway);
        Some(self.done_at.filter(|_| is_news).map_or(FOR_EVER, |done_at| done_at.plus(NEWS_MS)))
    }

    /// Whether anybody of its team may take it. Before the leader has accepted it for the team only a critical one may be taken.
    pub fn is_free(&self) -> bool {
        self.node == Node::TeamAccepted || self.node == Node::Dispatched && self.urgency == Urgency::Critical
    }

    /// Whether `worker` has the order.
    pub fn is_had_by(&self, worker: &HeldNumber) -> bool {
        self.is_any_of(worker, self.assignee.as_slice())
    }

    /// Whether `worker` has the order, or helps with it.
    pub fn is_worked_on_by(&self, worker: &HeldNumber) -> bool {
        self.is_had_by(worker) || self.is_any_of(worker, &self.helpers)
    }

    /// Whether `worker` is one of `people`, and no earlier holder of the number is meant.
    fn is_any_of(&self, worker: &HeldNumber, people: &[StaffNo]) -> bool {
        people.contains(&worker.staff_no) && self.took_part.get(&worker.staff_no).is_none_or(|last| worker.was_held_at(*last))
    }

    /// When the technician who has it last took part, which says whose number it is.
    pub fn assignee_at(&self) -> Option<UtcMillis> {
        self.assignee.as_ref().and_then(|person| self.took_part.get(person)).copied()
    }

    /// The list of `worker` in which the order stands.
    pub fn listing(&self, worker: &HeldNumber) -> Listing {
        if !self.node.is_open() {
            return Listing::Done;
        }
        let own_report =
            self.team.is_none() && self.assignee.is_none() && self.reporter == worker.staff_no && worker.was_held_at(self.reported_at);
        if own_report || self.is_worked_on_by(worker) { Listing::Mine } else { Listing::Team }
    }
}

fn took_part(state: &OrderState) -> BTreeMap<StaffNo, UtcMillis> {
    let parts_with = parts_with(state);
    let named = state.assignee.iter().chain(&state.helpers).chain(&state.withdrawn_from).chain(&parts_with);
    named.filter_map(|person| Some((person.clone(), *state.participants.get(person)?))).collect()
}

fn since(state: &OrderState) -> Option<UtcMillis> {
    if !matches!(state.node, Node::InProgress | Node::Suspended | Node::Completed) {
        return None;
    }
    let stay = state.history.iter().rev().take_while(|entry| entry.node_after == state.node);
    stay.last().map(|entry| entry.occurred_at)
}

fn confirmer(confirmation: &Confirmation) -> String {
    confirmation.name.clone().unwrap_or_else(|| confirmation.staff_no.to_string())
}
