//! The rules of the trade, told as stories: people, their phones, the centre, and who knew what when.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that panics has failed, which is what it is for"
)]

mod accounting;
mod cancelling;
mod clocks;
mod completing;
mod confirming;
mod decisions;
mod golden;
mod merging;
mod people;
mod properties;
mod reissued;
mod said;
mod showing;
mod story;
mod taking_up;
mod undoing;
mod workflow;
