//! 核查: what was set aside and what is held, in people's hands (`domain::review` says who may decide what).
//!
//! A review of a recorded event is an event of the order (`reviewed`), so that its history says who decided, when and why; the
//! effect itself is the new verdict in the log. What is held is in no document: that somebody left it is kept beside it.

pub mod decide;
pub mod flagged;
pub mod item;
pub mod list;
mod looked_up;
pub mod together;
pub mod unknown_kinds;
mod verdict;
mod words;
