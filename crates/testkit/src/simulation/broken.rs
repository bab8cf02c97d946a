//! What a simulation found.

use std::fmt;

use domain::fault::Fault;

/// A promise that was not kept, with everything needed to see it again.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The seed.
    pub seed: u64,
    /// What is wrong.
    pub what: String,
    /// What happened before, oldest first.
    pub story: Vec<String>,
}

/// Lines at the end of the story that are shown where nobody asked for all of it.
const LINES_TOLD: usize = 30;

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let untold = self.story.len().saturating_sub(LINES_TOLD);
        self.story.iter().skip(untold).try_for_each(|line| writeln!(formatter, "  {line}"))?;
        write!(formatter, "seed {}: {}", self.seed, self.what)
    }
}

impl std::error::Error for Broken {}

/// A promise that was not kept, before the seed and the story are known.
#[derive(Debug, Clone)]
pub struct Promise(pub String);

impl Promise {
    /// What is not as it must be.
    pub fn broken(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl From<Fault> for Promise {
    fn from(fault: Fault) -> Self {
        Self(format!("{:?}: {fault}", fault.code))
    }
}

impl From<store::StoreError> for Promise {
    fn from(error: store::StoreError) -> Self {
        Self(format!("the store fails: {error}"))
    }
}

impl From<sync::codec::CodecError> for Promise {
    fn from(error: sync::codec::CodecError) -> Self {
        Self(format!("what travels cannot be read or written: {error}"))
    }
}

impl From<std::io::Error> for Promise {
    fn from(error: std::io::Error) -> Self {
        Self(format!("the simulation's folder fails: {error}"))
    }
}
