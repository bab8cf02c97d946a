//! Which key opened the store last, noted outside it by its hash: a store that a wrong key cannot open looks like a damaged
//! one, and must not be moved aside.

use std::path::Path;

use domain::hexadecimal::hexadecimal;
use sha2::{Digest, Sha256};
use store::Key;

/// The note's file in the data folder.
const NOTE: &str = "plantroom.key.sha256";

/// Notes that this key opens the store. One that cannot be written is no reason to refuse work: without it less is noticed.
pub fn note_key(folder: &Path, key: &Key) {
    if noted(folder).as_deref() != Some(hash(key).as_str()) {
        let _ = std::fs::write(folder.join(NOTE), hash(key));
    }
}

/// Whether another key than this one opened the store. `false` where nothing is known.
pub fn is_of_another_key(folder: &Path, key: &Key) -> bool {
    let hash = hash(key);
    noted(folder).is_some_and(|noted| noted.len() == hash.len() && noted != hash)
}

fn noted(folder: &Path) -> Option<String> {
    std::fs::read_to_string(folder.join(NOTE)).ok()
}

/// Of 32 random bytes: it tells nothing about them.
fn hash(key: &Key) -> String {
    hexadecimal(&Sha256::digest(key.0))
}
