//! What an exchange takes up and holds, against a real store and without sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::event::{ConfirmationJudged, Event, EventBody, ReviewOutcome, Standing, ToTeam};
use domain::fault::FaultCodeName;
use domain::identity::{DeviceId, EventId};
use domain::node::Node;
use domain::recorded::{HeldReason, SetAsideReason, Verdict};
use domain::role::Role;
use domain::state::Effect;
use harness::outcome::{held, verdict};
use harness::{Device, Hospital, arrived, completed, confirmed, new_order_id, part_issued, reported, reported_in};
use import::Reason;
use serde_bytes::ByteBuf;
use server::review::decide::Ruling;
use server::review::item::{ItemReason, ItemStanding};
use server::review::list::ReviewQuery;
use sync::wire::{CredentialStanding, Down, LogEntry, UploadOutcome};

#[track_caller]
fn log(down: Down) -> Vec<LogEntry> {
    match down {
        Down::Log { entries, more: false, .. } => entries,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shift_is_taken_up_and_confirmed_by_the_directory() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let bodies = vec![device.accepted(), arrived(), part_issued(), completed(), confirmed("020007")];
    let uploads = device.chain(&hospital, order, &heads, bodies);
    let outcomes = hospital.push(&device, &uploads);
    assert!(outcomes.iter().all(|outcome| verdict(outcome) == Verdict::Admitted));

    let view = hospital.view(order);
    let confirmation = view.confirmation.unwrap();
    assert_eq!((view.node, confirmation.standing, confirmation.judged), (Node::Confirmed, Standing::Verified, true));
    assert_eq!(confirmation.name.as_deref(), Some("潘勇"));
    assert!(view.number.starts_with("GD20261121-"), "{}", view.number);
}

#[test]
fn a_repeated_upload_gets_its_first_receipt() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let mut upload = device.event(&hospital, order, &heads, device_accepts());
    let first = hospital.push(&device, std::slice::from_ref(&upload));
    upload.predecessors = Vec::new();
    assert_eq!(hospital.push(&device, std::slice::from_ref(&upload)), first);

    // The device was enrolled anew: what has come is not missing from its numbers.
    let enrolled_anew = hospital.enrol("025518");
    let answer = hospital.exchange(&enrolled_anew, vec![upload.clone()]);
    assert_eq!((answer.outcomes, answer.highest_sequence), (first, upload.sequence));

    let other = device.event(&hospital, order, &heads, arrived());
    upload.event = other.event;
    assert_eq!(hospital.push(&device, &[upload.clone()]), vec![UploadOutcome::IdReused { id: upload.id }]);
}

#[test]
fn a_judgement_that_a_device_sends_judges_nothing() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let mut uploads = device.chain(&hospital, order, &heads, vec![device_accepts(), completed(), confirmed("020007")]);
    let event = uploads[2].id;
    let forged =
        ConfirmationJudged { event, standing: Standing::Rejected, directory_revision: 1, name: None, department: None, flags: Vec::new() };
    uploads.push(device.event(&hospital, order, &[event], EventBody::ConfirmationJudged(forged)));
    let outcomes = hospital.push(&device, &uploads);
    assert_eq!(verdict(&outcomes[3]), Verdict::SetAside(SetAsideReason::KindNotPermitted));
    let confirmation = hospital.view(order).confirmation.unwrap();
    assert_eq!((confirmation.standing, confirmation.judged), (Standing::Verified, true));
}

fn device_accepts() -> EventBody {
    EventBody::Accepted(domain::event::Accepted { team: "T01".into() })
}

#[test]
fn an_event_waits_for_its_predecessor_and_is_then_recorded() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    hospital.catch_up(&mut device);
    let order = hospital.team_accepted_order();
    hospital.catch_up(&mut device);
    let heads = hospital.heads(order);
    let uploads = device.chain(&hospital, order, &heads, vec![device_accepts(), arrived(), completed()]);

    let early = hospital.exchange(&device, uploads[1..].to_vec());
    assert_eq!(early.outcomes.iter().map(held).collect::<Vec<_>>(), [HeldReason::PredecessorMissing; 2]);
    assert_eq!((early.highest_sequence, early.missing_sequences), (3, vec![(1, 1)]));
    assert_eq!(held(&hospital.push(&device, &uploads[1..2])[0]), HeldReason::PredecessorMissing);

    let late = hospital.exchange(&device, uploads[..1].to_vec());
    assert_eq!(verdict(&late.outcomes[0]), Verdict::Admitted);
    assert_eq!(late.missing_sequences, vec![]);
    assert_eq!(hospital.view(order).node, Node::Completed);
    let released: Vec<_> = log(late.down).into_iter().filter(|entry| matches!(entry, LogEntry::Outcome { .. })).collect();
    assert_eq!(released.len(), 2, "{released:?}");
}

/// Settled for each of them, an order would be replayed as often as it has events, in the one transaction that may write.
#[test]
fn an_order_is_settled_once_however_many_events_wait_for_one() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let arrivals = std::iter::repeat_with(arrived).take(60);
    let uploads = device.chain(&hospital, order, &heads, std::iter::once(device_accepts()).chain(arrivals).collect());
    hospital.push(&device, &uploads[1..]);
    let counting = "CREATE TEMP TABLE settled (once INTEGER);
         CREATE TEMP TRIGGER settling AFTER UPDATE ON main.orders BEGIN INSERT INTO settled VALUES (1); END";
    hospital.store.write(|database| database.execute_batch(counting).map_err(store::StoreError::from)).unwrap();
    hospital.push(&device, &uploads[..1]);
    assert_eq!(hospital.heads(order), [uploads[60].id]);
    let count = |database: &store::Database| {
        database.query_row("SELECT count(*) FROM settled", [], |row| row.get::<_, i64>(0)).map_err(store::StoreError::from)
    };
    assert_eq!(hospital.store.read(count).unwrap(), 1);
}

/// A server that was restored has lost what the event built on at first.
#[test]
fn a_held_event_that_comes_again_waits_for_what_it_names_now() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let accepted = device.event(&hospital, order, &heads, device_accepts());
    let mut arrived = device.event(&hospital, order, &[EventId(uuid::Uuid::from_u128(404))], arrived());
    for predecessors in [arrived.predecessors.clone(), vec![accepted.id]] {
        arrived.predecessors = predecessors;
        assert_eq!(held(&hospital.push(&device, std::slice::from_ref(&arrived))[0]), HeldReason::PredecessorMissing);
    }
    hospital.push(&device, &[accepted]);
    assert_eq!(hospital.heads(order), [arrived.id]);
}

#[test]
fn what_builds_on_something_unreadable_does_not_wait_for_it() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let mut uploads = device.chain(&hospital, order, &heads, vec![device_accepts(), arrived()]);
    assert_eq!(held(&hospital.push(&device, &uploads[1..])[0]), HeldReason::PredecessorMissing);
    uploads[0].event = ByteBuf::from(b"rubbish".to_vec());
    assert_eq!(held(&hospital.push(&device, &uploads[..1])[0]), HeldReason::Malformed);
    assert_eq!(verdict(&hospital.push(&device, &uploads[1..])[0]), Verdict::Admitted);
}

#[test]
fn an_event_out_of_scope_is_set_aside_and_the_next_is_admitted() {
    let mut hospital = Hospital::new();
    let mut stranger = hospital.enrol("025792");
    assert_eq!(stranger.team.as_str(), "T13");
    let theirs = hospital.team_accepted_order();
    let heads = hospital.heads(theirs);
    let own = new_order_id();
    let uploads = vec![stranger.event(&hospital, theirs, &heads, arrived()), stranger.event(&hospital, own, &[], reported_in("T13"))];
    let outcomes = hospital.push(&stranger, &uploads);
    assert_eq!(verdict(&outcomes[0]), Verdict::SetAside(SetAsideReason::OutOfScope));
    assert_eq!(verdict(&outcomes[1]), Verdict::Admitted);
    assert_eq!(hospital.view(theirs).node, Node::TeamAccepted);
}

#[test]
fn who_and_what_are_judged_and_workflow_is_not() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let dispatch = device.event(&hospital, order, &heads, EventBody::Dispatched(ToTeam { team: "T02".into() }));
    let early = device.event(&hospital, order, &heads, completed());
    device.role = Role::Dispatcher;
    let role = device.event(&hospital, order, &heads, arrived());
    device.role = Role::Technician;
    device.staff_no = "025519".into();
    let other = device.event(&hospital, order, &heads, arrived());
    let outcomes = hospital.push(&device, &[dispatch, early, role, other]);
    let expected = [
        Verdict::SetAside(SetAsideReason::KindNotPermitted),
        Verdict::Admitted,
        Verdict::SetAside(SetAsideReason::RoleNotHeld),
        Verdict::SetAside(SetAsideReason::OtherRecorder),
    ];
    assert_eq!(outcomes.iter().map(verdict).collect::<Vec<_>>(), expected);
}

/// A device sends two contents under one id, and the first waits for something.
#[test]
fn second_content_under_the_id_of_a_held_entry_is_kept_and_shown_and_left_by_itself() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let lost = hospital.host.occasion().new_event_id().unwrap();
    let first = device.event(&hospital, order, &[lost], arrived());
    let mut event = Event::from_bytes(&device.event(&hospital, order, &[lost], completed()).event).unwrap();
    event.id = first.id;
    let second = harness::upload(&event, &[lost]);
    for _ in 0..2 {
        let answer = hospital.exchange(&device, vec![first.clone(), second.clone()]);
        let waits = UploadOutcome::Held { id: first.id, reason: HeldReason::PredecessorMissing };
        assert_eq!(answer.outcomes, [waits, UploadOutcome::IdReused { id: first.id }]);
        assert_eq!((answer.highest_sequence, answer.missing_sequences), (2, vec![]));
    }
    hospital.catch_up(&mut device);
    let page = hospital.set_aside("026149", &ReviewQuery::default());
    let of = |reason| page.items.iter().find(|item| item.reason == Some(ItemReason::Held(reason))).unwrap();
    let (waiting, taken) = (of(HeldReason::PredecessorMissing), of(HeldReason::IdTaken));
    assert_eq!((page.open, waiting.kind.as_deref(), taken.kind.as_deref()), (2, Some("arrived"), Some("completed")));

    let ruling = |content: &Option<String>, outcome| Ruling {
        event: first.id,
        device: Some(device.id),
        content: content.clone(),
        outcome,
        together: false,
        reason: "电话问过本人".to_owned(),
    };
    let ambiguous = hospital.rule("026149", &ruling(&None, ReviewOutcome::Left)).unwrap_err();
    assert_eq!(ambiguous.details["candidates"].as_array().unwrap().len(), 2);
    hospital.rule("026149", &ruling(&taken.content, ReviewOutcome::Left)).unwrap();
    let admitted = hospital.rule("026149", &ruling(&waiting.content, ReviewOutcome::Admitted)).unwrap();
    assert_eq!((admitted.standing, admitted.kind.as_deref()), (ItemStanding::Admitted, Some("arrived")));
    let told = hospital.catch_up(&mut device).into_iter().filter_map(|entry| match entry {
        LogEntry::Outcome { outcome, .. } => Some(verdict(&outcome)),
        _ => None,
    });
    assert!(told.collect::<Vec<_>>().contains(&Verdict::Admitted), "the first is told that it has effect");
    assert_eq!(hospital.set_aside("026149", &ReviewQuery::default()).open, 0);
    let kept = hospital.store.read(|database| store::server::held::copies_of(database, first.id)).unwrap();
    assert_eq!(kept.iter().map(|held| (held.bytes.clone(), held.reason)).collect::<Vec<_>>(), [(event.to_bytes(), HeldReason::IdTaken)]);
}

/// The same event held from an earlier enrolment and then recorded through the next one, and other content that had taken its id.
#[test]
fn a_copy_of_what_is_recorded_is_held_no_longer_and_its_device_is_told() {
    let mut hospital = Hospital::new();
    let (mut old, mut other) = (hospital.enrol("025518"), hospital.enrol("025519"));
    for device in [&mut old, &mut other] {
        hospital.catch_up(device);
    }
    let order = hospital.team_accepted_order();
    hospital.catch_up(&mut old);
    hospital.catch_up(&mut other);
    let heads = hospital.heads(order);
    let before = old.event(&hospital, order, &heads, device_accepts());
    let waiting = old.event(&hospital, order, &[before.id], arrived());
    let mut taken = other.event(&hospital, order, &[before.id], completed());
    let mut content = domain::event::Event::from_bytes(&taken.event).unwrap();
    content.id = waiting.id;
    (taken.id, taken.event) = (waiting.id, ByteBuf::from(content.to_bytes()));
    for (device, upload) in [(&old, &waiting), (&other, &taken)] {
        assert_eq!(held(&hospital.push(device, std::slice::from_ref(upload))[0]), HeldReason::PredecessorMissing);
    }

    let new = hospital.enrol("025518");
    let outcomes = hospital.push(&new, &[before, waiting.clone()]);
    assert_eq!(outcomes.iter().map(verdict).collect::<Vec<_>>(), [Verdict::Admitted; 2]);
    let left = hospital.store.read(|database| store::server::held::copies_of(database, waiting.id)).unwrap();
    assert_eq!(left.iter().map(|copy| (copy.device, copy.reason)).collect::<Vec<_>>(), [(other.id, HeldReason::IdTaken)]);
    let told = |entries: Vec<LogEntry>| {
        entries.into_iter().find_map(|entry| if let LogEntry::Outcome { outcome, .. } = entry { Some(outcome) } else { None })
    };
    assert_eq!(verdict(&told(hospital.catch_up(&mut old)).unwrap()), Verdict::Admitted);
    assert_eq!(held(&told(hospital.catch_up(&mut other)).unwrap()), HeldReason::IdTaken);
}

#[test]
fn a_revoked_device_gets_receipts_and_nothing_else() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let before = device.event(&hospital, order, &heads, device_accepts());
    let first = hospital.push(&device, std::slice::from_ref(&before));
    hospital.revoke(&device);

    let after = device.event(&hospital, order, &[before.id], arrived());
    let answer = hospital.exchange(&device, vec![before, after]);
    assert_eq!((answer.standing, answer.down, answer.reference), (CredentialStanding::Revoked, Down::Nothing, None));
    assert_eq!(answer.outcomes[0], first[0]);
    assert_eq!(held(&answer.outcomes[1]), HeldReason::CredentialRevoked);
    assert_eq!(hospital.view(order).node, Node::Accepted);
}

#[test]
fn a_new_code_is_no_review_of_what_a_revoked_device_recorded() {
    let mut hospital = Hospital::new();
    let mut old = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let mut uploads = old.chain(&hospital, order, &heads, vec![device_accepts(), arrived(), completed()]);
    let unsent = uploads.pop().unwrap();
    hospital.revoke(&old);
    hospital.push(&old, &uploads);

    let mut new = hospital.enrol("025518");
    uploads.push(unsent);
    for _ in 0..2 {
        let answer = hospital.exchange(&new, uploads.clone());
        assert_eq!(answer.outcomes.iter().map(held).collect::<Vec<_>>(), [HeldReason::CredentialRevoked; 3]);
        assert_eq!((answer.standing, answer.highest_sequence), (CredentialStanding::Valid, 3));
    }
    assert_eq!(hospital.store.read(|database| store::server::held::first_of_order(database, order, 9)).unwrap().len(), 3);
    let view = hospital.view(order);
    assert_eq!(view.node, Node::TeamAccepted);
    let waiting = view.events.iter().filter(|event| event.held.is_some());
    let waiting: Vec<_> = waiting.map(|event| (event.kind.as_str(), event.effect, event.recorder_name.as_deref())).collect();
    assert_eq!(waiting, ["accepted", "arrived", "completed"].map(|kind| (kind, Effect::Held, Some("袁佳静"))));

    new.sequence = 3;
    let fresh = new.event(&hospital, order, &heads, device_accepts());
    assert_eq!(verdict(&hospital.push(&new, &[fresh])[0]), Verdict::Admitted);
}

#[test]
fn what_came_before_the_revocation_and_only_waited_is_recorded() {
    let mut hospital = Hospital::new();
    let mut first = hospital.enrol("025518");
    let mut second = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let accepted = first.event(&hospital, order, &heads, device_accepts());
    let arrived = second.event(&hospital, order, &[accepted.id], arrived());
    assert_eq!(held(&hospital.push(&second, &[arrived])[0]), HeldReason::PredecessorMissing);
    hospital.revoke(&second);
    hospital.push(&first, &[accepted]);
    assert_eq!(hospital.view(order).node, Node::InProgress);
}

#[test]
fn a_credential_ends_with_the_employment() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    hospital.catch_up(&mut device);
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let before = device.event(&hospital, order, &heads, device_accepts());
    hospital.leaves("025518", "2026-11-19");

    let after = device.event(&hospital, order, &[before.id], arrived());
    let answer = hospital.exchange(&device, vec![before, after]);
    assert_eq!((answer.standing, answer.down, answer.reference), (CredentialStanding::Revoked, Down::Nothing, None));
    assert_eq!(answer.outcomes.iter().map(held).collect::<Vec<_>>(), [HeldReason::CredentialRevoked; 2]);
    assert_eq!(hospital.view(order).node, Node::TeamAccepted);
}

#[test]
fn the_last_day_is_a_working_day() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    hospital.leaves("025518", "2026-11-21");
    let upload = device.event(&hospital, order, &heads, device_accepts());
    assert_eq!(verdict(&hospital.push(&device, &[upload])[0]), Verdict::Admitted);
}

#[test]
fn a_code_of_somebody_else_is_refused_and_not_used_up() {
    let mut hospital = Hospital::new();
    let known = hospital.enrol("025518");
    let code = hospital.code("025519");
    for (device, expected_person, refusal) in [
        (DeviceId(uuid::Uuid::from_u128(1)), Some("025518"), FaultCodeName::AlreadyEnrolled),
        (known.id, Some("025519"), FaultCodeName::CodeInvalid),
        (known.id, None, FaultCodeName::CodeInvalid),
    ] {
        let fault = hospital.enrol_with(&code, device, expected_person).unwrap_err();
        assert_eq!(fault.code, refusal);
        assert!(!format!("{fault:?}").contains("0255"), "{fault:?}");
    }
    for _ in 0..2 {
        let answer = hospital.enrol_with(&code, DeviceId(uuid::Uuid::from_u128(2)), Some("025519")).unwrap();
        assert_eq!(answer.person.staff_no.as_str(), "025519");
    }
}

#[test]
fn a_price_for_a_later_day_leaves_today_open() {
    let mut hospital = Hospital::new();
    for (price, effective, today, in_december, warnings) in [
        ("130.00", "2026-12-01", 12_000, 13_000, 0),
        ("130.00", "2026-11-21", 13_000, 13_000, 0),
        ("140.00", "2026-11-21", 14_000, 13_000, 1),
        ("140.00", "2026-12-01", 14_000, 14_000, 0),
    ] {
        let said = hospital.import_price("BJ000002", price, effective);
        assert_eq!(said.iter().filter(|finding| finding.code == Reason::LaterPriceStands).count(), warnings, "{said:?}");
        let prices = ["2026-11-21", "2026-12-01"].map(|day| hospital.price_on("BJ000002", day));
        assert_eq!(prices, [today, in_december], "{price} from {effective}");
    }
    let before = hospital.store.read(store::server::counters::reference_revision).unwrap();
    hospital.import_price("BJ000002", "140.00", "2026-11-21");
    assert_eq!(hospital.store.read(store::server::counters::reference_revision).unwrap(), before);
}

#[test]
fn an_unverified_confirmation_is_judged_again_after_an_import_of_staff() {
    let mut hospital = Hospital::new();
    let mut device = hospital.enrol("025518");
    let order = hospital.team_accepted_order();
    let heads = hospital.heads(order);
    let uploads = device.chain(&hospital, order, &heads, vec![device_accepts(), completed(), confirmed("099999")]);
    hospital.push(&device, &uploads);
    assert_eq!(hospital.view(order).confirmation.unwrap().standing, Standing::Unverified);

    let header = "staff_no,name,department_code,role,contractor_code,mobile,valid_from,valid_to\n";
    let row = "099999,白露,001002,clinical,,13600000000,2026-01-01,\n";
    let folder = import::Folder { files: vec![("staff.csv".to_owned(), format!("{header}{row}").into_bytes())] };
    assert_eq!(hospital.import(&folder).confirmations_settled, 1);
    let confirmation = hospital.view(order).confirmation.unwrap();
    assert_eq!((confirmation.standing, confirmation.name.as_deref()), (Standing::Verified, Some("白露")));
}

#[test]
fn two_connections_take_positions_without_a_gap() {
    let mut hospital = Hospital::new();
    let mut second = store::server::ServerStore::open(hospital.folder.path()).unwrap();
    let mut devices: Vec<Device> = ["025518", "025519"].iter().map(|number| hospital.enrol(number)).collect();
    for round in 0..6 {
        let device = &mut devices[round % 2];
        let upload = device.event(&hospital, new_order_id(), &[], reported());
        if round % 2 == 0 {
            hospital.push(device, &[upload]);
        } else {
            std::mem::swap(&mut hospital.store, &mut second);
            hospital.push(device, &[upload]);
            std::mem::swap(&mut hospital.store, &mut second);
        }
    }
    let end = hospital.store.read(store::server::counters::log_end).unwrap();
    let viewer = store::server::log::Viewer { subjects: vec!["staff:025518".to_owned(), "staff:025519".to_owned()], device: devices[0].id };
    let rows = hospital.store.read(|database| store::server::log::visible_after(database, 0, &viewer, 10_000)).unwrap();
    assert!(rows.windows(2).all(|pair| pair[0].position < pair[1].position));
    assert_eq!(rows.last().unwrap().position, end);
}
