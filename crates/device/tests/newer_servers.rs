//! A server that was upgraded before this device: its new words are shown as unknown, and nothing stops or is lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::recorded::{HeldReason, SetAsideReason, Verdict};
use domain::view::Upload;
use fixture::{Fixture, MORNING, answer_of, progress};
use serde::Serialize;
use serde_json::json;
use sync::codec::decode_answer;
use sync::wire::{Down, ExchangeAnswer, Progress};

/// A verdict with words that nobody knows today.
#[derive(Serialize)]
struct NewerVerdict {
    verdict: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct NewerReceipt {
    position: u64,
    received_at: i64,
    verdict: NewerVerdict,
    judged_at_position: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum NewerOutcome {
    Held {
        id: domain::identity::EventId,
        reason: &'static str,
    },
    Recorded {
        id: domain::identity::EventId,
        receipt: NewerReceipt,
        predecessors: Vec<domain::identity::EventId>,
        sha256: serde_bytes::ByteBuf,
    },
}

/// The answer as a newer server writes it, read by this program.
fn read_with(answer: ExchangeAnswer, outcomes: Vec<NewerOutcome>) -> ExchangeAnswer {
    #[derive(Serialize)]
    struct NewerAnswer {
        outcomes: Vec<NewerOutcome>,
        protocol: u16,
        server_time: i64,
        standing: &'static str,
        highest_sequence: u64,
        missing_sequences: Vec<(u64, u64)>,
        down: Down,
        reference: Option<()>,
    }
    let newer = NewerAnswer {
        outcomes,
        protocol: answer.protocol,
        server_time: answer.server_time.0,
        standing: "valid",
        highest_sequence: answer.highest_sequence,
        missing_sequences: Vec::new(),
        down: answer.down,
        reference: None,
    };
    decode_answer(&zstd::bulk::compress(&rmp_serde::to_vec_named(&newer).unwrap(), 3).unwrap()).unwrap()
}

/// Two entries are sent; one is held and one judged, both in words of a newer server.
#[test]
fn reasons_and_verdicts_that_are_not_known_are_stored_and_shown_as_unknown() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    fixture.ok(json!({"do": "arrive", "order": order}));
    let request = fixture.device.next_request().unwrap();
    let [accepted, arrived] = request.uploads.as_slice() else { panic!("two events wait") };
    let judged = NewerOutcome::Recorded {
        id: accepted.id,
        receipt: NewerReceipt {
            position: 1_001,
            received_at: MORNING.0,
            verdict: NewerVerdict { verdict: "postponed", reason: "moon_phase" },
            judged_at_position: 1_001,
        },
        predecessors: accepted.predecessors.clone(),
        sha256: sync::judge::sha256_of(&accepted.event),
    };
    let held = NewerOutcome::Held { id: arrived.id, reason: "moon_phase" };
    let quiet = Down::Log { entries: Vec::new(), cursor: 1_002, more: false };
    let answer = ExchangeAnswer { highest_sequence: 2, ..answer_of(MORNING, quiet, None) };
    let answer = read_with(answer, vec![judged, held]);
    let step = fixture.device.apply(&request, answer, fixture.measured()).unwrap();
    assert!(step.quiet);

    let fixture = fixture.reopened();
    let view = fixture.order(order);
    let of = |id| view.events.iter().find(|event| event.id == id).unwrap();
    assert_eq!(of(accepted.id).verdict, Some(Verdict::SetAside(SetAsideReason::Unknown)));
    assert_eq!(of(arrived.id).held, Some(HeldReason::Unknown));
    assert_eq!(view.upload, Upload::SetAside);
    assert_eq!(fixture.device.next_request().unwrap().uploads, Vec::new(), "nothing is sent for ever");
}

#[test]
fn news_that_are_not_known_are_passed_over_and_the_next_are_taken() {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    assert!(fixture.exchange(Down::Newer, None).quiet);
    assert_eq!((fixture.order(order).upload, progress(&fixture.device)), (Upload::Stored, Progress::Log { cursor: 1_000 }));
    let entries = vec![sync::wire::LogEntry::Newer { position: 1_001 }, sync::wire::LogEntry::Left { position: 1_002, order }];
    assert!(fixture.log(entries, 1_002).quiet);
    assert_eq!((fixture.listed("mine").len(), progress(&fixture.device)), (0, Progress::Log { cursor: 1_002 }));
}
