//! The server's word about an uploaded event: pure, so that the same upload in the same circumstances is always judged alike.
//! Judged is *who* recorded *what*, never whether the step fits the workflow: that is a contradiction for `replay`.

use domain::event::{Event, EventBody, LARGEST_EVENT_BYTES, NO_NUMBER, most_events_before, most_of_a_person_before};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo, TeamCode};
use domain::permissions::may_record_on_device;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::role::Role;
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use crate::wire::{CredentialStanding, MOST_PREDECESSORS, Upload, UploadOutcome};

/// The most events of one order that are set aside and travel nevertheless. What comes after them is held, so that nobody
/// fills an order that is not theirs, and keeps out those whose it is.
pub const MOST_SET_ASIDE_OF_AN_ORDER: usize = 50;

/// Who sends: the device of the credential, its person, and what that person is at the time of judging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The enrolled device.
    pub device: DeviceId,
    /// Whose device it is.
    pub person: StaffNo,
    /// The roles that the person holds or lately held, from the staff list and the teams they lead.
    pub roles: Vec<Role>,
    /// The teams that the person is or was in, or leads or led: nobody gives an order to another one from a device.
    pub teams: Vec<TeamCode>,
    /// Whether the credential still holds.
    pub standing: CredentialStanding,
    /// The person's devices that were revoked: what was recorded on one of them waits for review, whoever carries it here
    /// (`domain.md`, contradiction 11).
    pub revoked_devices: Vec<DeviceId>,
}

/// What the server knows around an upload, looked up before judging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstances {
    /// What is stored under the event's id.
    pub stored: Option<Stored>,
    /// Where each of [`Upload::predecessors`] is, in their order.
    pub predecessors: Vec<PredecessorStanding>,
    /// The order that the upload names; `None` when nothing of it is recorded yet.
    pub order: Option<OrderCircumstances>,
    /// Whether the device that the event names is somebody else's, or the server's own: nobody records in their name, since an
    /// event would take their numbers and spoil their times. Somebody else is also an earlier holder of the person's number. A
    /// device that is nobody's here may have been the person's own before the server was restored.
    pub names_device_of_another: bool,
}

/// An event that is recorded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes.
    pub event: Vec<u8>,
    /// Its first receipt.
    pub receipt: Receipt,
    /// Its authoritative predecessors.
    pub predecessors: Vec<EventId>,
}

/// Where a predecessor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PredecessorStanding {
    /// Recorded, in this order.
    RecordedIn(OrderId),
    /// It will never be recorded: held as malformed or oversized, or declared lost by a person.
    Refused,
    /// It has not arrived, or is held for a reason that may pass.
    Missing,
}

/// The order that an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderCircumstances {
    /// Events recorded in it.
    pub events: usize,
    /// Those of them that are set aside.
    pub set_aside: usize,
    /// Those of them that the credential's person recorded.
    pub of_the_person: usize,
    /// Whether it is, or ever was, in the scope of the credential's person.
    pub was_in_scope: bool,
}

/// What to do with an upload.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Recorded earlier: give the first receipt again, change nothing.
    Repeated(Stored),
    /// The id is taken by other bytes: keep these outside the documents, and tell the device that they never will be taken.
    IdReused,
    /// Keep it outside the documents.
    Hold(HeldReason),
    /// Record it, with this verdict.
    Record(Box<Recording>),
}

/// An event that is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What was said.
    pub event: Event,
    /// The predecessors that are authoritative from now on: sorted, each once, the refused ones left out.
    pub predecessors: Vec<EventId>,
    /// Whether it has effect.
    pub verdict: Verdict,
}

/// Judges an upload. Held events are judged by the same function again when something they wait for has changed, with the
/// standing that their credential had when they came in, unless a person has released them.
///
/// What is recorded already is answered with its first receipt before anything else is looked at: a device whose answer
/// was lost must learn that its work arrived, even when its credential was revoked since (`architecture.md`, "Trust").
pub fn judge(upload: &Upload, credential: &Credential, circumstances: &Circumstances) -> Judgement {
    if let Some(stored) = &circumstances.stored {
        return if stored.event == upload.event.as_slice() { Judgement::Repeated(stored.clone()) } else { Judgement::IdReused };
    }
    match recording(upload, credential, circumstances) {
        Err(reason) => Judgement::Hold(reason),
        Ok(recording) => Judgement::Record(Box::new(recording)),
    }
}

fn recording(upload: &Upload, credential: &Credential, circumstances: &Circumstances) -> Result<Recording, HeldReason> {
    let event = readable_event(upload, credential, circumstances)?;
    let (order, verdict) = (circumstances.order, verdict(&event, credential, circumstances));
    let kind = event.body.kind();
    let is_full =
        |order: OrderCircumstances| order.events >= most_events_before(kind) || order.of_the_person >= most_of_a_person_before(kind);
    if order.is_some_and(is_full) {
        return Err(HeldReason::OrderFull);
    }
    if verdict != Verdict::Admitted && order.is_some_and(|order| order.set_aside >= MOST_SET_ASIDE_OF_AN_ORDER) {
        return Err(HeldReason::TooManySetAside);
    }
    Ok(Recording { predecessors: known_predecessors(upload, circumstances)?, event, verdict })
}

/// The verdict alone, for judging a recorded event again (an unknown kind after an upgrade, a person's ruling).
pub fn verdict(event: &Event, credential: &Credential, circumstances: &Circumstances) -> Verdict {
    set_aside_reason(event, credential, circumstances).map_or(Verdict::Admitted, Verdict::SetAside)
}

/// What the device is told about an upload that is recorded, now or earlier.
pub fn recorded_outcome(id: EventId, bytes: &[u8], receipt: Receipt, predecessors: Vec<EventId>) -> UploadOutcome {
    UploadOutcome::Recorded { id, receipt, predecessors, sha256: sha256_of(bytes) }
}

/// SHA-256 of an event's bytes, by which both ends see that they hold the same.
pub fn sha256_of(bytes: &[u8]) -> ByteBuf {
    ByteBuf::from(Sha256::digest(bytes).to_vec())
}

/// Predecessors in the one order in which they are kept: sorted, each once.
pub fn in_order(mut predecessors: Vec<EventId>) -> Vec<EventId> {
    predecessors.sort_unstable();
    predecessors.dedup();
    predecessors
}

fn readable_event(upload: &Upload, credential: &Credential, circumstances: &Circumstances) -> Result<Event, HeldReason> {
    if credential.standing == CredentialStanding::Revoked {
        return Err(HeldReason::CredentialRevoked);
    }
    if upload.event.len() > LARGEST_EVENT_BYTES {
        return Err(HeldReason::Oversized);
    }
    let event = Event::from_bytes(&upload.event).map_err(|_| HeldReason::Malformed)?;
    if credential.revoked_devices.contains(&event.device) {
        return Err(HeldReason::CredentialRevoked);
    }
    if matches_envelope(&event, upload) && predecessors_are_possible(upload, circumstances) {
        Ok(event)
    } else {
        Err(HeldReason::Malformed)
    }
}

fn matches_envelope(event: &Event, upload: &Upload) -> bool {
    let is_its_number = upload.sequence == event.sequence || upload.sequence == NO_NUMBER;
    event.id == upload.id && event.order == upload.order && is_its_number
}

fn predecessors_are_possible(upload: &Upload, circumstances: &Circumstances) -> bool {
    let of_another_order =
        |standing: &PredecessorStanding| matches!(standing, PredecessorStanding::RecordedIn(order) if *order != upload.order);
    upload.predecessors.len() <= MOST_PREDECESSORS
        && circumstances.predecessors.len() == upload.predecessors.len()
        && !upload.predecessors.contains(&upload.id)
        && !circumstances.predecessors.iter().any(of_another_order)
}

fn known_predecessors(upload: &Upload, circumstances: &Circumstances) -> Result<Vec<EventId>, HeldReason> {
    if circumstances.predecessors.contains(&PredecessorStanding::Missing) {
        return Err(HeldReason::PredecessorMissing);
    }
    let known = upload.predecessors.iter().zip(&circumstances.predecessors);
    Ok(in_order(known.filter(|(_, standing)| **standing != PredecessorStanding::Refused).map(|(id, _)| *id).collect()))
}

/// The first reason that holds. The device in the event may be another than the sending one: a phone that was enrolled anew is
/// another device and still carries what its person recorded before.
fn set_aside_reason(event: &Event, credential: &Credential, circumstances: &Circumstances) -> Option<SetAsideReason> {
    if event.recorder != credential.person || circumstances.names_device_of_another {
        return Some(SetAsideReason::OtherRecorder);
    }
    if !credential.roles.contains(&event.role) {
        return Some(SetAsideReason::RoleNotHeld);
    }
    if matches!(event.body, EventBody::Unknown { .. }) {
        return Some(SetAsideReason::UnknownKind);
    }
    if !may_record_on_device(event.role, event.body.kind()) {
        return Some(SetAsideReason::KindNotPermitted);
    }
    if gives_to(&event.body).is_some_and(|team| !credential.teams.contains(team)) {
        return Some(SetAsideReason::OutOfScope);
    }
    scope_reason(event, circumstances.order)
}

/// The team that an order gets by what somebody records on a device.
fn gives_to(body: &EventBody) -> Option<&TeamCode> {
    match body {
        EventBody::Reported(report) => report.team.as_ref(),
        EventBody::Accepted(accepted) => Some(&accepted.team),
        _ => None,
    }
}

fn scope_reason(event: &Event, order: Option<OrderCircumstances>) -> Option<SetAsideReason> {
    match order {
        None if matches!(event.body, EventBody::Reported(_)) => None,
        None => Some(SetAsideReason::OutOfScope),
        Some(order) if !order.was_in_scope => Some(SetAsideReason::OutOfScope),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{device, event, event_id, order_id, receipt, upload, worker};
    use domain::event::{Accepted, Arrived, Channel, Completed, Empty, Reported};
    use domain::urgency::{Limits, Urgency};

    fn credential() -> Credential {
        Credential {
            device: device(),
            person: worker(),
            roles: vec![Role::Technician],
            teams: vec!["T01".into()],
            standing: CredentialStanding::Valid,
            revoked_devices: Vec::new(),
        }
    }

    /// Order 1 with ten events, in scope, and one predecessor in it.
    fn circumstances() -> Circumstances {
        Circumstances {
            stored: None,
            predecessors: vec![PredecessorStanding::RecordedIn(order_id(1))],
            order: Some(OrderCircumstances { events: 10, set_aside: 0, of_the_person: 1, was_in_scope: true }),
            names_device_of_another: false,
        }
    }

    fn usual() -> Upload {
        upload(&event(5), vec![event_id(4)])
    }

    fn report() -> EventBody {
        EventBody::Reported(Reported {
            location: "L1".into(),
            fault: "F1".into(),
            urgency: Urgency::Normal,
            department: "D1".into(),
            description: "水龙头漏水".into(),
            caller: None,
            channel: Channel::Technician,
            team: None,
            limits: Limits { accept_minutes: None, arrive_minutes: None, complete_minutes: None },
            workflow: 1,
        })
    }

    /// What becomes of the usual upload after something about it was changed.
    #[track_caller]
    fn check_held(reason: HeldReason, change: impl Fn(&mut Upload, &mut Credential, &mut Circumstances)) {
        let (mut upload, mut credential, mut circumstances) = (usual(), credential(), circumstances());
        change(&mut upload, &mut credential, &mut circumstances);
        assert_eq!(judge(&upload, &credential, &circumstances), Judgement::Hold(reason));
    }

    /// The verdict on the usual event after something about it was changed.
    #[track_caller]
    fn check_verdict(expected: Verdict, change: impl Fn(&mut Event, &mut Credential, &mut Circumstances)) {
        let (mut event, mut credential, mut circumstances) = (event(5), credential(), circumstances());
        change(&mut event, &mut credential, &mut circumstances);
        let judgement = judge(&upload(&event, vec![event_id(4)]), &credential, &circumstances);
        let Judgement::Record(recording) = judgement else { panic!("{judgement:?}") };
        assert_eq!(recording.verdict, expected);
        assert_eq!(recording.event, event);
    }

    #[track_caller]
    fn check_set_aside(reason: SetAsideReason, change: impl Fn(&mut Event, &mut Credential, &mut Circumstances)) {
        check_verdict(Verdict::SetAside(reason), change);
    }

    #[test]
    fn a_fact_of_a_worker_in_scope_is_admitted() {
        check_verdict(Verdict::Admitted, |_, _, _| {});
    }

    #[test]
    fn nobody_gives_an_order_to_a_team_that_is_not_theirs() {
        let accepted = |team: &str| EventBody::Accepted(Accepted { team: team.into() });
        check_verdict(Verdict::Admitted, |event, _, _| event.body = accepted("T01"));
        check_set_aside(SetAsideReason::OutOfScope, |event, _, _| event.body = accepted("T13"));
        let reported = |team: Option<&str>| {
            let EventBody::Reported(mut body) = report() else { panic!("it reports") };
            body.team = team.map(Into::into);
            EventBody::Reported(body)
        };
        for team in [None, Some("T01")] {
            check_verdict(Verdict::Admitted, |event, _, around| (event.body, around.order) = (reported(team), None));
        }
        check_set_aside(SetAsideReason::OutOfScope, |event, _, around| (event.body, around.order) = (reported(Some("T99")), None));
    }

    #[test]
    fn what_the_person_recorded_before_the_phone_was_enrolled_anew_is_admitted() {
        check_verdict(Verdict::Admitted, |event, _, _| event.device = DeviceId(uuid::Uuid::nil()));
    }

    #[test]
    fn nobody_records_in_the_name_of_another_s_device() {
        check_set_aside(SetAsideReason::OtherRecorder, |_, _, circumstances| circumstances.names_device_of_another = true);
    }

    #[test]
    fn a_report_opens_an_order() {
        check_verdict(Verdict::Admitted, |event, _, circumstances| {
            event.body = report();
            circumstances.order = None;
        });
    }

    #[test]
    fn anything_else_for_an_order_that_does_not_exist_is_out_of_scope() {
        check_set_aside(SetAsideReason::OutOfScope, |_, _, circumstances| circumstances.order = None);
    }

    #[test]
    fn who_and_what_are_judged_in_their_order() {
        check_set_aside(SetAsideReason::OtherRecorder, |event, _, _| event.recorder = "000001".into());
        check_set_aside(SetAsideReason::OtherRecorder, |event, credential, _| {
            event.recorder = "000001".into();
            credential.roles.clear();
        });
        check_set_aside(SetAsideReason::RoleNotHeld, |event, _, _| event.role = Role::TeamLeader);
        check_set_aside(SetAsideReason::RoleNotHeld, |event, _, _| event.role = Role::System);
        check_set_aside(SetAsideReason::UnknownKind, |event, _, _| {
            event.body = EventBody::Unknown { kind: "teleported".into(), body: serde_json::json!({"far": true}) };
        });
        check_set_aside(SetAsideReason::UnknownKind, |event, _, _| {
            event.format += 1;
            event.body = EventBody::Unknown { kind: "completed".into(), body: event.body.to_value() };
        });
        check_set_aside(SetAsideReason::KindNotPermitted, |event, _, _| event.body = EventBody::TeamAccepted(Empty {}));
        check_set_aside(SetAsideReason::KindNotPermitted, |event, credential, _| {
            event.role = Role::Dispatcher;
            credential.roles.push(Role::Dispatcher);
        });
        check_set_aside(SetAsideReason::OutOfScope, |_, _, circumstances| {
            circumstances.order = Some(OrderCircumstances { events: 10, set_aside: 0, of_the_person: 1, was_in_scope: false });
        });
    }

    /// `body` is recorded as the last of `most` events of an order, and held after them.
    #[track_caller]
    fn check_most(most: usize, body: EventBody) {
        let full_at = |events| Some(OrderCircumstances { events, set_aside: 0, of_the_person: 1, was_in_scope: true });
        let judged = |events| {
            let upload = upload(&Event { body: body.clone(), ..event(5) }, vec![event_id(4)]);
            judge(&upload, &credential(), &Circumstances { order: full_at(events), ..circumstances() })
        };
        assert!(matches!(judged(most.saturating_sub(1)), Judgement::Record(_)), "{body:?}");
        for full in [most, most.saturating_add(1)] {
            assert_eq!(judged(full), Judgement::Hold(HeldReason::OrderFull), "{body:?}");
        }
    }

    #[test]
    fn one_person_takes_half_of_an_order_and_what_ends_their_work() {
        let completed = EventBody::Completed(Completed { cause: "老化".into(), remedy: "更换".into() });
        for (body, most) in [(EventBody::Arrived(Arrived { location: None }), 250_usize), (completed, 300)] {
            let judged = |of_the_person| {
                let order = OrderCircumstances { events: 310, set_aside: 0, of_the_person, was_in_scope: true };
                let upload = upload(&Event { body: body.clone(), ..event(5) }, vec![event_id(4)]);
                judge(&upload, &credential(), &Circumstances { order: Some(order), ..circumstances() })
            };
            assert!(matches!(judged(most.saturating_sub(1)), Judgement::Record(_)), "{body:?}");
            assert_eq!(judged(most), Judgement::Hold(HeldReason::OrderFull), "{body:?}");
        }
    }

    #[test]
    fn the_last_places_of_an_order_are_kept_for_what_ends_its_work() {
        check_most(450, EventBody::Arrived(Arrived { location: None }));
        check_most(450, EventBody::Accepted(Accepted { team: "T01".into() }));
        check_most(500, EventBody::Resumed(Empty {}));
        check_most(500, EventBody::Completed(Completed { cause: "老化".into(), remedy: "更换".into() }));
    }

    #[test]
    fn so_many_events_of_an_order_are_set_aside_and_no_more() {
        let strange = |set_aside| Some(OrderCircumstances { events: set_aside, set_aside, of_the_person: 1, was_in_scope: false });
        check_set_aside(SetAsideReason::OutOfScope, |_, _, around| around.order = strange(MOST_SET_ASIDE_OF_AN_ORDER - 1));
        check_held(HeldReason::TooManySetAside, |_, _, around| around.order = strange(MOST_SET_ASIDE_OF_AN_ORDER));
        // Whoever may speak there still may.
        let own = |set_aside| Some(OrderCircumstances { events: set_aside, set_aside, of_the_person: 1, was_in_scope: true });
        check_verdict(Verdict::Admitted, |_, _, around| around.order = own(MOST_SET_ASIDE_OF_AN_ORDER));
    }

    #[test]
    fn a_revoked_credential_is_held_whatever_it_sends() {
        check_held(HeldReason::CredentialRevoked, |_, credential, _| credential.standing = CredentialStanding::Revoked);
        check_held(HeldReason::CredentialRevoked, |upload, credential, _| {
            credential.standing = CredentialStanding::Revoked;
            upload.event = ByteBuf::from(b"rubbish".to_vec());
        });
    }

    #[test]
    fn exactly_the_largest_event_is_read_and_one_byte_more_is_not() {
        // Spaces after the closing brace are still JSON, so only the size differs.
        let padded = |length: usize| {
            let mut bytes = usual().event.into_vec();
            bytes.resize(length, b' ');
            ByteBuf::from(bytes)
        };
        check_held(HeldReason::Oversized, |upload, _, _| upload.event = padded(LARGEST_EVENT_BYTES + 1));
        let largest = Upload { event: padded(LARGEST_EVENT_BYTES), ..usual() };
        assert!(matches!(judge(&largest, &credential(), &circumstances()), Judgement::Record(_)));
    }

    #[test]
    fn what_cannot_be_read_or_contradicts_its_envelope_is_malformed() {
        check_held(HeldReason::Malformed, |upload, _, _| upload.event = ByteBuf::from(b"{\"kind\":1}".to_vec()));
        check_held(HeldReason::Malformed, |upload, _, _| upload.id = event_id(6));
        check_held(HeldReason::Malformed, |upload, _, _| upload.order = order_id(2));
        check_held(HeldReason::Malformed, |upload, _, _| upload.sequence = 2);
        check_held(HeldReason::Malformed, |upload, _, _| upload.predecessors = vec![upload.id]);
        check_held(HeldReason::Malformed, |_, _, circumstances| {
            circumstances.predecessors = vec![PredecessorStanding::RecordedIn(order_id(2))]
        });
    }

    #[test]
    fn what_another_phone_of_the_person_recorded_comes_without_a_number_of_the_sender() {
        let upload = Upload { sequence: NO_NUMBER, ..usual() };
        assert!(matches!(judge(&upload, &credential(), &circumstances()), Judgement::Record(_)));
    }

    #[test]
    fn the_most_predecessors_are_read_and_one_more_is_not() {
        let with = |count: usize| {
            let ids = (0..count).map(|number| event_id(1_000 + number as u128)).collect();
            let known = Circumstances { predecessors: vec![PredecessorStanding::RecordedIn(order_id(1)); count], ..circumstances() };
            judge(&upload(&event(5), ids), &credential(), &known)
        };
        assert!(matches!(with(MOST_PREDECESSORS), Judgement::Record(_)));
        assert_eq!(with(MOST_PREDECESSORS + 1), Judgement::Hold(HeldReason::Malformed));
    }

    #[test]
    fn an_event_waits_for_a_missing_predecessor() {
        check_held(HeldReason::PredecessorMissing, |_, _, circumstances| circumstances.predecessors = vec![PredecessorStanding::Missing]);
    }

    #[test]
    fn an_event_does_not_wait_for_a_refused_predecessor() {
        let upload = upload(&event(5), vec![event_id(9), event_id(4), event_id(3)]);
        let recorded = PredecessorStanding::RecordedIn(order_id(1));
        let known = Circumstances { predecessors: vec![recorded, PredecessorStanding::Refused, recorded], ..circumstances() };
        let Judgement::Record(recording) = judge(&upload, &credential(), &known) else { panic!() };
        assert_eq!(recording.predecessors, [event_id(3), event_id(9)]);
    }

    #[test]
    fn the_same_upload_again_gets_its_first_receipt_even_from_a_revoked_credential() {
        let stored = Stored { event: usual().event.into_vec(), receipt: receipt(42), predecessors: vec![event_id(3)] };
        let known = Circumstances {
            stored: Some(stored.clone()),
            predecessors: vec![PredecessorStanding::Missing],
            order: None,
            names_device_of_another: false,
        };
        assert_eq!(judge(&usual(), &credential(), &known), Judgement::Repeated(stored.clone()));
        let revoked = Credential { standing: CredentialStanding::Revoked, ..credential() };
        assert_eq!(judge(&usual(), &revoked, &known), Judgement::Repeated(stored));
    }

    #[test]
    fn other_bytes_under_a_stored_id_are_refused() {
        let stored = Stored { event: b"other".to_vec(), receipt: receipt(42), predecessors: vec![] };
        let known = Circumstances { stored: Some(stored), ..circumstances() };
        assert_eq!(judge(&usual(), &credential(), &known), Judgement::IdReused);
    }
}
