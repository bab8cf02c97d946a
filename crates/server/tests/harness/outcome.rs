//! What became of an upload.

use domain::recorded::{HeldReason, Verdict};
use sync::wire::UploadOutcome;

/// Of what is recorded.
#[track_caller]
pub fn verdict(outcome: &UploadOutcome) -> Verdict {
    match outcome {
        UploadOutcome::Recorded { receipt, .. } => receipt.verdict,
        other => panic!("{other:?}"),
    }
}

/// Of what is held.
#[track_caller]
pub fn held(outcome: &UploadOutcome) -> HeldReason {
    match outcome {
        UploadOutcome::Held { reason, .. } => *reason,
        other => panic!("{other:?}"),
    }
}
