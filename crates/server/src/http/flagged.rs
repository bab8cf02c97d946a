//! Confirmations that somebody has to look at: the list, and that somebody has.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::identity::EventId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::App;
use crate::http::request::{Asked, Body, InAddress, KeptAnswer, SignedIn, once};
use crate::review::flagged::{FlaggedConfirmation, FlaggedPage, FlaggedQuery, list, not_flagged, seen};

/// What was found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenBody {
    #[serde(default)]
    reason: String,
}

/// Confirmations that are unlikely to be honest, newest first, each with its reasons. They count all the while.
#[utoipa::path(get, path = "/api/flagged-confirmations", tag = "flagged confirmations", params(FlaggedQuery),
    responses((status = 200, body = FlaggedPage), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub async fn list_flagged(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    Asked(query): Asked<FlaggedQuery>,
) -> Result<Json<FlaggedPage>, Refusal> {
    let page = app.read(move |database, occasion| list(database, &query, &person, occasion.zone)).await?;
    Ok(Json(page))
}

/// 已核查: somebody looked at it, and says what they found. Dispatcher.
#[utoipa::path(post, path = "/api/flagged-confirmations/{id}/seen", tag = "flagged confirmations", request_body = SeenBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = FlaggedConfirmation), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn see_flagged(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<SeenBody>,
) -> Result<KeptAnswer, Refusal> {
    let event: EventId = id.parse().map_err(|_| Refusal(not_flagged()))?;
    let Body { value: SeenBody { reason }, identity } = body;
    let answer = app.write(move |database, occasion| {
        once(database, &person, identity.as_ref(), occasion, StatusCode::OK, || seen(database, event, &reason, &person, occasion))
    });
    Ok(answer.await?)
}
