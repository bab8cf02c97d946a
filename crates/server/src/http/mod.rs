//! The server over HTTP: `/sync/v1` for devices, `/api` for the centre, a plain page in the browser.

pub mod answer;
pub mod app;
pub mod audit;
mod data_in_place;
pub mod devices;
pub mod documentation;
pub mod flagged;
mod gate;
pub mod lookups;
pub mod orders;
pub mod page;
pub mod request;
pub mod session;
pub mod set_aside;
mod source;
pub mod sync_routes;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, post};
use domain::permissions::{ROUTES, Route, RouteLine};
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::app::App;
use crate::http::gate::Gate;

/// Every route of the table, and no other, each behind its gate; a panic in one ends the one request.
pub fn router(app: App) -> Router {
    sheltered(routes(app))
}

/// With an answer also for a request that meets a mistake of ours.
pub fn sheltered(routes: Router) -> Router {
    routes.layer(CatchPanicLayer::custom(answer::after_panic))
}

fn routes(app: App) -> Router {
    let registered = |router: Router<App>, line: &'static RouteLine| {
        let gate = Gate { app: app.clone(), line };
        router.route(line.path, handler(line).route_layer(from_fn_with_state(gate, gate::pass)))
    };
    ROUTES
        .iter()
        .fold(Router::new(), registered)
        .fallback(answer::no_such_route)
        .method_not_allowed_fallback(answer::no_such_method)
        .layer(DefaultBodyLimit::max(sync::wire::LARGEST_REQUEST_BYTES))
        .with_state(app)
}

/// What answers a route. The method is that of the table, which a test compares.
fn handler(line: &RouteLine) -> MethodRouter<App> {
    match line.route {
        Route::SignIn => post(session::sign_in),
        Route::WhoAmI => get(session::who_am_i),
        Route::SignOut => delete(session::sign_out),
        Route::CreateOrder => post(orders::create_order),
        Route::ListOrders => get(orders::list_orders),
        Route::GetOrder => get(orders::get_order),
        Route::Dispatch => post(orders::dispatch),
        Route::AcceptForTeam => post(orders::accept_for_team),
        Route::Assign => post(orders::assign),
        Route::Reassign => post(orders::reassign),
        Route::Return => post(orders::return_order),
        Route::Cancel => post(orders::cancel),
        Route::Merge => post(orders::merge),
        Route::ListSetAside => get(set_aside::list_set_aside),
        Route::AdmitSetAside => post(set_aside::admit),
        Route::LeaveSetAside => post(set_aside::leave),
        Route::ListFlagged => get(flagged::list_flagged),
        Route::SeeFlagged => post(flagged::see_flagged),
        Route::ListAudit => get(audit::list_audit),
        Route::ListDevices => get(devices::list_devices),
        Route::RevokeDevice => post(devices::revoke_device),
        Route::ListTeams => get(lookups::list_teams),
        Route::ListFaults => get(lookups::list_faults),
        Route::SearchLocations => get(lookups::search_locations),
        Route::SearchDepartments => get(lookups::search_departments),
        Route::OpenApi => get(documentation::openapi),
        Route::Exchange => post(sync_routes::exchange),
        Route::Enroll => post(sync_routes::enroll),
        Route::Health => get(sync_routes::health),
        Route::Page => page::file_at(line.path),
    }
}
