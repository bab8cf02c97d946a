//! The table of permissions, walked: every route with every role and with whoever has none. What is expected is read from the
//! table; what is answered comes from the real server on a socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use domain::identity::{OrderId, StaffNo};
use domain::permissions::{Method, ROUTES, Route, RouteAsks, RouteLine};
use domain::role::Role;
use domain::time::HOUR_MS;
use harness::Hospital;
use harness::centre::{Centre, DISPATCHER, LEADER, NURSE, TECHNICIAN, new_order, read, refused};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::people::session;

/// Takes calls; the hospital's files have none.
const OPERATOR: &str = "026300";
/// Somebody in each role, on the campus C1; requester of the orders' department, leader and technician of T01.
const PEOPLE: [(Role, &str); 13] = [
    (Role::Requester, NURSE),
    (Role::ServiceOperator, OPERATOR),
    (Role::Dispatcher, DISPATCHER),
    (Role::TeamLeader, LEADER),
    (Role::Technician, TECHNICIAN),
    (Role::Storekeeper, "026178"),
    (Role::CostAccountant, "026189"),
    (Role::CostAuditor, "026198"),
    (Role::QualitySupervisor, "026207"),
    (Role::LogisticsManager, "026216"),
    (Role::SystemAdmin, "026219"),
    (Role::SecurityAdmin, "026226"),
    (Role::AuditAdmin, "026233"),
];

async fn centre() -> Centre {
    let mut centre = Centre::start().await;
    centre.hospital.import_rows("staff.csv", &[&format!("{OPERATOR},顾接线,001094,service_operator,,,2018-01-01,")]);
    centre
}

/// A token of a session that the person just opened.
fn token(centre: &mut Centre, person: &str) -> String {
    let occasion = centre.hospital.host.occasion();
    let person = StaffNo::from(person);
    centre.hospital.store.write(|database| session::open(database, &person, &occasion)).unwrap().token
}

/// An order for the requester's department as the route can be called on it: the least that has to have happened before.
fn order_for(hospital: &mut Hospital, route: Route) -> OrderId {
    match route {
        Route::Dispatch | Route::Cancel => hospital.reported_order(),
        Route::AcceptForTeam | Route::GetOrder => hospital.dispatched_order(),
        _ => hospital.team_accepted_order(),
    }
}

/// What a sensible caller says.
fn body_for(route: Route) -> Value {
    match route {
        Route::CreateOrder => new_order(),
        Route::Dispatch => json!({ "team": "T01" }),
        Route::Assign | Route::Reassign => json!({ "staff_no": TECHNICIAN }),
        Route::Return | Route::Cancel => json!({ "reason": "试一试" }),
        _ => json!({}),
    }
}

async fn call(centre: &Centre, line: &RouteLine, id: &str, token: &str) -> (StatusCode, Value) {
    let path = line.path.replace("{id}", id);
    let method = reqwest::Method::from_bytes(line.method.as_str().as_bytes()).unwrap();
    let body = (line.method == Method::Post).then(|| body_for(line.route));
    read(centre.send(method, &path, token, body, None).await).await
}

/// The id that the route's path asks for.
fn id_for(centre: &mut Centre, line: &RouteLine) -> String {
    match line.route {
        Route::RevokeDevice => centre.hospital.enrol(TECHNICIAN).id.to_string(),
        route => order_for(&mut centre.hospital, route).to_string(),
    }
}

fn asks_for_session(line: &RouteLine) -> bool {
    line.asks.permits(Role::System).is_some()
}

#[tokio::test]
async fn every_route_answers_every_role_as_the_table_says() {
    let mut centre = centre().await;
    for line in ROUTES.iter().filter(|line| asks_for_session(line)) {
        let mut succeeded = 0;
        for (role, person) in PEOPLE {
            let (id, token) = (id_for(&mut centre, line), token(&mut centre, person));
            let answer = call(&centre, line, &id, &token).await;
            if line.asks.permits(role) == Some(true) {
                assert!(![401, 403, 405].contains(&answer.0.as_u16()), "{line:?} {role:?}: {answer:?}");
                succeeded += usize::from(answer.0.is_success());
            } else {
                refused(answer, (403, "not_permitted"));
            }
        }
        assert!(succeeded > 0, "nobody could do {line:?}");
    }
}

#[tokio::test]
async fn what_a_role_may_not_do_changes_nothing() {
    let mut centre = centre().await;
    let order = centre.hospital.reported_order();
    let before = centre.hospital.view(order);
    for line in ROUTES.iter().filter(|line| line.path.starts_with("/api/orders/{id}/")) {
        for (role, person) in PEOPLE.into_iter().filter(|(role, _)| line.asks.permits(*role) == Some(false)) {
            let token = token(&mut centre, person);
            // An order that exists is refused like one that does not.
            refused(call(&centre, line, &order.to_string(), &token).await, (403, "not_permitted"));
            refused(call(&centre, line, &harness::new_order_id().to_string(), &token).await, (403, "not_permitted"));
            assert_eq!(centre.hospital.view(order).events.len(), before.events.len(), "{role:?}");
        }
    }
}

#[tokio::test]
async fn no_route_opens_without_what_it_asks_for() {
    let mut centre = centre().await;
    let device = centre.hospital.enrol(TECHNICIAN);
    let credential = format!("{}.{}", device.id, "ab".repeat(32));
    let of_the_system_admin = "026219";
    let signed_out = token(&mut centre, DISPATCHER);
    centre.send(reqwest::Method::DELETE, "/api/session", &signed_out, None, None).await;
    let live = token(&mut centre, of_the_system_admin);
    for line in ROUTES {
        let id = id_for(&mut centre, line);
        for token in ["", "rubbish", &credential, &signed_out, &live] {
            let answer = call(&centre, line, &id, token).await;
            match line.asks {
                RouteAsks::Session(_) | RouteAsks::RecorderOf(_) | RouteAsks::ViewerOfOrders if token != live => {
                    refused(answer, (401, "session_required"));
                }
                RouteAsks::Session(_) | RouteAsks::RecorderOf(_) | RouteAsks::ViewerOfOrders => {}
                // The credential opens the route, and then there is nothing readable in the body.
                RouteAsks::Credential if token == credential => refused(answer, (400, "bad_request")),
                RouteAsks::Credential => refused(answer, (401, "not_enrolled")),
                // Neither a session nor a credential stands for a code.
                RouteAsks::Code => refused(answer, (400, "bad_request")),
                RouteAsks::Nothing if line.route == Route::SignIn => refused(answer, (400, "bad_request")),
                RouteAsks::Nothing => assert_eq!(answer.0, 200, "{line:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_session_ends_with_its_hours_and_with_the_employment() {
    let mut centre = centre().await;
    let (nurse, dispatcher) = (token(&mut centre, NURSE), token(&mut centre, DISPATCHER));
    centre.hospital.leaves(DISPATCHER, "2026-11-20");
    let order = centre.hospital.reported_order_of(NURSE).to_string();
    for line in ROUTES.iter().filter(|line| asks_for_session(line)) {
        refused(call(&centre, line, &order, &dispatcher).await, (401, "session_required"));
    }
    assert_eq!(centre.get(&nurse, &format!("/api/orders/{order}")).await.0, 200);
    centre.hospital.advance(13 * HOUR_MS);
    for line in ROUTES.iter().filter(|line| asks_for_session(line)) {
        refused(call(&centre, line, &order, &nurse).await, (401, "session_required"));
    }
}
