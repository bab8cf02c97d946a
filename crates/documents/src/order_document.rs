//! The document of one order.

#[cfg(test)]
mod golden;
#[cfg(test)]
mod history;
#[cfg(test)]
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, AutomergeError, ChangeHash, ROOT, ReadDoc, ScalarValue, Value};
use domain::identity::EventId;

use crate::CommitHash;
use crate::commit::{commit_at, commit_at_heads};

/// The history of one order, hash-linked. About 34 kB in memory: open one at a time.
#[derive(Debug, Clone, Default)]
pub struct OrderDocument {
    document: Automerge,
    /// The commit of each event. An id is in here exactly if the event is recorded.
    commits: BTreeMap<EventId, ChangeHash>,
}

/// An event in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlacedEvent {
    /// The event's id.
    pub id: EventId,
    /// Its bytes, verbatim.
    pub bytes: Vec<u8>,
    /// The ends of the history that it was recorded at, sorted. An ancestor that was named beside its descendant is not
    /// among them.
    pub predecessors: Vec<EventId>,
}

/// What [`OrderDocument::record`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The event is new.
    Recorded,
    /// The same event was there already; nothing changed.
    AlreadyThere,
}

/// Why something could not be recorded or read. The document is then as it was before.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The id is taken by an event with other bytes.
    #[error("event {0} is recorded already with other content")]
    IdTaken(EventId),
    /// The event builds on one that is not here.
    #[error("event {event} builds on {predecessor}, which is not recorded")]
    PredecessorUnknown {
        /// The event that was to be recorded.
        event: EventId,
        /// What is missing.
        predecessor: EventId,
    },
    /// The document holds a commit that is no event's.
    #[error("the document holds a commit that is no event's: {0}")]
    NotAnEvent(String),
    /// Automerge refuses.
    #[error("the document cannot be read or written: {0}")]
    Automerge(#[from] AutomergeError),
}

impl OrderDocument {
    /// A document without events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records an event at its predecessors, wherever in the history they are.
    ///
    /// The id is looked up first: the same bytes again change nothing, whatever predecessors come with them, because the
    /// first receipt's are authoritative.
    ///
    /// # Errors
    /// [`DocumentError::IdTaken`] and [`DocumentError::PredecessorUnknown`]; the document is unchanged.
    pub fn record(&mut self, id: EventId, bytes: &[u8], predecessors: &[EventId]) -> Result<Outcome, DocumentError> {
        if self.contains(id) {
            return if self.bytes_of(id)? == bytes { Ok(Outcome::AlreadyThere) } else { Err(DocumentError::IdTaken(id)) };
        }
        let place = self.commits_before(id, predecessors)?;
        let hash = if place == self.document.get_heads() {
            commit_at_heads(&mut self.document, id, bytes)?
        } else {
            commit_at(&mut self.document, &place, id, bytes)?
        };
        self.commits.insert(id, hash);
        Ok(Outcome::Recorded)
    }

    /// The events at the ends of the history, by id: what a new event builds on.
    pub fn heads(&self) -> Vec<EventId> {
        let heads: BTreeSet<_> = self.document.get_heads().into_iter().collect();
        self.commits.iter().filter(|(_, hash)| heads.contains(hash)).map(|(id, _)| *id).collect()
    }

    /// The hashes of the heads, sorted: two documents are the same if these are.
    pub fn head_hashes(&self) -> Vec<CommitHash> {
        self.document.get_heads().iter().map(|hash| hash.0).collect()
    }

    /// Whether an event is recorded.
    pub fn contains(&self, id: EventId) -> bool {
        self.commits.contains_key(&id)
    }

    fn bytes_of(&self, id: EventId) -> Result<Vec<u8>, DocumentError> {
        match self.document.get(ROOT, id.to_string())? {
            Some((Value::Scalar(scalar), _)) => match scalar.as_ref() {
                ScalarValue::Bytes(bytes) => Ok(bytes.clone()),
                other => Err(DocumentError::NotAnEvent(format!("{id} is {other}"))),
            },
            _ => Err(DocumentError::NotAnEvent(format!("{id} has no bytes"))),
        }
    }

    /// The commits at which an event is placed, sorted as heads are.
    fn commits_before(&self, event: EventId, predecessors: &[EventId]) -> Result<Vec<ChangeHash>, DocumentError> {
        let commit = |predecessor: &EventId| {
            self.commits.get(predecessor).copied().ok_or(DocumentError::PredecessorUnknown { event, predecessor: *predecessor })
        };
        let place: BTreeSet<_> = predecessors.iter().map(commit).collect::<Result<_, _>>()?;
        Ok(place.into_iter().collect())
    }
}
