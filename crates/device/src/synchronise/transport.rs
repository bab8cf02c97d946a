//! The socket: HTTP with time-outs and a limit on what is read. TLS by rustls; plain HTTP only to this machine, unless the
//! engineer allows it.

use std::error::Error;
use std::io::{ErrorKind, Read};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use domain::fault::{Fault, FaultCodeName};
use domain::hexadecimal::hexadecimal;
use domain::identity::DeviceId;
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder, Response};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{StatusCode, Url};
use sync::server_address::{ALLOW_PLAIN_HTTP, AddressRefused, is_loopback, read_address};
use sync::wire::{EnrollAnswer, EnrollRequest, LARGEST_ANSWER_BYTES};

use super::already_enrolled::somebody_elses;

const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// An idle connection that is older may have died with the signal, and nobody would have been told.
const CONNECTION_KEPT: Duration = Duration::from_secs(10);
/// The longest silence: until an answer begins, and between two pieces of it. A page of the first sync over a bad line may take
/// its time as long as something comes.
const SILENCE_AT_MOST: Duration = Duration::from_secs(20);
/// Another longest silence, in seconds from 1 to 600: for lines on which 20 are too few, or where nobody waits as long.
pub const SILENCE_SECONDS: &str = "PLANTROOM_SILENCE_SECONDS";
/// The most bytes of an answer that is not an exchange: enrolments and errors.
const LARGEST_SMALL_ANSWER_BYTES: usize = 256 * 1024;

/// The address of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress(Url);

impl ServerAddress {
    /// Reads an address as an engineer writes it.
    ///
    /// # Errors
    /// `bad_request` when it is none, or plain HTTP to another machine without leave.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        let refused = |reason: &str| {
            Fault::new(FaultCodeName::BadRequest, format!("the server's address {reason}")).with(serde_json::json!({ "field": "url" }))
        };
        read_address(typed, plain_http_is_allowed()).map(Self).map_err(|why| match why {
            AddressRefused::NotEncrypted => refused(&format!("{why}; use https, or set {ALLOW_PLAIN_HTTP}=1 inside a closed network")),
            AddressRefused::Unreadable(_) | AddressRefused::OtherScheme => refused(&why.to_string()),
        })
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.as_str())
    }
}

fn plain_http_is_allowed() -> bool {
    std::env::var(ALLOW_PLAIN_HTTP).is_ok_and(|value| value == "1")
}

/// A server that this device speaks to with its credential.
pub struct Server {
    client: Client,
    address: ServerAddress,
    device: DeviceId,
    credential: String,
}

impl Server {
    /// Prepares to speak; connects with the first request and keeps the connection for the next.
    ///
    /// # Errors
    /// `internal` when the system gives no TLS.
    pub fn connect(address: &ServerAddress, device: DeviceId, secret: &[u8]) -> Result<Self, Fault> {
        Ok(Self {
            client: client(address)?,
            address: address.clone(),
            device,
            credential: format!("Bearer {device}.{}", hexadecimal(secret)),
        })
    }

    /// Who speaks.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// One exchange: a body there, a body back, and how long that took by a clock that nobody can set.
    ///
    /// # Errors
    /// `server_unreachable`, `server_answer_unreadable`, `server_failed`, `credential_revoked`.
    pub fn exchange(&self, body: Vec<u8>) -> Result<(Vec<u8>, Duration), Fault> {
        let begun = Instant::now();
        let request = self
            .client
            .post(self.address.endpoint("/sync/v1/exchange"))
            .header(AUTHORIZATION, &self.credential)
            .header(CONTENT_TYPE, sync::codec::CONTENT_TYPE)
            .body(body);
        let response = send(request)?;
        let is_exchange = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == sync::codec::CONTENT_TYPE);
        match response.status() {
            StatusCode::OK if is_exchange => Ok((read_limited(response, LARGEST_ANSWER_BYTES)?, begun.elapsed())),
            StatusCode::OK => Err(unreadable("it is not a Plantroom server's")),
            status => Err(failed(status, response)),
        }
    }
}

/// Asks for an enrolment.
///
/// # Errors
/// `code_invalid`, `already_enrolled`, `not_permitted`, `server_unreachable`, `server_answer_unreadable`, `server_failed`.
pub fn enroll(address: &ServerAddress, request: &EnrollRequest) -> Result<EnrollAnswer, Fault> {
    let response = send(client(address)?.post(address.endpoint("/sync/v1/enroll")).json(request))?;
    match response.status() {
        StatusCode::OK | StatusCode::CREATED => {
            let body = read_limited(response, LARGEST_SMALL_ANSWER_BYTES)?;
            serde_json::from_slice(&body).map_err(|error| unreadable(&format!("it does not read as an enrolment: {error}")))
        }
        status => Err(failed(status, response)),
    }
}

/// The one client of the process: making one reads the system's certificates, which takes longer than a push of a whole shift. To this
/// machine itself there is another, which goes past the proxies of the surroundings: to them it would be a machine of theirs.
fn client(address: &ServerAddress) -> Result<Client, Fault> {
    static TO_OTHERS: OnceLock<Client> = OnceLock::new();
    static TO_ITSELF: OnceLock<Client> = OnceLock::new();
    let (client, builder) =
        if is_loopback(&address.0) { (&TO_ITSELF, Client::builder().no_proxy()) } else { (&TO_OTHERS, Client::builder()) };
    match client.get() {
        Some(client) => Ok(client.clone()),
        None => made(builder).map(|made| client.get_or_init(|| made).clone()),
    }
}

fn made(builder: ClientBuilder) -> Result<Client, Fault> {
    let client = builder.connect_timeout(CONNECT_WITHIN).timeout(longest_silence()?).pool_idle_timeout(CONNECTION_KEPT);
    let built = client.redirect(reqwest::redirect::Policy::none()).build();
    built.map_err(|error| Fault::new(FaultCodeName::Internal, format!("the system gives no TLS: {error}")))
}

/// Said where it is wrong: whoever set another number would wait for it in vain.
fn longest_silence() -> Result<Duration, Fault> {
    let Ok(text) = std::env::var(SILENCE_SECONDS) else { return Ok(SILENCE_AT_MOST) };
    match text.trim().parse() {
        Ok(seconds @ 1..=600) => Ok(Duration::from_secs(seconds)),
        _ => Err(Fault::new(FaultCodeName::BadRequest, format!("{SILENCE_SECONDS} is a number of seconds from 1 to 600, not {text:?}"))),
    }
}

fn send(request: RequestBuilder) -> Result<Response, Fault> {
    request.send().map_err(|error| {
        if error.is_connect() || error.is_timeout() || is_hung_up(&error) { unreachable() } else { unreadable("it broke off") }
    })
}

/// Whether the connection was closed or reset before an answer began: whatever took it, nobody is there.
fn is_hung_up(error: &reqwest::Error) -> bool {
    let first: Option<&(dyn Error + 'static)> = error.source();
    std::iter::successors(first, |cause| (*cause).source()).any(|cause| {
        let of_http = cause.downcast_ref::<hyper::Error>();
        let of_system = cause.downcast_ref::<std::io::Error>();
        of_http.is_some_and(|error| error.is_incomplete_message() || error.is_closed() || error.is_canceled())
            || of_system.is_some_and(|error| {
                matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof
                )
            })
    })
}

/// Half an answer is an error of reading; so is one that is larger than any server's.
fn read_limited(response: Response, limit: usize) -> Result<Vec<u8>, Fault> {
    let one_too_many = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut body = Vec::new();
    response
        .take(one_too_many)
        .read_to_end(&mut body)
        .map_err(|error| if is_silence(&error) { unreachable() } else { unreadable("it broke off") })?;
    if body.len() > limit {
        return Err(unreadable("it is too large"));
    }
    Ok(body)
}

fn is_silence(error: &std::io::Error) -> bool {
    let of_http = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    error.kind() == ErrorKind::TimedOut || of_http.is_some_and(reqwest::Error::is_timeout)
}

fn unreachable() -> Fault {
    Fault::new(FaultCodeName::ServerUnreachable, "the server cannot be reached; everything is kept here; try again when there is signal")
}

fn unreadable(why: &str) -> Fault {
    Fault::new(
        FaultCodeName::ServerAnswerUnreadable,
        format!("the answer cannot be read: {why}; nothing was lost; try again, and check the address"),
    )
}

/// The server's own word where it gives one. Something in between, such as a page to sign in to a network, has no say about
/// the credential.
fn failed(status: StatusCode, response: Response) -> Fault {
    match (own_word(response).map(|fault| fault.code), status) {
        (Some(FaultCodeName::CodeInvalid), _) => Fault::new(
            FaultCodeName::CodeInvalid,
            "the code is wrong, used or older than a day; nothing was changed here; ask for a new code",
        ),
        (Some(FaultCodeName::AlreadyEnrolled), _) => somebody_elses(),
        (Some(FaultCodeName::NotPermitted), _) => Fault::new(
            FaultCodeName::NotPermitted,
            "the person of this code has no role today that works with a device; nothing was changed here; ask the office about the staff list",
        ),
        (Some(FaultCodeName::NotEnrolled | FaultCodeName::CredentialRevoked), _) => Fault::new(
            FaultCodeName::CredentialRevoked,
            "the server does not know this device any more; its work is kept here; ask for a new code",
        ),
        (None, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => unreadable("it is not a Plantroom server's"),
        (said, status) => {
            Fault::new(FaultCodeName::ServerFailed, format!("the server answered {status}; nothing was lost; try again later"))
                .with(serde_json::json!({ "status": status.as_u16(), "said": said }))
        }
    }
}

/// The error that a Plantroom server puts around its refusals.
fn own_word(response: Response) -> Option<Fault> {
    #[derive(serde::Deserialize)]
    struct Envelope {
        error: Fault,
    }
    let body = read_limited(response, LARGEST_SMALL_ANSWER_BYTES).ok()?;
    serde_json::from_slice::<Envelope>(&body).ok().map(|envelope| envelope.error)
}
