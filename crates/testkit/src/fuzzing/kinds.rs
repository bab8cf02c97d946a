//! One example of every kind, also of those that a short story does not come to: events, and what an exchange can say.

use domain::event::Event;
use domain::identity::EventId;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::time::UtcMillis;
use sync::codec::{decode_answer, decode_request, encode_answer, encode_request};
use sync::judge::{recorded_outcome, sha256_of};
use sync::pack::pack;
use sync::wire::{
    CredentialStanding, Down, ExchangeAnswer, ExchangeRequest, LogEntry, OrderCheck, PackedEvent, Progress, Upload, UploadOutcome,
};
use uuid::Uuid;

use super::workplace::moment;

/// The pinned bytes of one event of each kind, a line each.
const GOLDEN: &str = include_str!("../../../domain/tests/rules/golden_events.jsonl");
/// Beyond the numbers of the device in the workplace.
const FIRST_NUMBER: u64 = 1_000;

/// Bytes of one event of each kind.
pub fn events() -> Vec<Vec<u8>> {
    GOLDEN.lines().map(|line| line.as_bytes().to_vec()).collect()
}

/// An order with all of them.
pub fn order() -> Vec<u8> {
    pack(&packed_events()).unwrap_or_default()
}

/// Bodies of a device that says all of them, asks for a comparison, and is wherever a device can be.
pub fn requests() -> Vec<Vec<u8>> {
    let sent = moment().requests.iter().filter_map(|body| decode_request(body).ok());
    let Some(example) = sent.into_iter().find(|request| !request.uploads.is_empty()) else { return Vec::new() };
    let Some(own) = example.uploads.first().and_then(|upload| Event::from_bytes(&upload.event).ok()) else { return Vec::new() };
    let order = moment().order;
    let checks = vec![OrderCheck { order, heads: vec![7; 32].into() }, OrderCheck { order, heads: Vec::new().into() }];
    let places = [Progress::Nothing, Progress::FirstSync { log_end: 3, after: order }, Progress::Log { cursor: 2 }];
    let elsewhere = places.map(|progress| ExchangeRequest { uploads: Vec::new(), progress, ..example.clone() });
    let comparing = ExchangeRequest { uploads: Vec::new(), checks, ..example.clone() };
    let saying = ExchangeRequest { uploads: uploads(&own), ..example };
    elsewhere.into_iter().chain([comparing, saying]).filter_map(|request| encode_request(&request).ok()).collect()
}

/// Bodies of a server that says everything it can.
pub fn answers() -> Vec<Vec<u8>> {
    let heard = moment().answers.iter().filter_map(|body| decode_answer(body).ok());
    let Some(example) = heard.into_iter().find(|answer| matches!(answer.down, Down::Log { .. })) else { return Vec::new() };
    let revoked = ExchangeAnswer { standing: CredentialStanding::Revoked, down: Down::Nothing, ..example.clone() };
    let missing = ExchangeAnswer { missing_sequences: vec![(1, 2), (4, 4)], highest_sequence: FIRST_NUMBER, ..example.clone() };
    let anew = ExchangeAnswer { down: Down::BeginAnew, log_mark: None, ..example.clone() };
    let log = ExchangeAnswer { down: Down::Log { entries: entries(), cursor: 2_000, more: false }, outcomes: outcomes(), ..example };
    [revoked, missing, anew, log].iter().filter_map(|answer| encode_answer(answer).ok()).collect()
}

/// One of each kind, with ids of their own, on the order of the workplace.
fn distinct() -> impl Iterator<Item = (u64, Event)> {
    let read = GOLDEN.lines().filter_map(|line| Event::from_bytes(line.as_bytes()).ok());
    read.zip(FIRST_NUMBER..).map(|(event, number)| (number, Event { id: id(number), order: moment().order, sequence: number, ..event }))
}

fn id(number: u64) -> EventId {
    EventId(Uuid::from_u128(number.into()))
}

fn before(number: u64) -> Vec<EventId> {
    if number > FIRST_NUMBER { vec![id(number.saturating_sub(1))] } else { Vec::new() }
}

fn uploads(own: &Event) -> Vec<Upload> {
    let as_own = |(number, event): (u64, Event)| {
        let event = Event { recorder: own.recorder.clone(), role: own.role, device: own.device, ..event };
        let bytes = event.to_bytes().into();
        Upload { id: event.id, order: event.order, sequence: number, event: bytes, predecessors: before(number) }
    };
    distinct().map(as_own).collect()
}

fn packed_events() -> Vec<PackedEvent> {
    let packed = |(number, event): (u64, Event)| {
        let receipt = receipt(number);
        PackedEvent { id: event.id, event: event.to_bytes().into(), predecessors: before(number), receipt }
    };
    distinct().map(packed).collect()
}

fn receipt(position: u64) -> Receipt {
    Receipt { position, received_at: UtcMillis(6), verdict: Verdict::Admitted, judged_at_position: position }
}

fn entries() -> Vec<LogEntry> {
    let order = moment().order;
    let judged = Verdict::SetAside(SetAsideReason::OutOfScope);
    let events = packed_events().into_iter().map(|event| LogEntry::Event { order, event });
    let entered = super::examples::packs().into_iter().next().map(|order| LogEntry::Entered { position: 1_996, order: Box::new(order) });
    let rest = [
        LogEntry::Judged { position: 1_997, order, event: id(FIRST_NUMBER), verdict: judged },
        LogEntry::Outcome { position: 1_998, outcome: UploadOutcome::Held { id: id(7), reason: HeldReason::IdTaken } },
        LogEntry::Newer { position: 1_999 },
        LogEntry::Left { position: 2_000, order },
    ];
    events.chain(entered).chain(rest).collect()
}

/// What becomes of what the device of the workplace has not sent yet, were there so much of it.
fn outcomes() -> Vec<UploadOutcome> {
    let recorded = UploadOutcome::Recorded { id: id(1), receipt: receipt(1), predecessors: before(9_999), sha256: sha256_of(b"bytes") };
    vec![
        recorded,
        recorded_outcome(id(2), b"other bytes", receipt(2), Vec::new()),
        UploadOutcome::Held { id: id(3), reason: HeldReason::PredecessorMissing },
        UploadOutcome::IdReused { id: id(4) },
    ]
}
