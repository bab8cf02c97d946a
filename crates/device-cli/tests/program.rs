//! The real program: killed at any moment, called by scripts, serving the app.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

#[path = "../../device/tests/fixture/mod.rs"]
mod fixture;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use domain::identity::OrderId;
use fixture::{Fixture, event_id, order_id};
use serde_json::{Value, json};

/// The folder of a device that has accepted an order and whose server is at `url`.
fn folder_at_work(url: &str) -> (tempfile::TempDir, OrderId) {
    let fixture = Fixture::fresh();
    fixture::enrol_at(&fixture.device, url);
    fixture.first_sync(vec![fixture::assigned_order(order_id(1))]);
    fixture.ok(json!({"do": "accept", "order": order_id(1)}));
    (fixture.folder, order_id(1))
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plantroom-device"));
    command.arg("--data").arg(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).output().unwrap()
}

fn line(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn issue(order: OrderId, number: u128) -> Value {
    json!({"do": "issue_part", "id": event_id(number), "order": order, "scan": "BJ000001", "quantity": 1})
}

/// Sends `commands` without waiting, kills the program as soon as `after` replies have come, and gives those replies.
fn killed(folder: &Path, commands: &[Value], after: usize) -> Vec<String> {
    let mut child = program(folder, &["call", "-"]).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: String = commands.iter().map(|command| format!("{command}\n")).collect();
    let writer = std::thread::spawn(move || {
        // The program may be dead before it has read everything.
        let _ = input.write_all(lines.as_bytes());
    });
    let mut replies = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged: Vec<String> = replies.by_ref().take(after).map(Result::unwrap).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    writer.join().unwrap();
    // What was on its way out counts as acknowledged, too; a reply that broke off does not.
    acknowledged.extend(replies.map_while(Result::ok).filter(|reply| serde_json::from_str::<Value>(reply).is_ok()));
    acknowledged
}

#[test]
fn a_wrong_command_line_is_no_outcome_of_anything() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [vec!["sink"], vec!["sync", "--now"], vec!["enroll", "https://plantroom.hospital.example"], vec![]] {
        let output = run(folder.path(), &arguments);
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(64), true), "{arguments:?}");
    }
    assert_eq!(run(folder.path(), &["--help"]).status.code(), Some(0));
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let (folder, order) = folder_at_work("http://127.0.0.1:1");
    let mut first = 1_000_u128;
    let mut acknowledged: Vec<(Value, String)> = Vec::new();
    for after in [0, 1, 2, 3, 5, 8, 13] {
        let commands: Vec<Value> = (first..first + 20).map(|number| issue(order, number)).collect();
        first += 20;
        let replies = killed(folder.path(), &commands, after);
        assert!(replies.len() >= after);
        acknowledged.extend(commands.into_iter().zip(replies));
    }
    assert!(acknowledged.len() >= 32);
    let again: Vec<Value> = acknowledged.iter().map(|(command, _)| command.clone()).collect();
    let replies = killed(folder.path(), &again, again.len());
    for ((command, first_reply), reply) in acknowledged.iter().zip(&replies) {
        assert_eq!(first_reply, reply, "{command}");
    }
    let view = line(&run(folder.path(), &["call", &json!({"do": "get_order", "order": order}).to_string()]));
    let issued = view["ok"]["parts"][0]["quantity"].as_i64().unwrap();
    assert!(issued >= i64::try_from(acknowledged.len()).unwrap() && issued <= 7 * 20);
    let status = line(&run(folder.path(), &["call", r#"{"do":"sync_status"}"#]));
    assert_eq!(status["ok"]["unsent"], issued + 1);
}

#[test]
fn exit_codes_tell_scripts_what_happened() {
    let (away, _) = folder_at_work("http://127.0.0.1:1");
    let (revoked, _) = folder_at_work(&refusing_server());
    let fresh = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    for (folder, arguments, code, said) in [
        (away.path(), vec!["sync"], 3, "server_unreachable"),
        (revoked.path(), vec!["sync"], 4, "credential_revoked"),
        (fresh.path(), vec!["sync"], 1, "not_enrolled"),
        (fresh.path(), vec!["enroll", "http://127.0.0.1:1", "K7QF"], 3, "server_unreachable"),
        (fresh.path(), vec!["call", "{}"], 1, "bad_request"),
        (fresh.path(), vec!["call", r#"{"do":"list_orders","filter":"mine"}"#], 1, "not_enrolled"),
        (fresh.path(), vec!["serve", "--listen", "0.0.0.0:0"], 1, "bad_request"),
        (fresh.path(), vec!["serve", "--listen", &taken], 1, "bad_request"),
    ] {
        let output = run(folder, &arguments);
        assert_eq!((output.status.code(), line(&output)["error"]["code"].as_str()), (Some(code), Some(said)), "{arguments:?}");
    }
    assert_eq!(run(fresh.path(), &["call", r#"{"do":"device_status"}"#]).status.code(), Some(0));
}

#[test]
fn an_answer_that_cannot_be_written_is_said() {
    let (folder, order) = folder_at_work("http://127.0.0.1:1");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program(folder.path(), &["call", &issue(order, 1_000).to_string()]).stdout(full).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), errors.contains("cannot be written") && errors.contains("stays done")), (Some(1), true), "{errors}");
    assert_eq!(line(&run(folder.path(), &["call", r#"{"do":"sync_status"}"#]))["ok"]["unsent"], 2);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).stdout(full).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), errors.contains("another address")), (Some(1), false), "{errors}");
}

/// Machines that reach the network by a proxy name it in their surroundings, and often only one address of their own beside it.
#[test]
fn a_server_on_this_machine_is_asked_past_the_proxies_of_the_surroundings() {
    let (proxy, server) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.1.2.3:0").unwrap());
    let url = format!("http://{}", server.local_addr().unwrap());
    let asked = std::thread::spawn(move || drop(server.accept().unwrap()));
    let folder = tempfile::tempdir().unwrap();
    let mut enrolling = program(folder.path(), &["enroll", &url, "K7QF-2MXD"]);
    enrolling.env("http_proxy", format!("http://{}", proxy.local_addr().unwrap())).env("no_proxy", "127.0.0.1,localhost");
    assert_eq!(enrolling.output().unwrap().status.code(), Some(3));
    proxy.set_nonblocking(true).unwrap();
    assert!(proxy.accept().is_err(), "the proxy was asked");
    asked.join().unwrap();
}

#[test]
fn a_time_after_which_pages_lock_that_is_none_is_refused() {
    let (folder, _) = folder_at_work("http://127.0.0.1:1");
    for time in ["abc", "0", "3601", ""] {
        let output = program(folder.path(), &["serve"]).env(device::LOCK_AFTER_SECONDS, time).output().unwrap();
        assert_eq!((output.status.code(), &line(&output)["error"]["code"]), (Some(1), &json!("bad_request")), "{time}");
    }
}

/// Knows nobody.
fn refusing_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // The client may have gone; the next one is served all the same.
            let _ = stream.read(&mut [0; 4096]);
            let body = r#"{"error":{"code":"not_enrolled","message":"not known","details":null}}"#;
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 401 Unauthorized\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        }
    });
    url
}

/// Takes connections, says `beginning`, and then nothing more.
fn hanging_server(beginning: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // The client may have gone; the next one is kept waiting all the same.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(beginning.as_bytes());
            open.push(stream);
        }
    });
    url
}

#[test]
fn a_server_that_hangs_is_given_up_and_nothing_is_lost() {
    let half = "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.plantroom.sync\r\ncontent-length: 5000\r\n\r\nhalf";
    for beginning in ["", "HTTP/1.1 200 OK\r\n", half] {
        let (folder, _) = folder_at_work(&hanging_server(beginning));
        let output = program(folder.path(), &["sync"]).env(device::synchronise::transport::SILENCE_SECONDS, "1").output().unwrap();
        assert_eq!((output.status.code(), &line(&output)["error"]["code"]), (Some(3), &json!("server_unreachable")), "{beginning}");
        assert_eq!(line(&run(folder.path(), &["call", r#"{"do":"sync_status"}"#]))["ok"]["unsent"], 1);
    }
}

#[test]
fn every_line_gets_one_line() {
    let (folder, order) = folder_at_work("http://127.0.0.1:1");
    let mut child = program(folder.path(), &["call", "-"]).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    for (sent, expected) in [
        (br#"{"do":"sync_status"}"#.to_vec(), "/ok/unsent"),
        (b"rubbish".to_vec(), "/error/code"),
        (vec![0xFF, 0xFE], "/error/code"),
        (Vec::new(), "/error/code"),
        (b" \r".to_vec(), "/error/code"),
        (format!("  {}", json!({"do": "get_order", "order": order})).into_bytes(), "/ok/id"),
        (vec![b'x'; 100_000], "/error/code"),
    ] {
        input.write_all(&[sent, b"\n".to_vec()].concat()).unwrap();
        let reply: Value = serde_json::from_str(&output.next().unwrap().unwrap()).unwrap();
        assert!(reply.pointer(expected).is_some(), "{reply}");
    }
    drop(input);
    assert!(output.next().is_none());
    assert!(child.wait().unwrap().success());
}

#[test]
fn every_line_gets_one_line_also_where_the_device_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a_file"), "no folder").unwrap();
    let mut child = program(&folder.path().join("a_file"), &["call", "-"]).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{\"do\":\"sync_status\"}\nrubbish\n\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let replies = String::from_utf8(output.stdout).unwrap();
    assert_eq!(replies.lines().count(), 3, "{replies}");
    assert!(replies.lines().all(|reply| serde_json::from_str::<Value>(reply).unwrap()["error"]["code"].is_string()), "{replies}");
    assert_eq!(output.status.code(), Some(1));
}

/// A serving program; killed when the test ends early.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Path) -> Self {
        Self::of(&mut program(folder, &["serve", "--listen", "127.0.0.1:0"]))
    }

    fn of(program: &mut Command) -> Self {
        let mut child = program.spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let url = serde_json::from_str::<Value>(&ready).unwrap()["url"].as_str().unwrap().to_owned();
        Self { child, address: url.strip_prefix("http://").unwrap().to_owned() }
    }

    /// Status line and body.
    fn ask(&self, request: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }

    fn post(&self, host: &str, headers: &str, body: &str) -> (String, String) {
        self.ask(&format!(
            "POST /call HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
            body.len()
        ))
    }
}

impl Serving {
    /// Asks it to stop, which it does without a complaint.
    fn stop(&mut self) {
        assert!(Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status().unwrap().success());
        let ended = self.child.wait().unwrap();
        assert!(ended.success(), "{ended}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const JSON: &str = "content-type: application/json\r\n";

#[test]
fn the_app_asks_the_same_commands_and_stops_when_told() {
    let (folder, order) = folder_at_work("http://127.0.0.1:1");
    let mut serving = Serving::start(folder.path());
    let (status, body) = serving.post(&serving.address, JSON, &json!({"do": "arrive", "order": order}).to_string());
    assert_eq!(
        (status.as_str(), serde_json::from_str::<Value>(&body).unwrap()["ok"]["node"].as_str()),
        ("HTTP/1.1 200 OK", Some("in_progress"))
    );
    // A script beside it works on the same store, and each sees the other's work.
    let beside = line(&run(folder.path(), &["call", &issue(order, 1_000).to_string()]));
    assert_eq!(beside["ok"]["node"], "in_progress");
    let (_, body) = serving.post(&serving.address, JSON, &json!({"do": "get_order", "order": order}).to_string());
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["ok"]["parts"][0]["quantity"], 1);
    serving.stop();
}

/// A stop meets the exchange in the background at its beginning, in its middle and at its end.
#[test]
fn it_stops_cleanly_at_any_moment() {
    let (folder, _) = folder_at_work("http://127.0.0.1:1");
    for commands in 0..30 {
        let mut serving = Serving::start(folder.path());
        for _ in 0..commands {
            serving.post(&serving.address, JSON, r#"{"do":"sync_status"}"#);
        }
        serving.stop();
    }
}

/// The code that a page with this header gets for a command; empty when it is done.
fn code_for(serving: &Serving, page: &str, command: &Value) -> String {
    let (_, body) = serving.post(&serving.address, &format!("{JSON}{page}"), &command.to_string());
    serde_json::from_str::<Value>(&body).unwrap()["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_page_without_the_pin_gets_nothing_and_the_owner_of_the_files_everything() {
    let (folder, _) = folder_at_work("http://127.0.0.1:1");
    let list = json!({"do": "list_orders", "filter": "mine"});
    assert!(run(folder.path(), &["call", r#"{"do":"set_pin","pin":"2580"}"#]).status.success());
    let mut program = program(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let serving = Serving::of(program.env(device::LOCK_AFTER_SECONDS, "1"));
    let [own, other] = ["a", "b"].map(|letter| format!("plantroom-page: {}\r\n", letter.repeat(32)));
    for page in ["", "plantroom-page: 1\r\n", &own] {
        assert_eq!(code_for(&serving, page, &list), "locked", "{page}");
    }
    assert_eq!(code_for(&serving, &own, &json!({"do": "unlock", "pin": "1470"})), "pin_wrong");
    assert_eq!(code_for(&serving, "", &json!({"do": "unlock", "pin": "2580"})), "bad_request");
    assert_eq!(code_for(&serving, &own, &json!({"do": "unlock", "pin": "2580"})), "");
    assert_eq!(code_for(&serving, &other, &list), "locked");
    // A second without a touch passes while it asks.
    while code_for(&serving, &own, &list).is_empty() {}
    assert_eq!(code_for(&serving, &own, &list), "locked");
    assert!(run(folder.path(), &["call", &list.to_string()]).status.success());
}

#[test]
fn pages_of_other_sites_are_turned_away() {
    let (folder, _) = folder_at_work("http://127.0.0.1:1");
    let serving = Serving::start(folder.path());
    let own = serving.address.clone();
    let status = json!({"do": "sync_status"}).to_string();
    let origin = |origin: &str| format!("{JSON}origin: {origin}\r\n");
    for (host, headers, expected) in [
        (own.as_str(), JSON.to_owned(), "HTTP/1.1 200 OK"),
        (own.as_str(), origin(&format!("http://{own}")), "HTTP/1.1 200 OK"),
        (own.as_str(), origin("http://evil.example"), "HTTP/1.1 403 Forbidden"),
        (own.as_str(), "content-type: text/plain\r\n".to_owned(), "HTTP/1.1 403 Forbidden"),
        ("evil.example", JSON.to_owned(), "HTTP/1.1 403 Forbidden"),
    ] {
        assert_eq!(serving.post(host, &headers, &status).0, expected, "{host} {headers}");
    }
    let (page, _) = serving.ask(&format!("GET /assets/none.js HTTP/1.1\r\nhost: {own}\r\nconnection: close\r\n\r\n"));
    assert_eq!(page, "HTTP/1.1 404 Not Found");
}

#[test]
fn what_is_sent_to_another_address_than_that_of_commands_is_not_answered_with_the_app() {
    let (folder, _) = folder_at_work("http://127.0.0.1:1");
    let serving = Serving::start(folder.path());
    for address in ["/api/call", "/"] {
        let head =
            format!("POST {address} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{JSON}content-length: 2\r\n\r\n{{}}", serving.address);
        let (status, body) = serving.ask(&head);
        let code = serde_json::from_str::<Value>(&body).unwrap()["error"]["code"].clone();
        assert_eq!((status.as_str(), code), ("HTTP/1.1 404 Not Found", json!("not_found")), "{address}");
    }
}

#[test]
fn the_program_says_its_own_name() {
    let output = Command::new(env!("CARGO_BIN_EXE_plantroom-device")).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("plantroom-device {}\n", env!("CARGO_PKG_VERSION")));
}
