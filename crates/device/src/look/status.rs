//! Who this device is, and how far it and the hospital agree.

use domain::fault::Fault;
use domain::time::UtcMillis;
use store::device::{DeviceIdentity, Session};

use crate::numbers::of_a_store_that_is_gone;
use crate::reply::{DeviceStatus, SyncStatus};
use crate::screen_lock::shown::{LockShown, whole_seconds};
use crate::worker::Worker;

/// More numbers help nobody to find out what is missing.
const MOST_LOST_NUMBERS_SHOWN: usize = 100;

/// What is unsent, and how old things are.
pub fn sync_status(session: &Session<'_>, identity: &DeviceIdentity) -> Result<SyncStatus, Fault> {
    let counts = session.own_counts()?;
    Ok(SyncStatus {
        unsent: counts.only_here(),
        held: counts.held,
        set_aside: counts.set_aside,
        last_contact: identity.last_contact,
        reference_as_of: identity.reference_as_of,
    })
}

/// Who this device is.
pub fn device_status(
    session: &Session<'_>,
    identity: &DeviceIdentity,
    now: UtcMillis,
    key_kept_in: &str,
    lock: LockShown,
) -> Result<DeviceStatus, Fault> {
    Ok(DeviceStatus {
        enrolled: identity.person.is_some(),
        logged_out: identity.logged_out,
        revoked: identity.revoked,
        // Nobody's device shows nobody's name.
        person: Worker::of(session, identity, now).ok().map(|worker| worker.person()),
        server_url: identity.server_url.clone(),
        key_kept_in: Some(key_kept_in.to_owned()),
        damaged_store_moved_to: identity.damaged_moved_to.clone(),
        missing_store_unsent: of_a_store_that_is_gone(identity).map(|left| left.undelivered()),
        lost_numbers: session.lost_numbers(MOST_LOST_NUMBERS_SHOWN)?,
        acknowledged_lost_numbers: session.acknowledged_lost_numbers(MOST_LOST_NUMBERS_SHOWN)?,
        unsent: session.own_counts()?.only_here(),
        lock: lock.state,
        pin_tries_left: lock.tries_left,
        pin_wait_seconds: whole_seconds(lock.wait),
    })
}
