//! Downwards: a page of the first sync or of the log, as far as the device may see it.

use std::collections::BTreeSet;

use domain::event::Event;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, EventId, OrderId};
use serde_bytes::ByteBuf;
use store::Database;
use store::server::devices::Device;
use store::server::events::{self, StoredEvent};
use store::server::held::{self, HeldEvent};
use store::server::log::{self, LogContent, LogRow, Viewer};
use store::server::{counters, orders, review, scope};
use sync::judge::recorded_outcome;
use sync::pack::pack;
use sync::page::{FIRST_SYNC_PAGE, LOG_PAGE, LogEnd, Reading, ReadingCircumstances, first_sync_page, log_page, reading};
use sync::wire::{Down, ExchangeRequest, LogEntry, PackedEvent, PackedOrder, UploadOutcome};

use crate::exchange::credential::{is_of_another, known, subjects_now};
use crate::exchange::reading::began_with_another_scope;
use crate::occasion::Occasion;
use crate::orders::settle::KEPT_AFTER_DONE_MS;

/// The next page for a device whose credential holds.
pub(super) fn page(database: &Database, device: &Device, request: &ExchangeRequest, occasion: &Occasion<'_>) -> Result<Down, Fault> {
    let log_end = counters::log_end(database)?;
    let scope_changed = began_with_another_scope(device, request.progress);
    let same_log = is_of_this_log(database, request)?;
    match reading(request.progress, ReadingCircumstances { revoked: device.revoked_at.is_some(), scope_changed, same_log, log_end }) {
        Reading::Nothing => Ok(Down::Nothing),
        Reading::BeginAnew => Ok(Down::BeginAnew),
        Reading::FirstSync { log_end, after } => first_sync(database, device, log_end, after, occasion),
        Reading::Log { cursor } => read_log(database, device, cursor, log_end, request, occasion),
    }
}

/// Whether the device has read this log, and not one that a backup has replaced since.
pub(super) fn is_of_this_log(database: &Database, request: &ExchangeRequest) -> Result<bool, Fault> {
    let Some(position) = request.progress.position() else { return Ok(true) };
    Ok(log::mark_at(database, position)? == request.log_mark)
}

fn first_sync(database: &Database, device: &Device, log_end: u64, after: Option<OrderId>, occasion: &Occasion<'_>) -> Result<Down, Fault> {
    let subjects = subjects_now(database, device, occasion)?;
    let done_since = occasion.now.plus(KEPT_AFTER_DONE_MS.saturating_neg());
    let one_more = FIRST_SYNC_PAGE.items.saturating_add(1);
    let ids = scope::orders_after(database, &subjects, after, done_since, one_more)?;
    let orders = ids.into_iter().filter_map(|order| packed_order(database, order).transpose());
    first_sync_page(log_end, orders, FIRST_SYNC_PAGE)
}

fn read_log(
    database: &Database,
    device: &Device,
    cursor: u64,
    log_end: u64,
    request: &ExchangeRequest,
    occasion: &Occasion<'_>,
) -> Result<Down, Fault> {
    let viewer = Viewer { subjects: subjects_now(database, device, occasion)?, device: device.id };
    // What this request uploads is answered by its outcomes and needs no echo; the page stays full without it.
    let just_sent: BTreeSet<EventId> = request.uploads.iter().map(|upload| upload.id).collect();
    let enough = LOG_PAGE.items.saturating_add(just_sent.len()).saturating_add(1);
    let rows = log::visible_after(database, cursor, &viewer, enough)?;
    let end = match rows.last() {
        Some(last) if rows.len() >= enough => LogEnd::ReadUpTo(last.position),
        _ => LogEnd::Reached(log_end),
    };
    let entries = rows.into_iter().filter(|row| !is_echo(row, &just_sent)).filter_map(|row| entry(database, row).transpose());
    log_page(end, entries, LOG_PAGE)
}

fn is_echo(row: &LogRow, just_sent: &BTreeSet<EventId>) -> bool {
    matches!(&row.content, LogContent::Event { event, .. } if just_sent.contains(event))
}

/// `None` for an entry that has nothing to say to a device.
fn entry(database: &Database, row: LogRow) -> Result<Option<LogEntry>, Fault> {
    let position = row.position;
    Ok(match row.content {
        LogContent::Event { order, event } => {
            let stored = events::find(database, event)?;
            stored.map(|stored| LogEntry::Event { order, event: packed_event(stored) })
        }
        LogContent::Verdict { order, event, verdict } => Some(LogEntry::Judged { position, order, event, verdict }),
        LogContent::Outcome { device, event } => outcome(database, device, event)?.map(|outcome| LogEntry::Outcome { position, outcome }),
        LogContent::Entered { order, .. } => {
            packed_order(database, order)?.map(|packed| LogEntry::Entered { position, order: Box::new(packed) })
        }
        LogContent::Left { order, .. } => Some(LogEntry::Left { position, order }),
        LogContent::Reference { .. } => None,
    })
}

/// What became of a held event, as it stands now. Of several contents that a device sent under one id, only the one that is recorded
/// may still have been unknown to it.
fn outcome(database: &Database, device: DeviceId, event: EventId) -> Result<Option<UploadOutcome>, Fault> {
    let stored = events::find(database, event)?;
    let is_its_own =
        stored.as_ref().is_some_and(|stored| Event::from_recorded_bytes(&stored.bytes).is_ok_and(|said| said.device == device));
    if let Some(held) = held::find(database, event, device)?.filter(|_| !is_its_own) {
        return Ok(Some(held_outcome(database, &held)?));
    }
    if let Some(left) = left_from_another_phone(database, device, event)?.filter(|_| !is_its_own) {
        return Ok(Some(left));
    }
    Ok(stored.map(|stored| recorded_outcome(event, &stored.bytes, stored.receipt, stored.predecessors)))
}

/// That an event was left which another phone of the same person has sent; `None` where it was not, or was sent by others.
fn left_from_another_phone(database: &Database, device: DeviceId, event: EventId) -> Result<Option<UploadOutcome>, Fault> {
    let asking = known(database, device)?;
    for copy in held::copies_of(database, event)? {
        if let left @ UploadOutcome::Left { .. } = held_outcome(database, &copy)?
            && !is_of_another(database, copy.device, &asking)?
        {
            return Ok(Some(left));
        }
    }
    Ok(None)
}

/// That an event is held, and whether somebody has looked at it and left it.
pub(super) fn held_outcome(database: &Database, held: &HeldEvent) -> Result<UploadOutcome, Fault> {
    let HeldEvent { id, reason, .. } = *held;
    Ok(match review::left_held(database, held)? {
        Some(left) => UploadOutcome::Left { id, reason, because: left.reason },
        None => UploadOutcome::Held { id, reason },
    })
}

/// A whole order with its row; `None` while it has none because the report is missing.
pub(super) fn packed_order(database: &Database, order: OrderId) -> Result<Option<PackedOrder>, Fault> {
    let Some(row) = orders::find(database, order)? else { return Ok(None) };
    let events: Vec<PackedEvent> = events::of_order(database, order)?.into_iter().map(packed_event).collect();
    let packed = pack(&events).map_err(|error| Fault::new(FaultCodeName::Internal, format!("an order cannot be packed: {error}")))?;
    Ok(Some(PackedOrder { row, packed: ByteBuf::from(packed) }))
}

fn packed_event(stored: StoredEvent) -> PackedEvent {
    PackedEvent { id: stored.id, event: ByteBuf::from(stored.bytes), predecessors: stored.predecessors, receipt: stored.receipt }
}
