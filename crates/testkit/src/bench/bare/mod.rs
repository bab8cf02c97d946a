//! The baselines: as little as can be done to have the same bytes durable at the same places.

pub mod client;
pub mod folder;
pub mod server;
pub mod store;
