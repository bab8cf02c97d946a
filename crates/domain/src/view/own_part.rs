//! What an order is to whoever asks for it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::EventView;
use crate::holder::HeldNumber;
use crate::state::OrderState;

/// What an order is to the person who asks; what it was to an earlier holder of their number it is not to them
/// (`docs/decisions/021-a-history-tells-of-whoever-held-the-number-then.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnPart {
    /// They have it.
    HasIt,
    /// They help whoever has it.
    Helps,
    /// It was taken from them, which they are told.
    TakenAway,
    /// They recorded something in it beyond its report, and are nothing else in it by now.
    TookPart,
    /// Nothing.
    Nothing,
}

impl OwnPart {
    /// The part of `reader` in an order with this history.
    pub(super) fn of(reader: &HeldNumber, state: &OrderState, events: &[EventView]) -> Self {
        let number = &reader.staff_no;
        let has_a_part = state.is_part_of(reader);
        if has_a_part && state.assignee.as_ref() == Some(number) {
            Self::HasIt
        } else if has_a_part && state.helpers.contains(number) {
            Self::Helps
        } else if has_a_part && state.withdrawn_from.contains(number) {
            Self::TakenAway
        } else if events.iter().any(|event| recorded_more_than_the_report(reader, event)) {
            Self::TookPart
        } else {
            Self::Nothing
        }
    }
}

fn recorded_more_than_the_report(reader: &HeldNumber, event: &EventView) -> bool {
    event.recorder == reader.staff_no && reader.was_held_at(event.occurred_at) && event.kind != "reported"
}
