//! Decisions of the centre: checked against the workflow, recorded, settled.

use domain::event::{Cancelled, Empty, EventBody, Reassigned, Returned, ToPerson, ToTeam};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{OrderId, StaffNo, TeamCode};
use domain::node::Node;
use domain::replay::replay;
use domain::role::Role;
use domain::state::OrderState;
use domain::time::HospitalZone;
use domain::view::OrderView;
use domain::workflow::{Action, Actor, check, return_target};
use store::Database;
use store::shared::reference;

use crate::occasion::Occasion;
use crate::orders::fields::reason;
use crate::orders::history::of_order;
use crate::orders::merging::{absorb, merged};
use crate::orders::record::{Author, record_own};
use crate::orders::settle::settle;
use crate::orders::show::{may_see, unknown, view};
use crate::people::Person;

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// 派单
    Dispatch {
        /// To which team.
        team: TeamCode,
    },
    /// 班组受理
    AcceptForTeam,
    /// 派工
    Assign {
        /// To whom.
        staff_no: StaffNo,
    },
    /// 改派
    Reassign {
        /// To which team.
        team: Option<TeamCode>,
        /// To whom.
        staff_no: Option<StaffNo>,
    },
    /// 回退
    Return {
        /// Why.
        reason: String,
    },
    /// 取消
    Cancel {
        /// Why.
        reason: String,
        /// The leader cancels over a technician who has taken the order up.
        overridden: bool,
    },
    /// 合并
    Merge {
        /// The order that goes on, by id or number.
        into: String,
    },
}

impl Decision {
    fn action(&self) -> Action {
        match self {
            Self::Dispatch { .. } => Action::Dispatch,
            Self::AcceptForTeam => Action::AcceptForTeam,
            Self::Assign { .. } => Action::Assign,
            Self::Reassign { .. } => Action::Reassign,
            Self::Return { .. } => Action::Return,
            Self::Cancel { .. } => Action::Cancel,
            Self::Merge { .. } => Action::Merge,
        }
    }
}

/// Takes a decision and gives the order as it is then.
///
/// # Errors
/// A [`Fault`] when the order is not in the person's scope, the workflow does not allow it, or a named team, person or order does
/// not fit; nothing is then changed.
pub fn decide(
    database: &Database,
    order: OrderId,
    decision: &Decision,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<OrderView, Fault> {
    let mut history = of_order(database, order)?;
    let state = replay(&history);
    if !may_see(person, &state, occasion.zone) {
        return Err(unknown());
    }
    let actor = actor_for(person, &state, decision.action(), occasion.zone)?;
    let body = body_of(database, decision, &state, person, &actor, occasion)?;
    let author = Author { staff_no: actor.number.staff_no, role: actor.role };
    if let EventBody::Merged(merged) = &body {
        absorb(database, merged, order, &state, &author, occasion)?;
    }
    record_own(database, order, &mut history, &author, body, occasion)?;
    let settled = settle(database, order, occasion)?;
    view(database, order, &settled.recorded, &settled.state, person, occasion)
}

/// The first capacity in which the person may do it.
fn actor_for(person: &Person, state: &OrderState, action: Action, zone: HospitalZone) -> Result<Actor, Fault> {
    let mut refusal = None;
    for actor in person.actors(state, zone) {
        match check(state, &actor, action) {
            Ok(()) => return Ok(actor),
            Err(refused) if refused.role_may || refusal.is_none() => refusal = Some(refused),
            Err(_) => {}
        }
    }
    Err(refusal.map_or_else(unknown, Fault::from))
}

fn body_of(
    database: &Database,
    decision: &Decision,
    state: &OrderState,
    person: &Person,
    actor: &Actor,
    occasion: &Occasion<'_>,
) -> Result<EventBody, Fault> {
    match decision {
        Decision::Dispatch { team } => {
            known_team(database, team)?;
            Ok(EventBody::Dispatched(ToTeam { team: team.clone() }))
        }
        Decision::AcceptForTeam => Ok(EventBody::TeamAccepted(Empty {})),
        Decision::Assign { staff_no } => {
            member_of(database, staff_no, state.team.as_ref(), occasion)?;
            Ok(EventBody::Assigned(ToPerson { staff_no: staff_no.clone() }))
        }
        Decision::Reassign { team, staff_no } => reassigned(database, team.as_ref(), staff_no.as_ref(), state, actor, occasion),
        Decision::Return { reason: words } => returned(words, state),
        Decision::Cancel { reason: words, overridden } => cancelled(words, *overridden, state),
        Decision::Merge { into } => merged(database, state, into, person, occasion),
    }
}

fn reassigned(
    database: &Database,
    team: Option<&TeamCode>,
    staff_no: Option<&StaffNo>,
    state: &OrderState,
    actor: &Actor,
    occasion: &Occasion<'_>,
) -> Result<EventBody, Fault> {
    if team.is_none() && staff_no.is_none() {
        return Err(Fault::new(FaultCodeName::BadRequest, "name a team, a person or both; nothing was changed"));
    }
    if actor.role == Role::TeamLeader && team.is_some_and(|team| Some(team) != actor.team.as_ref()) {
        return Err(Fault::new(
            FaultCodeName::NotPermitted,
            "a leader gives orders to people of the own team; give it back for another team",
        ));
    }
    if let Some(team) = team {
        known_team(database, team)?;
    }
    if let Some(staff_no) = staff_no {
        member_of(database, staff_no, team.or(state.team.as_ref()), occasion)?;
    }
    Ok(EventBody::Reassigned(Reassigned { team: team.cloned(), staff_no: staff_no.cloned() }))
}

fn returned(words: &str, state: &OrderState) -> Result<EventBody, Fault> {
    let reason = reason(words)?;
    let to = return_target(state).ok_or_else(|| Fault::new(FaultCodeName::TransitionNotAllowed, "there is no node before this one"))?;
    Ok(EventBody::Returned(Returned { reason, to }))
}

/// Once a technician has taken the order up, cancelling is the leader's overruling and has to be said (`domain.md`, "Transitions").
fn cancelled(words: &str, overridden: bool, state: &OrderState) -> Result<EventBody, Fault> {
    let reason = reason(words)?;
    let taken_up = matches!(state.node, Node::Accepted | Node::InProgress | Node::Suspended);
    if taken_up && !overridden {
        let message = "a technician has taken the order up; cancel it with \"override\": true; nothing was changed";
        return Err(Fault::new(FaultCodeName::TransitionNotAllowed, message).with(serde_json::json!({ "override": true })));
    }
    Ok(EventBody::Cancelled(Cancelled { reason, overridden: taken_up }))
}

fn known_team(database: &Database, team: &TeamCode) -> Result<(), Fault> {
    match reference::team(database, team)? {
        Some(_) => Ok(()),
        None => Err(Fault::new(FaultCodeName::TeamUnknown, format!("there is no team {team}; nothing was changed"))),
    }
}

/// The person has to be a technician, or the leader or deputy, of the team, today.
fn member_of(database: &Database, staff_no: &StaffNo, team: Option<&TeamCode>, occasion: &Occasion<'_>) -> Result<(), Fault> {
    let person = Person::on(database, staff_no, occasion.today())?;
    let person = person.ok_or_else(|| Fault::new(FaultCodeName::StaffUnknown, "this number is nobody's today; nothing was changed"))?;
    let repairs = person.has(Role::REPAIRERS);
    let of_the_team = team.is_some_and(|team| person.team_codes().contains(team));
    if repairs && of_the_team {
        return Ok(());
    }
    let message = "this person does not repair in the team of the order; nothing was changed";
    Err(Fault::new(FaultCodeName::StaffNotValid, message).with(serde_json::json!({ "staff_no": staff_no, "team": team })))
}
