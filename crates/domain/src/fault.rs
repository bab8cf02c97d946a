//! Codes of what can go wrong for a person. The code is stable and the UI translates it; the message is for engineers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

macro_rules! fault_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A stable code. Codes are never renamed or reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum FaultCodeName {
            $($(#[$doc])* $name,)*
        }

        impl FaultCodeName {
            /// Every code, for the test that each has words in every language.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

fault_codes! {
    /// The command or request cannot be read.
    BadRequest = "bad_request",
    /// A required field is empty or too long; `details.field` names it.
    FieldInvalid = "field_invalid",
    /// No whole number from 1 to the limit.
    QuantityInvalid = "quantity_invalid",
    /// No such order here.
    OrderUnknown = "order_unknown",
    /// The order was put away from this device after it was finished or given to others.
    OrderNotOnDevice = "order_not_on_device",
    /// What is on the device of this order is damaged; it comes again with the next exchange. `details.order` names it.
    OrderDamaged = "order_damaged",
    /// The order's state does not allow it; `details.next_actions` says what is allowed.
    TransitionNotAllowed = "transition_not_allowed",
    /// The role or scope does not allow it.
    NotPermitted = "not_permitted",
    /// The id was used with other content.
    IdReused = "id_reused",
    /// The same scan again within five seconds.
    RepeatedScan = "repeated_scan",
    /// No part has this code.
    PartUnknown = "part_unknown",
    /// Several parts have this barcode; `details.candidates` lists them.
    PartAmbiguous = "part_ambiguous",
    /// More is returned than was issued.
    MoreThanIssued = "more_than_issued",
    /// No such item in the price list in force.
    ItemUnknown = "item_unknown",
    /// No such place.
    LocationUnknown = "location_unknown",
    /// No such fault class.
    FaultUnknown = "fault_unknown",
    /// No such department.
    DepartmentUnknown = "department_unknown",
    /// No such store of parts.
    WarehouseUnknown = "warehouse_unknown",
    /// No such team.
    TeamUnknown = "team_unknown",
    /// No such event in this order.
    EventUnknown = "event_unknown",
    /// The event is not one's own part or labour line, or is withdrawn already.
    NotWithdrawable = "not_withdrawable",
    /// The number is in nobody's name here.
    StaffUnknown = "staff_unknown",
    /// The number was valid, but not today.
    StaffNotValid = "staff_not_valid",
    /// The number belongs to another department than the order.
    OtherDepartment = "other_department",
    /// So many different numbers were looked up here that no further names are shown for a while; `details.retry_at` says until when.
    TooManyLookUps = "too_many_look_ups",
    /// The worker's own number cannot confirm the worker's work.
    OwnStaffNo = "own_staff_no",
    /// A refusal, return or cancellation needs a reason.
    ReasonRequired = "reason_required",
    /// The device has no enrolment yet.
    NotEnrolled = "not_enrolled",
    /// The device is enrolled already.
    AlreadyEnrolled = "already_enrolled",
    /// Work waits here, or the screen is locked: only the address at which the device is enrolled may be enrolled at.
    OtherServer = "other_server",
    /// The one-time code is wrong, used or too old.
    CodeInvalid = "code_invalid",
    /// The server cannot be reached. Nothing is lost.
    ServerUnreachable = "server_unreachable",
    /// Something answered, but not a Plantroom server, or only half.
    ServerAnswerUnreadable = "server_answer_unreadable",
    /// The server refused or failed; `details.status` says how.
    ServerFailed = "server_failed",
    /// The device or account was revoked.
    CredentialRevoked = "credential_revoked",
    /// Another exchange is under way on this store.
    SyncRunning = "sync_running",
    /// No room left on the disk. What was saved before is safe.
    DiskFull = "disk_full",
    /// The store is damaged; it was moved aside, not deleted.
    StoreDamaged = "store_damaged",
    /// The store was written by a newer program.
    StoreNewer = "store_newer",
    /// The store cannot be read or written for another reason.
    StoreFailed = "store_failed",
    /// There is unsent work; log out again with `"confirmed":true` to keep it here.
    UnsentWork = "unsent_work",
    /// The screen is locked: the PIN opens it. Nothing is lost, and what waits is sent meanwhile.
    Locked = "locked",
    /// The PIN is wrong; `details.tries_left` and `details.wait_seconds` say what is left.
    PinWrong = "pin_wrong",
    /// After wrong PINs the next one waits `details.wait_seconds`.
    PinWait = "pin_wait",
    /// Too many wrong PINs: only a new code for the same person opens the device.
    PinBlocked = "pin_blocked",
    /// The PIN is easily guessed or has the wrong length; `details.reason` is `digits`, `length`, `simple` or `staff_no`.
    PinUnfit = "pin_unfit",
    /// The order has the most events it may have.
    OrderFull = "order_full",
    /// Sign-in failed.
    SignInFailed = "sign_in_failed",
    /// No session, or it expired.
    SessionRequired = "session_required",
    /// What was set aside or held cannot be given effect; `details.why` says why, `details.candidates` and `details.first` what else.
    NotAdmittable = "not_admittable",
    /// The two orders do not become one; `details.why` is `same_order`, `ended` or `less_urgent`.
    NotMergeable = "not_mergeable",
    /// No such thing.
    NotFound = "not_found",
    /// A mistake of ours. What was saved before is safe.
    Internal = "internal",
}

/// What a person gets instead of an answer. Serialised as `{"code":…,"message":…,"details":…}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Stable code.
    pub code: FaultCodeName,
    /// What happened, what is safe, what to do; English, for engineers and logs. Holds no personal data.
    pub message: String,
    /// Candidates and values.
    #[serde(default)]
    #[ts(type = "unknown")]
    #[schema(value_type = Option<Object>)]
    pub details: serde_json::Value,
}

impl Fault {
    /// A fault without details.
    pub fn new(code: FaultCodeName, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: serde_json::Value::Null }
    }

    /// The same with details.
    #[must_use]
    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = details;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_code_is_the_serialised_code() {
        for code in FaultCodeName::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
