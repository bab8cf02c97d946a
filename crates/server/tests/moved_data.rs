//! Data that is moved, deleted or replaced while it is served: nothing is acknowledged that nobody would find again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use std::fs;
use std::path::Path;

use harness::centre::{Centre, DISPATCHER, new_order, read, refused};
use reqwest::Method;
use store::server::FILE_NAME;

async fn check(spoil: impl FnOnce(&Path)) {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let order = centre.order(&dispatcher).await;
    let file = centre.hospital.folder.path().join(FILE_NAME);
    spoil(&file);
    let left = fs::read(&file).ok();
    refused(centre.post(&dispatcher, "/api/orders", new_order()).await, (503, "store_failed"));
    refused(centre.get(&dispatcher, &format!("/api/orders/{order}")).await, (503, "store_failed"));
    refused(read(centre.send(Method::GET, "/sync/v1/health", "", None, None).await).await, (503, "store_failed"));
    assert!(fs::read(&file).ok() == left, "nothing was made or written in its place");
}

#[tokio::test]
async fn nothing_is_taken_up_once_it_was_moved() {
    check(|file| fs::rename(file, file.with_extension("old")).unwrap()).await;
}

#[tokio::test]
async fn nothing_is_taken_up_once_it_was_deleted() {
    check(|file| fs::remove_file(file).unwrap()).await;
}

#[tokio::test]
async fn nothing_is_taken_up_once_another_lies_in_its_place() {
    check(|file| {
        let copy = file.with_extension("copy");
        fs::copy(file, &copy).unwrap();
        fs::rename(copy, file).unwrap();
    })
    .await;
}
