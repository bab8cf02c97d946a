//! Whatever is set aside, held, contradicts or cannot be admitted says why, in words of both languages, on phones and at the centre.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use domain::contradiction::ContradictionKind;
use domain::recorded::{HeldReason, SetAsideReason};
use domain::review::NotAdmittable;
use ts_rs::{Config, TS};

/// Message files of the worker's app and of the centre's page, Chinese and English.
const WORKER: [&str; 2] = ["ui/worker/src/messages/zh.ts", "ui/worker/src/messages/en.ts"];
const CENTRE: [&str; 2] = ["crates/server/pages/messages/zh.js", "crates/server/pages/messages/en.js"];

/// Every code of a type, as scripts and pages get it.
fn codes<T: TS>() -> Vec<String> {
    T::inline(&Config::default()).split('|').map(|code| code.trim().trim_matches('"').to_owned()).collect()
}

/// The words that a section of a message file has for a code.
fn words<'a>(section: &'a str, code: &str) -> Option<&'a str> {
    let (before, after) = section.split_once(&format!("{code}: '"))?;
    let is_whole = before.ends_with(|character: char| !character.is_alphanumeric() && character != '_');
    after.split('\'').next().filter(|words| is_whole && !words.is_empty())
}

#[track_caller]
fn check(files: [&str; 2], section: &str, codes: &[String]) {
    assert!(codes.len() > 3, "{codes:?}");
    for file in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let from = text.split_once(&format!("  {section}: {{")).unwrap().1;
        let section = from.split_once('}').unwrap().0;
        let silent: Vec<&String> = codes.iter().filter(|code| words(section, code).is_none()).collect();
        assert!(silent.is_empty(), "{file} has no words for {silent:?}");
    }
}

#[test]
fn what_is_set_aside_says_why() {
    check(WORKER, "setAsideReason", &codes::<SetAsideReason>());
    check(CENTRE, "setAsideReasons", &codes::<SetAsideReason>());
}

#[test]
fn what_is_held_says_why() {
    check(WORKER, "heldReason", &codes::<HeldReason>());
    check(CENTRE, "heldReasons", &codes::<HeldReason>());
}

#[test]
fn what_cannot_be_admitted_says_why() {
    // Somebody who may not review at all is shown nothing to press, and no reason with each entry.
    let codes: Vec<String> = codes::<NotAdmittable>().into_iter().filter(|code| code != "not_your_role").collect();
    check(CENTRE, "notAdmittable", &codes);
}

/// The worker's app has them by its types.
#[test]
fn what_contradicts_says_so_at_the_centre() {
    check(CENTRE, "contradictionKinds", &codes::<ContradictionKind>());
}

#[test]
fn a_code_without_words_is_noticed() {
    let section = " other_recorder: 'a person', role_not_held: '', left: 'x' ";
    assert_eq!(words(section, "other_recorder"), Some("a person"));
    assert_eq!([words(section, "recorder"), words(section, "role_not_held"), words(section, "gone")], [None, None, None]);
}
