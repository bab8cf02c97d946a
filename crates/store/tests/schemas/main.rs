//! A store that an earlier program wrote opens with this one and says, field by field, what it said then; one that a later
//! program wrote is refused with a sentence and left alone.
//!
//! `kept/server-NNN.sql` and `kept/device-NNN.sql` are stores as they were with schema NNN, one of each that was released, and
//! are never written again. At a release of a new schema `PLANTROOM_KEEP_SCHEMAS=1 cargo test -p store --test schemas` writes that
//! of the newest; [`Kind::released`] is raised with it. What is not released yet may still be edited in place, and is kept, opened
//! and read back within the test.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod device;
mod dump;
mod reference;
mod server;

use std::path::Path;

use store::device::DeviceStore;
use store::server::ServerStore;
use store::{Database, Key, StoreError};
use tempfile::TempDir;

const KEY: Key = Key([7; 32]);

/// One of the two kinds of store.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    /// The newest schema that was released; 0 for none.
    released: i64,
    key: Option<&'static Key>,
    /// Opens the file with today's program, and with it brings it to today's schema.
    open: fn(&Path) -> Result<(), StoreError>,
    /// Writes something of everything into a store that is empty.
    fill: fn(&Path),
    /// Says by panicking what a store does not say any more.
    check: fn(&Path),
}

const SERVER: Kind = Kind {
    name: "server",
    released: 0,
    key: None,
    open: |file| ServerStore::open_file(file).map(drop),
    fill: server::fill,
    check: server::check,
};

const DEVICE: Kind = Kind {
    name: "device",
    released: 0,
    key: Some(&KEY),
    open: |file| DeviceStore::open(file, &KEY).map(drop),
    fill: device::fill,
    check: device::check,
};

impl Kind {
    fn database(self, file: &Path) -> Database {
        store::shared::connection::open(file, self.key).unwrap()
    }

    /// The newest schema's number, and its statements.
    fn today(self) -> (i64, Vec<String>) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("empty.db");
        (self.open)(&file).unwrap();
        let database = self.database(&file);
        (dump::version(&database), dump::schema(&database))
    }

    /// The stores of released schemas, oldest first, and one of today's; each with its name.
    fn kept(self) -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/kept");
        let file = |number: i64| folder.join(format!("{}-{number:03}.sql", self.name));
        let today = self.filled();
        if std::env::var_os("PLANTROOM_KEEP_SCHEMAS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(file(self.today().0), &today).unwrap();
        }
        let released = (1..=self.released).map(|number| (format!("schema {number}"), std::fs::read_to_string(file(number)).unwrap()));
        released.chain([("today's schema".to_owned(), today)]).collect()
    }

    /// A store with something of everything in it, as statements.
    fn filled(self) -> String {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("filled.db");
        (self.fill)(&file);
        dump::dump(&self.database(&file))
    }

    fn check_kept(self) {
        let (_, today) = self.today();
        for (name, statements) in self.kept() {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("kept.db");
            self.database(&file).execute_batch(&statements).unwrap();
            (self.open)(&file).unwrap();
            let migrated = dump::schema(&self.database(&file));
            assert_eq!(migrated, today, "{}: {name} does not lead to what an empty store gets: a released script was edited", self.name);
            (self.check)(&file);
        }
    }

    fn check_newer(self) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("newer.db");
        (self.open)(&file).unwrap();
        self.database(&file).pragma_update(None, "user_version", 99).unwrap();
        let before = std::fs::read(&file).unwrap();
        let refused = (self.open)(&file).unwrap_err();
        assert!(matches!(refused, StoreError::Newer { found: 99, .. }));
        assert!(refused.to_string().contains("install the newer program, nothing was changed"), "{refused}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
}

#[test]
fn every_kept_store_of_a_server_says_what_it_said() {
    SERVER.check_kept();
}

#[test]
fn every_kept_store_of_a_device_says_what_it_said() {
    DEVICE.check_kept();
}

#[test]
fn a_store_of_a_newer_program_is_refused_with_a_sentence_and_left_alone() {
    SERVER.check_newer();
    DEVICE.check_newer();
}
