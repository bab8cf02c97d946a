//! Orders at the centre: recording on the server's own account, what follows by rule, decisions, and showing.

pub mod confirmation;
pub mod create;
pub mod decide;
pub mod fields;
pub mod history;
pub mod judged;
mod judging;
pub mod leavers;
pub mod list;
mod merging;
pub mod record;
pub mod settle;
pub mod show;
