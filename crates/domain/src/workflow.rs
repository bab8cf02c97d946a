//! The workflow as data (requirement A2): who may do what from where. The device refuses by this table against its own view;
//! what turns out contradictory later is settled by [`crate::replay`], never refused.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::fault::{Fault, FaultCodeName};
use crate::holder::HeldNumber;
use crate::identity::{EventId, StaffNo, TeamCode};
use crate::node::Node;
use crate::role::Role;
use crate::state::{OrderState, Report};
use crate::time::UtcMillis;
use crate::urgency::Urgency;

/// The version that new orders begin with. An order finishes on the version it began with.
/// - 1: 2026-11, the first.
pub const CURRENT_WORKFLOW: u16 = 1;

/// Something a person can do with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 接单
    Accept,
    /// 到场
    Arrive,
    /// 挂单
    Suspend,
    /// 恢复
    Resume,
    /// 申请回退
    RequestReturn,
    /// 领用
    IssuePart,
    /// 退库
    ReturnPart,
    /// 登记维修项目
    AddLabour,
    /// 撤销
    Withdraw,
    /// 完工
    Complete,
    /// 科室确认
    Confirm,
    /// 派单
    Dispatch,
    /// 班组受理
    AcceptForTeam,
    /// 派工
    Assign,
    /// 改派
    Reassign,
    /// 回退
    Return,
    /// 取消
    Cancel,
    /// 合并
    Merge,
}

impl Action {
    /// The kind of the event that records it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Accept => "accepted",
            Self::Arrive => "arrived",
            Self::Suspend => "suspended",
            Self::Resume => "resumed",
            Self::RequestReturn => "return_requested",
            Self::IssuePart => "part_issued",
            Self::ReturnPart => "part_returned",
            Self::AddLabour => "labour_added",
            Self::Withdraw => "withdrawn",
            Self::Complete => "completed",
            Self::Confirm => "confirmed",
            Self::Dispatch => "dispatched",
            Self::AcceptForTeam => "team_accepted",
            Self::Assign => "assigned",
            Self::Reassign => "reassigned",
            Self::Return => "returned",
            Self::Cancel => "cancelled",
            Self::Merge => "merged",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// What is done.
    pub action: Action,
    /// From where.
    pub from: &'static [Node],
    /// To where; `None` when the order stays or the event says where to.
    pub to: Option<Node>,
    /// By whom.
    pub by: &'static [Role],
    /// In what relation to the order.
    pub relation: Relation,
    /// Whether it works without the server.
    pub offline: bool,
}

/// What has to hold between a person and an order, beyond the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Nothing: the whole hospital is the person's scope.
    Any,
    /// The order is with the person's team (a leader's: one that they lead).
    OwnTeam,
    /// As [`Relation::OwnTeam`], and the order is critical.
    OwnTeamAndCritical,
    /// The person reported the order and no team has it yet.
    OwnReport,
    /// The person reported the order.
    Reporter,
    /// The person has the order, helps with it, or leads the team that has it.
    Worker,
    /// As [`Relation::Worker`], or as [`Relation::Recorder`].
    Contributor,
    /// The person moved parts or added labour there, and has not taken it back.
    Recorder,
}

const BEFORE_WORK: &[Node] = &[Node::Reported, Node::Dispatched, Node::TeamAccepted, Node::Assigned];
const WORK: &[Node] = &[Node::Accepted, Node::InProgress, Node::Suspended, Node::Completed];
/// Where parts can still be in somebody's bag.
const WORK_AND_AFTER: &[Node] =
    &[Node::Accepted, Node::InProgress, Node::Suspended, Node::Completed, Node::Confirmed, Node::Disputed, Node::Cancelled, Node::Merged];
const UNFINISHED_WORK: &[Node] = &[Node::Accepted, Node::InProgress, Node::Suspended];
const GIVEN_OUT: &[Node] = &[Node::Dispatched, Node::TeamAccepted, Node::Assigned, Node::Accepted, Node::InProgress, Node::Suspended];
const GIVEN_OUT_OR_COMPLETED: &[Node] =
    &[Node::Dispatched, Node::TeamAccepted, Node::Assigned, Node::Accepted, Node::InProgress, Node::Suspended, Node::Completed];
const CENTRE: &[Role] = &[Role::Dispatcher];
const LEADER: &[Role] = &[Role::TeamLeader];
const REQUESTER: &[Role] = &[Role::Requester];

/// A line for those who repair: it works without the server.
const fn repair(action: Action, from: &'static [Node], to: Option<Node>, relation: Relation) -> Transition {
    Transition { action, from, to, by: Role::REPAIRERS, relation, offline: true }
}

/// A line for those who decide: the server takes it.
const fn decide(action: Action, from: &'static [Node], to: Option<Node>, by: &'static [Role], relation: Relation) -> Transition {
    Transition { action, from, to, by, relation, offline: false }
}

/// Version 1 (`domain.md`, "Transitions" and "Taking up").
pub const WORKFLOW_1: &[Transition] = &[
    repair(Action::Accept, &[Node::TeamAccepted, Node::Assigned], Some(Node::Accepted), Relation::OwnTeam),
    repair(Action::Accept, &[Node::Dispatched], Some(Node::Accepted), Relation::OwnTeamAndCritical),
    repair(Action::Accept, &[Node::Reported], Some(Node::Accepted), Relation::OwnReport),
    repair(Action::Arrive, &[Node::Accepted], Some(Node::InProgress), Relation::Worker),
    repair(Action::Suspend, &[Node::InProgress], Some(Node::Suspended), Relation::Worker),
    repair(Action::Resume, &[Node::Suspended], Some(Node::InProgress), Relation::Worker),
    repair(Action::RequestReturn, &[Node::Assigned, Node::Accepted, Node::InProgress], None, Relation::Worker),
    repair(Action::IssuePart, WORK, None, Relation::Worker),
    repair(Action::ReturnPart, WORK_AND_AFTER, None, Relation::Contributor),
    // Reassigned or given back: what somebody drew for it is still in their bag, and what they noted by mistake still theirs.
    repair(Action::ReturnPart, BEFORE_WORK, None, Relation::Recorder),
    repair(Action::AddLabour, WORK, None, Relation::Worker),
    repair(Action::Withdraw, WORK, None, Relation::Contributor),
    repair(Action::Withdraw, BEFORE_WORK, None, Relation::Recorder),
    repair(Action::Complete, UNFINISHED_WORK, Some(Node::Completed), Relation::Worker),
    repair(Action::Confirm, &[Node::Completed], Some(Node::Confirmed), Relation::Worker),
    decide(Action::Dispatch, &[Node::Reported], Some(Node::Dispatched), CENTRE, Relation::Any),
    decide(Action::AcceptForTeam, &[Node::Dispatched], Some(Node::TeamAccepted), LEADER, Relation::OwnTeam),
    decide(Action::Assign, &[Node::TeamAccepted], Some(Node::Assigned), LEADER, Relation::OwnTeam),
    decide(Action::Reassign, GIVEN_OUT_OR_COMPLETED, None, CENTRE, Relation::Any),
    decide(Action::Reassign, GIVEN_OUT_OR_COMPLETED, None, LEADER, Relation::OwnTeam),
    decide(Action::Return, GIVEN_OUT, None, CENTRE, Relation::Any),
    decide(Action::Return, GIVEN_OUT, None, LEADER, Relation::OwnTeam),
    decide(Action::Cancel, BEFORE_WORK, Some(Node::Cancelled), CENTRE, Relation::Any),
    decide(Action::Cancel, BEFORE_WORK, Some(Node::Cancelled), REQUESTER, Relation::Reporter),
    decide(Action::Cancel, UNFINISHED_WORK, Some(Node::Cancelled), LEADER, Relation::OwnTeam),
    // The table of `domain.md` merges what is only reported; that two orders are of one fault often shows after the second was dispatched.
    decide(Action::Merge, BEFORE_WORK, Some(Node::Merged), CENTRE, Relation::Any),
];

/// The table of a version; an unknown one falls back to the current, which is closest to what its author meant.
pub fn workflow(_version: u16) -> &'static [Transition] {
    WORKFLOW_1
}

/// The person who wants to do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who: what an earlier holder of the number reported, took up or noted is not theirs.
    pub number: HeldNumber,
    /// In what capacity.
    pub role: Role,
    /// The person's team. Who leads several is asked about with the one that has the order, if they lead it.
    pub team: Option<TeamCode>,
}

/// The table says no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not possible while the order is {}", word_of(*action), node.as_str())]
pub struct NotAllowed {
    /// What was wanted.
    pub action: Action,
    /// Where the order stands.
    pub node: Node,
    /// What the person can do instead.
    pub next_actions: Vec<Action>,
    /// Whether the role may do it at all, in another state or with another order.
    pub role_may: bool,
}

/// The action as people script it.
fn word_of(action: Action) -> String {
    serde_json::to_value(action).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

impl From<NotAllowed> for Fault {
    fn from(refusal: NotAllowed) -> Self {
        let details = serde_json::json!({ "action": refusal.action, "node": refusal.node, "next_actions": refusal.next_actions });
        let code = if refusal.role_may { FaultCodeName::TransitionNotAllowed } else { FaultCodeName::NotPermitted };
        Self::new(code, format!("{refusal}. Nothing was changed; details.next_actions says what can be done.")).with(details)
    }
}

/// What the person may do with the order as it stands, in the order of [`Action`]. Undoing and giving back are offered
/// only where there is something to undo or to give back.
pub fn next_actions(state: &OrderState, actor: &Actor) -> Vec<Action> {
    let permitted: BTreeSet<Action> = lines_that_hold(state, actor).map(|line| line.action).collect();
    permitted.into_iter().filter(|action| has_an_object(state, actor, *action)).collect()
}

/// Whether the person may do it, by the table of the order's own version.
///
/// # Errors
/// [`NotAllowed`] with what the person may do instead.
pub fn check(state: &OrderState, actor: &Actor, action: Action) -> Result<(), NotAllowed> {
    if lines_that_hold(state, actor).any(|line| line.action == action) {
        return Ok(());
    }
    let role_may = table_of(state).iter().any(|line| line.action == action && line.by.contains(&actor.role));
    Err(NotAllowed { action, node: state.node, next_actions: next_actions(state, actor), role_may })
}

fn table_of(state: &OrderState) -> &'static [Transition] {
    workflow(state.report.as_ref().map_or(CURRENT_WORKFLOW, |report| report.workflow))
}

fn lines_that_hold<'a>(state: &'a OrderState, actor: &'a Actor) -> impl Iterator<Item = &'static Transition> + use<'a> {
    let fits = |line: &&Transition| line.from.contains(&state.node) && line.by.contains(&actor.role) && holds(line.relation, state, actor);
    table_of(state).iter().filter(fits)
}

fn holds(relation: Relation, state: &OrderState, actor: &Actor) -> bool {
    let own_team = actor.team.is_some() && actor.team == state.team;
    let reporter = state.report.as_ref().is_some_and(|report| is_reporter(report, &actor.number));
    let critical = state.report.as_ref().is_some_and(|report| report.urgency == Urgency::Critical);
    match relation {
        Relation::Any => true,
        Relation::OwnTeam => own_team,
        Relation::OwnTeamAndCritical => own_team && critical,
        Relation::OwnReport => reporter && state.team.is_none(),
        Relation::Reporter => reporter,
        Relation::Worker => is_worker(state, actor, own_team),
        Relation::Contributor => is_worker(state, actor, own_team) || has_lines(state, actor),
        Relation::Recorder => has_lines(state, actor),
    }
}

fn is_worker(state: &OrderState, actor: &Actor, own_team: bool) -> bool {
    let leads = actor.role == Role::TeamLeader && own_team;
    let number = &actor.number.staff_no;
    let works_on_it = state.assignee.as_ref() == Some(number) || state.helpers.contains(number);
    leads || works_on_it && state.is_part_of(&actor.number)
}

fn is_reporter(report: &Report, person: &HeldNumber) -> bool {
    report.reporter == person.staff_no && person.was_held_at(report.reported_at)
}

fn has_lines(state: &OrderState, actor: &Actor) -> bool {
    own_lines(state, &actor.number).next().is_some()
}

fn has_an_object(state: &OrderState, actor: &Actor, action: Action) -> bool {
    match action {
        Action::Withdraw => has_lines(state, actor),
        Action::ReturnPart => state.moves.iter().any(|movement| state.net_quantity(&movement.part) > 0),
        _ => true,
    }
}

/// Part and labour events of a person that stand: what the person can withdraw (`domain.md`, "Undo").
pub fn own_lines<'a>(state: &'a OrderState, person: &'a HeldNumber) -> impl Iterator<Item = EventId> + use<'a> {
    let is_own = |recorder: &StaffNo, at: UtcMillis| recorder == &person.staff_no && person.was_held_at(at);
    let moves = state
        .moves
        .iter()
        .filter(move |movement| is_own(&movement.recorder, movement.at) && movement.withdrawn_by.is_none())
        .map(|movement| movement.event);
    let labour = state
        .labour
        .iter()
        .filter(move |labour| is_own(&labour.recorder, labour.at) && labour.withdrawn_by.is_none())
        .map(|labour| labour.event);
    moves.chain(labour)
}

/// Where a decided return leads: a technician who asked to give the order back has it no more, so that the leader can give
/// it to somebody else; without a request it is the node before. `None` where nothing can be returned.
pub fn return_target(state: &OrderState) -> Option<Node> {
    let asked_for = state.return_request.as_ref().map(|_| Node::TeamAccepted).filter(|target| *target < state.node);
    asked_for.or_else(|| node_before(state.node))
}

/// The node before, where an order goes when it is given back; `None` where it cannot be.
pub fn node_before(node: Node) -> Option<Node> {
    match node {
        Node::Dispatched => Some(Node::Reported),
        Node::TeamAccepted => Some(Node::Dispatched),
        Node::Assigned => Some(Node::TeamAccepted),
        Node::Accepted => Some(Node::Assigned),
        Node::InProgress => Some(Node::Accepted),
        Node::Suspended | Node::Completed => Some(Node::InProgress),
        _ => None,
    }
}
