//! What a simulation found.

use std::fmt;

use domain::fault::{Fault, FaultCodeName};

/// A promise that was not kept, with everything needed to see it again.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The seed.
    pub seed: u64,
    /// The promise.
    pub promise: &'static str,
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
        write!(formatter, "seed {}: {}: {}", self.seed, self.promise, self.what)
    }
}

impl std::error::Error for Broken {}

/// The promise that everything a person or a program asks for in order is done, whatever went wrong before.
const WORKS: &str = "everything_works";

/// A promise that was not kept, before the seed and the story are known.
#[derive(Debug, Clone)]
pub struct Promise {
    /// Which.
    pub name: &'static str,
    /// What is not as it must be.
    pub what: String,
    /// The code of the fault that was met, where it was one.
    pub fault: Option<FaultCodeName>,
}

impl Promise {
    /// Something does not work.
    pub fn broken(what: impl Into<String>) -> Self {
        Self { name: WORKS, what: what.into(), fault: None }
    }

    /// The same under the name of a promise, unless it has one already.
    pub fn named(self, name: &'static str) -> Self {
        if self.name == WORKS { Self { name, ..self } } else { self }
    }
}

impl From<Fault> for Promise {
    fn from(fault: Fault) -> Self {
        let details = if fault.details.is_null() { String::new() } else { format!(" {}", fault.details) };
        Self { fault: Some(fault.code), ..Self::broken(format!("{:?}: {fault}{details}", fault.code)) }
    }
}

impl From<store::StoreError> for Promise {
    fn from(error: store::StoreError) -> Self {
        Self::broken(format!("the store fails: {error}"))
    }
}

impl From<rusqlite::Error> for Promise {
    fn from(error: rusqlite::Error) -> Self {
        Self::broken(format!("the simulation's own statements fail: {error}"))
    }
}

impl From<sync::codec::CodecError> for Promise {
    fn from(error: sync::codec::CodecError) -> Self {
        Self::broken(format!("what travels cannot be read or written: {error}"))
    }
}

impl From<std::io::Error> for Promise {
    fn from(error: std::io::Error) -> Self {
        Self::broken(format!("the simulation's folder fails: {error}"))
    }
}
