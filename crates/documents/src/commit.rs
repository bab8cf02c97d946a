//! One event as one commit.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, AutomergeError, ChangeHash, ROOT, ScalarValue};
use domain::identity::EventId;

/// Commits an event at the heads of `document` ([`crate::FORMAT`] 1) and returns the commit's hash.
pub(crate) fn commit_at_heads(document: &mut Automerge, id: EventId, bytes: &[u8]) -> Result<ChangeHash, AutomergeError> {
    document.set_actor(actor_of(id));
    let mut transaction = document.transaction();
    transaction.put(ROOT, id.to_string(), ScalarValue::Bytes(bytes.to_vec()))?;
    let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
    // One operation was put, so there is a commit; without one the actor would have been used before.
    hash.ok_or(AutomergeError::Fail)
}

/// Commits an event at `heads`, which need not be the heads of `document`.
///
/// The detour over a fork is needed: `transaction_at` derives another actor, and with it another hash.
pub(crate) fn commit_at(document: &mut Automerge, heads: &[ChangeHash], id: EventId, bytes: &[u8]) -> Result<ChangeHash, AutomergeError> {
    let mut fork = document.fork_at(heads)?;
    let hash = commit_at_heads(&mut fork, id, bytes)?;
    document.apply_changes(fork.get_changes(heads))?;
    Ok(hash)
}

/// The actor of an event's commit: nobody else's, so that no sequence number is ever used twice.
fn actor_of(id: EventId) -> ActorId {
    ActorId::from(id.0.as_bytes().as_slice())
}
