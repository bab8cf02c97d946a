//! A panic in one request takes neither the server down nor the next one's lock, and leaves nothing half written.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails, and here a panic is meant"
)]

mod harness;

use axum::Router;
use axum::routing::get;
use domain::fault::{Fault, FaultCodeName};
use harness::Hospital;
use server::http::app::App;
use server::http::sheltered;
use store::server::meta;
use tokio::net::TcpListener;

const KEY: &str = meta::LAST_URL;

#[tokio::test]
async fn a_panic_rolls_back_and_the_next_request_has_the_store() {
    let hospital = Hospital::new();
    let app = App::open(hospital.folder.path(), hospital.host.clone()).unwrap();
    for _ in 0..3 {
        let panicked = app.write(|database, _| -> Result<(), Fault> {
            meta::put(database, KEY, "half done")?;
            panic!("a mistake of ours")
        });
        assert_eq!(panicked.await.unwrap_err().code, FaultCodeName::Internal);
        let panicked = app.read(|_, _| -> Result<(), Fault> { panic!("a mistake of ours") });
        assert_eq!(panicked.await.unwrap_err().code, FaultCodeName::Internal);
    }
    assert_eq!(app.read(|database, _| Ok(meta::get(database, KEY)?)).await.unwrap(), None);
    app.write(|database, _| Ok(meta::put(database, KEY, "whole")?)).await.unwrap();
    assert_eq!(app.read(|database, _| Ok(meta::get(database, KEY)?)).await.unwrap().as_deref(), Some("whole"));
}

#[tokio::test]
async fn a_panic_in_a_handler_is_answered_and_the_server_goes_on() {
    let routes = Router::new()
        .route(
            "/panics",
            get(|| async {
                if true {
                    panic!("a mistake of ours")
                }
            }),
        )
        .route("/works", get(|| async { "well" }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, sheltered(routes)).await });
    for _ in 0..3 {
        let answer = reqwest::get(format!("{url}/panics")).await.unwrap();
        assert_eq!(answer.status(), 500);
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], "internal");
        assert_eq!(reqwest::get(format!("{url}/works")).await.unwrap().text().await.unwrap(), "well");
    }
}
