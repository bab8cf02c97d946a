//! What was set aside and what is held: the list, and what somebody decides about it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::event::ReviewOutcome;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, EventId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::App;
use crate::http::request::{Asked, Body, InAddress, KeptAnswer, SignedIn, once};
use crate::people::Person;
use crate::review::decide::{Ruling, decide};
use crate::review::item::ReviewItem;
use crate::review::list::{ReviewPage, ReviewQuery, list};

/// Why, and which copy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulingBody {
    #[serde(default)]
    reason: String,
    /// The device of the item, where an id stands for several.
    #[serde(default)]
    device: Option<DeviceId>,
    /// The content of the item, where that device sent several under the id.
    #[serde(default)]
    content: Option<String>,
    /// Of a held one that is admitted: with everything else that is held of its sender for its order.
    #[serde(default)]
    together: bool,
}

/// What was set aside and what is held, the order of which something came last first, within an order from its beginning, with what the asking person can do about it.
#[utoipa::path(get, path = "/api/set-aside", tag = "set aside", params(ReviewQuery),
    responses((status = 200, body = ReviewPage), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub async fn list_set_aside(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    Asked(query): Asked<ReviewQuery>,
) -> Result<Json<ReviewPage>, Refusal> {
    let page = app.read(move |database, occasion| list(database, &query, &person, occasion)).await?;
    Ok(Json(page))
}

/// 准予生效: it has effect from now on, everywhere. Dispatcher.
#[utoipa::path(post, path = "/api/set-aside/{id}/admit", tag = "set aside", request_body = RulingBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ReviewItem), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn admit(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<RulingBody>,
) -> Result<KeptAnswer, Refusal> {
    ruled(app, person, &id, body, ReviewOutcome::Admitted).await
}

/// 维持不生效: looked at; it stays as it is and is no longer counted as open. Dispatcher.
#[utoipa::path(post, path = "/api/set-aside/{id}/leave", tag = "set aside", request_body = RulingBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ReviewItem), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn leave(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<RulingBody>,
) -> Result<KeptAnswer, Refusal> {
    ruled(app, person, &id, body, ReviewOutcome::Left).await
}

async fn ruled(app: App, person: Person, id: &str, body: Body<RulingBody>, outcome: ReviewOutcome) -> Result<KeptAnswer, Refusal> {
    let event: EventId = id.parse().map_err(|_| Refusal(no_such_event()))?;
    let Body { value: RulingBody { reason, device, content, together }, identity } = body;
    let ruling = Ruling { event, device, content, outcome, together, reason };
    let answer = app.write(move |database, occasion| {
        once(database, &person, identity.as_ref(), occasion, StatusCode::OK, || decide(database, &ruling, &person, occasion))
    });
    Ok(answer.await?)
}

fn no_such_event() -> Fault {
    Fault::new(FaultCodeName::NotFound, "no such entry was set aside or is held")
}
