//! What a fuzzer found so far, and real examples, through every decoder that outside bytes reach. New findings come into
//! `fuzz/corpus` (`cargo xtask fuzz`).
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::{Path, PathBuf};

use device::synchronise::Measured;
use domain::event::{Event, EventBody};
use domain::time::UtcMillis;
use sync::codec::{decode_answer, decode_request};
use testkit::fuzzing::workplace::moment;
use testkit::fuzzing::{TARGETS, Target, examples, kinds, target};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

/// Every input of a target, the examples first.
fn inputs(target: Target) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(corpus().join(target.name)).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    examples::of(target.name).into_iter().chain(files.into_iter().map(|file| std::fs::read(file).unwrap())).collect()
}

fn check(name: &str) {
    let target = target(name).unwrap();
    let inputs = inputs(target);
    assert!(inputs.len() > examples::of(name).len(), "{name} has no corpus");
    for input in inputs {
        (target.read)(&input);
    }
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        #[test]
        fn every_target_is_run_and_every_folder_of_the_corpus_has_one() {
            assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), [$(stringify!($name)),*]);
            let folders = std::fs::read_dir(corpus()).unwrap().map(|folder| folder.unwrap().file_name().into_string().unwrap());
            assert_eq!(folders.filter(|folder| target(folder).is_none()).collect::<Vec<_>>(), Vec::<String>::new());
        }
    };
}

targets!(
    exchange_request,
    exchange_answer,
    order_pack,
    event,
    import_file,
    centre_request,
    taken_up_request,
    enrolment_answer,
    scanned_invitation,
    worker_command,
    stored_answer,
);

#[test]
fn the_answers_of_every_kind_fit_what_the_device_asks() {
    let answers = kinds::answers();
    assert_eq!(answers.len(), 9);
    for answer in answers {
        let (device, _folder) = moment().device();
        let request = device.next_request().unwrap();
        device.apply(&request, decode_answer(&answer).unwrap(), Measured { answered_at: UtcMillis(1), waited_ms: 1 }).unwrap();
    }
}

#[test]
fn the_requests_of_every_kind_say_every_kind() {
    let requests: Vec<_> = kinds::requests().iter().map(|request| decode_request(request).unwrap()).collect();
    assert_eq!(requests.len(), 5);
    let said = requests.iter().flat_map(|request| &request.uploads).map(|upload| Event::from_bytes(&upload.event).unwrap());
    let known = said.filter(|event| !matches!(event.body, EventBody::Unknown { .. })).count();
    assert_eq!(known, domain::event::KNOWN_KINDS.len());
}
