//! The OpenAPI document: every route of the centre, made from the handlers themselves.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::{devices, flagged, lookups, orders, session, set_aside};

#[derive(OpenApi)]
#[openapi(
    info(title = "Plantroom centre", description = "Instants are UTC milliseconds, money is fen, codes are those of the hospital's files."),
    paths(
        session::sign_in, session::who_am_i, session::sign_out,
        orders::create_order, orders::list_orders, orders::get_order, orders::dispatch, orders::accept_for_team,
        orders::assign, orders::reassign, orders::return_order, orders::cancel,
        set_aside::list_set_aside, set_aside::admit, set_aside::leave,
        flagged::list_flagged, flagged::see_flagged,
        devices::list_devices, devices::revoke_device,
        lookups::list_teams, lookups::list_faults, lookups::search_locations, lookups::search_departments,
        openapi,
    ),
    modifiers(&BearerToken),
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

/// The document itself.
#[utoipa::path(get, path = "/api/openapi.json", tag = "documentation", security(()), responses((status = 200, body = serde_json::Value)))]
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Documentation::openapi())
}
