//! What is there after a power cut at the worst moment, on a file system that loses what was not synchronised. Where none can be
//! mounted (not root, no FUSE) there is nothing to see.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use device::Device;
use device::reply::{Answer, Reply};
use domain::identity::DeviceId;
use testkit::simulation::random::Chance;
use testkit::torture::power::LosingDisk;

/// How often chance decides what is left.
const CUTS: u64 = 20;

/// Works on a new disk, cuts its power, and looks at what is left.
fn check(work: impl Fn(&Path), look: impl Fn(&Path)) {
    for seed in 0..CUTS {
        let place = tempfile::tempdir().unwrap();
        let Ok(mut disk) = LosingDisk::make(place.path()) else { return };
        work(&place.path().join("of/data"));
        disk.cut();
        disk.come_back(&mut Chance::of(seed)).unwrap();
        look(&place.path().join("of/data"));
    }
}

fn id_of(folder: &Path) -> DeviceId {
    let device = Device::open(folder).unwrap();
    let request = device.prepare_enrolment("K7QF-2MXD").unwrap();
    request.device
}

#[test]
fn a_device_that_has_asked_to_be_enrolled_asks_as_the_same_one_again() {
    let asked = std::cell::Cell::new(None);
    check(
        |folder| asked.set(Some(id_of(folder))),
        |folder| assert_eq!(Some(id_of(folder)), asked.get(), "its store is gone with its folder"),
    );
}

#[test]
fn a_new_store_is_never_half_there() {
    check(
        |folder| drop(Device::open(folder).unwrap()),
        |folder| {
            let status = Device::open(folder).unwrap().handle(&device::read_command(r#"{"do":"device_status"}"#).unwrap());
            let Reply::Ok(Answer::Device(status)) = status else { panic!("{status:?}") };
            assert_eq!(status.damaged_store_moved_to, None);
        },
    );
}
