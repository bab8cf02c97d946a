//! The device's end of sync: what to say, what to make of the answer, and the exchange until quiet.
//!
//! [`Device::next_request`] and [`Device::apply`] know no sockets, so that a simulated network can drive them; the socket is
//! [`transport`].

mod already_enrolled;
mod apply;
mod arrive;
mod enroll;
pub(crate) mod enroller;
mod exchange;
mod lock;
pub mod qr;
mod settle;
pub mod transport;

pub use apply::{Measured, SyncStep};

use domain::fault::Fault;
use domain::identity::EventId;
use serde_bytes::ByteBuf;
use store::device::{StoredEvent, StoredProgress};
use sync::exchange::{LocalSummary, next_request};
use sync::wire::{ExchangeRequest, MOST_UPLOADS, Progress, Upload};

use crate::device::{Device, identity_of};
use crate::order::check::checks;

impl Device {
    /// The next request: unsent events and how far this device has come.
    ///
    /// # Errors
    /// As the store fails.
    pub fn next_request(&self) -> Result<ExchangeRequest, Fault> {
        self.read(|session| {
            let identity = identity_of(session)?;
            let unsent: Vec<Upload> = session.unsent_events(MOST_UPLOADS)?.into_iter().map(upload).collect();
            let checks = checks(session, &identity, self.now(), unsent.is_empty())?;
            Ok(next_request(&LocalSummary {
                unsent,
                progress: wire_progress(identity.progress),
                log_mark: identity.log_mark,
                reference_revision: identity.reference_revision,
                checks,
            }))
        })
    }
}

fn upload(event: StoredEvent) -> Upload {
    let mut predecessors: Vec<EventId> = event.predecessors;
    predecessors.sort();
    Upload { id: event.id, order: event.order, sequence: event.sequence.unwrap_or(0), event: ByteBuf::from(event.bytes), predecessors }
}

fn wire_progress(progress: StoredProgress) -> Progress {
    match progress {
        StoredProgress::Nothing => Progress::Nothing,
        StoredProgress::FirstSync { log_end, after } => Progress::FirstSync { log_end, after },
        StoredProgress::Log { cursor } => Progress::Log { cursor },
    }
}

fn stored_progress(progress: Progress) -> StoredProgress {
    match progress {
        Progress::Nothing => StoredProgress::Nothing,
        Progress::FirstSync { log_end, after } => StoredProgress::FirstSync { log_end, after },
        Progress::Log { cursor } => StoredProgress::Log { cursor },
    }
}
