//! The same command with the same id again: once done, answered twice.

use std::cell::RefCell;

use domain::canonical::canonical_bytes;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{EventId, OrderId};
use domain::view::OrderView;
use sha2::{Digest, Sha256};
use store::device::{Session, StoredReply};
use zstd::bulk::Compressor;

use crate::command::Command;
use crate::order::record::id_reused;

/// How hard replies are compressed: they are written on the worker's path and hardly ever read.
const COMPRESSION_LEVEL: i32 = 1;
/// The most bytes of an unpacked reply: 500 events at their limit, and what surrounds them.
const LARGEST_REPLY_BYTES: usize = 16 * 1024 * 1024;

/// What was answered when this command was first carried out: the order as it was then, or, when an older program wrote a
/// reply that this one cannot read, the order's id. `None` for a new id.
///
/// # Errors
/// `id_reused`, with the order that has the id (`order`), when it was used for something else.
pub fn earlier_reply(session: &Session<'_>, id: EventId, command: &Command) -> Result<Option<Result<OrderView, OrderId>>, Fault> {
    match session.reply(id)? {
        Some(first) if first.content == content_of(command) => Ok(Some(unpacked(&first.reply).ok_or(first.order))),
        Some(first) => Err(id_reused(first.order)),
        None => session.order_of_event(id)?.map_or(Ok(None), |order| Err(id_reused(order))),
    }
}

/// Keeps the reply for the same command again, as MessagePack: there is less to compress than as JSON.
pub fn keep_reply(session: &Session<'_>, id: EventId, command: &Command, view: &OrderView) -> Result<(), Fault> {
    let unusable = |error: String| Fault::new(FaultCodeName::Internal, format!("the reply cannot be kept: {error}; nothing was saved"));
    let packed = rmp_serde::to_vec_named(view).map_err(|error| unusable(error.to_string()))?;
    let reply = compressed(&packed).map_err(|error| unusable(error.to_string()))?;
    session.put_reply(id, &StoredReply { order: view.id, content: content_of(command), reply })?;
    Ok(())
}

thread_local! {
    /// Kept from edit to edit: making one takes longer than compressing a reply.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

fn compressed(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let mut compressor = kept.take().map_or_else(|| Compressor::new(COMPRESSION_LEVEL), Ok)?;
        let reply = compressor.compress(packed)?;
        *kept = Some(compressor);
        Ok(reply)
    })
}

/// SHA-256 of the command in canonical form.
fn content_of(command: &Command) -> Vec<u8> {
    let value = serde_json::to_value(command).unwrap_or_default();
    Sha256::digest(canonical_bytes(&value)).to_vec()
}

fn unpacked(reply: &[u8]) -> Option<OrderView> {
    rmp_serde::from_slice(&zstd::bulk::decompress(reply, LARGEST_REPLY_BYTES).ok()?).ok()
}
