//! An order on this device: loaded from its events, changed by one event, shown, put into its list.

pub mod check;
pub mod damaged;
pub mod events;
pub mod listing;
pub mod lost_there;
mod offered;
pub mod record;
pub mod row;
pub mod show;
pub mod situation;
pub mod take_in;
