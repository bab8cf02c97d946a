//! The device's end of the exchange, without sockets and storage: what to ask, and what to do with the answer. The server's
//! end is [`crate::judge`] (upwards) and [`crate::page`] (downwards).
//!
//! A round: [`next_request`] from what the store says, over the wire, [`plan`] of the answer, everything in the plan stored
//! in one transaction, and again until [`Plan::is_quiet`]. Losing a request, losing an answer, sending twice or stopping
//! between any two steps only repeats work: nothing counts as sent before its outcome is stored.

use domain::identity::{EventId, OrderId};
use domain::time::UtcMillis;

use crate::judge::sha256_of;
use crate::wire::{
    CredentialStanding, Down, ExchangeAnswer, ExchangeRequest, LogEntry, MOST_CHECKS, MOST_UPLOADS, OrderCheck, PROTOCOL, PackedOrder,
    Progress, ReferenceDelta, Upload, UploadOutcome,
};

/// The most event bytes in one request: even bytes that cannot be compressed stay below
/// [`crate::wire::LARGEST_REQUEST_BYTES`] with their predecessors.
pub const MOST_UPLOAD_BYTES: usize = 3 * 1024 * 1024;

/// What the device's store says before a round.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalSummary {
    /// Events without an outcome, in the order of their numbers; the first [`MOST_UPLOADS`] are enough.
    pub unsent: Vec<Upload>,
    /// How far the device has read.
    pub progress: Progress,
    /// The mark of the log there.
    pub log_mark: Option<i64>,
    /// Revision of its reference data; 0 for none.
    pub reference_revision: u64,
    /// Documents to compare; more than [`MOST_CHECKS`] wait for the next time.
    pub checks: Vec<OrderCheck>,
}

/// What to store after an answer, all of it in one transaction. Fields are in the order in which they are applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Outcomes of this request's uploads. An outcome that arrives for an event that has one already is adopted, too.
    pub outcomes: Vec<UploadOutcome>,
    /// The server's clock when it answered.
    pub server_time: UtcMillis,
    /// What the credential is worth.
    pub standing: CredentialStanding,
    /// Begin anew: put away every order without unsent events, and take [`Self::progress`].
    pub begin_anew: bool,
    /// Orders of a page of the first sync, by id.
    pub orders: Vec<PackedOrder>,
    /// Entries of a page of the log, by position.
    pub entries: Vec<LogEntry>,
    /// How far the device has come once the page is stored.
    pub progress: Progress,
    /// The mark of the log there, stored beside it.
    pub log_mark: Option<i64>,
    /// Orders that were compared.
    pub checked: Vec<OrderId>,
    /// Those of them that were asked for whole and did not come: they are not the device's to see any more, and are put away.
    pub out_of_scope: Vec<OrderId>,
    /// Those of them that come whole, because they differ: what the device has of the server is replaced, own events that
    /// wait stay.
    pub anew: Vec<PackedOrder>,
    /// Newer reference data.
    pub reference: Option<ReferenceDelta>,
    /// The device's next number is above this: a restored device continues where it had been.
    pub highest_sequence: u64,
    /// Numbers that the server does not hold. Own events among them that had been acknowledged as recorded or held (and
    /// not as `IdReused`, which the server never takes) become unsent again: the server was restored from an older copy.
    pub missing_sequences: Vec<(u64, u64)>,
    /// Another page follows.
    pub more: bool,
}

/// An answer that does not fit its request. Nothing of it may be stored; nothing is lost by asking again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefused {
    /// Another protocol than the request's.
    #[error("the answer speaks protocol {0}")]
    Protocol(u16),
    /// Not one outcome for each upload, in their order.
    #[error("the outcomes are not those of the uploads")]
    OutcomesDoNotMatch,
    /// The page is not the continuation of the device's progress.
    #[error("the page does not continue where the device stands")]
    PageDoesNotContinue,
    /// A page without anything in it announces another one: asking again would never end.
    #[error("an empty page announces another one")]
    NoAdvance,
}

/// The next request: as many unsent events as one request may carry, in order.
pub fn next_request(local: &LocalSummary) -> ExchangeRequest {
    ExchangeRequest {
        protocol: PROTOCOL,
        uploads: local.unsent.iter().take(uploads_in_one_request(&local.unsent)).cloned().collect(),
        progress: local.progress,
        log_mark: local.log_mark,
        reference_revision: local.reference_revision,
        checks: local.checks.iter().take(MOST_CHECKS).cloned().collect(),
    }
}

/// Checks an answer against its request and says what to store.
///
/// The caller holds the store's exchange lock from [`next_request`] to the end of the storing transaction, so progress is
/// still that of the request.
///
/// # Errors
/// [`AnswerRefused`]; nothing of the answer may then be stored.
pub fn plan(request: &ExchangeRequest, answer: ExchangeAnswer) -> Result<Plan, AnswerRefused> {
    if answer.protocol != request.protocol {
        return Err(AnswerRefused::Protocol(answer.protocol));
    }
    // Only with a page of the log does the server compare.
    let checks = if matches!(answer.down, Down::Log { .. }) { request.checks.as_slice() } else { &[] };
    let brings_a_page = matches!(answer.down, Down::FirstSync { .. } | Down::Log { .. });
    let step = step_down(request.progress, answer.standing, answer.down)?;
    Ok(Plan {
        log_mark: if brings_a_page { answer.log_mark } else { request.log_mark },
        outcomes: checked_outcomes(&request.uploads, answer.outcomes)?,
        server_time: answer.server_time,
        standing: answer.standing,
        begin_anew: step.begin_anew,
        orders: step.orders,
        entries: step.entries,
        progress: step.progress,
        checked: checks.iter().map(|check| check.order).collect(),
        out_of_scope: out_of_scope(checks, &answer.anew),
        anew: answer.anew.into_iter().filter(|order| checks.iter().any(|check| check.order == order.row.order)).collect(),
        // Another log may have counted its revisions anew.
        reference: answer.reference.filter(|delta| step.begin_anew || delta.revision > request.reference_revision),
        highest_sequence: answer.highest_sequence,
        missing_sequences: missing_sequences(answer.highest_sequence, answer.missing_sequences),
        more: step.more,
    })
}

impl Plan {
    /// The request that [`next_request`] will make once this plan is stored, where that is known before: in the middle of a first
    /// sync, unless somebody works on the device meanwhile.
    pub fn foreseen_request(&self, answered: &ExchangeRequest) -> Option<ExchangeRequest> {
        matches!(self.progress, Progress::FirstSync { .. }).then(|| ExchangeRequest {
            protocol: PROTOCOL,
            uploads: Vec::new(),
            progress: self.progress,
            log_mark: self.log_mark,
            reference_revision: self.reference.as_ref().map_or(answered.reference_revision, |delta| delta.revision),
            checks: Vec::new(),
        })
    }

    /// Whether the exchange is over: nothing follows downwards and, as the store counts after storing this plan, nothing
    /// is left to send. A revoked credential still sends.
    pub fn is_quiet(&self, unsent_left: usize) -> bool {
        unsent_left == 0 && !self.more && !self.begin_anew
    }
}

/// Whether the server holds the very bytes that the device recorded. Asked for every outcome, also for those that come
/// down the log ([`LogEntry::Outcome`]).
pub fn agrees(own_bytes: &[u8], outcome: &UploadOutcome) -> bool {
    match outcome {
        UploadOutcome::Recorded { sha256, .. } => *sha256 == sha256_of(own_bytes),
        UploadOutcome::Held { .. } | UploadOutcome::Left { .. } | UploadOutcome::IdReused { .. } => true,
    }
}

impl UploadOutcome {
    /// The event that it is about.
    pub fn event(&self) -> EventId {
        match self {
            Self::Recorded { id, .. } | Self::Held { id, .. } | Self::Left { id, .. } | Self::IdReused { id } => *id,
        }
    }
}

fn uploads_in_one_request(unsent: &[Upload]) -> usize {
    let mut bytes = 0usize;
    let fitting = unsent.iter().take(MOST_UPLOADS).take_while(|upload| {
        bytes = bytes.saturating_add(upload.event.len());
        bytes <= MOST_UPLOAD_BYTES
    });
    fitting.count().max(1)
}

/// Outcomes in the order of the uploads. One that claims to hold other bytes than were sent says by this that the id is
/// taken: the device keeps its event and shows it, and everything else goes on.
fn checked_outcomes(uploads: &[Upload], outcomes: Vec<UploadOutcome>) -> Result<Vec<UploadOutcome>, AnswerRefused> {
    let same_events =
        uploads.len() == outcomes.len() && uploads.iter().zip(&outcomes).all(|(upload, outcome)| upload.id == outcome.event());
    if !same_events {
        return Err(AnswerRefused::OutcomesDoNotMatch);
    }
    let checked = uploads
        .iter()
        .zip(outcomes)
        .map(|(upload, outcome)| if agrees(&upload.event, &outcome) { outcome } else { UploadOutcome::IdReused { id: upload.id } });
    Ok(checked.collect())
}

fn out_of_scope(checks: &[OrderCheck], anew: &[PackedOrder]) -> Vec<OrderId> {
    let asked_for = checks.iter().filter(|check| check.heads.is_empty()).map(|check| check.order);
    asked_for.filter(|order| anew.iter().all(|came| came.row.order != *order)).collect()
}

/// What was acknowledged above the highest number is lost as well.
fn missing_sequences(highest: u64, mut below: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    below.extend(highest.checked_add(1).map(|first| (first, u64::MAX)));
    below
}

/// The part of the plan that concerns the way down.
#[derive(Debug)]
struct StepDown {
    begin_anew: bool,
    orders: Vec<PackedOrder>,
    entries: Vec<LogEntry>,
    progress: Progress,
    more: bool,
}

impl StepDown {
    fn staying_at(progress: Progress) -> Self {
        Self { begin_anew: false, orders: Vec::new(), entries: Vec::new(), progress, more: false }
    }
}

fn step_down(progress: Progress, standing: CredentialStanding, down: Down) -> Result<StepDown, AnswerRefused> {
    match down {
        Down::Nothing if standing != CredentialStanding::Valid => Ok(StepDown::staying_at(progress)),
        _ if standing == CredentialStanding::Revoked => Err(AnswerRefused::PageDoesNotContinue),
        Down::Nothing => Err(AnswerRefused::PageDoesNotContinue),
        // It may be nothing but an offer: outcomes are stored, and nothing is asked for again at once.
        Down::Newer => Ok(StepDown::staying_at(progress)),
        Down::BeginAnew if progress == Progress::Nothing => Err(AnswerRefused::NoAdvance),
        Down::BeginAnew => Ok(StepDown { begin_anew: true, ..StepDown::staying_at(Progress::Nothing) }),
        Down::FirstSync { log_end, orders, more } => first_sync_step(progress, log_end, orders, more),
        Down::Log { entries, cursor, more } => log_step(progress, entries, cursor, more),
    }
}

fn first_sync_step(progress: Progress, log_end: u64, orders: Vec<PackedOrder>, more: bool) -> Result<StepDown, AnswerRefused> {
    let after = match progress {
        Progress::Nothing => None,
        Progress::FirstSync { log_end: begun, after } if begun == log_end => Some(after),
        Progress::FirstSync { .. } | Progress::Log { .. } => return Err(AnswerRefused::PageDoesNotContinue),
    };
    let last = ascends(after, orders.iter().map(|order| order.row.order))?;
    let progress = match (more, last) {
        (true, Some(after)) => Progress::FirstSync { log_end, after },
        (true, None) => return Err(AnswerRefused::NoAdvance),
        (false, _) => Progress::Log { cursor: log_end },
    };
    // The log after the page's beginning follows at once.
    Ok(StepDown { orders, more: true, ..StepDown::staying_at(progress) })
}

fn log_step(progress: Progress, entries: Vec<LogEntry>, cursor: u64, more: bool) -> Result<StepDown, AnswerRefused> {
    let Progress::Log { cursor: before } = progress else { return Err(AnswerRefused::PageDoesNotContinue) };
    let last = ascends(Some(before), entries.iter().map(LogEntry::position))?;
    if cursor < before || last.is_some_and(|last| last > cursor) {
        return Err(AnswerRefused::PageDoesNotContinue);
    }
    if more && cursor == before {
        return Err(AnswerRefused::NoAdvance);
    }
    Ok(StepDown { entries, more, ..StepDown::staying_at(Progress::Log { cursor }) })
}

/// The last of `keys`, if each is above the one before it and the first above `after`.
fn ascends<K: Ord + Copy>(after: Option<K>, keys: impl Iterator<Item = K>) -> Result<Option<K>, AnswerRefused> {
    let mut last = None;
    for key in keys {
        if last.or(after).is_some_and(|before| key <= before) {
            return Err(AnswerRefused::PageDoesNotContinue);
        }
        last = Some(key);
    }
    Ok(last)
}

#[cfg(test)]
mod tests;
