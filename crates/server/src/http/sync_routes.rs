//! The exchange and the enrolment over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use sync::codec::{CONTENT_TYPE, CodecError, decode_request, encode_answer};
use sync::wire::{EnrollAnswer, EnrollRequest, ExchangeRequest, LARGEST_REQUEST_BYTES, PROTOCOL, UploadOutcome};

use crate::enrolment::enrol;
use crate::exchange::credential::authenticate;
use crate::exchange::{bring_answer_down, take_idle_up, take_request_up};
use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::App;
use crate::http::request::{Body, bearer, read_body};

/// Both directions of a device's sync.
pub(super) async fn exchange(State(app): State<App>, headers: HeaderMap, request: Request) -> Result<Response, Response> {
    let device = authenticated(&app, &headers).await.map_err(IntoResponse::into_response)?;
    if is_too_long(&headers) {
        return Err(with_status(StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {LARGEST_REQUEST_BYTES} bytes")));
    }
    let body = read_body(request, LARGEST_REQUEST_BYTES).await.map_err(IntoResponse::into_response)?;
    let _turn = app.exchange_turn().await.map_err(refused)?;
    let request = off_thread(&app, move || Ok(decode_request(&body))).await?.map_err(|error| unreadable(&error))?;
    let request = Arc::new(request);
    let taken = taken_up(&app, device, request.clone()).await.map_err(refused)?;
    let answer = app.with_reader(move |store, occasion| {
        let answer = bring_answer_down(store, device, &request, taken, occasion)?;
        encode_answer(&answer).map_err(|error| Fault::new(FaultCodeName::Internal, format!("the answer cannot be written: {error}")))
    });
    let body = answer.await.map_err(refused)?;
    Ok(([("content-type", CONTENT_TYPE)], body).into_response())
}

/// Only a request that says something waits for the one writer.
async fn taken_up(app: &App, device: DeviceId, request: Arc<ExchangeRequest>) -> Result<Vec<UploadOutcome>, Fault> {
    let asked = request.clone();
    if let Some(taken) = app.with_reader(move |store, occasion| take_idle_up(store, device, &asked, occasion)).await? {
        return Ok(taken);
    }
    app.with_writer(move |store, occasion| take_request_up(store, device, &request, occasion)).await
}

/// Unpacking costs CPU and memory, so it runs where the store runs.
async fn off_thread<T: Send + 'static>(app: &App, work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Response> {
    app.off_the_async_threads(work).await.map_err(refused)
}

async fn authenticated(app: &App, headers: &HeaderMap) -> Result<DeviceId, Refusal> {
    let credential = bearer(headers).and_then(|token| token.split_once('.'));
    let credential = credential.and_then(|(device, secret)| Some((device.parse::<DeviceId>().ok()?, secret.to_owned())));
    let (device, secret) = credential.ok_or_else(unknown_credential)?;
    let known = app.read(move |database, _| Ok(authenticate(database, device, &secret)?)).await?;
    known.map(|device| device.id).ok_or_else(unknown_credential)
}

fn unknown_credential() -> Refusal {
    Refusal::new(FaultCodeName::NotEnrolled, "this credential is not known here; enrol the device; nothing on it is lost")
}

fn is_too_long(headers: &HeaderMap) -> bool {
    let length = headers.get("content-length").and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    length.is_some_and(|length| length > LARGEST_REQUEST_BYTES)
}

fn unreadable(error: &CodecError) -> Response {
    let status = match error {
        CodecError::TooLarge { .. } | CodecError::UnpacksTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        CodecError::ProtocolUnknown(_) => StatusCode::UPGRADE_REQUIRED,
        _ => StatusCode::BAD_REQUEST,
    };
    with_status(status, format!("{error}; nothing was taken up"))
}

fn with_status(status: StatusCode, message: String) -> Response {
    (status, Json(ErrorBody { error: Fault::new(FaultCodeName::BadRequest, message) })).into_response()
}

fn refused(fault: Fault) -> Response {
    Refusal(fault).into_response()
}

/// A device comes to a person.
pub(super) async fn enroll(State(app): State<App>, body: Body<EnrollRequest>) -> Result<Json<EnrollAnswer>, Refusal> {
    let answer = app.write(move |database, occasion| enrol(database, &body.value, occasion)).await?;
    Ok(Json(answer))
}

/// Whether the server runs, and what it speaks.
pub(super) async fn health() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "ok": true, "protocol": PROTOCOL }))
}
