//! The OpenAPI document: every route of the centre, made from the handlers themselves.

use axum::Json;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::http::{audit, devices, flagged, lookups, orders, session, set_aside};

#[derive(OpenApi)]
#[openapi(
    info(title = "Plantroom centre", description = "Instants are UTC milliseconds, money is fen, codes are those of the hospital's files."),
    paths(
        session::sign_in, session::who_am_i, session::sign_out,
        orders::create_order, orders::list_orders, orders::get_order, orders::dispatch, orders::accept_for_team,
        orders::assign, orders::reassign, orders::return_order, orders::cancel, orders::merge,
        set_aside::list_set_aside, set_aside::admit, set_aside::leave,
        flagged::list_flagged, flagged::see_flagged,
        audit::list_audit,
        devices::list_devices, devices::revoke_device,
        lookups::list_teams, lookups::list_faults, lookups::search_locations, lookups::search_departments,
        openapi,
    ),
    modifiers(&BearerToken, &CommonRefusals),
    security(("session" = []))
)]
struct Documentation;

/// The token of `POST /api/session`.
struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        document.components.get_or_insert_with(Default::default).add_security_scheme("session", scheme);
    }
}

/// What every route may answer, whatever it is for; each handler names only what is its own.
struct CommonRefusals;

impl Modify for CommonRefusals {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            reading(item).into_iter().for_each(|operation| refuse(operation, OF_READING));
            writing(item).for_each(|operation| refuse(operation, OF_WRITING));
        }
    }
}

/// A status and what it says.
type Refused = (&'static str, &'static str);

const UNREADABLE: Refused = ("400", "Something in the request cannot be read or is out of its limits");
const NOT_SIGNED_IN: Refused = ("401", "No session, or one that has ended");
const NOT_PERMITTED: Refused = ("403", "Not for this role");
const NOT_FOUND: Refused = ("404", "Nothing of that name that this session may see");
const OTHERWISE: Refused =
    ("default", "Anything else, 409 for a key that was used for another request and 503 while the store is busy among it");

const OF_READING: &[Refused] = &[UNREADABLE, NOT_SIGNED_IN, NOT_PERMITTED, NOT_FOUND, OTHERWISE];
const OF_WRITING: &[Refused] = &[
    UNREADABLE,
    NOT_SIGNED_IN,
    NOT_PERMITTED,
    NOT_FOUND,
    ("409", "Decided meanwhile, or the key was used for another request"),
    OTHERWISE,
];

fn reading(item: &mut PathItem) -> Option<&mut Operation> {
    item.get.as_mut()
}

fn writing(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    item.post.as_mut().into_iter().chain(item.delete.as_mut())
}

/// Adds what the handler has not named itself.
fn refuse(operation: &mut Operation, refusals: &[Refused]) {
    for (status, meaning) in refusals {
        operation.responses.responses.entry((*status).to_owned()).or_insert_with(|| RefOr::T(refusal(meaning)));
    }
}

fn refusal(meaning: &str) -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    ResponseBuilder::new().description(meaning).content("application/json", body).build()
}

/// The document itself.
#[utoipa::path(get, path = "/api/openapi.json", tag = "documentation", security(()), responses((status = 200, body = serde_json::Value)))]
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Documentation::openapi())
}
