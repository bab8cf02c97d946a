//! The document of one order.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, AutomergeError, Change, ChangeHash, ROOT, ReadDoc, ScalarValue, Value};
use domain::identity::EventId;

use crate::CommitHash;
use crate::commit::{commit_at, commit_at_heads, event_of};

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
    /// The saved bytes are damaged, or Automerge refuses for another reason. Rebuild the document from its events.
    #[error("the document cannot be read or written: {0}")]
    Automerge(#[from] AutomergeError),
}

impl OrderDocument {
    /// A document without events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads what [`OrderDocument::save`] wrote on this device. Never for bytes from outside: a small change can unfold to
    /// millions of operations.
    ///
    /// # Errors
    /// [`DocumentError`] when the bytes are damaged or not ours; the events are then recorded anew.
    pub fn load(saved: &[u8]) -> Result<Self, DocumentError> {
        let document = Automerge::load(saved)?;
        let commits = commits_of(&document)?;
        Ok(Self { document, commits })
    }

    /// The document as bytes, for this device's own use: they differ with the order of arrival and are never compared.
    pub fn save(&self) -> Vec<u8> {
        self.document.save()
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

    /// Takes in what `other` knows and this document does not.
    ///
    /// # Errors
    /// [`DocumentError::IdTaken`] when the two hold different events, or different predecessors, under one id; this
    /// document is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), DocumentError> {
        if let Some(id) = self.first_disagreement(other) {
            return Err(DocumentError::IdTaken(id));
        }
        let missing = self.document.get_changes_added(&other.document);
        self.document.apply_changes(missing)?;
        self.commits.extend(&other.commits);
        Ok(())
    }

    /// Every event with its bytes and predecessors, predecessors always before their successors.
    ///
    /// # Errors
    /// [`DocumentError`] when the document holds something else than events.
    pub fn events(&self) -> Result<Vec<PlacedEvent>, DocumentError> {
        let by_hash: BTreeMap<ChangeHash, EventId> = self.commits.iter().map(|(id, hash)| (*hash, *id)).collect();
        self.document.get_changes(&[]).iter().map(|change| self.event(change, &by_hash)).collect()
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

    /// The hash of an event's commit.
    pub fn hash_of(&self, id: EventId) -> Option<CommitHash> {
        self.commits.get(&id).map(|hash| hash.0)
    }

    /// The raw bytes of an event's commit, which the golden tests pin. Nothing else needs them.
    pub fn commit_bytes(&self, id: EventId) -> Option<Vec<u8>> {
        let hash = self.commits.get(&id)?;
        self.document.get_change_by_hash(hash).map(|change| change.raw_bytes().to_vec())
    }

    /// Whether an event is recorded.
    pub fn contains(&self, id: EventId) -> bool {
        self.commits.contains_key(&id)
    }

    /// How many events are recorded.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
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

    fn first_disagreement(&self, other: &Self) -> Option<EventId> {
        other.commits.iter().find(|(id, hash)| self.commits.get(id).is_some_and(|own| own != *hash)).map(|(id, _)| *id)
    }

    fn event(&self, change: &Change, by_hash: &BTreeMap<ChangeHash, EventId>) -> Result<PlacedEvent, DocumentError> {
        let id = event_of(change.actor_id()).ok_or_else(|| DocumentError::NotAnEvent(change.hash().to_string()))?;
        let mut predecessors: Vec<_> = change.deps().iter().filter_map(|hash| by_hash.get(hash).copied()).collect();
        predecessors.sort_unstable();
        Ok(PlacedEvent { id, bytes: self.bytes_of(id)?, predecessors })
    }
}

fn commits_of(document: &Automerge) -> Result<BTreeMap<EventId, ChangeHash>, DocumentError> {
    let mut commits = BTreeMap::new();
    for change in document.get_changes_meta(&[]) {
        let id = event_of(&change.actor).filter(|_| change.seq == 1);
        let id = id.ok_or_else(|| DocumentError::NotAnEvent(change.hash.to_string()))?;
        commits.insert(id, change.hash);
    }
    Ok(commits)
}
