//! Whoever signs in and hangs up does not make room for others: the check of their password goes on, and takes its turn until
//! it is done.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use std::net::SocketAddr;

use domain::identity::StaffNo;
use harness::Hospital;
use harness::centre::{NURSE, TECHNICIAN};
use server::http::app::App;
use server::http::router;
use server::listening::{ConnectionLimits, listen};
use server::people::account::set_password;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A password whose check lasts far longer than any test.
const ENDLESS: &str = "$argon2id$v=19$m=8,t=4000000000,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";

async fn say(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn sign_in(address: SocketAddr, staff_no: &str) -> TcpStream {
    let body = format!(r#"{{"staff_no":"{staff_no}","password":"whatever it is"}}"#);
    let head = format!("POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    say(address, &(head + &body)).await
}

/// Somebody else is answered, and stays connected.
async fn health(address: SocketAddr) -> TcpStream {
    let mut stream = say(address, "GET /sync/v1/health HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    stream
}

/// Whether a password could be looked at now.
async fn has_a_free_turn(app: &App) -> bool {
    tokio::select! {
        biased;
        turn = app.password_turn() => turn.unwrap().is_some(),
        () = std::future::ready(()) => false,
    }
}

/// Attempts are counted just before their check begins.
async fn until_counted(app: &App, attempts: u32) {
    loop {
        let count = |database: &store::Database| database.query_row("SELECT count(*) FROM sign_in_failures", [], |row| row.get(0));
        // One row for the place, one for everywhere.
        let counted: u32 = app.read(move |database, _| Ok(count(database).unwrap())).await.unwrap();
        if counted == 2 * attempts {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn two_hang_up() {
    let mut hospital = Hospital::new();
    let occasion = hospital.host.occasion();
    for person in [NURSE, TECHNICIAN] {
        let set = |database: &store::Database| set_password(database, &StaffNo::from(person), ENDLESS.to_owned(), &occasion);
        hospital.store.write(set).unwrap();
    }
    let app = App::open(hospital.folder.path(), hospital.host.clone()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ConnectionLimits { most_connections: 2, ..ConnectionLimits::default() };
    tokio::spawn(listen(listener, router(app.clone()), limits, std::future::pending()));

    assert!(has_a_free_turn(&app).await);
    let signing_in = [sign_in(address, NURSE).await, sign_in(address, TECHNICIAN).await];
    until_counted(&app, 2).await;
    drop(signing_in);
    // The two places are free again: the server has noticed that both have gone.
    let _others = [health(address).await, health(address).await];
    assert!(!has_a_free_turn(&app).await, "two passwords are being looked at still");
}

#[test]
fn who_hangs_up_makes_no_room_for_another_check() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outcome = runtime.block_on(async { tokio::spawn(two_hang_up()).await });
    // The checks end with this process.
    runtime.shutdown_background();
    outcome.unwrap();
}
