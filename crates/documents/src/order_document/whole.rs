//! What only the tests ask of a document: to be saved and loaded, to take in another, and its commits as they are. The product
//! builds documents from events and compares their heads.

use std::collections::BTreeMap;

use automerge::{ActorId, Automerge, Change, ChangeHash, ReadDoc};
use domain::identity::EventId;

use super::{DocumentError, OrderDocument, PlacedEvent};
use crate::CommitHash;

impl OrderDocument {
    /// Reads what [`OrderDocument::save`] wrote. Never for bytes from outside: a small change can unfold to millions of operations.
    pub(crate) fn load(saved: &[u8]) -> Result<Self, DocumentError> {
        let document = Automerge::load(saved)?;
        let commits = commits_of(&document)?;
        Ok(Self { document, commits })
    }

    /// The document as bytes, for this device's own use: they differ with the order of arrival and are never compared.
    pub(crate) fn save(&self) -> Vec<u8> {
        self.document.save()
    }

    /// Takes in what `other` knows and this document does not.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), DocumentError> {
        if let Some(id) = self.first_disagreement(other) {
            return Err(DocumentError::IdTaken(id));
        }
        let missing = self.document.get_changes_added(&other.document);
        self.document.apply_changes(missing)?;
        self.commits.extend(&other.commits);
        Ok(())
    }

    /// Every event with its bytes and predecessors, predecessors always before their successors.
    pub(crate) fn events(&self) -> Result<Vec<PlacedEvent>, DocumentError> {
        let by_hash: BTreeMap<ChangeHash, EventId> = self.commits.iter().map(|(id, hash)| (*hash, *id)).collect();
        self.document.get_changes(&[]).iter().map(|change| self.event(change, &by_hash)).collect()
    }

    /// The hash of an event's commit.
    pub(crate) fn hash_of(&self, id: EventId) -> Option<CommitHash> {
        self.commits.get(&id).map(|hash| hash.0)
    }

    /// The raw bytes of an event's commit, which the golden tests pin. Nothing else needs them.
    pub(crate) fn commit_bytes(&self, id: EventId) -> Option<Vec<u8>> {
        let hash = self.commits.get(&id)?;
        self.document.get_change_by_hash(hash).map(|change| change.raw_bytes().to_vec())
    }

    /// How many events are recorded.
    pub(crate) fn len(&self) -> usize {
        self.commits.len()
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

/// The event that an actor stands for; `None` if the commit is none of ours.
fn event_of(actor: &ActorId) -> Option<EventId> {
    <[u8; 16]>::try_from(actor.to_bytes()).ok().map(|bytes| EventId(uuid::Uuid::from_bytes(bytes)))
}
