//! The server over HTTP: `/sync/v1` for devices, `/api` for the centre, a plain page in the browser.

pub mod answer;
pub mod app;
pub mod devices;
pub mod documentation;
pub mod lookups;
pub mod orders;
pub mod page;
pub mod request;
pub mod session;
pub mod sync_routes;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::app::App;

/// Every route.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(centre())
        .merge(sync_routes::routes())
        .merge(page::routes())
        .fallback(answer::no_such_route)
        .method_not_allowed_fallback(answer::no_such_method)
        .layer(DefaultBodyLimit::max(sync::wire::LARGEST_REQUEST_BYTES))
        .layer(CatchPanicLayer::custom(answer::after_panic))
        .with_state(app)
}

fn centre() -> Router<App> {
    Router::new()
        .route("/api/session", post(session::sign_in).get(session::who_am_i).delete(session::sign_out))
        .route("/api/orders", post(orders::create_order).get(orders::list_orders))
        .route("/api/orders/{id}", get(orders::get_order))
        .route("/api/orders/{id}/dispatch", post(orders::dispatch))
        .route("/api/orders/{id}/accept-for-team", post(orders::accept_for_team))
        .route("/api/orders/{id}/assign", post(orders::assign))
        .route("/api/orders/{id}/reassign", post(orders::reassign))
        .route("/api/orders/{id}/return", post(orders::return_order))
        .route("/api/orders/{id}/cancel", post(orders::cancel))
        .route("/api/devices", get(devices::list_devices))
        .route("/api/devices/{id}/revoke", post(devices::revoke_device))
        .route("/api/teams", get(lookups::list_teams))
        .route("/api/faults", get(lookups::list_faults))
        .route("/api/locations", get(lookups::search_locations))
        .route("/api/departments", get(lookups::search_departments))
        .route("/api/openapi.json", get(documentation::openapi))
}
