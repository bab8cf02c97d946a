//! Bytes to begin with: what really travels. A fuzzer that knows none of it would guess at the names of fields for hours.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use domain::permissions::ROUTES;
use sync::codec::{decode_answer, decode_request};
use sync::pack::unpack;
use sync::wire::{Down, LogEntry, PackedOrder};

use super::bodies::unpacked;
use super::files;
use super::kinds;
use super::workplace::moment;
use crate::hospital::{CLEAN, DIRTY};

/// Examples for the target of this name.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "exchange_request" => with_messages(&requests()),
        "exchange_answer" => with_messages(&answers()),
        "taken_up_request" => requests().iter().map(|body| unpacked(body)).collect(),
        "stored_answer" => answers().iter().map(|body| unpacked(body)).collect(),
        "order_pack" => packs().into_iter().map(|order| order.packed.into_vec()).chain([kinds::order()]).collect(),
        "event" => events(),
        "import_file" => CLEAN.iter().enumerate().map(|(index, file)| files::example(index, file)).chain(spoiled()).collect(),
        "centre_request" => requests_to_the_centre(),
        "enrolment_answer" => vec![serde_json::to_vec(&moment().enrolment).unwrap_or_default(), FAULT.into()],
        "scanned_invitation" => INVITATIONS.iter().map(|text| text.as_bytes().to_vec()).collect(),
        "worker_command" => commands(),
        _ => Vec::new(),
    }
}

/// Words of a target's examples: names of fields and kinds, codes, ids. Chance would not guess them.
pub fn words(target: &str) -> BTreeSet<String> {
    let examples = of(target);
    let runs = examples.iter().flat_map(|example| example.split(|byte| !is_of_a_word(*byte)));
    let words: BTreeSet<&[u8]> = runs.filter(|word| WORD_LENGTHS.contains(&word.len())).collect();
    words.into_iter().take(MOST_WORDS).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-".contains(&byte)
}

const WORD_LENGTHS: RangeInclusive<usize> = 3..=36;
/// More would keep the fuzzer from everything else.
const MOST_WORDS: usize = 400;

const FAULT: &str = r#"{"code":"code_invalid","message":"the code is wrong","details":{"wait_seconds":30}}"#;

const INVITATIONS: &[&str] = &[
    "K7QF-2MXD",
    r#"{"url":"https://h.example","code":"K7QF-2MXD"}"#,
    "https://h.example:8443/enroll?code=K7QF",
    "plantroom://enroll?url=https%3A%2F%2Fh.example&code=K7QF#code=2",
];

const COMMANDS: &[&str] = &[
    r#"{"do":"list_orders","filter":"mine","node":"assigned","limit":50,"after":"x"}"#,
    r#"{"do":"get_order","order":"ORDER"}"#,
    r#"{"do":"create_order","location":"L01","fault":"F01","urgency":"normal","department":"D01","description":"漏水","caller":{"name":"刘护士","number":"8123"}}"#,
    r#"{"do":"accept","order":"ORDER","id":"00000000-0000-4000-8000-000000000001"}"#,
    r#"{"do":"arrive","order":"ORDER","location":"L01"}"#,
    r#"{"do":"suspend","order":"ORDER","cause":"parts","until":1795219200000,"note":"等"}"#,
    r#"{"do":"resume","order":"ORDER"}"#,
    r#"{"do":"request_return","order":"ORDER","reason":"不是本班组"}"#,
    r#"{"do":"issue_part","order":"ORDER","scan":"P01","quantity":1,"warehouse":"K1","again":true}"#,
    r#"{"do":"return_part","order":"ORDER","scan":"P01","quantity":1}"#,
    r#"{"do":"add_labour","order":"ORDER","item":"W01","quantity":1}"#,
    r#"{"do":"withdraw","order":"ORDER","event":"00000000-0000-4000-8000-000000000001"}"#,
    r#"{"do":"complete","order":"ORDER","cause":"阀芯磨损","remedy":"更换"}"#,
    r#"{"do":"look_up_staff","staff_no":"200001"}"#,
    r#"{"do":"confirm","order":"ORDER","staff_no":"200001","accepted":false,"reason":"没修好","other_department":true,"unverified":true}"#,
    r#"{"do":"search_parts","text":"角阀"}"#,
    r#"{"do":"sync_status"}"#,
    r#"{"do":"device_status"}"#,
    r#"{"do":"log_out","confirmed":true}"#,
    r#"{"do":"set_pin","pin":"135790","current":"2468"}"#,
    r#"{"do":"unlock","pin":"135790"}"#,
    r#"{"do":"lock_now"}"#,
    r#"{"do":"touched"}"#,
    r#"{"do":"acknowledge_lost_numbers","numbers":[1,2,18446744073709551615]}"#,
    r#"{"do":"search_locations","text":"L 厂"}"#,
    r#"{"do":"search_departments","text":"D"}"#,
    r#"{"do":"search_labour","text":""}"#,
    r#"{"do":"list_faults"}"#,
];

const BODIES: &[(&str, &str)] = &[
    ("/api/session", r#"{"staff_no":"100021","password":"plantroom"}"#),
    (
        "/api/orders",
        r#"{"location":"L01","fault":"F01","urgency":"urgent","department":"D01","description":"漏水","caller":{"name":"刘护士","number":"8123"}}"#,
    ),
    ("/api/orders/{id}/dispatch", r#"{"team":"T02"}"#),
    ("/api/orders/{id}/assign", r#"{"staff_no":"100002"}"#),
    ("/api/orders/{id}/reassign", r#"{"team":"T02","staff_no":"100003"}"#),
    ("/api/orders/{id}/return", r#"{"reason":"重新派工"}"#),
    ("/api/orders/{id}/cancel", r#"{"reason":"误报"}"#),
    ("/api/orders/{id}/merge", r#"{"into":"GD20261121-0001"}"#),
    ("/api/set-aside/{id}/admit", r#"{"reason":"问过","device":"00000000-0000-4000-8000-000000000001"}"#),
    ("/api/orders/{id}/accept-for-team", "{}"),
    ("/api/set-aside/{id}/leave", r#"{"reason":"重复"}"#),
    ("/api/flagged-confirmations/{id}/seen", r#"{"reason":"问过"}"#),
    ("/api/devices/{id}/revoke", "{}"),
    (
        "/sync/v1/enroll",
        r#"{"code":"K7QF-2MXD","device":"00000000-0000-4000-8000-000000000001","secret":"abab","expected_person":"100001","expected_holder":null}"#,
    ),
    ("/api/orders", "node=assigned&team=T01&department=D01&q=%E6%BC%8F&limit=50&after=x"),
    ("/api/set-aside", "limit=20&after=x"),
    ("/api/orders", "late=true&attention=true"),
    ("/api/locations", "q=L"),
    ("/api/departments", "q=D"),
    ("/api/flagged-confirmations", "limit=20&after=x"),
    ("/api/devices", ""),
];

fn with_messages(bodies: &[Vec<u8>]) -> Vec<Vec<u8>> {
    bodies.iter().flat_map(|body| [body.clone(), unpacked(body)]).collect()
}

fn commands() -> Vec<Vec<u8>> {
    let order = moment().order.to_string();
    COMMANDS.iter().map(|command| command.replace("ORDER", &order).into_bytes()).collect()
}

fn spoiled() -> impl Iterator<Item = Vec<u8>> {
    let kind_of = |name: &str| CLEAN.iter().position(|(clean, _)| *clean == name).unwrap_or(0);
    DIRTY.iter().map(move |(name, bytes)| {
        let choice = u8::try_from(kind_of(name).saturating_mul(2)).unwrap_or(0);
        [&[choice][..], bytes.get(..2_000).unwrap_or(bytes)].concat()
    })
}

fn requests_to_the_centre() -> Vec<Vec<u8>> {
    let of_route = |(path, rest): &(&str, &str)| {
        let is_it = |index: &usize| ROUTES.get(*index).is_some_and(|line| line.path == *path);
        let routes = (0..ROUTES.len()).filter(is_it).filter_map(|index| u8::try_from(index).ok()).collect::<Vec<_>>();
        routes.into_iter().flat_map(|route| (0..3).map(move |asker| [route, asker])).map(|head| [&head, rest.as_bytes()].concat()).collect()
    };
    BODIES.iter().flat_map(|example| -> Vec<Vec<u8>> { of_route(example) }).collect()
}

fn events() -> Vec<Vec<u8>> {
    let sent = moment().requests.iter().filter_map(|body| decode_request(body).ok()).flat_map(|request| request.uploads);
    let came = packs().into_iter().filter_map(|order| unpack(&order.packed).ok()).flatten();
    let of_the_story = sent.map(|upload| upload.event.into_vec()).chain(came.map(|event| event.event.into_vec()));
    of_the_story.chain(kinds::events()).collect()
}

fn requests() -> Vec<Vec<u8>> {
    moment().requests.iter().cloned().chain(kinds::requests()).collect()
}

fn answers() -> Vec<Vec<u8>> {
    moment().answers.iter().cloned().chain(kinds::answers()).collect()
}

/// Orders as the workplace's device got them.
pub fn packs() -> Vec<PackedOrder> {
    let answers = moment().answers.iter().filter_map(|body| decode_answer(body).ok());
    answers.flat_map(|answer| answer.anew.into_iter().chain(packs_in(answer.down))).collect()
}

fn packs_in(down: Down) -> Vec<PackedOrder> {
    match down {
        Down::FirstSync { orders, .. } => orders,
        Down::Log { entries, .. } => entries.into_iter().filter_map(entered).collect(),
        _ => Vec::new(),
    }
}

fn entered(entry: LogEntry) -> Option<PackedOrder> {
    match entry {
        LogEntry::Entered { order, .. } => Some(*order),
        _ => None,
    }
}
