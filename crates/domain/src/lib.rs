//! The trade of hospital maintenance, as data and pure functions: orders, events, workflow, parts, prices, roles, limits.
//!
//! Invariants
//! - An order is what [`replay::replay`] makes of its events; nothing else decides what an order is.
//! - Same events, same predecessors and same receipts give the same state, in whatever order they arrived.
//! - Facts are kept, decisions are serialised (`domain.md`, "The principle"): no event is ever dropped here,
//!   at most it has no effect, and says why.
//!
//! This crate does not know about files, SQL, sockets, Automerge, the current time or randomness, and never may:
//! time and ids are passed in, reference data is passed in, bytes are passed in.

pub mod assess;
pub mod attention;
pub mod audit;
pub mod canonical;
pub mod confirmer;
pub mod contradiction;
pub mod event;
pub mod fault;
pub mod hexadecimal;
pub mod holder;
pub mod identity;
pub mod money;
pub mod node;
pub mod object;
pub mod permissions;
pub mod quantity;
pub mod recorded;
pub mod reference;
pub mod replay;
pub mod review;
pub mod role;
pub mod row;
pub mod scrutiny;
pub mod state;
pub mod time;
pub mod urgency;
pub mod view;
pub mod workflow;
