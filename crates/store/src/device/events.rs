//! The events of the orders here: bytes, predecessors, number and what the server said.

use domain::event::NO_NUMBER;
use domain::identity::{EventId, OrderId};
use domain::recorded::{HeldReason, Receipt, Verdict};
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};

use super::Session;
use crate::shared::column::{Id, from_identifier, identifier, joined_ids, optional_unsigned, signed, split_ids, unreadable, unsigned};
use crate::shared::error::StoreError;

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its id.
    pub id: EventId,
    /// Its order.
    pub order: OrderId,
    /// The recorded bytes, verbatim.
    pub bytes: Vec<u8>,
    /// What it builds on.
    pub predecessors: Vec<EventId>,
    /// This device's number of it; [`NO_NUMBER`] where another phone of the person recorded it and this one offers it; `None`
    /// for events of others.
    pub sequence: Option<u64>,
    /// What the server said.
    pub standing: EventStanding,
}

/// What the server said about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventStanding {
    /// Nothing yet.
    Unsent,
    /// Kept outside the document for the time being.
    Held(HeldReason),
    /// The id is taken by other bytes.
    Refused,
    /// It was held or refused, and somebody at the centre has looked at it: it stays without effect.
    Left {
        /// Why it was held.
        reason: HeldReason,
        /// Why it was left, in that person's words.
        because: String,
    },
    /// Recorded.
    Recorded(Receipt),
}

/// Counts of own events, for the status line: what somebody can still do something about. What was left is not among them, and what
/// is set aside or held of an order that was put away neither, for nobody could open it: the centre has it under 核查, whose list is
/// longer by that. What another phone of the person has sent is held outside the orders and known to that phone alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnCounts {
    /// Without an answer.
    pub unsent: u64,
    /// Answered, but the server keeps no more for now ([`HeldReason::TooManyHeld`]): sent again with the next exchange.
    pub put_off: u64,
    /// Held or refused.
    pub held: u64,
    /// Set aside: what was recorded here, and what the person recorded on another phone, which may be lost, of the orders here.
    pub set_aside: u64,
}

impl OwnCounts {
    /// Events that only this device has.
    pub fn only_here(&self) -> u64 {
        self.unsent.saturating_add(self.put_off)
    }
}

const COLUMNS: &str =
    "id, order_id, bytes, predecessors, sequence, state, held_reason, position, received_at, verdict, judged_at_position, left_because";

/// Conditions on own events that the server has answered, each as its index has it.
const STORED: &str = "sequence IS NOT NULL AND state = 'stored'";
const NOT_TAKEN_IN: &str = "sequence IS NOT NULL AND state <> 'stored' AND state IN ('held', 'set_aside', 'left')";

/// What the person recorded on other phones that is set aside, by the rows of the orders: their events may still be packed.
pub(super) const SET_ASIDE_ELSEWHERE: &str = "SELECT coalesce(sum(set_aside_elsewhere), 0) FROM orders WHERE set_aside_elsewhere > 0";

impl Session<'_> {
    /// The events of an order that have their content here, in no particular order.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn events_of(&self, order: OrderId) -> Result<Vec<StoredEvent>, StoreError> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE order_id = ?1 AND bytes IS NOT NULL"))?;
        let rows = statement.query_map([Id(order.0)], read_event)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether any event of the order is unpacked here.
    ///
    /// # Errors
    /// As the database fails.
    pub fn has_events(&self, order: OrderId) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM events WHERE order_id = ?1 LIMIT 1")?.exists([Id(order.0)])?)
    }

    /// The order of an event, also of one that was put away.
    ///
    /// # Errors
    /// As the database fails.
    pub fn order_of_event(&self, event: EventId) -> Result<Option<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT order_id FROM events WHERE id = ?1")?;
        let order: Option<Id> = statement.query_row([Id(event.0)], |row| row.get(0)).optional()?;
        Ok(order.map(|order| OrderId(order.0)))
    }

    /// Whether the event is here with its content and with this very receipt.
    ///
    /// # Errors
    /// As the database fails.
    pub fn has_receipt(&self, order: OrderId, event: EventId, receipt: &Receipt) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM events WHERE order_id = ?1 AND id = ?2 AND position = ?3 AND judged_at_position = ?4 AND bytes IS NOT NULL",
        )?;
        let positions = (signed(receipt.position), signed(receipt.judged_at_position));
        Ok(statement.exists(params![Id(order.0), Id(event.0), positions.0, positions.1])?)
    }

    /// Whether no event lies here unpacked and no order was put away: what arrives meets nothing.
    ///
    /// # Errors
    /// As the database fails.
    pub fn meets_nothing(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM events) OR EXISTS (SELECT 1 FROM away)")?;
        Ok(!statement.query_row([], |row| row.get::<_, bool>(0))?)
    }

    /// One event with its content.
    ///
    /// # Errors
    /// As the database fails.
    pub fn event(&self, event: EventId) -> Result<Option<StoredEvent>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE id = ?1 AND bytes IS NOT NULL"))?;
        Ok(statement.query_row([Id(event.0)], read_event).optional()?)
    }

    /// The own event at a place in the table, with its content: no index is asked, because it may be damaged.
    pub(super) fn own_at(&self, number_here: i64) -> Result<Option<StoredEvent>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM events WHERE number_here = ?1 AND bytes IS NOT NULL AND +sequence IS NOT NULL"
        ))?;
        Ok(statement.query_row([number_here], read_event).optional()?)
    }

    /// Stores an event. One that is here already keeps its number and gets the new content, predecessors and standing.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_event(&self, event: &StoredEvent) -> Result<(), StoreError> {
        self.insert_event(
            event,
            "ON CONFLICT (order_id, id) DO UPDATE SET bytes = excluded.bytes, predecessors = excluded.predecessors, state = excluded.state,
                 held_reason = excluded.held_reason, position = excluded.position, received_at = excluded.received_at,
                 verdict = excluded.verdict, judged_at_position = excluded.judged_at_position, left_because = excluded.left_because",
        )?;
        Ok(())
    }

    /// Stores an event whose id is free here. `false`, and nothing done, when an event of any order has it.
    ///
    /// # Errors
    /// As the database fails.
    pub fn add_event(&self, event: &StoredEvent) -> Result<bool, StoreError> {
        Ok(self.insert_event(event, "ON CONFLICT DO NOTHING")? > 0)
    }

    /// Gives how many rows were written.
    fn insert_event(&self, event: &StoredEvent, on_conflict: &'static str) -> Result<usize, StoreError> {
        let columns = StandingColumns::of(&event.standing);
        let mut statement = self.connection.prepare_cached(&format!(
            "INSERT INTO events (order_id, id, sequence, bytes, predecessors, state, held_reason, position, received_at, verdict,
                 judged_at_position, left_because)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) {on_conflict}"
        ))?;
        let written = statement.execute(params![
            Id(event.order.0),
            Id(event.id.0),
            event.sequence.map(signed),
            event.bytes,
            joined_ids(&event.predecessors),
            columns.state,
            columns.held_reason,
            columns.position,
            columns.received_at,
            columns.verdict,
            columns.judged_at_position,
            columns.left_because,
        ])?;
        Ok(written)
    }

    /// Writes down what the server said about an event; predecessors are replaced where the server's are given.
    ///
    /// # Errors
    /// As the database fails.
    pub fn settle_event(&self, event: EventId, standing: &EventStanding, predecessors: Option<&[EventId]>) -> Result<(), StoreError> {
        let columns = StandingColumns::of(standing);
        let mut statement = self.connection.prepare_cached(
            "UPDATE events SET state = ?2, held_reason = ?3, position = ?4, received_at = ?5, verdict = ?6, judged_at_position = ?7,
                 left_because = ?9, predecessors = coalesce(?8, predecessors) WHERE id = ?1",
        )?;
        statement.execute(params![
            Id(event.0),
            columns.state,
            columns.held_reason,
            columns.position,
            columns.received_at,
            columns.verdict,
            columns.judged_at_position,
            predecessors.map(joined_ids),
            columns.left_because,
        ])?;
        Ok(())
    }

    /// Somebody has looked at an own event that was set aside, and it stays so.
    ///
    /// # Errors
    /// As the database fails.
    pub fn leave_set_aside(&self, event: EventId) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("UPDATE events SET state = 'left' WHERE id = ?1 AND sequence IS NOT NULL AND state = 'set_aside'")?;
        statement.execute([Id(event.0)])?;
        Ok(())
    }

    /// Replaces the verdict about a recorded event, whether or not its content is here; `position` is that of the verdict.
    ///
    /// # Errors
    /// As the database fails.
    pub fn judge_event(&self, event: EventId, verdict: Verdict, position: u64) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("UPDATE events SET state = ?2, verdict = ?3, judged_at_position = ?4 WHERE id = ?1 AND position IS NOT NULL")?;
        let verdict_text = serde_json::to_string(&verdict).ok();
        statement.execute(params![Id(event.0), state_of(verdict), verdict_text, signed(position)])?;
        Ok(())
    }

    /// Own events without an answer, by number. The condition repeats that of the index, or SQLite does not use it.
    ///
    /// # Errors
    /// As the database fails.
    pub fn unsent_events(&self, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND state = 'unsent' AND bytes IS NOT NULL
             ORDER BY sequence LIMIT ?1"
        );
        let mut statement = self.connection.prepare_cached(&statement)?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], read_event)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Own events numbered within `first..=last` that the server had acknowledged become unsent again: it lost them.
    /// Gives the orders they belong to.
    ///
    /// # Errors
    /// As the database fails.
    pub fn send_again(&self, first: u64, last: u64) -> Result<Vec<OrderId>, StoreError> {
        let mut orders = self.become_unsent(STORED, first, last)?;
        orders.extend(self.become_unsent(NOT_TAKEN_IN, first, last)?);
        orders.sort();
        orders.dedup();
        Ok(orders)
    }

    fn become_unsent(&self, which: &str, first: u64, last: u64) -> Result<Vec<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "UPDATE events SET state = 'unsent', held_reason = NULL, position = NULL, received_at = NULL, verdict = NULL,
                 judged_at_position = NULL, left_because = NULL
             WHERE {which} AND sequence BETWEEN ?1 AND ?2 AND bytes IS NOT NULL RETURNING order_id"
        ))?;
        let rows = statement.query_map([signed(first), signed(last)], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }

    /// What the server kept no more of becomes unsent again where no number of this device stands for it: nobody misses it.
    ///
    /// # Errors
    /// As the database fails.
    pub fn offer_again_without_number(&self) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE events SET state = 'unsent', held_reason = NULL
             WHERE sequence IS NOT NULL AND state <> 'stored' AND state = 'held' AND sequence = ?1 AND held_reason = ?2 AND bytes IS NOT NULL",
        )?;
        statement.execute(params![signed(NO_NUMBER), identifier(&HeldReason::TooManyHeld)])?;
        Ok(())
    }

    /// What the server has answered about own events, and has not recorded, is asked for once more: a device that begins anew does not
    /// read what the log has said of them meanwhile. What was left stays left.
    ///
    /// # Errors
    /// As the database fails.
    pub fn ask_again_about_held(&self) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE events SET state = 'unsent', held_reason = NULL
             WHERE sequence IS NOT NULL AND state <> 'stored' AND state IN ('held', 'refused') AND bytes IS NOT NULL",
        )?;
        statement.execute([])?;
        Ok(())
    }

    /// An event that came from the server becomes one that this device sends.
    ///
    /// # Errors
    /// As the database fails.
    pub fn give_number(&self, event: EventId, sequence: u64) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("UPDATE events SET sequence = ?2 WHERE id = ?1 AND sequence IS NULL")?;
        statement.execute(params![Id(event.0), signed(sequence)])?;
        Ok(())
    }

    /// Removes an event of others.
    ///
    /// # Errors
    /// As the database fails.
    pub fn remove_received_event(&self, event: EventId) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM events WHERE id = ?1 AND sequence IS NULL")?.execute([Id(event.0)])?;
        Ok(())
    }

    /// Counts of own events that wait for something.
    ///
    /// # Errors
    /// As the database fails.
    pub fn own_counts(&self) -> Result<OwnCounts, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT state, count(*) FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND (state = 'unsent' OR state <> 'left'
                 AND held_reason IS NOT ?1 AND NOT EXISTS (SELECT 1 FROM away WHERE away.order_id = events.order_id)) GROUP BY state",
        )?;
        let mut counts = OwnCounts { put_off: self.count_put_off()?, set_aside: self.count_set_aside_elsewhere()?, ..OwnCounts::default() };
        let mut rows = statement.query([identifier(&HeldReason::TooManyHeld)])?;
        while let Some(row) = rows.next()? {
            let state: String = row.get(0)?;
            let count = unsigned(row, 1)?;
            match state.as_str() {
                "unsent" => counts.unsent = count,
                "set_aside" => counts.set_aside = counts.set_aside.saturating_add(count),
                _ => counts.held = counts.held.saturating_add(count),
            }
        }
        Ok(counts)
    }

    /// Whether own events are here that the server may not have: unsent, held or refused, also of orders that were put away. A server
    /// that was restored from a backup may have lost what it held.
    ///
    /// # Errors
    /// As the database fails.
    pub fn keeps_own_work(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND state IN ('unsent', 'held', 'refused')
             AND bytes IS NOT NULL LIMIT 1",
        )?;
        Ok(statement.exists([])?)
    }

    fn count_set_aside_elsewhere(&self) -> Result<u64, StoreError> {
        Ok(self.connection.prepare_cached(SET_ASIDE_ELSEWHERE)?.query_row([], |row| unsigned(row, 0))?)
    }

    fn count_put_off(&self) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(*) FROM events WHERE sequence IS NOT NULL AND state <> 'stored' AND state = 'held' AND held_reason = ?1",
        )?;
        Ok(statement.query_row([identifier(&HeldReason::TooManyHeld)], |row| unsigned(row, 0))?)
    }
}

/// [`EventStanding`] as it is written.
struct StandingColumns {
    state: &'static str,
    held_reason: Option<String>,
    position: Option<i64>,
    received_at: Option<i64>,
    verdict: Option<String>,
    judged_at_position: Option<i64>,
    left_because: Option<String>,
}

impl StandingColumns {
    fn of(standing: &EventStanding) -> Self {
        match standing {
            EventStanding::Unsent => Self::without_receipt("unsent", None),
            EventStanding::Held(reason) => Self::without_receipt("held", Some(identifier(reason))),
            EventStanding::Refused => Self::without_receipt("refused", None),
            EventStanding::Left { reason, because } => {
                Self { left_because: Some(because.clone()), ..Self::without_receipt("left", Some(identifier(reason))) }
            }
            EventStanding::Recorded(receipt) => Self::of_receipt(receipt),
        }
    }

    fn without_receipt(state: &'static str, held_reason: Option<String>) -> Self {
        Self { state, held_reason, position: None, received_at: None, verdict: None, judged_at_position: None, left_because: None }
    }

    fn of_receipt(receipt: &Receipt) -> Self {
        Self {
            state: state_of(receipt.verdict),
            held_reason: None,
            position: Some(signed(receipt.position)),
            received_at: Some(receipt.received_at.0),
            verdict: serde_json::to_string(&receipt.verdict).ok(),
            judged_at_position: Some(signed(receipt.judged_at_position)),
            left_because: None,
        }
    }
}

/// The state of a recorded event.
fn state_of(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Admitted { "stored" } else { "set_aside" }
}

fn read_event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        id: EventId(row.get::<_, Id>(0)?.0),
        order: OrderId(row.get::<_, Id>(1)?.0),
        bytes: row.get(2)?,
        predecessors: split_ids(row, 3)?,
        sequence: optional_unsigned(row, 4)?,
        standing: read_standing(row)?,
    })
}

fn read_standing(row: &Row<'_>) -> rusqlite::Result<EventStanding> {
    let state: String = row.get(5)?;
    Ok(match state.as_str() {
        "unsent" => EventStanding::Unsent,
        "held" => EventStanding::Held(from_identifier(row, 6)?),
        "refused" => EventStanding::Refused,
        // What was left has a receipt where it was recorded, and else words of its own.
        "left" if row.get::<_, Option<i64>>(7)?.is_none() => {
            EventStanding::Left { reason: from_identifier(row, 6)?, because: row.get(11)? }
        }
        _ => EventStanding::Recorded(Receipt {
            position: unsigned(row, 7)?,
            received_at: UtcMillis(row.get(8)?),
            verdict: serde_json::from_str(&row.get::<_, String>(9)?).map_err(|error| unreadable(9, error))?,
            judged_at_position: unsigned(row, 10)?,
        }),
    })
}

#[cfg(test)]
mod tests {
    use domain::identity::DeviceId;
    use uuid::Uuid;

    use super::super::{DeviceIdentity, DeviceStore};
    use super::*;
    use crate::shared::connection::Key;

    /// A store with one event, of which something else was written over a column.
    fn check_refused(spoil: &str) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = DeviceStore::open(&folder.path().join("a.db"), &Key([7; 32])).unwrap();
        let (id, order) = (EventId(Uuid::from_u128(1)), OrderId(Uuid::from_u128(2)));
        let receipt = Receipt { position: 3, received_at: UtcMillis(4), verdict: Verdict::Admitted, judged_at_position: 3 };
        let standing = EventStanding::Recorded(receipt);
        let event = StoredEvent { id, order, bytes: vec![5], predecessors: vec![id], sequence: Some(1), standing };
        let read = |session: &Session<'_>| -> Result<_, StoreError> { Ok((session.identity()?, session.event(id)?)) };
        store
            .write(|session| {
                session.put_identity(&DeviceIdentity::fresh(DeviceId(Uuid::from_u128(6)), vec![7; 32]))?;
                session.put_event(&event)
            })
            .unwrap();
        assert_eq!(store.read(read).unwrap().1, Some(event));
        store.write(|session| session.connection.execute(spoil, []).map_err(StoreError::from)).unwrap();
        assert!(store.read(read).is_err(), "{spoil}");
    }

    #[test]
    fn what_cannot_have_been_written_is_not_read_as_something_else() {
        check_refused("UPDATE events SET predecessors = zeroblob(17)");
        check_refused("UPDATE events SET predecessors = zeroblob(15)");
        check_refused("UPDATE events SET sequence = -1");
        check_refused("UPDATE events SET position = -1");
        check_refused("UPDATE events SET judged_at_position = -1");
        check_refused("UPDATE device SET last_sequence = -1");
        check_refused("UPDATE device SET reference_revision = -1");
        check_refused("UPDATE device SET progress = 'log', progress_position = -1");
    }
}
