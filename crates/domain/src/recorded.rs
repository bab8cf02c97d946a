//! What the server said about an event: receipt, verdict, or that it is held.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::event::Event;
use crate::identity::EventId;
use crate::time::UtcMillis;

/// An event in its place in the history of its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What was said.
    pub event: Event,
    /// The events that its author had seen at the ends of the history: what it builds on.
    pub predecessors: Vec<EventId>,
    /// The server's word; `None` until the device has it.
    pub receipt: Option<Receipt>,
}

/// The server has recorded the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its place in the server's one log.
    pub position: u64,
    /// When the server received it.
    pub received_at: UtcMillis,
    /// Whether it has effect.
    pub verdict: Verdict,
    /// The position of the verdict: that of the event, or a later one when it was judged again.
    pub judged_at_position: u64,
}

/// The server's judgement of who recorded what, never of the workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "verdict", content = "reason", rename_all = "snake_case")]
pub enum Verdict {
    /// It has effect.
    Admitted,
    /// It stays in the document, visible, without effect.
    SetAside(SetAsideReason),
}

/// Why an event is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// The recorder is not the person of the credential.
    OtherRecorder,
    /// The role in the event is not the person's.
    RoleNotHeld,
    /// The role may not record this kind.
    KindNotPermitted,
    /// The order was never in the person's scope.
    OutOfScope,
    /// The server's program does not know the kind; judged again after an upgrade.
    UnknownKind,
    /// The order has reached its most events.
    OrderFull,
}

/// Why an event is kept outside its document for the time being.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// An event that it builds on has not arrived.
    PredecessorMissing,
    /// It cannot be read.
    Malformed,
    /// It is larger than the limit.
    Oversized,
    /// The credential that sent it was revoked; somebody reviews it.
    CredentialRevoked,
}

impl Recorded {
    /// Whether the event counts: everything that has not been set aside does, unreceipted work of the own device included.
    pub fn has_effect(&self) -> bool {
        self.receipt.as_ref().is_none_or(|receipt| receipt.verdict == Verdict::Admitted)
    }
}
