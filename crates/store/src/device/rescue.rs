//! Saving from a damaged file what can still be read: who the device is, and the events that the server does not have.

use std::path::Path;

use rusqlite::Connection;

use super::{DeviceIdentity, Session, StoredEvent, StoredReply};
use crate::shared::connection::Key;
use crate::shared::error::StoreError;
use domain::identity::EventId;

/// What a damaged file still said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// Who the device is.
    pub identity: DeviceIdentity,
    /// Own events without a receipt, as many as could be read.
    pub unsent: Vec<StoredEvent>,
    /// The replies to them.
    pub replies: Vec<(EventId, StoredReply)>,
}

/// Reads what can be read of a damaged file, without changing it. `None` when not even the identity can be read: the device
/// has then to be enrolled anew.
pub fn rescue(path: &Path, key: &Key) -> Option<Rescued> {
    let connection = open_as_it_is(path, key).ok()?;
    let session = Session { connection: &connection };
    let identity = session.identity().ok().flatten()?;
    let unsent = session.unsent_events(usize::MAX).unwrap_or_default();
    let replies = unsent.iter().filter_map(|event| Some((event.id, session.reply(event.id).ok().flatten()?))).collect();
    Some(Rescued { identity, unsent, replies })
}

fn open_as_it_is(path: &Path, key: &Key) -> Result<Connection, StoreError> {
    let connection = crate::shared::connection::open(path, Some(key))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}
