//! The trail of sign-ins, codes, passwords, devices, reviews and imports.

use axum::Json;
use axum::extract::State;

use crate::audit::{AuditPage, AuditQuery, list};
use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::App;
use crate::http::request::{Asked, SignedIn};

/// Who did what, newest first: sign-ins, enrolment codes, passwords, revoked devices, what was admitted or left, imports. Audit administrator.
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = AuditPage), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub async fn list_audit(State(app): State<App>, _person: SignedIn, Asked(query): Asked<AuditQuery>) -> Result<Json<AuditPage>, Refusal> {
    let page = app.read(move |database, occasion| list(database, &query, occasion.zone)).await?;
    Ok(Json(page))
}
