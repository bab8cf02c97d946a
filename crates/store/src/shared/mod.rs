//! What the device's and the server's store have in common: opening a database, errors, and the reference data.

pub mod column;
pub mod connection;
pub mod error;
pub mod file_identity;
pub mod migration;
mod order_row;
pub mod reference;

pub(crate) use order_row::read_order_row;
