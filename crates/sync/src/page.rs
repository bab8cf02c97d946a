//! Pages downwards: what a server reads for a device, decided here, read there. A page is bounded by count and by bytes, and
//! says by itself whether another follows, so that no end has to guess.

use domain::identity::OrderId;

use crate::wire::{Down, LogEntry, PackedOrder, Progress};

/// How much a page may hold. It always holds at least one item, so that one large order cannot stop everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimits {
    /// The most items.
    pub items: usize,
    /// The most bytes of events, before compression.
    pub bytes: usize,
}

/// A page of the first sync. Large, because a page is stored in one transaction and a round trip costs more than memory.
pub const FIRST_SYNC_PAGE: PageLimits = PageLimits { items: 4_000, bytes: 12 * 1024 * 1024 };
/// A page of the log. An entry may be a whole order, which the bytes bound.
pub const LOG_PAGE: PageLimits = PageLimits { items: 2_000, bytes: 8 * 1024 * 1024 };

/// What the server has to read for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Nothing: the credential is revoked.
    Nothing,
    /// The device has to begin anew.
    BeginAnew,
    /// Orders in scope by id, after the one given: [`first_sync_page`].
    FirstSync {
        /// The log's end when the first sync began.
        log_end: u64,
        /// The last order that the device has.
        after: Option<OrderId>,
    },
    /// The visible entries of the log after the cursor: [`log_page`].
    Log {
        /// The last position that the device has read.
        cursor: u64,
    },
}

/// What the server knows of a device before it reads for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingCircumstances {
    /// The credential is revoked.
    pub revoked: bool,
    /// The person's team is another one than when the device's progress began.
    pub scope_changed: bool,
    /// The log's end now, as seen by the transaction that reads.
    pub log_end: u64,
}

/// Decides what to read. A device that is further than the log has an end belongs to a server that was restored from an
/// older copy: it begins anew too, and keeps what it has not sent.
pub fn reading(progress: Progress, circumstances: ReadingCircumstances) -> Reading {
    if circumstances.revoked {
        return Reading::Nothing;
    }
    match progress {
        Progress::Nothing => Reading::FirstSync { log_end: circumstances.log_end, after: None },
        _ if circumstances.scope_changed => Reading::BeginAnew,
        Progress::FirstSync { log_end, .. } if log_end > circumstances.log_end => Reading::BeginAnew,
        Progress::FirstSync { log_end, after } => Reading::FirstSync { log_end, after: Some(after) },
        Progress::Log { cursor } if cursor > circumstances.log_end => Reading::BeginAnew,
        Progress::Log { cursor } => Reading::Log { cursor },
    }
}

/// A page of the first sync from orders in scope, ascending by id. Takes at most one more than the page holds, so a lazy
/// iterator reads no further.
///
/// # Errors
/// The first error of `orders`.
pub fn first_sync_page<E>(log_end: u64, orders: impl Iterator<Item = Result<PackedOrder, E>>, limits: PageLimits) -> Result<Down, E> {
    let (orders, more) = fill(orders, limits, order_bytes)?;
    Ok(Down::FirstSync { log_end, orders, more })
}

/// A page of the log from the entries after the cursor that the device may see, ascending by position. Takes at most one
/// more than the page holds. The last page reaches to `log_end`, past what the device may not see.
///
/// # Errors
/// The first error of `visible`.
pub fn log_page<E>(log_end: u64, visible: impl Iterator<Item = Result<LogEntry, E>>, limits: PageLimits) -> Result<Down, E> {
    let (entries, more) = fill(visible, limits, entry_bytes)?;
    let cursor = if more { entries.last().map_or(log_end, LogEntry::position) } else { log_end };
    Ok(Down::Log { entries, cursor, more })
}

impl LogEntry {
    /// Its place in the log. An event's is in its receipt.
    pub fn position(&self) -> u64 {
        match self {
            Self::Event { event, .. } => event.receipt.position,
            Self::Judged { position, .. }
            | Self::Outcome { position, .. }
            | Self::Entered { position, .. }
            | Self::Left { position, .. } => *position,
        }
    }
}

/// Fills a page and says whether anything is left over.
fn fill<T, E>(items: impl Iterator<Item = Result<T, E>>, limits: PageLimits, bytes_of: fn(&T) -> usize) -> Result<(Vec<T>, bool), E> {
    let mut page = Vec::new();
    let mut bytes = 0usize;
    for item in items {
        let item = item?;
        bytes = bytes.saturating_add(bytes_of(&item));
        let over = page.len() >= limits.items.max(1) || (bytes > limits.bytes && !page.is_empty());
        if over {
            return Ok((page, true));
        }
        page.push(item);
    }
    Ok((page, false))
}

fn order_bytes(order: &PackedOrder) -> usize {
    order.packed.len()
}

fn entry_bytes(entry: &LogEntry) -> usize {
    match entry {
        LogEntry::Event { event, .. } => event.event.len(),
        LogEntry::Entered { order, .. } => order_bytes(order),
        LogEntry::Judged { .. } | LogEntry::Outcome { .. } | LogEntry::Left { .. } => 0,
    }
}
