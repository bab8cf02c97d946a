//! The UI's types are the Rust types: written from them, and compared by this test, so that they cannot drift apart.
//! `PLANTROOM_WRITE=1 cargo test -p device --test typescript` writes the file anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use device::command::Command;
use device::reply::{
    DepartmentsFound, DeviceStatus, FaultsFound, LabourFound, LocationsFound, OrderPage, PartsFound, Reply, StaffAnswer, SyncReport,
    SyncStatus,
};
use domain::contradiction::ContradictionKind;
use domain::event::{Channel, Standing};
use domain::fault::{Fault, FaultCodeName};
use domain::view::OrderView;
use ts_rs::{Config, TS, TypeVisitor};

const HEAD: &str =
    "// Written from the Rust types by `PLANTROOM_WRITE=1 cargo test -p device --test typescript`. Not to be edited by hand.\n";

/// Declarations by name, with everything they mention.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let is_named = T::output_path().is_some();
        if is_named && self.by_name.contains_key(&T::ident(&self.config)) {
            return;
        }
        if is_named {
            let declaration = format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(&self.config));
            self.by_name.insert(T::ident(&self.config), declaration);
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }
}

fn written() -> String {
    let mut declarations = Declarations { config: Config::new(), by_name: BTreeMap::new() };
    declarations.visit::<Command>();
    declarations.visit::<Reply>();
    declarations.visit::<OrderView>();
    declarations.visit::<OrderPage>();
    declarations.visit::<StaffAnswer>();
    declarations.visit::<PartsFound>();
    declarations.visit::<SyncReport>();
    declarations.visit::<SyncStatus>();
    declarations.visit::<DeviceStatus>();
    declarations.visit::<LocationsFound>();
    declarations.visit::<DepartmentsFound>();
    declarations.visit::<LabourFound>();
    declarations.visit::<FaultsFound>();
    declarations.visit::<Fault>();
    declarations.visit::<FaultCodeName>();
    declarations.visit::<ContradictionKind>();
    declarations.visit::<Standing>();
    declarations.visit::<Channel>();
    let parts: Vec<String> = declarations.by_name.into_values().collect();
    format!("{HEAD}\n{}", parts.join("\n"))
}

#[test]
fn typescript_types_match() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/worker/src/backend/types.ts");
    let written = written();
    if std::env::var_os("PLANTROOM_WRITE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &written).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == written,
        "ui/worker/src/backend/types.ts differs from the Rust types: PLANTROOM_WRITE=1 cargo test -p device --test typescript"
    );
}
