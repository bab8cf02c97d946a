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
    /// The mark that the device has of the log is the log's own at that place.
    pub same_log: bool,
    /// The log's end now, as seen by the transaction that reads.
    pub log_end: u64,
}

/// Decides what to read. A device that is further than the log has an end, or has another mark of it, has read what a server
/// lost that was restored from an older copy: it begins anew too, and keeps what it has not sent.
pub fn reading(progress: Progress, circumstances: ReadingCircumstances) -> Reading {
    if circumstances.revoked {
        return Reading::Nothing;
    }
    match progress {
        Progress::Nothing => Reading::FirstSync { log_end: circumstances.log_end, after: None },
        _ if circumstances.scope_changed || !circumstances.same_log => Reading::BeginAnew,
        Progress::FirstSync { log_end, .. } if log_end > circumstances.log_end => Reading::BeginAnew,
        Progress::FirstSync { log_end, after } => Reading::FirstSync { log_end, after: Some(after) },
        Progress::Log { cursor } if cursor > circumstances.log_end => Reading::BeginAnew,
        Progress::Log { cursor } => Reading::Log { cursor },
    }
}

impl Progress {
    /// The position of the log up to which the device knows it; `None` before it has begun.
    pub fn position(self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::FirstSync { log_end, .. } => Some(log_end),
            Self::Log { cursor } => Some(cursor),
        }
    }
}

impl Down {
    /// The position of the log to which the news lead; `None` where they lead nowhere.
    pub fn position(&self) -> Option<u64> {
        match self {
            Self::FirstSync { log_end, .. } => Some(*log_end),
            Self::Log { cursor, .. } => Some(*cursor),
            Self::Nothing | Self::BeginAnew | Self::Newer => None,
        }
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

/// How far the entries for a page of the log were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEnd {
    /// To the end of the log, which is at this position.
    Reached(u64),
    /// To this position, and more may follow, whether or not anything up to here has something to say to the device.
    ReadUpTo(u64),
}

/// A page of the log from the entries after the cursor that the device may see, ascending by position. Takes at most one
/// more than the page holds. The last page reaches to the log's end, past what the device may not see.
///
/// # Errors
/// The first error of `visible`.
pub fn log_page<E>(end: LogEnd, visible: impl Iterator<Item = Result<LogEntry, E>>, limits: PageLimits) -> Result<Down, E> {
    let (entries, full) = fill(visible, limits, entry_bytes)?;
    let (end, more) = match end {
        LogEnd::Reached(end) => (end, full),
        LogEnd::ReadUpTo(end) => (end, true),
    };
    let cursor = if full { entries.last().map_or(end, LogEntry::position) } else { end };
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
            | Self::Left { position, .. }
            | Self::Newer { position } => *position,
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
        LogEntry::Judged { .. } | LogEntry::Outcome { .. } | LogEntry::Left { .. } | LogEntry::Newer { .. } => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{order_id, packed_event, packed_order};

    const LIMITS: PageLimits = PageLimits { items: 3, bytes: 100 };

    /// A page of orders of these sizes: how many are on it, whether more follow, how many were read.
    #[track_caller]
    fn check_first_sync(sizes: &[usize], expected: (usize, bool, usize)) {
        let read = std::cell::Cell::new(0usize);
        let orders = sizes
            .iter()
            .enumerate()
            .inspect(|_| read.set(read.get().saturating_add(1)))
            .map(|(at, size)| Ok::<_, ()>(packed_order(at as u128, *size)));
        let page = first_sync_page(9, orders, LIMITS).unwrap();
        let Down::FirstSync { log_end: 9, orders, more } = page else { panic!("{page:?}") };
        assert_eq!((orders.len(), more, read.get()), expected);
    }

    #[test]
    fn nothing_in_scope_is_an_empty_last_page() {
        check_first_sync(&[], (0, false, 0));
    }

    #[test]
    fn exact_page() {
        check_first_sync(&[1, 1, 1], (3, false, 3));
    }

    #[test]
    fn exact_page_plus_one() {
        check_first_sync(&[1, 1, 1, 1], (3, true, 4));
    }

    #[test]
    fn a_page_reads_one_more_than_it_holds_and_no_further() {
        check_first_sync(&[1; 50], (3, true, 4));
    }

    #[test]
    fn exact_bytes() {
        check_first_sync(&[50, 50], (2, false, 2));
    }

    #[test]
    fn one_byte_too_many_goes_to_the_next_page() {
        check_first_sync(&[50, 51], (1, true, 2));
    }

    #[test]
    fn an_order_larger_than_a_page_travels_alone() {
        check_first_sync(&[500], (1, false, 1));
        check_first_sync(&[500, 1], (1, true, 2));
    }

    /// A page of log entries at these positions, of a log that ends at 10: how many, the cursor, whether more follow.
    #[track_caller]
    fn check_log(positions: &[u64], expected: (usize, u64, bool)) {
        let entries = positions.iter().map(|at| Ok::<_, ()>(LogEntry::Left { position: *at, order: order_id(1) }));
        let page = log_page(LogEnd::Reached(10), entries, LIMITS).unwrap();
        let Down::Log { entries, cursor, more } = page else { panic!("{page:?}") };
        assert_eq!((entries.len(), cursor, more), expected);
    }

    #[test]
    fn an_empty_log_page_passes_over_what_is_not_seen() {
        check_log(&[], (0, 10, false));
    }

    #[test]
    fn exact_log_page_reaches_the_end_of_the_log() {
        check_log(&[1, 2, 3], (3, 10, false));
    }

    #[test]
    fn a_full_log_page_reaches_its_last_entry_only() {
        check_log(&[1, 2, 5, 7], (3, 5, true));
    }

    #[test]
    fn what_was_not_read_yet_is_not_passed_over() {
        let none = log_page::<()>(LogEnd::ReadUpTo(7), std::iter::empty(), LIMITS).unwrap();
        assert_eq!(none, Down::Log { entries: Vec::new(), cursor: 7, more: true });
        let left = |at| Ok::<_, ()>(LogEntry::Left { position: at, order: order_id(1) });
        let short = log_page(LogEnd::ReadUpTo(7), [left(3)].into_iter(), LIMITS).unwrap();
        assert!(matches!(short, Down::Log { cursor: 7, more: true, .. }));
        let full = log_page(LogEnd::ReadUpTo(7), (3..=7).map(left), LIMITS).unwrap();
        assert!(matches!(full, Down::Log { cursor: 5, more: true, .. }));
    }

    #[test]
    fn bytes_of_events_bound_a_log_page() {
        let entries = (1..4).map(|at| Ok::<_, ()>(LogEntry::Event { order: order_id(1), event: packed_event(at.into(), at) }));
        let page = log_page(LogEnd::Reached(10), entries, LIMITS).unwrap();
        assert!(matches!(page, Down::Log { entries, cursor: 1, more: true } if entries.len() == 1));
    }

    #[test]
    fn an_error_while_reading_is_passed_on() {
        assert_eq!(log_page(LogEnd::Reached(10), [Err("disk")].into_iter(), LIMITS), Err("disk"));
    }

    #[test]
    fn what_is_read_depends_on_progress_and_standing() {
        let valid = ReadingCircumstances { revoked: false, scope_changed: false, same_log: true, log_end: 10 };
        let restored = ReadingCircumstances { same_log: false, ..valid };
        let moved = ReadingCircumstances { scope_changed: true, ..valid };
        let revoked = ReadingCircumstances { revoked: true, ..valid };
        let first = |log_end| Progress::FirstSync { log_end, after: order_id(4) };
        let log = |cursor| Progress::Log { cursor };
        let table = [
            (Progress::Nothing, valid, Reading::FirstSync { log_end: 10, after: None }),
            (Progress::Nothing, moved, Reading::FirstSync { log_end: 10, after: None }),
            (first(8), valid, Reading::FirstSync { log_end: 8, after: Some(order_id(4)) }),
            (first(8), moved, Reading::BeginAnew),
            (first(11), valid, Reading::BeginAnew),
            (log(10), valid, Reading::Log { cursor: 10 }),
            (log(11), valid, Reading::BeginAnew),
            (log(3), moved, Reading::BeginAnew),
            (log(3), restored, Reading::BeginAnew),
            (first(8), restored, Reading::BeginAnew),
            (Progress::Nothing, restored, Reading::FirstSync { log_end: 10, after: None }),
            (log(3), revoked, Reading::Nothing),
            (Progress::Nothing, revoked, Reading::Nothing),
        ];
        for (progress, circumstances, expected) in table {
            assert_eq!(reading(progress, circumstances), expected, "{progress:?} {circumstances:?}");
        }
    }
}
