//! Mistakes that are put in on purpose, to see that the promises notice them. They work on what travels and what is stored,
//! from outside: no line of the product knows of them.

use domain::identity::EventId;
use domain::recorded::{HeldReason, Verdict};
use domain::time::{MINUTE_MS, UtcMillis};
use store::Database;
use store::server::events;
use store::server::log::mark_at;
use sync::pack::{pack, unpack};
use sync::wire::{Down, ExchangeAnswer, ExchangeRequest, LogEntry, PackedOrder, UploadOutcome};

use super::broken::Promise;

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// A phone says "saved" before the disk has it, and stops.
    AcknowledgedBeforeDurable,
    /// A phone forgets what it answered to which command.
    ReplyForgotten,
    /// A phone takes everything for sent when an answer comes, also what was recorded after the request.
    QueueEmptiedByAnyAnswer,
    /// A phone gives the number of its last event again after an exchange.
    NumberGivenTwice,
    /// A phone takes its clock for the true one.
    ClockOffsetIgnored,
    /// The server judges a repeated upload anew.
    RepeatedUploadJudgedAnew,
    /// A page of the log is skipped.
    PageSkipped,
    /// A page ends one entry too early.
    PageOffByOne,
    /// An order enters a phone with its last event only.
    EntryWithoutHistory,
    /// A receipt is lost: the phone believes that its event waits.
    ReceiptLost,
    /// Nobody tells a phone that an order has left it.
    ExitNotForwarded,
    /// Nobody tells a phone that somebody gave effect to what was set aside.
    AdmissionNotForwarded,
    /// A phone that was restored from its backup counts on from there, and not above what the server has.
    NumberReusedAfterRestore,
    /// The log is read beyond a write that is not finished.
    CursorPastUnfinishedWrite,
    /// What an event builds on is forgotten on the way up.
    PredecessorsDropped,
    /// An event that was set aside has effect.
    SetAsideHasEffect,
    /// A credential stays valid although somebody revoked it.
    RevocationForgotten,
    /// The server's row stays as it was before the last events.
    RowNotWritten,
    /// Bytes are written anew on the way down.
    BytesWrittenAnew,
    /// Giving effect to one thing gives it to what else waits of the order.
    AdmittedWithOthers,
    /// What somebody gives effect to forgets what it builds on, though that is there.
    AdmittedWithoutHistory,
    /// An upgraded phone keeps the rows that the older program derived.
    RowsKeptThroughUpgrade,
    /// An upgraded server leaves what it did not know as it was.
    UnknownKindsNotJudgedAgain,
    /// A phone that is enrolled anew forgets its unsent work.
    WorkForgottenAtEnrolment,
}

impl Mutation {
    /// Every mistake.
    pub const ALL: [Self; 24] = [
        Self::AcknowledgedBeforeDurable,
        Self::ReplyForgotten,
        Self::QueueEmptiedByAnyAnswer,
        Self::NumberGivenTwice,
        Self::ClockOffsetIgnored,
        Self::RepeatedUploadJudgedAnew,
        Self::PageSkipped,
        Self::PageOffByOne,
        Self::EntryWithoutHistory,
        Self::ReceiptLost,
        Self::ExitNotForwarded,
        Self::AdmissionNotForwarded,
        Self::NumberReusedAfterRestore,
        Self::CursorPastUnfinishedWrite,
        Self::PredecessorsDropped,
        Self::SetAsideHasEffect,
        Self::RevocationForgotten,
        Self::RowNotWritten,
        Self::BytesWrittenAnew,
        Self::AdmittedWithOthers,
        Self::AdmittedWithoutHistory,
        Self::RowsKeptThroughUpgrade,
        Self::UnknownKindsNotJudgedAgain,
        Self::WorkForgottenAtEnrolment,
    ];

    /// What it does to a phone's store after each answer.
    pub fn on_the_phone(self) -> Option<&'static str> {
        match self {
            Self::QueueEmptiedByAnyAnswer => Some("DELETE FROM events WHERE state = 'unsent'"),
            Self::NumberGivenTwice => Some("UPDATE device SET last_sequence = last_sequence - 1 WHERE last_sequence > 0"),
            Self::NumberReusedAfterRestore => Some("UPDATE device SET last_sequence = (SELECT coalesce(max(sequence), 0) FROM events)"),
            Self::ClockOffsetIgnored => Some("UPDATE device SET clock_offset_ms = 0"),
            _ => None,
        }
    }

    /// What it does to a request that arrives at the server.
    pub fn on_a_request(self, database: &Database, request: &mut ExchangeRequest) -> Result<(), Promise> {
        match self {
            Self::PredecessorsDropped => request.uploads.iter_mut().for_each(|upload| upload.predecessors.clear()),
            Self::CursorPastUnfinishedWrite => {
                request.log_mark = request.progress.position().map(|position| mark_at(database, position)).transpose()?.flatten();
            }
            _ => {}
        }
        Ok(())
    }

    /// What it does to an answer that leaves the server. `known` are the uploads that were recorded before.
    pub fn on_an_answer(self, answer: &mut ExchangeAnswer, known: &[EventId], now: UtcMillis) -> Result<(), Promise> {
        for outcome in &mut answer.outcomes {
            self.on_an_outcome(outcome, known, now);
        }
        if let Down::Log { entries, cursor, more } = &mut answer.down {
            match self {
                Self::PageSkipped if *more => entries.clear(),
                Self::PageOffByOne if *more => drop(entries.pop()),
                Self::CursorPastUnfinishedWrite if !*more => *cursor = cursor.saturating_add(1),
                Self::AdmissionNotForwarded => entries.retain(|entry| !is_admission(entry)),
                Self::ExitNotForwarded => entries.retain(|entry| !matches!(entry, LogEntry::Left { .. })),
                _ => {}
            }
            entries.iter_mut().try_for_each(|entry| self.on_an_entry(entry))?;
        }
        Ok(())
    }

    fn on_an_outcome(self, outcome: &mut UploadOutcome, known: &[EventId], now: UtcMillis) {
        let id = outcome.event();
        match outcome {
            UploadOutcome::Recorded { receipt, .. } if self == Self::RepeatedUploadJudgedAnew && known.contains(&id) => {
                receipt.received_at = now.plus(MINUTE_MS);
            }
            UploadOutcome::Recorded { .. } if self == Self::ReceiptLost => {
                *outcome = UploadOutcome::Held { id, reason: HeldReason::PredecessorMissing };
            }
            _ => {}
        }
    }

    fn on_an_entry(self, entry: &mut LogEntry) -> Result<(), Promise> {
        match entry {
            LogEntry::Entered { order, .. } if self == Self::EntryWithoutHistory => without_history(order),
            LogEntry::Event { event, .. } if self == Self::BytesWrittenAnew => {
                event.event.push(b' ');
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What it does to the server's store after an exchange, whose events are `uploaded`.
    pub fn on_the_server(self, database: &Database, uploaded: &[EventId]) -> Result<(), Promise> {
        if self == Self::SetAsideHasEffect {
            for event in uploaded {
                if let Some(stored) = events::find(database, *event)? {
                    events::set_verdict(database, *event, Verdict::Admitted, stored.receipt.position)?;
                }
            }
        }
        Ok(())
    }
}

fn is_admission(entry: &LogEntry) -> bool {
    match entry {
        LogEntry::Judged { verdict, .. } => *verdict == Verdict::Admitted,
        LogEntry::Outcome { outcome: UploadOutcome::Recorded { receipt, .. }, .. } => receipt.verdict == Verdict::Admitted,
        _ => false,
    }
}

fn without_history(order: &mut PackedOrder) -> Result<(), Promise> {
    let last: Vec<_> = unpack(&order.packed)?.pop().into_iter().collect();
    order.packed = pack(&last)?.into();
    Ok(())
}
