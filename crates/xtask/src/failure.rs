//! What the tool says when it cannot go on.

use std::fmt;

/// One or more sentences: what happened, and what to do next. Shown as they are.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with these sentences.
    pub fn new(sentences: impl Into<String>) -> Self {
        Self(sentences.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
