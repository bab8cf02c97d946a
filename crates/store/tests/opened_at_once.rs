//! The first thing that a process does with SQLite may be several threads' at once. Alone in its program, so that it is the first thing.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::Barrier;
use std::thread;

use store::Key;
use store::device::DeviceStore;

const THREADS: usize = 16;

#[test]
fn sealed_stores_open_in_many_threads_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let together = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (path, together) = (folder.path().join(format!("{number}.db")), &together);
            scope.spawn(move || {
                together.wait();
                DeviceStore::open(&path, &Key([7; 32])).map(drop).unwrap();
            });
        }
    });
}
