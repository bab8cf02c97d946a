//! Made-up orders at any scale, with random ids and text as a hospital's people write it, over the fictional hospital's
//! codes. The same seed gives the same orders.

mod cast;
mod chance;
mod history;
mod words;

pub use cast::Cast;
pub use chance::Chance;
pub use history::{GeneratedOrder, Generator};
