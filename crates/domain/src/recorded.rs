//! What the server said about an event: receipt, verdict, or that it is held.

use serde::{Deserialize, Deserializer, Serialize};
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

/// The server's judgement of who recorded what, never of the workflow. A verdict that a newer server gives and this program
/// does not know reads as set aside: what is not understood has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(tag = "verdict", content = "reason", rename_all = "snake_case")]
pub enum Verdict {
    /// It has effect.
    Admitted,
    /// It stays in the document, visible, without effect.
    SetAside(SetAsideReason),
}

/// A verdict as it is written, by anyone.
#[derive(Deserialize)]
struct VerdictAsWritten {
    verdict: String,
    #[serde(default)]
    reason: Option<SetAsideReason>,
}

impl<'de> Deserialize<'de> for Verdict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = VerdictAsWritten::deserialize(deserializer)?;
        Ok(match written.verdict.as_str() {
            "admitted" => Self::Admitted,
            _ => Self::SetAside(written.reason.unwrap_or(SetAsideReason::Unknown)),
        })
    }
}

/// Why an event is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// The recorder is not the person of the credential, or the device in the event is somebody else's.
    OtherRecorder,
    /// The role in the event is not the person's.
    RoleNotHeld,
    /// The role may not record this kind.
    KindNotPermitted,
    /// The order was never in the person's scope.
    OutOfScope,
    /// The server's program does not know the kind; judged again after an upgrade.
    UnknownKind,
    /// A reason of a newer server, which this program has no words for.
    #[serde(other)]
    Unknown,
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
    /// Its id is taken by an event with other content (`domain.md`, contradiction 7); somebody reviews it.
    IdTaken,
    /// The order has as many events as it may have; somebody reviews it.
    OrderFull,
    /// So many events of the order were set aside already that no more are taken in; somebody reviews it.
    TooManySetAside,
    /// So much of this device waits for somebody already that the server keeps no more of it, or the order is damaged there: it has nothing,
    /// the device keeps the event as unsent, and offers it again with each exchange.
    TooManyHeld,
    /// A reason of a newer server, which this program has no words for.
    #[serde(other)]
    Unknown,
}

impl HeldReason {
    /// Whether the server has the event, outside its document; of [`HeldReason::TooManyHeld`] it has nothing.
    pub fn is_kept(self) -> bool {
        self != Self::TooManyHeld
    }
}

impl Recorded {
    /// Whether the event counts: everything that has not been set aside does, unreceipted work of the own device included.
    pub fn has_effect(&self) -> bool {
        self.receipt.as_ref().is_none_or(|receipt| receipt.verdict == Verdict::Admitted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a word of a newer server becomes here.
    #[track_caller]
    fn check<T: serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(written: &str, expected: T) {
        assert_eq!(serde_json::from_str::<T>(written).unwrap(), expected, "{written}");
    }

    #[test]
    fn a_word_of_a_newer_server_is_kept_as_unknown_and_never_has_effect() {
        check(r#""moon_phase""#, HeldReason::Unknown);
        check(r#""moon_phase""#, SetAsideReason::Unknown);
        check(r#"{"verdict":"set_aside","reason":"moon_phase"}"#, Verdict::SetAside(SetAsideReason::Unknown));
        check(r#"{"verdict":"postponed"}"#, Verdict::SetAside(SetAsideReason::Unknown));
        check(r#"{"verdict":"postponed","reason":"moon_phase"}"#, Verdict::SetAside(SetAsideReason::Unknown));
    }

    #[test]
    fn what_is_written_is_read() {
        for verdict in [Verdict::Admitted, Verdict::SetAside(SetAsideReason::OutOfScope), Verdict::SetAside(SetAsideReason::Unknown)] {
            check(&serde_json::to_string(&verdict).unwrap(), verdict);
        }
        for reason in [HeldReason::IdTaken, HeldReason::OrderFull, HeldReason::TooManyHeld, HeldReason::Unknown] {
            check(&serde_json::to_string(&reason).unwrap(), reason);
        }
    }
}
