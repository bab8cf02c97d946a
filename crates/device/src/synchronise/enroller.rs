//! Who enrols, and where they may (`docs/decisions/011`): a server that the finder of a phone names would let them in, and get
//! the work that waits.

use domain::fault::{Fault, FaultCodeName};
use domain::reference::DirectoryEntry;
use store::device::{DeviceIdentity, Session};

use super::already_enrolled::in_use;

/// Who enrols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enroller {
    /// Whoever owns the files, beside which lies their key: at any address, once the person has logged out.
    FilesOwner,
    /// A page that the PIN has opened: also while the device is in use, at another address, when the hospital's server has moved.
    OpenPage,
    /// Whoever holds the phone: nobody has given a PIN, or it was taken away by logging out.
    Anybody,
}

impl Enroller {
    /// Whether they may enrol this device at `address`.
    ///
    /// # Errors
    /// `already_enrolled` while somebody uses the device, `other_server` where it is bound to the address it has.
    pub fn check(self, session: &Session<'_>, identity: &DeviceIdentity, address: &str) -> Result<(), Fault> {
        let is_in_use = identity.person.is_some() && !identity.logged_out && !identity.revoked;
        let has_to_log_out = match self {
            Self::FilesOwner => true,
            Self::OpenPage => !is_elsewhere(identity, address),
            Self::Anybody => session.screen_lock()?.is_none(),
        };
        if is_in_use && has_to_log_out {
            return Err(in_use());
        }
        self.check_address(session, identity, address)
    }

    /// The address alone.
    ///
    /// # Errors
    /// `other_server`.
    pub fn check_address(self, session: &Session<'_>, identity: &DeviceIdentity, address: &str) -> Result<(), Fault> {
        let may_leave_with_it = self != Self::Anybody || !is_elsewhere(identity, address);
        if may_leave_with_it || bound_to(session, identity)?.is_none() { Ok(()) } else { Err(other_server()) }
    }

    /// Whether the same person finds here what an earlier enrolment brought.
    pub fn keeps_what_is_here(self, identity: &DeviceIdentity, address: &str) -> bool {
        self != Self::Anybody || !is_elsewhere(identity, address)
    }
}

fn is_elsewhere(identity: &DeviceIdentity, address: &str) -> bool {
    identity.server_url.as_deref().is_some_and(|enrolled_at| enrolled_at != address)
}

/// The person that alone may enrol here: whose device it is, and after a log-out whose work still waits for the server.
pub fn bound_to<'a>(session: &Session<'_>, identity: &'a DeviceIdentity) -> Result<Option<&'a DirectoryEntry>, Fault> {
    let Some(person) = &identity.person else { return Ok(None) };
    Ok((!identity.logged_out || session.keeps_own_work()?).then_some(person))
}

fn other_server() -> Fault {
    Fault::new(
        FaultCodeName::OtherServer,
        "this device is locked or holds work that waits for its server: it may be enrolled only at the address it is enrolled at; nothing \
         was changed; give that address, or unlock it before enrolling it elsewhere",
    )
}
