//! Orders at the centre.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::identity::{OrderId, StaffNo, TeamCode};
use domain::view::OrderView;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::App;
use crate::http::request::{Asked, Body, InAddress, KeptAnswer, RequestIdentity, SignedIn, once};
use crate::orders::create::{NewOrder, create};
use crate::orders::decide::{Decision, decide};
use crate::orders::list::{ListQuery, OrderPage, list};
use crate::orders::show::{show, unknown};
use crate::people::Person;

/// To a team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToTeamBody {
    team: TeamCode,
}

/// To a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToPersonBody {
    staff_no: StaffNo,
}

/// To another team, another person, or both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReassignBody {
    #[serde(default)]
    team: Option<TeamCode>,
    #[serde(default)]
    staff_no: Option<StaffNo>,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    #[serde(default)]
    reason: String,
}

/// Why, and whether a technician who took the order up is overruled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    #[serde(default)]
    reason: String,
    #[serde(default, rename = "override")]
    overridden: bool,
}

/// The order that goes on: its id, or its number as people say it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    into: String,
}

/// Nothing to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NothingBody {}

/// Files an order: dispatcher, service operator, or a department for itself.
#[utoipa::path(post, path = "/api/orders", tag = "orders", request_body = NewOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same request again gets the first answer")),
    responses((status = 201, body = OrderView), (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn create_order(State(app): State<App>, SignedIn(person): SignedIn, body: Body<NewOrder>) -> Result<KeptAnswer, Refusal> {
    let answer = app.write(move |database, occasion| {
        once(database, &person, body.identity.as_ref(), occasion, StatusCode::CREATED, || create(database, &body.value, &person, occasion))
    });
    Ok(answer.await?)
}

/// Orders in the scope of the session, newest first.
#[utoipa::path(get, path = "/api/orders", tag = "orders", params(ListQuery),
    responses((status = 200, body = OrderPage), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub async fn list_orders(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<OrderPage>, Refusal> {
    let page = app.read(move |database, occasion| list(database, &query, &person, occasion)).await?;
    Ok(Json(page))
}

/// The whole order: history, verdicts, contradictions.
#[utoipa::path(get, path = "/api/orders/{id}", tag = "orders", params(("id" = String, Path, description = "id of the order")),
    responses((status = 200, body = OrderView), (status = 404, body = ErrorBody)))]
pub async fn get_order(State(app): State<App>, SignedIn(person): SignedIn, InAddress(id): InAddress) -> Result<Json<OrderView>, Refusal> {
    let order = order_id(&id)?;
    let view = app.read(move |database, occasion| show(database, order, &person, occasion)).await?;
    Ok(Json(view))
}

/// 派单: dispatcher.
#[utoipa::path(post, path = "/api/orders/{id}/dispatch", tag = "orders", request_body = ToTeamBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OrderView), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn dispatch(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<ToTeamBody>,
) -> Result<KeptAnswer, Refusal> {
    decided(app, person, &id, body.identity, Decision::Dispatch { team: body.value.team }).await
}

/// 班组受理: the team's leader or deputy.
#[utoipa::path(post, path = "/api/orders/{id}/accept-for-team", tag = "orders", request_body = NothingBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OrderView), (status = 409, body = ErrorBody)))]
pub async fn accept_for_team(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<NothingBody>,
) -> Result<KeptAnswer, Refusal> {
    decided(app, person, &id, body.identity, Decision::AcceptForTeam).await
}

/// 派工: the team's leader or deputy, to somebody of the team.
#[utoipa::path(post, path = "/api/orders/{id}/assign", tag = "orders", request_body = ToPersonBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OrderView), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn assign(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<ToPersonBody>,
) -> Result<KeptAnswer, Refusal> {
    decided(app, person, &id, body.identity, Decision::Assign { staff_no: body.value.staff_no }).await
}

/// 改派: dispatcher, or the leader inside the team.
#[utoipa::path(post, path = "/api/orders/{id}/reassign", tag = "orders", request_body = ReassignBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OrderView), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn reassign(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<ReassignBody>,
) -> Result<KeptAnswer, Refusal> {
    decided(app, person, &id, body.identity, Decision::Reassign { team: body.value.team, staff_no: body.value.staff_no }).await
}

/// 回退 to the node before: dispatcher or leader.
#[utoipa::path(post, path = "/api/orders/{id}/return", tag = "orders", request_body = ReasonBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OrderView), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn return_order(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<ReasonBody>,
) -> Result<KeptAnswer, Refusal> {
    decided(app, person, &id, body.identity, Decision::Return { reason: body.value.reason }).await
}

/// 取消: the requester or dispatcher before work is taken up, then the leader with `"override": true`.
#[utoipa::path(post, path = "/api/orders/{id}/cancel", tag = "orders", request_body = CancelBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OrderView), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn cancel(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<CancelBody>,
) -> Result<KeptAnswer, Refusal> {
    let CancelBody { reason, overridden } = body.value;
    decided(app, person, &id, body.identity, Decision::Cancel { reason, overridden }).await
}

/// 合并 into another order, which goes on: the dispatcher, before work is taken up.
#[utoipa::path(post, path = "/api/orders/{id}/merge", tag = "orders", request_body = MergeBody,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OrderView), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn merge(
    State(app): State<App>,
    SignedIn(person): SignedIn,
    InAddress(id): InAddress,
    body: Body<MergeBody>,
) -> Result<KeptAnswer, Refusal> {
    decided(app, person, &id, body.identity, Decision::Merge { into: body.value.into }).await
}

async fn decided(app: App, person: Person, id: &str, identity: Option<RequestIdentity>, decision: Decision) -> Result<KeptAnswer, Refusal> {
    let order = order_id(id)?;
    let answer = app.write(move |database, occasion| {
        once(database, &person, identity.as_ref(), occasion, StatusCode::OK, || decide(database, order, &decision, &person, occasion))
    });
    Ok(answer.await?)
}

fn order_id(text: &str) -> Result<OrderId, Refusal> {
    text.parse().map_err(|_| Refusal(unknown()))
}
