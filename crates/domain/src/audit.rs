//! What the auditor can read of deeds that are no events of an order: who came in, what was given to whom, what was decided.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Somebody signed in to the centre.
    SignedIn,
    /// A password was wrong, or the number is nobody's.
    SignInRefused,
    /// It was refused, and nobody may try again there for a while.
    LockedOut,
    /// A password was set.
    PasswordSet,
    /// A one-time code was made, by which a device comes to a person.
    CodeMade,
    /// A device came to a person by its code.
    CodeUsed,
    /// A device was revoked.
    DeviceRevoked,
    /// Something that was set aside or held was given effect.
    Admitted,
    /// Something that was set aside or held was left as it is.
    Left,
    /// Somebody looked at a flagged confirmation.
    Seen,
    /// The report of an order that was lost was filed once more.
    FiledAgain,
    /// Reference data were imported.
    Imported,
}

impl Deed {
    /// Whether repeats count in one line: whoever is at a sign-in can repeat it as often as they like, and must not fill a disk by it.
    pub fn repeats_are_counted(self) -> bool {
        matches!(self, Self::SignedIn | Self::SignInRefused | Self::LockedOut)
    }
}
