//! An order as it is shown to somebody at the centre.

use std::collections::BTreeSet;

use domain::assess::assess;
use domain::event::Event;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::OrderId;
use domain::permissions::OrderScope;
use domain::recorded::{HeldReason, Recorded};
use domain::replay::replay;
use domain::state::OrderState;
use domain::time::HospitalZone;
use domain::view::{HeldEvent, Names, OrderView, Surroundings, order_view};
use domain::workflow::{Action, next_actions};
use store::Database;
use store::server::held;
use store::server::review::left_held;
use store::shared::reference::{self, ViewNames};

use crate::exchange::credential::known;
use crate::occasion::Occasion;
use crate::orders::history::of_order;
use crate::people::Person;

/// The most held events that are shown with their order; what is beyond them is counted, and listed under 核查.
pub const MOST_HELD_SHOWN: u32 = 50;

/// The whole order for a person.
///
/// # Errors
/// [`FaultCodeName::OrderUnknown`] when there is none, or none in the person's scope.
pub fn show(database: &Database, order: OrderId, person: &Person, occasion: &Occasion<'_>) -> Result<OrderView, Fault> {
    let recorded = of_order(database, order)?;
    let state = replay(&recorded);
    if !may_see(person, &state, occasion.zone) {
        return Err(unknown());
    }
    view(database, order, &recorded, &state, person, occasion)
}

/// Whether the person sees the order: one that they reported or took part in, or one in the scope of any of their roles
/// (`domain::permissions::SCOPES`). What the last holder of the number did is not theirs.
pub fn may_see(person: &Person, state: &OrderState, zone: HospitalZone) -> bool {
    let is_inside = |scope: OrderScope| match scope {
        OrderScope::Hospital => true,
        OrderScope::OwnTeams => person.teams.iter().any(|team| Some(&team.team_code) == state.team.as_ref()),
        OrderScope::OwnDepartment => state.report.as_ref().is_some_and(|report| &report.department == person.department()),
        OrderScope::OwnPart => false,
    };
    state.is_part_of(&person.number(zone)) || person.scopes().into_iter().any(is_inside)
}

/// The view, once it is known that the person may have it.
///
/// # Errors
/// [`FaultCodeName::OrderUnknown`] when nothing can be shown yet.
pub fn view(
    database: &Database,
    order: OrderId,
    recorded: &[Recorded],
    state: &OrderState,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<OrderView, Fault> {
    let held_events = held_events(database, order)?;
    let count = |events: usize| u64::try_from(events).unwrap_or(u64::MAX);
    let (shown, open) = (count(held_events.len()), count(held_events.iter().filter(|held| held.left.is_none()).count()));
    let names = Names { zone: occasion.zone, ..names(database, state, recorded, &held_events)? };
    let surroundings = Surroundings {
        names,
        assessment: assess(state, &reference::prices_of(database, state)?, occasion.now, occasion.zone),
        next_actions: actions_of(person, state, occasion.zone),
        reader: Some(person.number(occasion.zone)),
        held: held_events.iter().map(|held| (held.id, held.reason)).collect(),
        held_events,
        held_not_shown: held::count_of_order(database, order)?.saturating_sub(shown),
        undecided_not_shown: held::count_open_of_order(database, order)?.saturating_sub(open),
    };
    order_view(state, recorded, surroundings).ok_or_else(unknown)
}

/// What waits outside the history, read where it can be.
fn held_events(database: &Database, order: OrderId) -> Result<Vec<HeldEvent>, Fault> {
    held::first_of_order(database, order, MOST_HELD_SHOWN)?.into_iter().map(|held| held_event(database, &held)).collect()
}

fn held_event(database: &Database, held: &held::HeldEvent) -> Result<HeldEvent, Fault> {
    let is_small_enough = held.reason != HeldReason::Oversized;
    Ok(HeldEvent {
        id: held.id,
        device: held.device,
        sender: known(database, held.device)?.staff_no,
        received_at: held.received_at,
        reason: held.reason,
        left: left_held(database, held)?.map(|left| left.reason),
        event: is_small_enough.then(|| Event::from_bytes(&held.bytes).ok()).flatten(),
    })
}

/// The names of the history, and of what is held beside it.
fn names(database: &Database, state: &OrderState, recorded: &[Recorded], held_events: &[HeldEvent]) -> Result<Names, Fault> {
    let readable = held_events.iter().filter_map(|held| held.event.clone());
    let readable: Vec<Recorded> = readable.map(|event| Recorded { event, predecessors: Vec::new(), receipt: None }).collect();
    let mut names = ViewNames::default();
    names.look_up(database, state, recorded)?;
    names.look_up(database, state, &readable)?;
    Ok(names.names().clone())
}

/// What the person may do here: decisions of the centre. Facts are recorded on devices.
fn actions_of(person: &Person, state: &OrderState, zone: HospitalZone) -> Vec<Action> {
    let centre = [Action::Dispatch, Action::AcceptForTeam, Action::Assign, Action::Reassign, Action::Return, Action::Cancel, Action::Merge];
    let possible: BTreeSet<Action> = person.actors(state, zone).iter().flat_map(|actor| next_actions(state, actor)).collect();
    possible.into_iter().filter(|action| centre.contains(action)).collect()
}

/// No such order, as far as the person may know.
pub fn unknown() -> Fault {
    Fault::new(FaultCodeName::OrderUnknown, "there is no such order in your scope")
}
