//! Contradictions between facts and decisions, and between facts (`domain.md`, "Contradictions"). The numbers are those
//! of the table there, for ever.
//!
//! Row 7 (the same scan or upload twice) is none between recorded events: the same again is recognised by its id and changes
//! nothing, other content under a used id is held ([`crate::recorded::HeldReason::IdTaken`]) and shown with its order.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::identity::{EventId, StaffNo};

/// Which row of the table. The number is [`ContradictionKind::number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContradictionKind {
    /// 1: worked on and cancelled meanwhile. The work stands.
    WorkedWhileCancelled,
    /// 2: cancelled before work began. The cost is real; nobody is charged until a ruling.
    CancelledBeforeWork,
    /// 3: completed by A, reassigned to B who has not begun. A's completion wins, B's task is withdrawn.
    CompletedAfterReassignment,
    /// 4: both worked. Labour is priced once, parts of both count, the leader splits.
    BothWorked,
    /// 5: two accepted. The lower server position leads.
    TwoAccepted,
    /// 9: the clock of the device was wrong or uncertain.
    WrongClock,
    /// 10: the confirmer's number was not valid any more.
    ConfirmerNotValid,
    /// 12: the price changed between repair and sync.
    PriceChanged,
    /// 13: confirmed twice. The first stands, the second is a witness.
    ConfirmedTwice,
    /// 14: one confirmed, one refused.
    ConfirmedAndRefused,
    /// 16: merged into another order while it was being repaired. The work stands in its own order.
    MergedWhileRepaired,
    /// 26: the confirmer's number was not in the device's directory.
    ConfirmerUnknown,
    /// A confirmation that the server rejected (own number, nobody's number).
    ConfirmationRejected,
    /// A colleague from maintenance confirmed: it counts, and somebody looks at it.
    ConfirmedByMaintenance,
    /// One number confirmed many orders of one worker within minutes: it counts, and somebody looks at it.
    ConfirmedInBurst,
    /// The confirmer confirms again and again, and never for the own department: it counts, and somebody looks at it.
    ConfirmerNeverOfTheDepartment,
    /// Many numbers were looked up on the device before the confirmation: it counts, and somebody looks at it.
    ConfirmedAfterManyLookUps,
    /// By a staff list that came later the confirmer had left: the confirmation counts, and somebody looks at it.
    ConfirmerHadLeft,
    /// A withdrawal that met a confirmation: it stands, flagged.
    WithdrawnWhileConfirmed,
    /// More came back than went out once everything was merged.
    ReturnedMoreThanIssued,
    /// A step that the workflow does not know from where the order stood: kept, without effect on the state.
    StepDidNotFit,
    /// Dispatched to another team while whoever found it took it up: the acceptance stands, that team need not go.
    DispatchOverruled,
}

impl ContradictionKind {
    /// The row of the table in `domain.md`; `None` for the ones this program adds.
    pub fn number(self) -> Option<u8> {
        match self {
            Self::WorkedWhileCancelled => Some(1),
            Self::CancelledBeforeWork => Some(2),
            Self::CompletedAfterReassignment => Some(3),
            Self::BothWorked => Some(4),
            Self::TwoAccepted => Some(5),
            Self::WrongClock => Some(9),
            Self::ConfirmerNotValid => Some(10),
            Self::PriceChanged => Some(12),
            Self::ConfirmedTwice => Some(13),
            Self::ConfirmedAndRefused => Some(14),
            Self::MergedWhileRepaired => Some(16),
            Self::ConfirmerUnknown => Some(26),
            Self::ConfirmationRejected
            | Self::ConfirmedByMaintenance
            | Self::ConfirmedInBurst
            | Self::ConfirmerNeverOfTheDepartment
            | Self::ConfirmedAfterManyLookUps
            | Self::ConfirmerHadLeft
            | Self::WithdrawnWhileConfirmed
            | Self::ReturnedMoreThanIssued
            | Self::StepDidNotFit
            | Self::DispatchOverruled => None,
        }
    }
}

impl ContradictionKind {
    /// Whether it only asks for somebody to look at a confirmation, and is settled once somebody has.
    pub fn is_to_be_seen(self) -> bool {
        use ContradictionKind as Kind;
        matches!(
            self,
            Kind::ConfirmedByMaintenance
                | Kind::ConfirmedInBurst
                | Kind::ConfirmerNeverOfTheDepartment
                | Kind::ConfirmedAfterManyLookUps
                | Kind::ConfirmerHadLeft
        )
    }
}

/// One contradiction of one order, laid before the dispatcher (待核实处理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Contradiction {
    /// Which.
    pub kind: ContradictionKind,
    /// Row of the table in `domain.md`.
    pub number: Option<u8>,
    /// The events it is about, in the order of the history.
    pub events: Vec<EventId>,
    /// The people it is about.
    pub people: Vec<StaffNo>,
    /// Whether somebody has to rule before anybody is charged.
    pub needs_ruling: bool,
    /// Whether a ruling was given.
    pub settled: bool,
}
