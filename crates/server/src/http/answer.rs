//! Answers that are errors: `{"error":{"code":…,"message":…,"details":…}}`, the same everywhere.

use std::any::Any;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use domain::fault::{Fault, FaultCodeName};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

/// The envelope of an error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong, with a stable code.
    pub error: Fault,
}

/// A fault on its way out.
#[derive(Debug)]
pub struct Refusal(pub Fault);

impl Refusal {
    /// A refusal of this code.
    pub fn new(code: FaultCodeName, message: impl Into<String>) -> Self {
        Self(Fault::new(code, message))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = status_of(self.0.code);
        if status.is_server_error() {
            tracing::error!(code = self.0.code.as_str(), message = self.0.message, "a request failed");
        }
        let wait = self.0.details.get("wait_seconds").and_then(serde_json::Value::as_i64);
        let body = Json(ErrorBody { error: self.0 });
        match wait {
            Some(seconds) => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds.to_string())], body).into_response(),
            None => (status, body).into_response(),
        }
    }
}

/// The status that goes with a code; a fault that says how long to wait (`details.wait_seconds`) goes with 429 instead.
pub fn status_of(code: FaultCodeName) -> StatusCode {
    match code {
        FaultCodeName::BadRequest => StatusCode::BAD_REQUEST,
        FaultCodeName::SessionRequired | FaultCodeName::SignInFailed | FaultCodeName::NotEnrolled => StatusCode::UNAUTHORIZED,
        FaultCodeName::NotPermitted | FaultCodeName::CodeInvalid | FaultCodeName::CredentialRevoked => StatusCode::FORBIDDEN,
        FaultCodeName::OrderUnknown | FaultCodeName::NotFound => StatusCode::NOT_FOUND,
        FaultCodeName::TransitionNotAllowed
        | FaultCodeName::IdReused
        | FaultCodeName::OrderFull
        | FaultCodeName::NotAdmittable
        | FaultCodeName::NotMergeable
        | FaultCodeName::AlreadyEnrolled => StatusCode::CONFLICT,
        FaultCodeName::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        FaultCodeName::StoreDamaged | FaultCodeName::StoreNewer | FaultCodeName::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
        FaultCodeName::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// A mistake of ours ends the one request, not the server.
pub fn after_panic(_panic: Box<dyn Any + Send + 'static>) -> Response {
    after_a_mistake()
}

/// What is said then.
pub fn after_a_mistake() -> Response {
    Refusal::new(FaultCodeName::Internal, "a mistake of the server; what was saved before is safe; try again").into_response()
}

/// Answer to a path that is none.
pub async fn no_such_route() -> Refusal {
    Refusal::new(FaultCodeName::NotFound, "there is nothing at this address; see /api/openapi.json")
}

/// Answer to a method that the path does not have.
pub async fn no_such_method() -> Response {
    let body =
        ErrorBody { error: Fault::new(FaultCodeName::BadRequest, "this address is not used with this method; see /api/openapi.json") };
    (StatusCode::METHOD_NOT_ALLOWED, Json(body)).into_response()
}
