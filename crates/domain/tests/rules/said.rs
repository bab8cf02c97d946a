//! What people say, as bodies of events.

use domain::event::*;
use domain::identity::{EventId, OrderId};
use domain::money::Fen;
use domain::node::Node;
use domain::quantity::Quantity;
use domain::time::UtcMillis;
use domain::urgency::Urgency;

use crate::people::Person;

pub fn reported(urgency: Urgency) -> EventBody {
    EventBody::Reported(Reported {
        location: "C1-B1-F01-001".into(),
        fault: "F01".into(),
        urgency,
        department: "D001".into(),
        description: "护士站水龙头漏水".to_owned(),
        caller: None,
        channel: Channel::Centre,
        team: None,
        limits: urgency.default_limits(),
        workflow: 1,
    })
}

pub fn dispatched(team: &str) -> EventBody {
    EventBody::Dispatched(ToTeam { team: team.into() })
}

pub fn assigned(person: Person) -> EventBody {
    EventBody::Assigned(ToPerson { staff_no: person.staff_no() })
}

pub fn reassigned_to(person: Person) -> EventBody {
    EventBody::Reassigned(Reassigned { team: None, staff_no: Some(person.staff_no()) })
}

pub fn reassigned_to_team(team: &str) -> EventBody {
    EventBody::Reassigned(Reassigned { team: Some(team.into()), staff_no: None })
}

pub fn returned(to: Node) -> EventBody {
    EventBody::Returned(Returned { reason: "派错班组".to_owned(), to })
}

pub fn cancelled() -> EventBody {
    EventBody::Cancelled(Cancelled { reason: "已自行恢复".to_owned(), overridden: false })
}

pub fn merged() -> EventBody {
    EventBody::Merged(Merged { into: OrderId(uuid::Uuid::from_u128(0xB)), number: "GD20261121-0099".to_owned() })
}

pub fn absorbed() -> EventBody {
    let order = OrderId(uuid::Uuid::from_u128(0xB));
    EventBody::Absorbed(Absorbed { order, number: "GD20261121-0099".to_owned(), description: "水房也在漏".to_owned() })
}

pub fn accepted() -> EventBody {
    EventBody::Accepted(Accepted { team: "T01".into() })
}

pub fn arrived() -> EventBody {
    EventBody::Arrived(Arrived { location: None })
}

pub fn suspended_until(until: Option<UtcMillis>) -> EventBody {
    EventBody::Suspended(Suspended { cause: SuspensionCause::Parts, until, note: None })
}

pub fn resumed() -> EventBody {
    EventBody::Resumed(Empty {})
}

pub fn return_requested() -> EventBody {
    EventBody::ReturnRequested(Reason { reason: "不是水工的活".to_owned() })
}

fn part_move(part: &str, quantity: i64, price: i64) -> PartMove {
    PartMove {
        part: part.into(),
        quantity: Quantity::new(quantity).unwrap(),
        warehouse: "K1".into(),
        unit_price_fen: Fen(price),
        scan: part.to_owned(),
    }
}

pub fn issued(part: &str, quantity: i64, price: i64) -> EventBody {
    EventBody::PartIssued(part_move(part, quantity, price))
}

pub fn part_returned(part: &str, quantity: i64, price: i64) -> EventBody {
    EventBody::PartReturned(part_move(part, quantity, price))
}

pub fn labour(item: &str, quantity: i64, price: i64, includes_material: bool) -> EventBody {
    EventBody::LabourAdded(LabourLine {
        item: item.into(),
        quantity: Quantity::new(quantity).unwrap(),
        unit_price_fen: Fen(price),
        includes_material,
    })
}

pub fn withdrawn(event: EventId) -> EventBody {
    EventBody::Withdrawn(Withdrawn { event })
}

pub fn completed() -> EventBody {
    EventBody::Completed(Completed { cause: "阀芯磨损".to_owned(), remedy: "更换阀芯".to_owned() })
}

pub fn confirmed_by(number: &str) -> EventBody {
    confirmed_as(number, Some("王护士"), Standing::Verified)
}

pub fn confirmed_as(number: &str, name: Option<&str>, standing: Standing) -> EventBody {
    EventBody::Confirmed(Confirmed {
        staff_no: number.into(),
        accepted: true,
        reason: None,
        name: name.map(str::to_owned),
        department: Some("D001".into()),
        standing,
        look_ups: None,
    })
}

pub fn refused_by(number: &str) -> EventBody {
    EventBody::Confirmed(Confirmed {
        staff_no: number.into(),
        accepted: false,
        reason: Some("还在滴水".to_owned()),
        name: Some("王护士".to_owned()),
        department: Some("D001".into()),
        standing: Standing::Verified,
        look_ups: None,
    })
}

pub fn judged(event: EventId, standing: Standing, name: Option<&str>) -> EventBody {
    EventBody::ConfirmationJudged(ConfirmationJudged {
        event,
        standing,
        directory_revision: 9,
        name: name.map(str::to_owned),
        department: None,
        flags: Vec::new(),
    })
}

pub fn judged_with_flags(event: EventId, flags: &[Suspicion]) -> EventBody {
    EventBody::ConfirmationJudged(ConfirmationJudged {
        event,
        standing: Standing::Verified,
        directory_revision: 9,
        name: Some("王护士".to_owned()),
        department: None,
        flags: flags.iter().map(|why| ConfirmationFlag { why: *why, count: 7 }).collect(),
    })
}

pub fn seen(event: EventId) -> EventBody {
    EventBody::Reviewed(Reviewed { event, outcome: ReviewOutcome::Seen, reason: "护士长已核实".to_owned(), also: Vec::new() })
}

pub fn ruled(contradiction: u8, charged: bool) -> EventBody {
    EventBody::Ruled(Ruled { contradiction, outcome: "照常收费".to_owned(), charged })
}

pub fn corrected(field: &str, value: &str) -> EventBody {
    EventBody::Corrected(Corrected { field: field.to_owned(), value: value.to_owned() })
}
