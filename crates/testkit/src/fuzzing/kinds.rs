//! One example of every kind, also of those that a short story does not come to: events, and what an exchange can say.

use domain::event::Event;
use domain::identity::EventId;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::time::UtcMillis;
use sync::codec::{decode_answer, decode_request, encode_answer, encode_request};
use sync::judge::recorded_outcome;
use sync::pack::pack;
use sync::wire::{
    CredentialStanding, Down, ExchangeAnswer, ExchangeRequest, LogEntry, OrderCheck, PROTOCOL, PackedEvent, Progress, Upload, UploadOutcome,
};
use uuid::Uuid;

use super::workplace::moment;

/// The pinned bytes of one event of each kind, a line each.
const GOLDEN: &str = include_str!("../../../domain/tests/rules/golden_events.jsonl");
/// Beyond the numbers of the device in the workplace.
const FIRST_NUMBER: u64 = 1_000;
/// The log's end.
const END: u64 = 2_000;

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

/// Bodies of a server that says everything it can, to what the device of the workplace has to say.
pub fn answers() -> Vec<Vec<u8>> {
    let (device, _folder) = moment().device();
    let Ok(request) = device.next_request() else { return Vec::new() };
    let recorded = |upload: &Upload| recorded_outcome(upload.id, &upload.event, receipt(FIRST_NUMBER), upload.predecessors.clone());
    let fitting = ExchangeAnswer {
        protocol: PROTOCOL,
        server_time: UtcMillis(1_000),
        standing: CredentialStanding::Valid,
        outcomes: request.uploads.iter().map(recorded).collect(),
        highest_sequence: FIRST_NUMBER,
        missing_sequences: Vec::new(),
        down: Down::Log { entries: Vec::new(), cursor: END, more: false },
        log_mark: Some(1),
        reference: moment().answers.iter().filter_map(|body| decode_answer(body).ok()?.reference).next(),
        anew: Vec::new(),
    };
    let answer = |change: &dyn Fn(&mut ExchangeAnswer)| {
        let mut answer = ExchangeAnswer { reference: None, ..fitting.clone() };
        change(&mut answer);
        encode_answer(&answer).ok()
    };
    let held =
        UploadOutcome::Held { id: request.uploads.first().map_or(id(1), |upload| upload.id), reason: HeldReason::PredecessorMissing };
    let answers = [
        encode_answer(&fitting).ok(),
        answer(&|answer| answer.outcomes = vec![held.clone()]),
        answer(&|answer| answer.outcomes = vec![UploadOutcome::IdReused { id: held.event() }]),
        answer(&|answer| (answer.standing, answer.down) = (CredentialStanding::Revoked, Down::Nothing)),
        answer(&|answer| answer.missing_sequences = vec![(1, 2), (4, 4)]),
        answer(&|answer| answer.highest_sequence = 1),
        answer(&|answer| (answer.down, answer.log_mark) = (Down::BeginAnew, None)),
        answer(&|answer| answer.down = Down::Log { entries: entries(), cursor: END, more: false }),
        answer(&|answer| {
            (answer.down, answer.anew) = (Down::Log { entries: entries(), cursor: END, more: true }, super::examples::packs())
        }),
    ];
    answers.into_iter().flatten().collect()
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

/// A page of the log in which everything happens to the order of the workplace, which leaves in the end.
fn entries() -> Vec<LogEntry> {
    let order = moment().order;
    let judged = Verdict::SetAside(SetAsideReason::OutOfScope);
    let events = packed_events().into_iter().map(|event| LogEntry::Event { order, event });
    let entered = super::examples::packs().into_iter().next().map(|order| LogEntry::Entered { position: 1_996, order: Box::new(order) });
    let rest = [
        LogEntry::Judged { position: 1_997, order, event: id(FIRST_NUMBER), verdict: judged },
        LogEntry::Outcome { position: 1_998, outcome: UploadOutcome::Held { id: id(7), reason: HeldReason::IdTaken } },
        LogEntry::Newer { position: 1_999 },
        LogEntry::Left { position: END, order },
    ];
    events.chain(entered).chain(rest).collect()
}
