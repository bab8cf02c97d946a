//! What a worker does next: anything that the device itself offers, in any order.

use device::command::{Command, Confirm, CreateOrder, ListFilter, OnOrder, ScanPart};
use device::reply::{Answer, Reply};
use domain::event::SuspensionCause;
use domain::fault::FaultCodeName;
use domain::identity::{EventId, OrderId};
use domain::permissions::may_record_on_device;
use domain::role::Role;
use domain::urgency::Urgency;
use domain::view::{OrderSummary, OrderView};
use domain::workflow::Action;
use uuid::Uuid;

use super::broken::Promise;
use super::hospital::{DEPARTMENT, FAULTS, ITEMS, LOCATIONS, NOBODY, NURSES, PARTS};
use super::mutation::Mutation;
use super::phone::Phone;
use super::random::Chance;

/// The worker looks at a list, opens an order and does one of the things that are offered; or creates an order.
pub fn work(phone: &mut Phone, chance: &mut Chance) -> Result<String, Promise> {
    let id = chance.id();
    if !phone.has_lists() {
        return Ok("has no lists yet".into());
    }
    let command = if chance.percent(8) { Some(create(id, chance)) } else { next_deed(phone, id, chance)? };
    match command {
        Some(command) => do_it(phone, id, &command, chance),
        None => Ok("finds nothing to do".into()),
    }
}

fn do_it(phone: &mut Phone, id: Uuid, command: &Command, chance: &mut Chance) -> Result<String, Promise> {
    let spoiled = phone.mutation == Some(Mutation::AcknowledgedBeforeDurable) && chance.percent(10);
    if spoiled {
        phone.back_up()?;
    }
    let first = phone.handle(command)?;
    phone.mutate_replies()?;
    if chance.percent(10) && !phone.is_in_trouble() {
        check_repeated(phone, command, &first)?;
    }
    match first {
        Reply::Ok(Answer::Order(view)) => {
            check_contains(&view, EventId(id))?;
            if spoiled {
                phone.restore()?;
            }
            phone.acknowledge(EventId(id), view.id);
            Ok(format!("{} as {id}", name_of(command)))
        }
        Reply::Ok(other) => Err(Promise::broken(format!("{command:?} is answered with {other:?}"))),
        // Offered as a kind of deed, but not with this quantity or this line.
        Reply::Error(fault) if matches!(fault.code, FaultCodeName::MoreThanIssued | FaultCodeName::NotWithdrawable) => {
            Ok(format!("{:?}", fault.code))
        }
        Reply::Error(fault) if phone.may_fail(fault.code) => once_more(phone, id, command, fault.code),
        Reply::Error(fault) => Err(Promise::broken(format!("{command:?} was offered and gives {:?}: {fault}", fault.code))),
    }
}

/// Nothing was saved: the same command again, when the process runs again and there is room, does what it should have done.
fn once_more(phone: &mut Phone, id: Uuid, command: &Command, code: FaultCodeName) -> Result<String, Promise> {
    phone.recover()?;
    let Answer::Order(view) = phone.ask(command)? else { return Err(Promise::broken("a deed is answered with something else")) };
    check_contains(&view, EventId(id))?;
    phone.acknowledge(EventId(id), view.id);
    Ok(format!("{} as {id} after {code:?}", name_of(command)))
}

/// The process stops before the reply is read; the same command again gives the same reply.
fn check_repeated(phone: &mut Phone, command: &Command, first: &Reply) -> Result<(), Promise> {
    phone.stop_and_start()?;
    let again = phone.handle(command)?;
    if &again == first {
        return Ok(());
    }
    Err(Promise::broken(format!("{command:?} again gives {again:?} after {first:?}")).named("a_command_repeated_is_done_once"))
}

fn check_contains(view: &OrderView, id: EventId) -> Result<(), Promise> {
    let times = view.events.iter().filter(|event| event.id == id).count();
    if times == 1 { Ok(()) } else { Err(Promise::broken(format!("the reply shows the new event {id} {times} times"))) }
}

fn next_deed(phone: &Phone, id: Uuid, chance: &mut Chance) -> Result<Option<Command>, Promise> {
    let filters = [(70, ListFilter::Mine), (22, ListFilter::Team), (8, ListFilter::Done)];
    let filter = chance.weighted(&filters).copied().unwrap_or(ListFilter::Mine);
    let mut orders = listed(phone, filter)?;
    if orders.is_empty() {
        orders = listed(phone, ListFilter::Team)?;
    }
    let Some(row) = chance.one_of(&orders) else { return Ok(None) };
    let Answer::Order(view) = phone.ask(&Command::GetOrder { order: row.id })? else {
        return Err(Promise::broken("an order is answered with something else"));
    };
    let possible = view.next_actions.iter().filter(|action| is_offered_by(phone, **action));
    let offered: Vec<_> = possible.map(|action| (eagerness(*action), *action)).collect();
    let action = chance.weighted(&offered).copied();
    Ok(action.and_then(|action| deed(action, &view, phone.person, id, chance)))
}

fn listed(phone: &Phone, filter: ListFilter) -> Result<Vec<OrderSummary>, Promise> {
    match phone.ask(&Command::ListOrders { filter, node: None, limit: Some(200), after: None })? {
        Answer::Orders(page) => Ok(page.orders),
        _ => Err(Promise::broken("a list is answered with something else")),
    }
}

/// How often an offered deed is chosen: seldom what ends or gives back an order, so that orders have some history.
fn eagerness(action: Action) -> usize {
    match action {
        Action::Accept | Action::Confirm => 10,
        Action::Arrive | Action::IssuePart | Action::AddLabour | Action::Complete => 6,
        Action::Suspend | Action::Resume | Action::ReturnPart | Action::Withdraw => 4,
        Action::RequestReturn => 1,
        Action::Dispatch | Action::AcceptForTeam | Action::Assign | Action::Reassign | Action::Return | Action::Cancel | Action::Merge => 0,
    }
}

/// Whether a phone with this program offers it: not what is done at the centre, nor what an older program does not know.
fn is_offered_by(phone: &Phone, action: Action) -> bool {
    Role::REPAIRERS.iter().any(|role| may_record_on_device(*role, action.kind())) && phone.knows(action.kind())
}

fn create(id: Uuid, chance: &mut Chance) -> Command {
    let urgencies = [Urgency::Critical, Urgency::Normal];
    Command::CreateOrder(CreateOrder {
        id: Some(id),
        location: chance.one_of(&LOCATIONS).copied().unwrap_or_default().into(),
        fault: chance.one_of(&FAULTS).copied().unwrap_or_default().into(),
        urgency: chance.one_of(&urgencies).copied().unwrap_or(Urgency::Normal),
        department: DEPARTMENT.into(),
        description: "水龙头漏水".into(),
        caller: None,
    })
}

/// The command of an action; `None` for what is done at the centre, and for a withdrawal without a line.
fn deed(action: Action, view: &OrderView, person: &str, id: Uuid, chance: &mut Chance) -> Option<Command> {
    let (order, id) = (view.id, Some(id));
    Some(match action {
        Action::Accept => Command::Accept(OnOrder { id, order }),
        Action::Arrive => Command::Arrive { id, order, location: chance.percent(50).then(|| view.location.clone()) },
        Action::Suspend => Command::Suspend { id, order, cause: SuspensionCause::Parts, until: None, note: None },
        Action::Resume => Command::Resume(OnOrder { id, order }),
        Action::RequestReturn => Command::RequestReturn { id, order, reason: "派错班组".into() },
        Action::IssuePart => Command::IssuePart(scan(id, order, chance)),
        Action::ReturnPart => Command::ReturnPart(scan(id, order, chance)),
        Action::AddLabour => {
            let item = chance.one_of(&ITEMS).copied().unwrap_or_default().into();
            Command::AddLabour { id, order, item, quantity: 1.into() }
        }
        Action::Withdraw => Command::Withdraw { id, order: Some(order), event: own_line(view, person, chance)? },
        Action::Complete => Command::Complete { id, order, cause: "老化".into(), remedy: "更换".into() },
        Action::Confirm => Command::Confirm(confirmation(id, order, chance)),
        Action::Dispatch | Action::AcceptForTeam | Action::Assign | Action::Reassign | Action::Return | Action::Cancel | Action::Merge => {
            return None;
        }
    })
}

fn scan(id: Option<Uuid>, order: OrderId, chance: &mut Chance) -> ScanPart {
    let scan = chance.one_of(&PARTS).copied().unwrap_or_default().to_owned();
    ScanPart { id, order, scan, quantity: chance.below(3).saturating_add(1).into(), warehouse: None, again: None }
}

fn own_line(view: &OrderView, person: &str, chance: &mut Chance) -> Option<EventId> {
    let is_line = |kind: &str| matches!(kind, "part_issued" | "part_returned" | "labour_added");
    let own = view.events.iter().filter(|event| is_line(&event.kind) && event.recorder.as_str() == person && !event.withdrawn);
    chance.one_of(&own.map(|event| event.id).collect::<Vec<_>>()).copied()
}

fn confirmation(id: Option<Uuid>, order: OrderId, chance: &mut Chance) -> Confirm {
    let accepted = chance.percent(75);
    let known = chance.percent(85);
    Confirm {
        id,
        order,
        staff_no: if known { chance.one_of(&NURSES).copied().unwrap_or_default() } else { NOBODY }.into(),
        accepted,
        reason: (!accepted).then(|| "还在漏".into()),
        other_department: None,
        unverified: (!known).then_some(true),
    }
}

fn name_of(command: &Command) -> &'static str {
    match command {
        Command::CreateOrder(_) => "create_order",
        Command::Accept(_) => "accept",
        Command::Arrive { .. } => "arrive",
        Command::Suspend { .. } => "suspend",
        Command::Resume(_) => "resume",
        Command::RequestReturn { .. } => "request_return",
        Command::IssuePart(_) => "issue_part",
        Command::ReturnPart(_) => "return_part",
        Command::AddLabour { .. } => "add_labour",
        Command::Withdraw { .. } => "withdraw",
        Command::Complete { .. } => "complete",
        Command::Confirm(_) => "confirm",
        _ => "look",
    }
}
