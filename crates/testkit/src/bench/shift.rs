//! A worker's deeds on one order: two parts, a labour line, completed, confirmed.

use device::command::{Command, Confirm, ScanPart};
use domain::identity::{EventId, OrderId};
use domain::time::UtcMillis;
use uuid::Uuid;

use crate::generate::{Cast, Chance};

/// Deeds on one order.
pub const DEEDS_OF_AN_ORDER: usize = 5;

/// A command with the id of the event that it makes.
pub struct Deed {
    /// The id.
    pub event: EventId,
    /// The command.
    pub command: Command,
}

/// Makes one command about an order, with an id.
type MakeCommand = fn(Uuid, OrderId, &Cast, &mut Chance) -> Command;

/// The deeds that finish an order in progress.
pub fn finishing(order: OrderId, cast: &Cast, chance: &mut Chance, now: UtcMillis) -> Vec<Deed> {
    let commands: [MakeCommand; DEEDS_OF_AN_ORDER] = [issue, issue, labour, complete, confirm];
    let deeds = commands.into_iter().map(|command| {
        let id = chance.id(now);
        Deed { event: EventId(id), command: command(id, order, cast, chance) }
    });
    deeds.collect()
}

/// Draws one piece of some part.
pub fn issue(id: Uuid, order: OrderId, cast: &Cast, chance: &mut Chance) -> Command {
    let scan = chance.one_of(&cast.parts).map(|part| part.code.clone()).unwrap_or_default();
    Command::IssuePart(ScanPart { id: Some(id), order, scan, quantity: 1.into(), warehouse: None, again: Some(true) })
}

fn labour(id: Uuid, order: OrderId, cast: &Cast, chance: &mut Chance) -> Command {
    Command::AddLabour { id: Some(id), order, item: chance.text_of(&cast.labour_items).as_str().into(), quantity: 1.into() }
}

/// Says what was wrong and what was done.
pub fn complete(id: Uuid, order: OrderId, _: &Cast, _: &mut Chance) -> Command {
    Command::Complete {
        id: Some(id),
        order,
        cause: "密封圈变形,接头松动".to_owned(),
        remedy: "更换密封圈,重新缠生料带,试水十分钟无渗漏".to_owned(),
    }
}

/// Somebody of the house, of whichever department, confirms.
pub fn confirm(id: Uuid, order: OrderId, cast: &Cast, chance: &mut Chance) -> Command {
    let staff_no = chance.one_of(&cast.confirmers).map(|person| person.staff_no.as_str()).unwrap_or_default().into();
    Command::Confirm(Confirm {
        id: Some(id),
        order,
        staff_no,
        accepted: true,
        reason: None,
        other_department: Some(true),
        unverified: Some(true),
    })
}
