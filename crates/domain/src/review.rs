//! 核查: what a person may decide about an event that the server set aside or held (`domain.md`, "The principle",
//! contradiction 11; `architecture.md`, "The work-order document").
//!
//! The dispatcher looks at it, as at every contradiction. Admitted, it counts as if the server had admitted it at once; a
//! decision counts from then on. Left, it stays where it is, visible, and is no longer asked about. Whoever admits vouches for
//! who did what: so nobody admits their own, and nothing that is not theirs to say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::event::{Event, EventBody, ReviewOutcome, Reviewed};
use crate::identity::{EventId, StaffNo};
use crate::permissions::may_record_at_centre;
use crate::recorded::{HeldReason, Recorded, Verdict};
use crate::role::Role;

/// What somebody has looked at and left as it is, by the order's own history, each with the words of why. What was given effect after all
/// is among them too: its verdict says so.
pub fn left_as_they_are(recorded: &[Recorded]) -> BTreeMap<EventId, &str> {
    let mut left = BTreeMap::new();
    for one in recorded.iter().filter(|one| one.has_effect()) {
        if let EventBody::Reviewed(Reviewed { event, outcome: ReviewOutcome::Left, reason, also }) = &one.event.body {
            left.extend(std::iter::once(event).chain(also).map(|event| (*event, reason.as_str())));
        }
    }
    left
}

/// Who looks at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewer<'a> {
    /// Who.
    pub person: &'a StaffNo,
    /// The roles that the person holds.
    pub roles: &'a [Role],
}

impl Reviewer<'_> {
    /// Whether somebody of these roles reviews at all.
    pub fn may_review(&self) -> bool {
        self.roles.iter().any(|role| may_record_at_centre(*role, "reviewed"))
    }
}

/// Why something cannot be admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotAdmittable {
    /// Reviewing is another role's.
    NotYourRole,
    /// Nobody admits what they recorded or sent themselves.
    OwnEvent,
    /// It cannot be read, or contradicts itself: to be recorded once more.
    Unreadable,
    /// It is larger than any event may be: to be recorded once more.
    TooLarge,
    /// Another event has its id for ever: to be recorded once more.
    IdTaken,
    /// The order has as many events as it may have: a new order goes on.
    OrderFull,
    /// This program does not know the kind: judged again by itself after an upgrade.
    UnknownKind,
    /// A kind, or a recorder, that is the server's alone.
    OfTheServer,
    /// A decision that the reviewer may not take: whoever may takes it at the centre.
    OthersDecision,
    /// It builds on events that are held themselves: those come first.
    BuildsOnHeld,
    /// Nothing of its order is here, as after a restore: its report comes first, filed once more for this very order.
    OrderUnknown,
}

/// Why what the event says cannot get effect by this reviewer; `None` when it can. `sender` is the person of the device that
/// sent it, where that is known.
pub fn not_admittable(event: &Event, sender: Option<&StaffNo>, reviewer: Reviewer<'_>) -> Option<NotAdmittable> {
    if !reviewer.may_review() {
        return Some(NotAdmittable::NotYourRole);
    }
    if &event.recorder == reviewer.person || sender == Some(reviewer.person) {
        return Some(NotAdmittable::OwnEvent);
    }
    if event.role == Role::System || event.recorder == StaffNo::system() {
        return Some(NotAdmittable::OfTheServer);
    }
    kind_not_admittable(&event.body, reviewer)
}

fn kind_not_admittable(body: &EventBody, reviewer: Reviewer<'_>) -> Option<NotAdmittable> {
    match body {
        EventBody::Unknown { .. } => Some(NotAdmittable::UnknownKind),
        // A review has its effect when it is made, and none by being written.
        EventBody::Reviewed(_) => Some(NotAdmittable::OfTheServer),
        body if body.is_fact() => None,
        body if may_record_at_centre(Role::System, body.kind()) => Some(NotAdmittable::OfTheServer),
        body if reviewer.roles.iter().any(|role| may_record_at_centre(*role, body.kind())) => None,
        _ => Some(NotAdmittable::OthersDecision),
    }
}

/// Why an event that is held for this reason can never be admitted, whoever asks; `None` when it depends on the event.
pub fn held_for_good(reason: HeldReason) -> Option<NotAdmittable> {
    match reason {
        HeldReason::Malformed => Some(NotAdmittable::Unreadable),
        HeldReason::Oversized => Some(NotAdmittable::TooLarge),
        HeldReason::IdTaken => Some(NotAdmittable::IdTaken),
        HeldReason::OrderFull => Some(NotAdmittable::OrderFull),
        HeldReason::PredecessorMissing
        | HeldReason::CredentialRevoked
        | HeldReason::TooManySetAside
        | HeldReason::TooManyHeld
        | HeldReason::Unknown => None,
    }
}

/// What the server proposes for the input of a revoked credential (`domain.md`, contradiction 11). Claimed times can be forged,
/// so a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// What to do.
    pub outcome: ReviewOutcome,
    /// The verdict that it would have had from a good credential; `null` where it would be held for another reason.
    pub verdict: Option<Verdict>,
    /// Whether it is timed before the revocation, by the device's corrected clock.
    pub before_revocation: bool,
    /// Whether every number of the device up to this one has arrived.
    pub numbers_unbroken: bool,
}

/// Proposes admitting what a good credential could have said, timed before the revocation, with unbroken numbers.
pub fn propose(verdict: Option<Verdict>, before_revocation: bool, numbers_unbroken: bool) -> Proposal {
    let is_credible = verdict == Some(Verdict::Admitted) && before_revocation && numbers_unbroken;
    let outcome = if is_credible { ReviewOutcome::Admitted } else { ReviewOutcome::Left };
    Proposal { outcome, verdict, before_revocation, numbers_unbroken }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{ConfirmationJudged, EVENT_FORMAT, Empty, Numbered, Reviewed, Standing, ToPerson, ToTeam};
    use crate::identity::{DeviceId, EventId, OrderId};
    use crate::recorded::SetAsideReason;
    use crate::time::UtcMillis;
    use uuid::Uuid;

    const DISPATCHER: &[Role] = &[Role::Dispatcher];

    fn event(body: EventBody) -> Event {
        Event {
            format: EVENT_FORMAT,
            id: EventId(Uuid::from_u128(1)),
            order: OrderId(Uuid::from_u128(2)),
            recorder: "025518".into(),
            role: Role::Technician,
            device: DeviceId(Uuid::from_u128(3)),
            sequence: 4,
            recorded_at: UtcMillis(5),
            clock: None,
            reference_revision: 8,
            body,
            attachments: vec![],
        }
    }

    #[track_caller]
    fn check(body: EventBody, change: impl Fn(&mut Event), by: (&str, &[Role]), expected: Option<NotAdmittable>) {
        let mut event = event(body);
        change(&mut event);
        let (person, roles) = (StaffNo::from(by.0), by.1);
        assert_eq!(not_admittable(&event, Some(&"025519".into()), Reviewer { person: &person, roles }), expected);
    }

    fn fact() -> EventBody {
        EventBody::Resumed(Empty {})
    }

    #[test]
    fn the_dispatcher_admits_facts_and_own_decisions_of_others() {
        check(fact(), |_| {}, ("026149", DISPATCHER), None);
        check(EventBody::Dispatched(ToTeam { team: "T01".into() }), |_| {}, ("026149", DISPATCHER), None);
        check(
            EventBody::Assigned(ToPerson { staff_no: "025518".into() }),
            |_| {},
            ("026149", DISPATCHER),
            Some(NotAdmittable::OthersDecision),
        );
    }

    #[test]
    fn what_is_the_server_s_is_nobody_s_to_admit() {
        let other = EventId(Uuid::from_u128(9));
        let judged = ConfirmationJudged {
            event: other,
            standing: Standing::Verified,
            directory_revision: 1,
            name: None,
            department: None,
            flags: Vec::new(),
        };
        let reviewed = Reviewed { event: other, outcome: ReviewOutcome::Admitted, reason: "好".to_owned(), also: Vec::new() };
        let numbered = Numbered { number: "GD20261121-0042".to_owned() };
        for body in [EventBody::ConfirmationJudged(judged), EventBody::Reviewed(reviewed), EventBody::Numbered(numbered)] {
            check(body, |_| {}, ("026149", DISPATCHER), Some(NotAdmittable::OfTheServer));
        }
        check(fact(), |event| event.role = Role::System, ("026149", DISPATCHER), Some(NotAdmittable::OfTheServer));
        check(fact(), |event| event.recorder = StaffNo::system(), ("026149", DISPATCHER), Some(NotAdmittable::OfTheServer));
    }

    #[test]
    fn nobody_admits_their_own_and_no_other_role_admits() {
        for own in ["025518", "025519"] {
            check(fact(), |_| {}, (own, DISPATCHER), Some(NotAdmittable::OwnEvent));
        }
        for role in Role::OF_PEOPLE.iter().filter(|role| **role != Role::Dispatcher) {
            check(fact(), |_| {}, ("026149", &[*role]), Some(NotAdmittable::NotYourRole));
        }
        let unknown = EventBody::Unknown { kind: "photographed".to_owned(), body: serde_json::json!({}) };
        check(unknown, |_| {}, ("026149", DISPATCHER), Some(NotAdmittable::UnknownKind));
    }

    #[test]
    fn only_what_is_credible_in_every_respect_is_proposed() {
        let set_aside = Verdict::SetAside(SetAsideReason::OutOfScope);
        for (verdict, before, unbroken, expected) in [
            (Some(Verdict::Admitted), true, true, ReviewOutcome::Admitted),
            (Some(Verdict::Admitted), false, true, ReviewOutcome::Left),
            (Some(Verdict::Admitted), true, false, ReviewOutcome::Left),
            (Some(set_aside), true, true, ReviewOutcome::Left),
            (None, true, true, ReviewOutcome::Left),
        ] {
            assert_eq!(propose(verdict, before, unbroken).outcome, expected);
        }
    }
}
