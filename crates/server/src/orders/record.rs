//! Recording events: those of devices once they are judged, and the server's own.

use domain::event::{EVENT_FORMAT, Event, EventBody, MOST_EVENTS_OF_AN_ORDER};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::permissions::may_record_at_centre;
use domain::recorded::{Receipt, Recorded, Verdict};
use domain::role::Role;
use domain::time::{ClockOffset, UtcMillis};
use store::Database;
use store::server::events::{self, StoredEvent};
use store::server::log::{self, LogContent};
use store::server::{counters, meta};

use crate::occasion::Occasion;
use crate::orders::history::heads;

/// An event that is to be recorded as it is.
pub struct Recordable {
    /// What was said.
    pub event: Event,
    /// Its bytes, verbatim.
    pub bytes: Vec<u8>,
    /// The authoritative predecessors.
    pub predecessors: Vec<EventId>,
    /// Whether it has effect.
    pub verdict: Verdict,
    /// When it came.
    pub received_at: UtcMillis,
}

/// In whose name the server records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub staff_no: StaffNo,
    /// In what capacity.
    pub role: Role,
}

impl Author {
    /// The server itself, acting by rule.
    pub fn rule() -> Self {
        Self { staff_no: StaffNo::system(), role: Role::System }
    }
}

/// Records an event: takes a position, appends to the log, keeps the bytes.
///
/// # Errors
/// As the database fails.
pub fn record(database: &Database, recordable: Recordable) -> Result<Recorded, Fault> {
    let Recordable { event, bytes, predecessors, verdict, received_at } = recordable;
    let position = log::append(database, &LogContent::Event { order: event.order, event: event.id })?;
    let receipt = Receipt { position, received_at, verdict, judged_at_position: position };
    let stored = StoredEvent { id: event.id, order: event.order, bytes, predecessors, receipt };
    events::insert(database, &stored)?;
    Ok(Recorded { event, predecessors: stored.predecessors, receipt: Some(stored.receipt) })
}

/// Records an event of the server's own at the ends of `history`, and adds it there.
///
/// # Errors
/// [`FaultCodeName::NotPermitted`] for a kind that the table does not give the author's role, [`FaultCodeName::OrderFull`] for an
/// order that has as many events as it may have; as the database or the randomness fails.
pub fn record_own(
    database: &Database,
    order: OrderId,
    history: &mut Vec<Recorded>,
    author: &Author,
    body: EventBody,
    occasion: &Occasion<'_>,
) -> Result<EventId, Fault> {
    if !may_record_at_centre(author.role, body.kind()) {
        let message = format!("{} is not recorded for {}; nothing was changed", body.kind(), author.role.as_str());
        return Err(Fault::new(FaultCodeName::NotPermitted, message));
    }
    if history.len() >= MOST_EVENTS_OF_AN_ORDER && !has_a_place_of_its_own(&body, author) {
        let message = format!("the order has {MOST_EVENTS_OF_AN_ORDER} events, and takes in no more; nothing was changed");
        return Err(Fault::new(FaultCodeName::OrderFull, message));
    }
    let event = own_event(database, order, author, body, occasion)?;
    let id = event.id;
    let recordable =
        Recordable { bytes: event.to_bytes(), event, predecessors: heads(history), verdict: Verdict::Admitted, received_at: occasion.now };
    history.push(record(database, recordable)?);
    Ok(id)
}

fn own_event(database: &Database, order: OrderId, author: &Author, body: EventBody, occasion: &Occasion<'_>) -> Result<Event, Fault> {
    Ok(Event {
        format: EVENT_FORMAT,
        id: occasion.new_event_id()?,
        order,
        recorder: author.staff_no.clone(),
        role: author.role,
        device: own_device(database, occasion)?,
        sequence: counters::next_own_sequence(database)?,
        recorded_at: occasion.now,
        clock: Some(ClockOffset { offset_ms: 0, age_ms: 0 }),
        reference_revision: counters::reference_revision(database)?,
        body,
        attachments: Vec::new(),
    })
}

/// What answers another event, at most once each, is no flood: whoever could not record it would leave that one without an end. Nor is what
/// ends the order: one that somebody filled has to come to an end too.
fn has_a_place_of_its_own(body: &EventBody, author: &Author) -> bool {
    author.role == Role::System || matches!(body, EventBody::Reviewed(_) | EventBody::Cancelled(_) | EventBody::Merged(_))
}

/// The server's own device id, if it was needed yet.
///
/// # Errors
/// [`FaultCodeName::StoreFailed`] for one that cannot be read; as the database fails.
pub fn known_own_device(database: &Database) -> Result<Option<DeviceId>, Fault> {
    let Some(text) = meta::get(database, meta::OWN_DEVICE)? else { return Ok(None) };
    let unreadable = |_| Fault::new(FaultCodeName::StoreFailed, "the server's own device id cannot be read");
    text.parse().map(Some).map_err(unreadable)
}

/// The server's own device id, made at the first need.
fn own_device(database: &Database, occasion: &Occasion<'_>) -> Result<DeviceId, Fault> {
    if let Some(known) = known_own_device(database)? {
        return Ok(known);
    }
    let device = DeviceId(occasion.new_uuid()?);
    meta::put(database, meta::OWN_DEVICE, &device.to_string())?;
    Ok(device)
}
