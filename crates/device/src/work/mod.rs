//! What a worker does: one file per deed, each a decision that reads the situation and gives an event's body or a fault.
//! [`carry_out`] does it: one immediate transaction from looking for an earlier reply to keeping the new one.

mod accept;
mod add_labour;
mod arrive;
pub mod asking;
mod complete;
mod confirm;
mod create_order;
mod move_part;
mod once;
mod request_return;
mod resume;
mod suspend;
mod withdraw;

use domain::event::EventBody;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{EventId, OrderId};
use domain::time::{HospitalZone, UtcMillis};
use domain::view::OrderView;
use machine::{Randomness, new_id};
use store::device::Session;
use uuid::Uuid;

pub use confirm::{Directory, directory_of, number_of};
pub use move_part::Direction;

use crate::command::Command;
use crate::order::events::OrderEvents;
use crate::order::record::record;
use crate::order::show::show;
use crate::order::situation::Situation;
use crate::permitted::check_permitted;
use crate::remembered::Remembered;
use crate::worker::Worker;

/// A deed from outside with the place of its order.
struct Deed<'a> {
    command: &'a Command,
    id: Option<Uuid>,
    order: OrderId,
}

/// A deed that was done.
pub struct Done {
    /// The order afterwards, or as it was when the same command was carried out first.
    pub view: OrderView,
    /// For the next deed, once this one is durable.
    pub remembered: Option<Remembered>,
}

/// Carries out a writing command inside the caller's transaction.
///
/// # Errors
/// Whatever the decision gives; the caller's transaction is then undone.
pub fn carry_out(
    session: &Session<'_>,
    command: &Command,
    now: UtcMillis,
    randomness: &dyn Randomness,
    remembered: Option<Remembered>,
) -> Result<Done, Fault> {
    let identity = session.identity()?.ok_or_else(|| Fault::new(FaultCodeName::NotEnrolled, "this device belongs to nobody yet"))?;
    let today = HospitalZone::default().date(identity.corrected(now));
    let (worker, known) = match remembered.map(|remembered| remembered.still_true(session, today)).transpose()?.flatten() {
        Some((worker, known)) => (worker, Some(known)),
        None => (Worker::of(session, &identity, now)?, None),
    };
    let id = id_of(command);
    if let Some(first) = id.map(|id| once::earlier_reply(session, EventId(id), command)).transpose()?.flatten() {
        let view = first.map_or_else(|order| show(&mut Situation::of_order(session, &identity, &worker, now, order)?), Ok)?;
        return Ok(Done { view, remembered: None });
    }
    check_permitted(&worker, command)?;
    let deed = Deed { command, id, order: order_of(session, command, randomness, now)? };
    let mut situation = match known.filter(|known| known.order == deed.order) {
        Some(known) => Situation::of_known_order(session, &identity, &worker, now, known),
        None if matches!(command, Command::CreateOrder(_)) => Situation::of_new_order(session, &identity, &worker, now, deed.order),
        None => Situation::of_order(session, &identity, &worker, now, deed.order)?,
    };
    let view = do_it(&mut situation, randomness, &deed)?;
    let known = situation.into_known_order();
    Ok(Done { view, remembered: Some(Remembered::of(session, today, worker, known)?) })
}

fn do_it(situation: &mut Situation<'_>, randomness: &dyn Randomness, deed: &Deed<'_>) -> Result<OrderView, Fault> {
    let body = decide(situation, deed)?;
    let id = EventId(deed.id.map_or_else(|| new_id(randomness, situation.now), Ok)?);
    record(situation, id, body)?;
    let view = show(situation)?;
    once::keep_reply(situation.session, id, deed.command, &view)?;
    Ok(view)
}

fn decide(situation: &Situation<'_>, deed: &Deed<'_>) -> Result<EventBody, Fault> {
    match deed.command {
        Command::CreateOrder(wanted) => create_order::decide(situation, wanted),
        Command::Accept(_) => accept::decide(situation),
        Command::Arrive { location, .. } => arrive::decide(situation, location.as_ref()),
        Command::Suspend { cause, until, note, .. } => suspend::decide(situation, *cause, *until, note.as_deref()),
        Command::Resume(_) => resume::decide(situation),
        Command::RequestReturn { reason, .. } => request_return::decide(situation, reason),
        Command::IssuePart(scan) => move_part::decide(situation, scan, Direction::Out),
        Command::ReturnPart(scan) => move_part::decide(situation, scan, Direction::Back),
        Command::AddLabour { item, quantity, .. } => add_labour::decide(situation, item, quantity),
        Command::Withdraw { event, .. } => withdraw::decide(situation, *event),
        Command::Complete { cause, remedy, .. } => complete::decide(situation, cause, remedy),
        Command::Confirm(confirm) => confirm::decide(situation, confirm),
        _ => Err(Fault::new(FaultCodeName::Internal, "a reading command came where only writing ones belong; nothing was saved")),
    }
}

/// The id that a writing command carries.
fn id_of(command: &Command) -> Option<Uuid> {
    match command {
        Command::CreateOrder(wanted) => wanted.id,
        Command::Accept(on) | Command::Resume(on) => on.id,
        Command::IssuePart(scan) | Command::ReturnPart(scan) => scan.id,
        Command::Confirm(confirm) => confirm.id,
        Command::Arrive { id, .. }
        | Command::Suspend { id, .. }
        | Command::RequestReturn { id, .. }
        | Command::AddLabour { id, .. }
        | Command::Withdraw { id, .. }
        | Command::Complete { id, .. } => *id,
        _ => None,
    }
}

fn order_of(session: &Session<'_>, command: &Command, randomness: &dyn Randomness, now: UtcMillis) -> Result<OrderId, Fault> {
    match command {
        Command::CreateOrder(_) => new_id(randomness, now).map(OrderId),
        Command::Accept(on) | Command::Resume(on) => Ok(on.order),
        Command::IssuePart(scan) | Command::ReturnPart(scan) => Ok(scan.order),
        Command::Confirm(confirm) => Ok(confirm.order),
        Command::Arrive { order, .. }
        | Command::Suspend { order, .. }
        | Command::RequestReturn { order, .. }
        | Command::AddLabour { order, .. }
        | Command::Withdraw { order: Some(order), .. }
        | Command::Complete { order, .. } => Ok(*order),
        Command::Withdraw { order: None, event, .. } => order_with(session, *event)?.ok_or_else(withdraw::unknown_event),
        _ => Err(Fault::new(FaultCodeName::Internal, "a reading command has no order to write to; nothing was saved")),
    }
}

/// The order of a line, also of one that came with the first synchronisation and lies packed.
fn order_with(session: &Session<'_>, event: EventId) -> Result<Option<OrderId>, Fault> {
    if let Some(order) = session.order_of_event(event)? {
        return Ok(Some(order));
    }
    for order in session.packed_with(event.0.as_bytes())? {
        if OrderEvents::load(session, order)?.stored.iter().any(|stored| stored.id == event) {
            return Ok(Some(order));
        }
    }
    Ok(None)
}
