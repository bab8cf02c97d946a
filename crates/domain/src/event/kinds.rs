//! The kinds of events: facts of devices, decisions of the centre, and what this program does not know.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::bodies::{
    Absorbed, Accepted, Arrived, Cancelled, Completed, ConfirmationJudged, Confirmed, Corrected, Empty, LabourLine, Merged, Numbered,
    PartMove, Reason, Reassigned, Reported, Returned, Reviewed, Ruled, Suspended, ToPerson, ToTeam, Withdrawn,
};

/// What happened. Kinds written by a device state facts; kinds written by the centre state decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum EventBody {
    /// 报修: the order begins.
    Reported(Reported),
    /// 数据修正: a field was wrong.
    Corrected(Corrected),
    /// 受理 by a technician.
    Accepted(Accepted),
    /// 到场
    Arrived(Arrived),
    /// 挂单
    Suspended(Suspended),
    /// 恢复
    Resumed(Empty),
    /// 回退, asked for by the technician; leader or dispatcher settles it.
    ReturnRequested(Reason),
    /// 领用出库
    PartIssued(PartMove),
    /// 退库
    PartReturned(PartMove),
    /// 维修项目 done.
    LabourAdded(LabourLine),
    /// 撤销 of an own part or labour event.
    Withdrawn(Withdrawn),
    /// 完工
    Completed(Completed),
    /// 科室确认, or refusal.
    Confirmed(Confirmed),

    /// The server gave the order its number.
    Numbered(Numbered),
    /// 派单 to a team.
    Dispatched(ToTeam),
    /// 班组受理
    TeamAccepted(Empty),
    /// 派工 to a person.
    Assigned(ToPerson),
    /// 改派
    Reassigned(Reassigned),
    /// 回退 to an earlier node, decided.
    Returned(Returned),
    /// 取消
    Cancelled(Cancelled),
    /// 合并: it is the fault of another order, which goes on in its stead.
    Merged(Merged),
    /// Another order was merged into this one; recorded together with its [`Self::Merged`].
    Absorbed(Absorbed),
    /// The server's word about a confirmation, with the directory of that time.
    ConfirmationJudged(ConfirmationJudged),
    /// The dispatcher's ruling on a contradiction.
    Ruled(Ruled),
    /// 核查 of an event that the server had set aside or held: who decided what became of it, and why. The verdict itself is in
    /// the event's receipt.
    Reviewed(Reviewed),

    /// A kind that this program does not know, or one in an outer form that it does not know. Kept, without effect, judged again after an upgrade.
    #[serde(skip)]
    Unknown {
        /// The kind as written.
        kind: String,
        /// Its body as written.
        body: Value,
    },
}

/// Every kind of this program, in the order of [`EventBody`].
pub const KNOWN_KINDS: [&str; 25] = [
    "reported",
    "corrected",
    "accepted",
    "arrived",
    "suspended",
    "resumed",
    "return_requested",
    "part_issued",
    "part_returned",
    "labour_added",
    "withdrawn",
    "completed",
    "confirmed",
    "numbered",
    "dispatched",
    "team_accepted",
    "assigned",
    "reassigned",
    "returned",
    "cancelled",
    "merged",
    "absorbed",
    "confirmation_judged",
    "ruled",
    "reviewed",
];

/// Whether this program knows a kind.
pub fn is_known_kind(kind: &str) -> bool {
    #[cfg(feature = "older-programs")]
    if super::older_programs::lacks(kind) {
        return false;
    }
    KNOWN_KINDS.contains(&kind)
}

impl EventBody {
    /// The kind as it is written in the bytes.
    pub fn kind(&self) -> &str {
        match self {
            Self::Reported(_) => "reported",
            Self::Corrected(_) => "corrected",
            Self::Accepted(_) => "accepted",
            Self::Arrived(_) => "arrived",
            Self::Suspended(_) => "suspended",
            Self::Resumed(_) => "resumed",
            Self::ReturnRequested(_) => "return_requested",
            Self::PartIssued(_) => "part_issued",
            Self::PartReturned(_) => "part_returned",
            Self::LabourAdded(_) => "labour_added",
            Self::Withdrawn(_) => "withdrawn",
            Self::Completed(_) => "completed",
            Self::Confirmed(_) => "confirmed",
            Self::Numbered(_) => "numbered",
            Self::Dispatched(_) => "dispatched",
            Self::TeamAccepted(_) => "team_accepted",
            Self::Assigned(_) => "assigned",
            Self::Reassigned(_) => "reassigned",
            Self::Returned(_) => "returned",
            Self::Cancelled(_) => "cancelled",
            Self::Merged(_) => "merged",
            Self::Absorbed(_) => "absorbed",
            Self::ConfirmationJudged(_) => "confirmation_judged",
            Self::Ruled(_) => "ruled",
            Self::Reviewed(_) => "reviewed",
            Self::Unknown { kind, .. } => kind,
        }
    }

    /// The body alone, as it is written.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Unknown { body, .. } => body.clone(),
            known => serde_json::to_value(known).ok().and_then(|mut tagged| tagged.get_mut("body").map(Value::take)).unwrap_or_default(),
        }
    }

    /// Whether it states that something happened, and is therefore never undone by a decision.
    pub fn is_fact(&self) -> bool {
        matches!(
            self,
            Self::Reported(_)
                | Self::Corrected(_)
                | Self::Accepted(_)
                | Self::Arrived(_)
                | Self::Suspended(_)
                | Self::Resumed(_)
                | Self::ReturnRequested(_)
                | Self::PartIssued(_)
                | Self::PartReturned(_)
                | Self::LabourAdded(_)
                | Self::Withdrawn(_)
                | Self::Completed(_)
                | Self::Confirmed(_)
        )
    }

    /// As [`Self::read`], with a body that is not its kind's kept as one that is not known.
    pub(super) fn read_recorded(kind: String, body: &RawValue) -> Result<Self, serde_json::Error> {
        match Self::read(kind.clone(), body) {
            Ok(read) => Ok(read),
            Err(_) => Self::unknown(kind, body),
        }
    }

    /// A body as it is written, whatever it says.
    pub(super) fn unknown(kind: String, body: &RawValue) -> Result<Self, serde_json::Error> {
        Ok(Self::Unknown { kind, body: serde_json::from_str(body.get())? })
    }

    /// Reads a body. A kind that this program does not know is kept as it is.
    pub(super) fn read(kind: String, body: &RawValue) -> Result<Self, serde_json::Error> {
        if !is_known_kind(&kind) {
            return Self::unknown(kind, body);
        }
        // With the kind in front the body is read straight into what it is, and not into a tree of values first: every event of
        // every order that is opened comes through here.
        serde_json::from_str(&["{\"kind\":\"", &kind, "\",\"body\":", body.get(), "}"].concat())
    }
}
