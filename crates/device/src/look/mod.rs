//! What a worker looks at: lists, searches, status. Nothing here changes anything.

pub mod lists;
pub mod search;
pub mod status;
