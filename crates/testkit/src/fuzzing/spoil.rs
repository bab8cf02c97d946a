//! Examples with something wrong in them, the same for the same chance: what every test run tries without a fuzzer.

use crate::simulation::random::Chance;

/// Bytes at which readers turn off: ends, signs, lengths, quotes, markers of MessagePack and zstd.
const TELLING: [u8; 20] = [0, 1, 9, 10, 13, 32, 34, 44, 58, 91, 92, 93, 123, 125, 127, 128, 192, 193, 220, 255];
/// Changes to one example, at most.
const MOST_CHANGES: usize = 6;

/// One of the examples, spoiled.
pub fn spoiled(examples: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = chance.one_of(examples).cloned().unwrap_or_default();
    for _ in 0..=chance.below(MOST_CHANGES) {
        spoil(&mut bytes, examples, chance);
    }
    bytes
}

fn spoil(bytes: &mut Vec<u8>, examples: &[Vec<u8>], chance: &mut Chance) {
    let place = chance.below(bytes.len());
    let end = place.saturating_add(chance.below(24)).min(bytes.len());
    match chance.below(9) {
        0 => change(bytes, place, |byte| byte ^ 1_u8.rotate_left(u32::try_from(place).unwrap_or(0))),
        1 => {
            let telling = chance.one_of(&TELLING).copied().unwrap_or(0);
            change(bytes, place, |_| telling);
        }
        2 => change(bytes, place, |byte| byte.wrapping_add(1)),
        3 => drop(bytes.drain(place..end)),
        4 => {
            let again = bytes.get(place..end).unwrap_or_default().repeat(chance.below(40).saturating_add(1));
            insert(bytes, place, &again);
        }
        5 => {
            let telling = chance.one_of(&TELLING).copied().unwrap_or(0);
            let many = vec![telling; 1 << chance.below(11)];
            insert(bytes, place, &many);
        }
        6 => bytes.truncate(place),
        7 => {
            let other = chance.one_of(examples).cloned().unwrap_or_default();
            let from = chance.below(other.len());
            bytes.truncate(place);
            bytes.extend_from_slice(other.get(from..).unwrap_or_default());
        }
        _ => grow_a_number(bytes, place),
    }
}

/// The next digits become a number that no type of ours holds.
fn grow_a_number(bytes: &mut Vec<u8>, place: usize) {
    let digit = (place..bytes.len()).find(|index| bytes.get(*index).is_some_and(u8::is_ascii_digit));
    if let Some(digit) = digit {
        insert(bytes, digit, b"99999999999999999999");
    }
}

fn change(bytes: &mut [u8], place: usize, to: impl FnOnce(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(place) {
        *byte = to(*byte);
    }
}

fn insert(bytes: &mut Vec<u8>, place: usize, more: &[u8]) {
    bytes.splice(place..place, more.iter().copied());
}
