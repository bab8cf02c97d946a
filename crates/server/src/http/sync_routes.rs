//! The exchange and the enrolment over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use sync::codec::{CONTENT_TYPE, CodecError, decode_request, encode_answer};
use sync::wire::{EnrollAnswer, EnrollRequest, ExchangeRequest, LARGEST_REQUEST_BYTES, PROTOCOL, UploadOutcome};
use tokio::sync::SemaphorePermit;

use crate::enrolment::enrol;
use crate::exchange::credential::authenticate;
use crate::exchange::{bring_answer_down, take_idle_up, take_request_up};
use crate::http::answer::{ErrorBody, Refusal, after_a_mistake};
use crate::http::app::App;
use crate::http::request::{Body, bearer, read_body};

/// Both directions of a device's sync.
pub(super) async fn exchange(State(app): State<App>, headers: HeaderMap, request: Request) -> Result<Response, Response> {
    let device = authenticated(&app, &headers).await.map_err(IntoResponse::into_response)?;
    if is_too_long(&headers) {
        return Err(with_status(StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {LARGEST_REQUEST_BYTES} bytes")));
    }
    let place = app.exchange_place(device).ok_or_else(too_many)?;
    let body = read_body(request, LARGEST_REQUEST_BYTES, app.body_within()).await.map_err(IntoResponse::into_response)?;
    // It goes to its end although the device hangs up: turns that ended with the connection would limit nobody.
    let answered = tokio::spawn(async move {
        let _place = place;
        answered(app, device, body).await
    });
    match answered.await {
        Ok(answered) => answered,
        Err(_) => Err(after_a_mistake()),
    }
}

async fn answered(app: App, device: DeviceId, body: Bytes) -> Result<Response, Response> {
    match answered_at_once(&app, device, &body).await? {
        Progressed::Answered(answer) => Ok(sent(answer)),
        Progressed::Waiting { turn: _turn, request } => pushed(&app, device, request).await,
        Progressed::Queued => {
            let _turn = app.push_turn().await.map_err(refused)?;
            let request = unpacked(&app, &body).await?;
            pushed(&app, device, request).await
        }
    }
}

/// How far a request came in its turn, in which nobody waits for the one writer.
enum Progressed<'a> {
    /// It says nothing new, so this is all.
    Answered(Vec<u8>),
    /// It may wait for the writer as it is.
    Waiting {
        /// Given back when it is taken up and answered.
        turn: SemaphorePermit<'a>,
        request: Arc<ExchangeRequest>,
    },
    /// Too many are waiting: it is unpacked again when one of them is done, so that memory has a limit.
    Queued,
}

async fn answered_at_once<'a>(app: &'a App, device: DeviceId, body: &Bytes) -> Result<Progressed<'a>, Response> {
    let _turn = app.exchange_turn().await.map_err(refused)?;
    let request = unpacked(app, body).await?;
    let asked = request.clone();
    let taken = app.with_reader(move |store, occasion| take_idle_up(store, device, &asked, occasion)).await.map_err(refused)?;
    if let Some(taken) = taken {
        return Ok(Progressed::Answered(brought_down(app, device, request, taken).await?));
    }
    Ok(app.free_push_turn().map_or(Progressed::Queued, |turn| Progressed::Waiting { turn, request }))
}

async fn pushed(app: &App, device: DeviceId, request: Arc<ExchangeRequest>) -> Result<Response, Response> {
    let asked = request.clone();
    let taken = app.with_writer(move |store, occasion| take_request_up(store, device, &asked, occasion)).await.map_err(refused)?;
    Ok(sent(brought_down(app, device, request, taken).await?))
}

async fn brought_down(app: &App, device: DeviceId, request: Arc<ExchangeRequest>, taken: Vec<UploadOutcome>) -> Result<Vec<u8>, Response> {
    let answer = app.with_reader(move |store, occasion| {
        let answer = bring_answer_down(store, device, &request, taken, occasion)?;
        encode_answer(&answer).map_err(|error| Fault::new(FaultCodeName::Internal, format!("the answer cannot be written: {error}")))
    });
    answer.await.map_err(refused)
}

async fn unpacked(app: &App, body: &Bytes) -> Result<Arc<ExchangeRequest>, Response> {
    let body = body.clone();
    let request = off_thread(app, move || Ok(decode_request(&body))).await?.map_err(|error| unreadable(&error))?;
    Ok(Arc::new(request))
}

fn sent(answer: Vec<u8>) -> Response {
    ([("content-type", CONTENT_TYPE)], answer).into_response()
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

/// A device that does not wait for its answers must not fill the memory with its requests.
fn too_many() -> Response {
    let message = "this device has several exchanges under way; nothing of this one was taken up; try again in a moment";
    refused(Fault::new(FaultCodeName::BadRequest, message).with(serde_json::json!({ "wait_seconds": 1 })))
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

/// Whether the server runs and has its data, and what it speaks.
pub(super) async fn health(State(app): State<App>) -> Result<Json<serde_json::Value>, Refusal> {
    app.check_data_in_place()?;
    Ok(Json(serde_json::json!({ "ok": true, "protocol": PROTOCOL })))
}
