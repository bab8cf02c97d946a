//! The work-order document: one Automerge document per order, in which every event is a commit of its own. This is the
//! only place that knows Automerge; storage, network and policy may never be added.
//!
//! Invariants
//! - An event is one commit by an actor of its own (actor = event id, sequence 1, time 0) with one `put` of its bytes under
//!   its id, at its predecessors. So a commit is a pure function of (id, bytes, predecessors): whoever records the same
//!   event at the same place gets the same hash, and nothing can be overwritten or recorded under another's id.
//! - The order of arrival leaves no trace: the same set of events gives the same heads (`architecture.md`, "The work-order
//!   document").
//! - Nobody reads Automerge bytes: a document is built from its events each time.

mod commit;
mod order_document;
mod verify;

pub use order_document::{DocumentError, OrderDocument, Outcome, PlacedEvent};
pub use verify::{HistoryBroken, build, heads_of, verify};

/// The version of how an event becomes a commit. The golden tests in `order_document/golden.rs` pin it; other bytes for the same
/// event need a new version here and a way to tell the two apart.
/// - 1: 2026-11, the first: actor = the 16 bytes of the event id, sequence 1, time 0, no message, and one `put` into the
///   root map of the event's bytes under the hyphenated lower-case event id. Automerge 0.12.
pub const FORMAT: u16 = 1;

/// SHA-256 that names a commit and everything before it.
pub type CommitHash = [u8; 32];
