//! Reading requests: who asks, the JSON body, the `Idempotency-Key`.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::fault::{Fault, FaultCodeName};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Database;
use store::server::idempotency::{self, KeptReply};

use crate::http::answer::Refusal;
use crate::http::app::App;
use crate::listening::SmallBodyWithin;
use crate::occasion::{Occasion, sha256};
use crate::people::Person;

/// The longest JSON body: the largest order with every field at its limit is far below.
const LARGEST_BODY: usize = 64 * 1024;
/// The longest `Idempotency-Key`.
const LONGEST_KEY: usize = 200;

/// The token of `Authorization: Bearer`. The scheme is written in any case (RFC 9110, 11.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim_start().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The person of the session, whom the gate of the route has let pass.
pub struct SignedIn(pub Person);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        let person = parts.extensions.get::<Person>().cloned();
        person.map(Self).ok_or_else(|| Refusal::new(FaultCodeName::Internal, "this route asks for no session; nothing was changed"))
    }
}

/// What follows the `?`, with a fault of ours when it does not fit.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        let query =
            Query::<T>::try_from_uri(&parts.uri).map_err(|error| bad(format!("the query cannot be read: {}", error.body_text())))?;
        Ok(Self(query.0))
    }
}

/// The id in the address, with a fault of ours when it is no text.
pub struct InAddress(pub String);

impl FromRequestParts<App> for InAddress {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let unreadable = |_| bad("the address cannot be read".to_owned());
        let Path(text) = Path::<String>::from_request_parts(parts, app).await.map_err(unreadable)?;
        Ok(Self(text))
    }
}

/// A JSON body, with what makes the request the same as an earlier one.
pub struct Body<T> {
    /// What the body says; an empty body is `{}`.
    pub value: T,
    /// The `Idempotency-Key` and the hash of method, path and body.
    pub identity: Option<RequestIdentity>,
}

/// By what a repeated request is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestIdentity {
    key: String,
    sha256: Vec<u8>,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let key = idempotency_key(request.headers())?;
        let place = format!("{} {}\n", request.method(), request.uri().path());
        let within = request.extensions().get::<SmallBodyWithin>().map_or(app.body_within(), |within| within.0.min(app.body_within()));
        let bytes = read_body(request, LARGEST_BODY, within).await?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        check_is_object(text)?;
        let value = serde_json::from_slice(text).map_err(|error| bad(format!("the body cannot be read: {error}")))?;
        let sha256 = sha256(&[place.as_bytes(), text].concat());
        Ok(Self { value, identity: key.map(|key| RequestIdentity { key, sha256 }) })
    }
}

/// The whole body, if it is no longer than `most` bytes and arrives in time.
///
/// # Errors
/// A [`Refusal`] otherwise.
pub async fn read_body(request: Request, most: usize, within: Duration) -> Result<Bytes, Refusal> {
    let reading = axum::body::to_bytes(request.into_body(), most);
    let read = tokio::time::timeout(within, reading).await.map_err(|_| bad("the body did not arrive in time".to_owned()))?;
    read.map_err(|_| bad(format!("the body is cut off or has more than {most} bytes")))
}

/// Without this a list would be read as the fields in their order.
fn check_is_object(text: &[u8]) -> Result<(), Refusal> {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') { Ok(()) } else { Err(bad("the body is not a JSON object".to_owned())) }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => Ok(Some(key.to_owned())),
        _ => Err(bad(format!("Idempotency-Key has 1 to {LONGEST_KEY} visible characters"))),
    }
}

fn bad(message: String) -> Refusal {
    Refusal::new(FaultCodeName::BadRequest, message)
}

/// A JSON answer as it is kept for a repeated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    status: u16,
    body: String,
}

impl IntoResponse for KeptAnswer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [("content-type", "application/json")], self.body).into_response()
    }
}

/// Does something once: the same request under the same key gets the first answer. Work and answer are one transaction.
///
/// # Errors
/// Those of `work`, and [`FaultCodeName::IdReused`] for a key that was used for something else.
pub fn once<T: Serialize>(
    database: &Database,
    person: &Person,
    identity: Option<&RequestIdentity>,
    occasion: &Occasion<'_>,
    status: StatusCode,
    work: impl FnOnce() -> Result<T, Fault>,
) -> Result<KeptAnswer, Fault> {
    let Some(identity) = identity else { return answer(status, &work()?) };
    if let Some(kept) = idempotency::find(database, person.staff_no(), &identity.key)? {
        return repeated(kept, identity);
    }
    let answer = answer(status, &work()?)?;
    let kept = KeptReply { request_sha256: identity.sha256.clone(), status: answer.status, body: answer.body.clone() };
    idempotency::put(database, person.staff_no(), &identity.key, &kept, occasion.now)?;
    Ok(answer)
}

fn repeated(kept: KeptReply, identity: &RequestIdentity) -> Result<KeptAnswer, Fault> {
    if kept.request_sha256 == identity.sha256 {
        return Ok(KeptAnswer { status: kept.status, body: kept.body });
    }
    Err(Fault::new(FaultCodeName::IdReused, "this Idempotency-Key was used for another request; nothing was changed"))
}

fn answer<T: Serialize>(status: StatusCode, value: &T) -> Result<KeptAnswer, Fault> {
    let body = serde_json::to_string(value)
        .map_err(|error| Fault::new(FaultCodeName::Internal, format!("the answer cannot be written: {error}")))?;
    Ok(KeptAnswer { status: status.as_u16(), body })
}
