//! Making the view of an order from its state and what surrounds it.

use std::collections::{BTreeMap, BTreeSet};

use super::{EventView, HeldEvent, Names, OrderView, OwnPart, Surroundings, Upload};
use crate::assess::{Assessment, LabourCostLine, PartLine};
use crate::contradiction::{Contradiction, ContradictionKind};
use crate::holder::HeldNumber;
use crate::identity::{EventId, PartCode, StaffNo};
use crate::money::Fen;
use crate::recorded::{HeldReason, Recorded, Verdict};
use crate::review::left_as_they_are;
use crate::role::Role;
use crate::state::{Effect, HistoryEntry, OrderState};
use crate::workflow::{Action, own_lines};

/// The whole order as it is shown. `None` while the report has not arrived, because nothing could be shown
/// ([`crate::row::OrderRow::of`] keeps the same rule).
pub fn order_view(state: &OrderState, recorded: &[Recorded], surroundings: Surroundings) -> Option<OrderView> {
    let report = state.report.as_ref()?;
    let id = state.id?;
    let Surroundings { names, assessment, next_actions, reader, held, held_events, held_not_shown, undecided_not_shown } = surroundings;
    let contradictions = with_price_changes(state, &assessment);
    let held_beside = held_events.iter().map(|held| (held.id, held.reason));
    let upload = upload(recorded, &held.iter().map(|(event, reason)| (*event, *reason)).chain(held_beside).collect());
    let waits_beside = held_events.iter().any(|held| held.left.is_none() && held.reason.is_kept());
    let mut events = with_held(event_views(state, recorded, &names, &held, &held_events), &held_events, &names);
    mark_withdrawable(&mut events, state, reader.as_ref().filter(|_| next_actions.contains(&Action::Withdraw)));
    Some(OrderView {
        id,
        number: state.number.clone().unwrap_or_else(|| id.temporary_number()),
        number_is_temporary: state.number.is_none(),
        node: state.node,
        urgency: report.urgency,
        location: report.location.clone(),
        location_label: names.location.clone(),
        fault: report.fault.clone(),
        fault_name: names.fault.clone(),
        department: report.department.clone(),
        department_name: names.department.clone(),
        description: report.description.clone(),
        caller: report.caller.clone(),
        reported_at: report.reported_at,
        team: state.team.clone(),
        team_name: names.team.clone().filter(|_| state.team.is_some()),
        assignee: state.assignee.clone(),
        assignee_name: state.assignee.as_ref().and_then(|person| names.name_of(person, *state.participants.get(person)?)),
        took_over: state.took_over || is_taken_over_from_an_earlier_holder(state, &names),
        helpers: state.helpers.clone(),
        withdrawn_from: state.withdrawn_from.clone(),
        skipped: state.skipped.clone(),
        due_at: state.due_at(),
        arrived_at: state.arrived_at,
        completed_at: state.completed_at,
        cause: state.cause.clone(),
        remedy: state.remedy.clone(),
        suspension: state.suspension.clone(),
        return_request: state.return_request.clone(),
        own_part: reader.map_or(OwnPart::Nothing, |person| OwnPart::of(&person, state, &events)),
        undecided: undecided_not_shown > 0 || waits_beside || events.iter().any(is_undecided),
        events,
        parts: assessment.parts.into_iter().map(|line| named_part(line, &names)).collect(),
        labour: assessment.labour.into_iter().map(|line| named_labour(line, &names)).collect(),
        cost_fen: assessment.cost_fen,
        shown_fen: assessment.shown_fen,
        charge: state.charge,
        confirmation: state.confirmation.clone(),
        witnesses: state.witnesses.clone(),
        refusals: state.refusals,
        contradictions,
        next_actions,
        upload,
        held_not_shown,
        undecided_not_shown,
    })
}

/// Marks the lines that the device would let `withdrawer` take back: their own, and no earlier holder's of their number.
fn mark_withdrawable(events: &mut [EventView], state: &OrderState, withdrawer: Option<&HeldNumber>) {
    let Some(person) = withdrawer else { return };
    let own: BTreeSet<EventId> = own_lines(state, person).collect();
    for event in events.iter_mut().filter(|event| own.contains(&event.id)) {
        event.withdrawable = true;
    }
}

/// Whether somebody has still to say what becomes of it.
fn is_undecided(event: &EventView) -> bool {
    let is_set_aside = matches!(event.verdict, Some(Verdict::SetAside(_)));
    event.left.is_none() && (is_set_aside || event.held.is_some_and(HeldReason::is_kept))
}

/// Replay knows numbers, and who assigned it to the number meant somebody else.
fn is_taken_over_from_an_earlier_holder(state: &OrderState, names: &Names) -> bool {
    let (Some(assignee), Some(taken_up)) = (&state.assignee, state.taken_up) else { return false };
    names.changed_hands(assignee, taken_up.given_at, taken_up.taken_at)
}

fn named_part(line: PartLine, names: &Names) -> PartLine {
    let known = names.parts.get(&line.part).cloned();
    let (name, unit) = known.map_or((line.name, line.unit), |(name, unit)| (Some(name), Some(unit)));
    PartLine { part: line.part, name, unit, quantity: line.quantity, unit_price_fen: line.unit_price_fen, charged: line.charged }
}

fn named_labour(mut line: LabourCostLine, names: &Names) -> LabourCostLine {
    line.name = names.items.get(&line.item).cloned().or(line.name);
    line
}

/// Where the work is: what concerns somebody most comes first (outside contract, `upload`).
pub fn upload(recorded: &[Recorded], held: &BTreeMap<EventId, HeldReason>) -> Upload {
    let set_aside = |recorded: &Recorded| recorded.receipt.as_ref().is_some_and(|receipt| matches!(receipt.verdict, Verdict::SetAside(_)));
    if recorded.iter().any(set_aside) {
        Upload::SetAside
    } else if held.values().any(|reason| reason.is_kept()) {
        Upload::Held
    } else if recorded.iter().any(|recorded| recorded.receipt.is_none()) {
        Upload::Local
    } else {
        Upload::Stored
    }
}

fn event_views(
    state: &OrderState,
    recorded: &[Recorded],
    names: &Names,
    held: &BTreeMap<EventId, HeldReason>,
    held_events: &[HeldEvent],
) -> Vec<EventView> {
    let by_id: BTreeMap<EventId, &Recorded> = known_best(recorded);
    let withdrawn = withdrawn_lines(state);
    let left = left_as_they_are(recorded);
    let view = |entry: &HistoryEntry| {
        let recorded = by_id.get(&entry.event)?;
        let beside = left_beside(held_events, entry.event);
        // Other content under the id of what is recorded says nothing of it: once that was left nothing waits here.
        let (reason, beside) = match recorded.receipt {
            Some(_) => (held.get(&entry.event).filter(|_| beside.is_none()), None),
            None => (held.get(&entry.event), beside),
        };
        let view = event_view(entry, recorded, names, reason.copied(), withdrawn.contains(&entry.event));
        let is_left = matches!(view.verdict, Some(Verdict::SetAside(_)));
        let words = left.get(&entry.event).filter(|_| is_left).map(|words| (*words).to_owned());
        Some(EventView { left: words.or(beside), ..view })
    };
    state.history.iter().filter_map(view).collect()
}

/// Why what is held under an id was left: `None` while one copy of it waits for somebody.
fn left_beside(held_events: &[HeldEvent], event: EventId) -> Option<String> {
    let mut words = held_events.iter().filter(|held| held.id == event).map(|held| held.left.as_ref());
    let first = words.next()??;
    words.all(|others| others.is_some()).then(|| first.clone())
}

/// An event may be held from two devices, and recorded from a third: it is shown once.
fn with_held(mut views: Vec<EventView>, held_events: &[HeldEvent], names: &Names) -> Vec<EventView> {
    let mut shown: BTreeSet<EventId> = views.iter().map(|view| view.id).collect();
    views.extend(
        held_events.iter().filter(|held| shown.insert(held.id)).map(|held| held_view(held, left_beside(held_events, held.id), names)),
    );
    views
}

/// Nobody vouches for what a held event claims, its time least of all.
fn held_view(held: &HeldEvent, left: Option<String>, names: &Names) -> EventView {
    let event = held.event.as_ref();
    let claimed_at = event.map_or(held.received_at, |event| event.claimed_at());
    let occurred_at = claimed_at.min(held.received_at);
    let recorder = event.map_or(&held.sender, |event| &event.recorder);
    EventView {
        id: held.id,
        kind: event.map_or("unreadable", |event| event.body.kind()).to_owned(),
        recorder: recorder.clone(),
        recorder_name: names.name_of(recorder, occurred_at),
        // Only those who repair have devices.
        role: event.map_or(Role::Technician, |event| event.role),
        device: event.map_or(held.device, |event| event.device),
        recorded_at: event.map_or(held.received_at, |event| event.recorded_at),
        occurred_at,
        time_uncertain: true,
        received_at: Some(held.received_at),
        position: None,
        verdict: None,
        held: Some(held.reason),
        left,
        effect: Effect::Held,
        withdrawn: false,
        withdrawable: false,
        names: event.map(|event| names.in_body(&event.body, occurred_at)).unwrap_or_default(),
        unit: event.and_then(|event| names.unit_in(&event.body)),
        body: event.map_or_else(|| serde_json::json!({}), |event| event.body.to_value()),
    }
}

/// Of an event that is passed twice, the one with the receipt.
fn known_best(recorded: &[Recorded]) -> BTreeMap<EventId, &Recorded> {
    let mut by_id: BTreeMap<EventId, &Recorded> = BTreeMap::new();
    for recorded in recorded {
        let known = by_id.entry(recorded.event.id).or_insert(recorded);
        if known.receipt.is_none() {
            *known = recorded;
        }
    }
    by_id
}

fn withdrawn_lines(state: &OrderState) -> BTreeSet<EventId> {
    let moves = state.moves.iter().filter(|movement| movement.withdrawn_by.is_some()).map(|movement| movement.event);
    moves.chain(state.labour.iter().filter(|labour| labour.withdrawn_by.is_some()).map(|labour| labour.event)).collect()
}

fn event_view(entry: &HistoryEntry, recorded: &Recorded, names: &Names, held: Option<HeldReason>, withdrawn: bool) -> EventView {
    let event = &recorded.event;
    let receipt = recorded.receipt.as_ref();
    EventView {
        id: event.id,
        kind: event.body.kind().to_owned(),
        recorder: event.recorder.clone(),
        recorder_name: names.name_of(&event.recorder, entry.occurred_at),
        role: event.role,
        device: event.device,
        recorded_at: event.recorded_at,
        occurred_at: entry.occurred_at,
        time_uncertain: entry.time_uncertain,
        received_at: receipt.map(|receipt| receipt.received_at),
        position: receipt.map(|receipt| receipt.position),
        verdict: receipt.map(|receipt| receipt.verdict),
        held,
        left: None,
        effect: entry.effect,
        withdrawn,
        withdrawable: false,
        names: names.in_body(&event.body, entry.occurred_at),
        unit: names.unit_in(&event.body),
        body: event.body.to_value(),
    }
}

/// The contradictions of the replay, and contradiction 12 where the worker was shown other prices.
fn with_price_changes(state: &OrderState, assessment: &Assessment) -> Vec<Contradiction> {
    let mut contradictions = state.contradictions.clone();
    if assessment.shown_fen.is_some() {
        contradictions.push(price_change(state, assessment));
    }
    contradictions
}

fn price_change(state: &OrderState, assessment: &Assessment) -> Contradiction {
    let price_of_part = |part: &PartCode| assessment.parts.iter().find(|line| &line.part == part).map(|line| line.unit_price_fen);
    let price_of_labour = |event: EventId| assessment.labour.iter().find(|line| line.event == event).map(|line| line.unit_price_fen);
    let differs = |now: Option<Fen>, shown: Fen| now.is_some_and(|now| now != shown);
    let moves = state
        .moves
        .iter()
        .filter(|movement| differs(price_of_part(&movement.part), movement.unit_price_fen))
        .map(|movement| (movement.event, &movement.recorder));
    let labour = state
        .labour
        .iter()
        .filter(|labour| differs(price_of_labour(labour.event), labour.unit_price_fen))
        .map(|labour| (labour.event, &labour.recorder));
    let lines: Vec<(EventId, &StaffNo)> = moves.chain(labour).collect();
    let people: BTreeSet<StaffNo> = lines.iter().map(|(_, person)| (*person).clone()).collect();
    let concerned: BTreeSet<EventId> = lines.iter().map(|(event, _)| *event).collect();
    Contradiction {
        kind: ContradictionKind::PriceChanged,
        number: ContradictionKind::PriceChanged.number(),
        events: state.history.iter().map(|entry| entry.event).filter(|event| concerned.contains(event)).collect(),
        people: people.into_iter().collect(),
        needs_ruling: false,
        settled: false,
    }
}
