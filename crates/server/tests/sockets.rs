//! What a client may do to the server over a real socket: send too much, too deep, too slowly, take nothing, open connections
//! and say nothing. Nobody else's request waits for it, and nothing of it stays in memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use std::io::Read as _;
use std::time::Duration;

use harness::{Device, Hospital, new_order_id, reported};
use server::http::app::App;
use server::http::router;
use server::listening::{ConnectionLimits, listen};
use sync::codec::{decode_answer, encode_request};
use sync::wire::{ExchangeRequest, LARGEST_REQUEST_BYTES, MOST_UPLOADS, PROTOCOL, Progress, Upload, UploadOutcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Too short for anybody who does not send at once, and long enough for whoever does.
const SOON: Duration = Duration::from_millis(300);
/// Nothing here takes so long: what it ends would never end.
const NEVER: Duration = Duration::from_secs(60);

struct Server {
    address: std::net::SocketAddr,
    hospital: Hospital,
}

/// A status and a body.
type Answer = (u16, Vec<u8>);

impl Server {
    async fn start(limits: ConnectionLimits, body_within: Duration) -> Self {
        let hospital = Hospital::new();
        let app = App::open_with(hospital.folder.path(), hospital.host.clone(), body_within).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(listen(listener, router(app), limits, std::future::pending()));
        Self { address, hospital }
    }

    async fn patient() -> Self {
        Self::start(ConnectionLimits::default(), NEVER).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Somebody else is answered.
    async fn check_health(&self) {
        let mut stream = self.connect().await;
        stream.write_all(b"GET /sync/v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        assert_eq!(answer(&mut stream).await.0, 200);
    }

    async fn post(&self, path: &str, authorization: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        let head = head(path, authorization, body.len());
        // The server may have refused it before all of it was sent.
        let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
        answer(&mut stream).await
    }

    /// An exchange whose body does not come.
    async fn begin_exchange(&self, device: &Device) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(format!("{}x", head("/sync/v1/exchange", &credential(device), 1_000)).as_bytes()).await.unwrap();
        stream
    }

    async fn exchange(&self, device: &Device, body: &[u8]) -> Answer {
        self.post("/sync/v1/exchange", &credential(device), body).await
    }
}

fn credential(device: &Device) -> String {
    format!("{}.{}", device.id, "ab".repeat(32))
}

fn head(path: &str, authorization: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {authorization}\r\ncontent-length: {length}\r\n\r\n"
    )
}

async fn answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A connection that was refused in the middle of a body may be reset behind its answer.
    let _ = tokio::time::timeout(NEVER, stream.read_to_end(&mut bytes)).await.expect("the server says something or hangs up");
    let end =
        bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), bytes.split_off(end + 4))
}

async fn is_closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    // A reset is an end as well.
    let _ = tokio::time::timeout(NEVER, stream.read_to_end(&mut rest)).await.expect("the server hangs up");
}

#[track_caller]
fn check((status, body): Answer, expected: u16, said: &str) {
    let body = String::from_utf8_lossy(&body).into_owned();
    assert_eq!(status, expected, "{body}");
    assert!(body.contains(said), "{said:?} is not in {body}");
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 3).unwrap()
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_it_is_read() {
    let mut server = Server::patient().await;
    let device = server.hospital.enrol("025518");
    let mut stream = server.connect().await;
    // Nothing of the body is ever sent: the head is enough.
    stream.write_all(head("/sync/v1/exchange", &credential(&device), LARGEST_REQUEST_BYTES + 1).as_bytes()).await.unwrap();
    check(answer(&mut stream).await, 413, "at most");
    check(server.post("/api/session", "", &vec![b' '; 64 * 1024 + 1]).await, 400, "more than");

    // A body whose length nobody says.
    let mut stream = server.connect().await;
    let unsaid = head("/sync/v1/exchange", &credential(&device), 0).replace("content-length: 0", "transfer-encoding: chunked");
    stream.write_all(unsaid.as_bytes()).await.unwrap();
    let piece = [b"100000\r\n".as_slice(), &vec![0; 0x10_0000], b"\r\n"].concat();
    while stream.write_all(&piece).await.is_ok() {}
    is_closed(stream).await;
    server.check_health().await;
}

#[tokio::test]
async fn a_small_body_that_unfolds_to_much_is_refused() {
    let mut server = Server::patient().await;
    let device = server.hospital.enrol("025518");
    let mut bomb = zstd::stream::read::Encoder::new(std::io::repeat(0).take(1 << 30), 3).unwrap();
    let mut body = Vec::new();
    bomb.read_to_end(&mut body).unwrap();
    assert!(body.len() < LARGEST_REQUEST_BYTES);
    check(server.exchange(&device, &body).await, 413, "unpacks to more than");
}

#[tokio::test]
async fn what_is_nested_too_deep_is_refused() {
    let mut server = Server::patient().await;
    let device = server.hospital.enrol("025518");
    let deep = [vec![0x91; 1_000_000], vec![0xc0]].concat();
    check(server.exchange(&device, &zstd(&deep)).await, 400, "cannot be read");
    let json = format!("{{\"staff_no\":{}", "[".repeat(60_000));
    check(server.post("/api/session", "", json.as_bytes()).await, 400, "cannot be read");
    check(server.post("/sync/v1/enroll", "", json.as_bytes()).await, 400, "cannot be read");
}

#[tokio::test]
async fn too_many_events_and_too_large_ones_are_not_taken_up() {
    let mut server = Server::patient().await;
    let mut device = server.hospital.enrol("025518");
    let event = device.event(&server.hospital, new_order_id(), &[], reported());
    let request = |uploads: Vec<Upload>| {
        let (progress, reference_revision) = (Progress::Nothing, 0);
        encode_request(&ExchangeRequest { protocol: PROTOCOL, uploads, progress, log_mark: None, reference_revision, checks: Vec::new() })
            .unwrap()
    };
    check(server.exchange(&device, &request(vec![event.clone(); MOST_UPLOADS + 1])).await, 400, "at most 500 events");
    let mut large = event;
    large.event = serde_bytes::ByteBuf::from(vec![b' '; domain::event::LARGEST_EVENT_BYTES + 1]);
    let (status, body) = server.exchange(&device, &request(vec![large])).await;
    assert_eq!(status, 200);
    let outcomes = decode_answer(&body).unwrap().outcomes;
    assert!(matches!(outcomes[..], [UploadOutcome::Held { reason: domain::recorded::HeldReason::Oversized, .. }]), "{outcomes:?}");
}

#[tokio::test]
async fn heads_have_limits() {
    let server = Server::patient().await;
    let long = format!("GET /sync/v1/health HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(40_000));
    let many = format!("GET /sync/v1/health HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: y\r\n".repeat(100));
    for head in [long, many] {
        let mut stream = server.connect().await;
        let _ = stream.write_all(head.as_bytes()).await;
        assert_eq!(answer(&mut stream).await.0, 431);
    }
    server.check_health().await;
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let limits = ConnectionLimits { head_within: SOON, ..ConnectionLimits::default() };
    let server = Server::start(limits, NEVER).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /sync/v1/health HTTP/1.1\r\nhost: ").await.unwrap();
    is_closed(stream).await;
    // Nor is the first byte of one.
    is_closed(server.connect().await).await;
    server.check_health().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let mut server = Server::start(ConnectionLimits::default(), SOON).await;
    let device = server.hospital.enrol("025518");
    for (path, authorization) in [("/api/session", String::new()), ("/sync/v1/exchange", credential(&device))] {
        let mut stream = server.connect().await;
        stream.write_all(format!("{}x", head(path, &authorization, 100)).as_bytes()).await.unwrap();
        check(answer(&mut stream).await, 400, "did not arrive in time");
    }
}

#[tokio::test]
async fn bodies_that_come_slowly_keep_no_exchange_waiting() {
    let mut server = Server::patient().await;
    let devices: Vec<Device> = ["025518", "025519", "025520", "025792"].map(|person| server.hospital.enrol(person)).into();
    let mut slow = Vec::new();
    // More than there are turns, from several phones.
    for device in devices.iter().skip(1).flat_map(|device| [device; 4]) {
        slow.push(server.begin_exchange(device).await);
    }
    check(server.exchange(&devices[0], b"rubbish").await, 400, "cannot be unpacked");
    // A phone that has so many under way is told so, and another is not kept from anything.
    let (mut status, mut tries) = (0, 0);
    while status != 429 && tries < 32 {
        status = server.exchange(&devices[1], b"rubbish").await.0;
        // What came while this one was under way may have been refused in its place.
        slow.push(server.begin_exchange(&devices[1]).await);
        tries += 1;
    }
    assert_eq!(status, 429);
    drop(slow);
    server.check_health().await;
}

#[tokio::test]
async fn connections_that_say_nothing_take_their_places_for_a_while_only() {
    let limits = ConnectionLimits { most_connections: 4, head_within: SOON, ..ConnectionLimits::default() };
    let server = Server::start(limits, NEVER).await;
    let mut silent = Vec::new();
    for _ in 0..12 {
        silent.push(server.connect().await);
    }
    server.check_health().await;
    drop(silent);
}

#[tokio::test]
async fn where_few_places_are_left_whoever_says_nothing_gives_theirs_back_soon() {
    let limits = ConnectionLimits { most_connections: 8, head_within: NEVER, within_when_crowded: SOON, ..ConnectionLimits::default() };
    let server = Server::start(limits, NEVER).await;
    let mut silent = Vec::new();
    for _ in 0..24 {
        silent.push(server.connect().await);
    }
    server.check_health().await;
    drop(silent);
}

/// Whoever has no credential may send them.
#[tokio::test]
async fn half_a_small_body_takes_its_place_for_a_while_only() {
    for path in ["/api/session", "/sync/v1/enroll"] {
        let limits = ConnectionLimits { small_body_within: SOON, ..ConnectionLimits::default() };
        let server = Server::start(limits, NEVER).await;
        let mut half = server.connect().await;
        half.write_all(format!("{}{{", head(path, "", 1_000)).as_bytes()).await.unwrap();
        check(answer(&mut half).await, 400, "did not arrive in time");
    }
}

#[tokio::test]
async fn where_few_places_are_left_half_a_small_body_gives_its_place_back_soon() {
    let limits =
        ConnectionLimits { most_connections: 8, small_body_within: NEVER, within_when_crowded: SOON, ..ConnectionLimits::default() };
    let server = Server::start(limits, NEVER).await;
    let mut halves = Vec::new();
    for _ in 0..24 {
        let mut half = server.connect().await;
        half.write_all(format!("{}{{", head("/api/session", "", 1_000)).as_bytes()).await.unwrap();
        halves.push(half);
    }
    server.check_health().await;
    drop(halves);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_does_not_stay() {
    let limits = ConnectionLimits { most_connections: 1, answer_moves_within: SOON, ..ConnectionLimits::default() };
    let server = Server::start(limits, NEVER).await;
    let mut greedy = server.connect().await;
    let asking = b"GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(2_000);
    // The only place is taken until the server has enough of it.
    let asking = tokio::spawn(async move {
        let _ = greedy.write_all(&asking).await;
        greedy
    });
    server.check_health().await;
    drop(asking.await.unwrap());
}

#[tokio::test]
async fn a_server_that_is_asked_to_stop_answers_what_is_under_way() {
    let hospital = Hospital::new();
    let app = App::open(hospital.folder.path(), hospital.host.clone()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(listen(listener, router(app), ConnectionLimits::default(), async {
        let _ = stopped.await;
    }));
    let idle = TcpStream::connect(address).await.unwrap();
    let mut asking = TcpStream::connect(address).await.unwrap();
    let head = head("/api/session", "", 2).replace("connection: close\r\n", "expect: 100-continue\r\n");
    asking.write_all(head.as_bytes()).await.unwrap();
    let mut goes_on = [0; 25];
    asking.read_exact(&mut goes_on).await.unwrap();
    assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n", "the server has the head");
    stop.send(()).unwrap();
    asking.write_all(b"[]").await.unwrap();
    check(answer(&mut asking).await, 400, "bad_request");
    serving.await.unwrap();
    is_closed(idle).await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
