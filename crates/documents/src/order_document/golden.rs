//! Pins how an event becomes a commit ([`crate::FORMAT`] 1). If a test here fails after an upgrade of Automerge, every
//! hash that devices and servers have ever compared would change: do not touch the expectation, keep the old version or
//! introduce a new format.

use crate::{FORMAT, OrderDocument};
use domain::hexadecimal::hexadecimal;
use domain::identity::EventId;
use uuid::Uuid;

const FIRST: EventId = EventId(Uuid::from_u128(0x019a_a000_0000_7000_8000_0000_0000_0001));
const SECOND: EventId = EventId(Uuid::from_u128(0x019a_a000_0000_7000_8000_0000_0000_0002));
const BRANCH: EventId = EventId(Uuid::from_u128(0x019a_a000_0000_7000_8000_0000_0000_0003));

fn history() -> OrderDocument {
    let mut document = OrderDocument::new();
    document.record(FIRST, r#"{"kind":"reported","note":"水龙头漏水"}"#.as_bytes(), &[]).unwrap();
    document.record(SECOND, br#"{"kind":"accepted"}"#, &[FIRST]).unwrap();
    document.record(BRANCH, br#"{"kind":"cancelled"}"#, &[FIRST]).unwrap();
    document
}

#[track_caller]
fn check(id: EventId, hash: &str, commit: &str) {
    let document = history();
    assert_eq!(hexadecimal(&document.hash_of(id).unwrap()), hash);
    assert_eq!(hexadecimal(&document.commit_bytes(id).unwrap()), commit);
}

#[test]
fn the_format_of_these_bytes_is_1() {
    assert_eq!(FORMAT, 1);
}

#[test]
fn the_first_event() {
    check(
        FIRST,
        "f52332e4d92ffcce208670746d9299d5cd0e8d7d5260f297ad6d5b5188b06385",
        "856f4a83f52332e4017e0010019aa0000000700080000000000000010101000000061526340142025603572c70027f2430313961613030302d303030302d373030302d383030302d303030303030303030303031017f017fc7057b226b696e64223a227265706f72746564222c226e6f7465223a22e6b0b4e9be99e5a4b4e6bc8fe6b0b4227d7f00",
    );
}

#[test]
fn an_event_at_the_heads() {
    check(
        SECOND,
        "bdbf6722e1cb4b939859c432a844f436a63f2602d1c50fdf518d2bb3a36b5a48",
        "856f4a83bdbf672201850101f52332e4d92ffcce208670746d9299d5cd0e8d7d5260f297ad6d5b5188b0638510019aa0000000700080000000000000020102000000061526340142025603571370027f2430313961613030302d303030302d373030302d383030302d303030303030303030303032017f017fb7027b226b696e64223a226163636570746564227d7f00",
    );
}

#[test]
fn an_event_beside_the_heads() {
    check(
        BRANCH,
        "bcb24f1cad2104456ec1f9ec8f69621c979e8100880aa0b9d980e5b672a6cd07",
        "856f4a83bcb24f1c01860101f52332e4d92ffcce208670746d9299d5cd0e8d7d5260f297ad6d5b5188b0638510019aa0000000700080000000000000030102000000061526340142025603571470027f2430313961613030302d303030302d373030302d383030302d303030303030303030303033017f017fc7027b226b696e64223a2263616e63656c6c6564227d7f00",
    );
}
