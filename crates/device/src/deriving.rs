//! After an upgrade: rows are derived from events, and the program before may have derived them without knowing a kind that this
//! one knows. An order shows what happened to it wherever it is opened; its row would have said the old until the next event.

use domain::fault::{Fault, FaultCodeName};
use domain::row::deriving_program;
use domain::time::UtcMillis;
use store::device::{DeviceIdentity, DeviceStore, Session};

use crate::order::row::refresh_row;
use crate::worker::Worker;

/// Derives the rows of orders anew if another program has derived them. Where the disk is full they stay as they are until there
/// is room: the rows may be old, but nobody is kept from the store.
pub fn derive_rows_of_another_program(store: &mut DeviceStore, now: UtcMillis) -> Result<(), Fault> {
    let program = deriving_program();
    if store.read(|session| session.derived_by())?.as_deref() == Some(&program) {
        return Ok(());
    }
    let derived: Result<(), Fault> = store.write(|session| {
        derive_rows(session, now)?;
        Ok(session.put_derived_by(&program)?)
    });
    match derived {
        Err(fault) if fault.code == FaultCodeName::DiskFull => Ok(()),
        derived => derived,
    }
}

fn derive_rows(session: &Session<'_>, now: UtcMillis) -> Result<(), Fault> {
    let Some(identity) = session.identity()?.filter(|identity| identity.person.is_some() && identity.server_url.is_some()) else {
        return Ok(());
    };
    let worker = Worker::of(session, &DeviceIdentity { logged_out: false, ..identity }, now)?;
    session.derived_orders()?.into_iter().try_for_each(|order| refresh_row(session, &worker, order, None))
}
