//! A bare server: hands out one compressed file, takes compressed events and inserts them durably.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use rusqlite::Connection;

use super::store::{Posted, insert_posted, make_events, open_plain};
use crate::bench::Failure;

/// The file that is handed out, in the server's folder.
pub const DOWNLOAD: &str = "orders.json.gz";

#[derive(Clone)]
struct Bare {
    download: Bytes,
    events: Arc<Mutex<Connection>>,
}

/// Serves the folder on a free port of loopback and prints the address.
///
/// # Errors
/// When the folder or the port cannot be used.
pub fn serve(folder: &Path) -> Result<(), Failure> {
    let events = open_plain(&folder.join("events.db"))?;
    make_events(&events)?;
    let download = Bytes::from(std::fs::read(folder.join(DOWNLOAD)).unwrap_or_default());
    let bare = Bare { download, events: Arc::new(Mutex::new(events)) };
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(listen(bare))
}

async fn listen(bare: Bare) -> Result<(), Failure> {
    let router = Router::new()
        .route("/orders", get(|State(bare): State<Bare>| async move { bare.download }))
        .route("/events", post(take_events))
        .layer(DefaultBodyLimit::disable())
        .with_state(bare);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{{\"url\":\"http://{}\"}}", listener.local_addr()?)?;
    Ok(axum::serve(listener, router).await?)
}

async fn take_events(State(bare): State<Bare>, body: Bytes) -> Result<Vec<u8>, StatusCode> {
    let inserted = tokio::task::spawn_blocking(move || insert(&bare, &body)).await;
    inserted.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?.map_err(|_| StatusCode::BAD_REQUEST)
}

fn insert(bare: &Bare, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut json = String::new();
    flate2::read::GzDecoder::new(body).read_to_string(&mut json)?;
    let posted: Vec<Posted<'_>> = serde_json::from_str(&json)?;
    let received_at = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let mut connection = bare.events.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(serde_json::to_vec(&insert_posted(&mut connection, &posted, received_at)?)?)
}
