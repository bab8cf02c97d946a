//! Whatever pages of a store are damaged, in whatever company: every entry that was not sent is still there, or named as lost, or
//! counted as left in the store that is gone; and whoever comes next hears of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use std::collections::BTreeSet;
use std::path::Path;

use device::STORE_FILE;
use fixture::{Fixture, TestClock, assigned_order, event_id, order_id};
use serde_json::{Value, json};

const PAGE: usize = 4096;
const ORDERS: u128 = 4;
const UNSENT: u64 = 12;

/// A store in one file with [`UNSENT`] entries that were not sent, and the files beside it.
struct Whole {
    folder: tempfile::TempDir,
    clock: TestClock,
    bytes: Vec<u8>,
}

impl Whole {
    /// With three entries that the hospital has before those that wait, or without.
    fn new(with_delivered: bool) -> Self {
        let fixture = Fixture::fresh();
        fixture::enrol(&fixture.device);
        fixture.first_sync((1..=ORDERS + 1).map(|order| assigned_order(order_id(order))).collect());
        if with_delivered {
            work_on(&fixture, ORDERS + 1);
            fixture.log(Vec::new(), 1_000);
        }
        (1..=ORDERS).for_each(|order| work_on(&fixture, order));
        let Fixture { folder, clock, device, .. } = fixture;
        drop(device);
        let bytes = std::fs::read(folder.path().join(STORE_FILE)).unwrap();
        Self { folder, clock, bytes }
    }

    fn pages(&self) -> usize {
        self.bytes.len() / PAGE
    }

    /// A copy in which one byte of each of these pages has turned, without the file named `left_out`.
    fn damaged(&self, pages: &[usize], left_out: &str) -> tempfile::TempDir {
        let folder = copy(self.folder.path(), left_out);
        let mut bytes = self.bytes.clone();
        for page in pages {
            bytes[page * PAGE + 500] ^= 0x77;
        }
        std::fs::write(folder.path().join(STORE_FILE), bytes).unwrap();
        folder
    }
}

/// Three entries on one order.
fn work_on(fixture: &Fixture, order: u128) {
    for (step, deed) in [
        json!({"do": "accept", "order": order_id(order)}),
        json!({"do": "arrive", "order": order_id(order)}),
        json!({"do": "issue_part", "id": event_id(9_000 + order), "order": order_id(order), "scan": "BJ000001", "quantity": 1}),
    ]
    .into_iter()
    .enumerate()
    {
        fixture.clock.advance(60_000 * (1 + step as i64));
        fixture.ok(deed);
    }
}

fn copy(from: &Path, left_out: &str) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name != left_out && !name.starts_with(STORE_FILE) {
            std::fs::copy(from.join(&name), to.path().join(&name)).unwrap();
        }
    }
    to
}

fn is_moved_aside(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| entry.unwrap().file_name().to_string_lossy().contains(".damaged-"))
}

/// What a person does until the damage was met, if it is ever met: the first reply after it says so.
fn use_it(fixture: &Fixture, pages: &[usize]) {
    let mut said = false;
    let lists = [json!({"do": "list_orders", "filter": "mine"}), json!({"do": "sync_status"})];
    for command in lists.into_iter().chain((1..=ORDERS).map(|order| json!({"do": "get_order", "order": order_id(order)}))) {
        let reply = fixture.call(command);
        said |= reply["error"]["code"] == "store_damaged";
        assert_eq!(said, is_moved_aside(fixture.folder.path()), "pages {pages:?}: {reply}");
    }
    // What is sent may lie where nobody has looked, and nobody reads what an exchange by itself meets.
    if fixture.device.next_request().is_err() && !said {
        assert_eq!(fixture.call(json!({"do": "sync_status"}))["error"]["code"], "store_damaged", "pages {pages:?}");
    }
}

/// How many of the entries that were not sent the device still answers for, and in which way.
fn accounted_for(status: &Value) -> u64 {
    let lost: BTreeSet<u64> = status["lost_numbers"].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect();
    match status["missing_store_unsent"].as_u64() {
        Some(missing) => missing,
        None => status["unsent"].as_u64().unwrap() + u64::try_from(lost.len()).unwrap(),
    }
}

fn check(whole: &Whole, pages: &[usize], left_out: &str) -> Value {
    let folder = whole.damaged(pages, left_out);
    let clock = whole.clock.clone();
    let fixture = Fixture { device: fixture::open(folder.path(), &clock, 77), folder, clock, highest: 0.into() };
    use_it(&fixture, pages);
    // What this alone asks may lie on a damaged page as well.
    let _ = fixture.call(json!({"do": "device_status"}));
    let status = fixture.ok(json!({"do": "device_status"}));
    if status["enrolled"] == true || left_out.is_empty() {
        assert_eq!(accounted_for(&status), UNSENT, "pages {pages:?} without {left_out:?}: {status}");
    }
    status
}

/// Different pages without a pattern, the same in every run.
fn some_pages(whole: &Whole, seed: u64, how_many: usize) -> Vec<usize> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut pages = BTreeSet::new();
    while pages.len() < how_many {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        pages.insert(usize::try_from(state >> 33).unwrap() % whole.pages());
    }
    pages.into_iter().collect()
}

#[test]
fn any_one_damaged_page_loses_nothing_without_a_word() {
    let whole = Whole::new(false);
    for page in 0..whole.pages() {
        check(&whole, &[page], "");
    }
}

#[test]
fn several_damaged_pages_lose_nothing_without_a_word() {
    let whole = Whole::new(true);
    let mut lost = 0;
    for seed in 0..64 {
        let how_many = [2, 2, 3, 3, 6, 12, 20, 40][usize::try_from(seed % 8).unwrap()];
        let status = check(&whole, &some_pages(&whole, seed, how_many), "");
        lost += usize::from(!status["lost_numbers"].as_array().unwrap().is_empty());
    }
    assert!(lost > 3, "no page of entries was met");
}

#[test]
fn without_the_note_beside_the_store_the_store_says_how_many_there_were() {
    let whole = Whole::new(false);
    for seed in 0..24 {
        check(&whole, &some_pages(&whole, seed, 2 + usize::try_from(seed % 9).unwrap()), "plantroom.number");
    }
}
