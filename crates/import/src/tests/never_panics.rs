//! No bytes make the room panic, and the same bytes always give the same outcome.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{HOSPITAL, checked, clean};
use crate::{Folder, Known, report_csv};

/// A small store, so that many cases are quick.
static STORE: LazyLock<Known> = LazyLock::new(|| {
    let mut known = HOSPITAL.clone();
    known.staff.truncate(20);
    known.locations.truncate(20);
    known
});

fn survives(name: &str, bytes: &[u8]) {
    let folder = Folder { files: vec![(name.to_owned(), bytes.to_vec())] };
    let first = checked(&folder, &STORE);
    report_csv(&first.files[0].findings);
    assert!(first.files[0].findings.iter().all(|finding| finding.line >= 1));
    assert_eq!(first, checked(&folder, &STORE));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes(index in 0..12usize, bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(&clean().files[index].0, &bytes);
    }

    #[test]
    fn arbitrary_cells_under_a_real_header(index in 0..12usize, body in "([=+@\"\\-\\t\\r\\n,.0-9a-eE０-９一-三\u{feff}\0年:/]{0,12}[,\n]){0,60}") {
        let (name, bytes) = &clean().files[index];
        let header = bytes.split(|byte| *byte == b'\n').next().unwrap();
        survives(name, &[header, b"\n", body.as_bytes()].concat());
    }

    #[test]
    fn real_files_with_spoiled_bytes(index in 0..12usize, spoiled in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let (name, bytes) = &clean().files[index];
        let mut bytes = bytes.iter().copied().take(4000).collect::<Vec<_>>();
        for (at, byte) in spoiled {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()));
        survives(name, &bytes);
    }
}
