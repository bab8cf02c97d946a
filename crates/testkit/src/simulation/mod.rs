//! The simulation: real device stores, the real device room, the real server store and exchange, and between them a network
//! and processes in which everything goes wrong that can. One seed decides everything; the same seed tells the same story.

pub mod agreement;
pub mod broken;
pub mod centre;
pub mod clock;
pub mod death;
pub mod enrolling;
pub mod hospital;
pub mod mutation;
pub mod network;
pub mod outsider;
pub mod pages;
pub mod phone;
pub mod plan;
pub mod play;
pub mod promises;
pub mod random;
pub mod review;
pub mod seeds;
pub mod shrink;
pub mod tally;
pub mod template;
pub mod upgrading;
pub mod worker;
pub mod world;

pub use broken::Broken;
pub use mutation::Mutation;
pub use play::{Told, play_plan};
