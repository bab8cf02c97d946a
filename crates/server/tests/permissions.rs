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

use std::path::{Path, PathBuf};

use domain::identity::{OrderId, StaffNo};
use domain::permissions::{Method, OF_CONTRACTORS, OrderScope, ROUTES, Route, RouteAsks, RouteLine, scope_of};
use domain::role::Role;
use domain::time::HOUR_MS;
use harness::Hospital;
use harness::centre::{Centre, DISPATCHER, LEADER, NURSE, PASSWORD, TECHNICIAN, new_order, read, refused};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::people::account::set_password;
use server::people::session;
use store::server::accounts;

/// Takes calls; the hospital's files have none.
const OPERATOR: &str = "026300";
/// A place, a department and a technician of the campus C2.
const PLACE_OF_C2: &str = "L00323";
const DEPARTMENT_OF_C2: &str = "001105";
const TECHNICIAN_OF_C2: &str = "025792";
/// Leads T04, the team of a contractor.
const LEADER_OF_CONTRACTOR: &str = "W5585";

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
    let opened = centre.hospital.store.write(|database| {
        if accounts::password(database, &person)?.is_none() {
            set_password(database, &person, PASSWORD.to_owned(), &occasion)?;
        }
        let known = accounts::password(database, &person)?.unwrap().phc;
        session::open(database, &person, &known, "10.0.0.1", &occasion)
    });
    opened.unwrap().token
}

/// An order for the requester's department as the route can be called on it: the least that has to have happened before.
fn order_for(hospital: &mut Hospital, route: Route) -> OrderId {
    match route {
        Route::Dispatch | Route::Cancel | Route::Merge => hospital.reported_order(),
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
        // The first one that was filed: nobody ends it.
        Route::Merge => json!({ "into": "GD20261121-0001" }),
        Route::Return | Route::Cancel | Route::AdmitSetAside | Route::LeaveSetAside | Route::SeeFlagged => json!({ "reason": "试一试" }),
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
        Route::SeeFlagged => centre.hospital.flagged_confirmation().to_string(),
        Route::AdmitSetAside | Route::LeaveSetAside => centre.hospital.set_aside_event().to_string(),
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
                _ if asks_for_session(line) => {
                    if token != live {
                        refused(answer, (401, "session_required"));
                    }
                }
                // The credential opens the route, and then there is nothing readable in the body.
                RouteAsks::Credential if token == credential => refused(answer, (400, "bad_request")),
                RouteAsks::Credential => refused(answer, (401, "not_enrolled")),
                // Neither a session nor a credential stands for a code.
                RouteAsks::Code => refused(answer, (400, "bad_request")),
                RouteAsks::Nothing if line.route == Route::SignIn => refused(answer, (400, "bad_request")),
                _ => assert_eq!(answer.0, 200, "{line:?}"),
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

#[tokio::test]
async fn a_role_ends_at_once_in_an_open_session() {
    let mut centre = centre().await;
    let dispatcher = token(&mut centre, DISPATCHER);
    let order = centre.hospital.reported_order().to_string();
    let path = format!("/api/orders/{order}/dispatch");
    centre.hospital.correct_staff(DISPATCHER, "dispatcher", "clinical");
    refused(centre.post(&dispatcher, &path, json!({ "team": "T01" })).await, (403, "not_permitted"));
    centre.hospital.correct_staff(DISPATCHER, "026149", "026149");
    assert_eq!(centre.post(&dispatcher, &path, json!({ "team": "T01" })).await.0, 200);
}

/// An order of each of two campuses: for the department 001002 and with T01, and for one of the east lake's and with T13.
async fn an_order_of_each_campus(centre: &mut Centre) -> [String; 2] {
    let dispatcher = token(centre, DISPATCHER);
    let here = centre.hospital.dispatched_order().to_string();
    let new = json!({ "location": PLACE_OF_C2, "fault": "F001", "department": DEPARTMENT_OF_C2, "description": "下水道堵塞" });
    let (_, there) = centre.post(&dispatcher, "/api/orders", new).await;
    let there = there["id"].as_str().unwrap().to_owned();
    assert_eq!(centre.post(&dispatcher, &format!("/api/orders/{there}/dispatch"), json!({ "team": "T13" })).await.0, 200);
    [here, there]
}

/// Whether the person is shown the order alone, which the list says too.
async fn sees(centre: &mut Centre, person: &str, order: &str) -> bool {
    let token = token(centre, person);
    let (status, answer) = centre.get(&token, &format!("/api/orders/{order}")).await;
    let (_, list) = centre.get(&token, "/api/orders").await;
    let listed = list["orders"].as_array().is_some_and(|orders| orders.iter().any(|row| row["id"] == order));
    assert_eq!(listed, status == 200, "{person}: {list}");
    assert!(status == 200 || answer["error"]["code"] == "order_unknown", "{answer}");
    status == 200
}

#[tokio::test]
async fn everybody_sees_the_orders_of_the_own_scope_and_no_other() {
    let mut centre = centre().await;
    let [here, there] = an_order_of_each_campus(&mut centre).await;
    for (role, person) in PEOPLE {
        let scope = scope_of(role, false);
        assert_eq!(sees(&mut centre, person, &here).await, scope != OrderScope::OwnPart, "{role:?}");
        assert_eq!(sees(&mut centre, person, &there).await, scope == OrderScope::Hospital, "{role:?}");
    }
}

#[tokio::test]
async fn another_campus_s_people_neither_see_an_order_nor_do_anything_with_it() {
    let mut centre = centre().await;
    centre.hospital.import_rows("staff.csv", &[&format!("026301,某人,{DEPARTMENT_OF_C2},clinical,,,2018-01-01,")]);
    let [here, there] = an_order_of_each_campus(&mut centre).await;
    let of_c2 = [(Role::TeamLeader, "025787"), (Role::Technician, TECHNICIAN_OF_C2), (Role::Requester, "026301")];
    for (role, person) in of_c2 {
        assert!(!sees(&mut centre, person, &here).await && sees(&mut centre, person, &there).await, "{role:?}");
        let token = token(&mut centre, person);
        for line in ROUTES.iter().filter(|line| line.path.starts_with("/api/orders/{id}")) {
            let expected = if line.asks.permits(role) == Some(true) { (404, "order_unknown") } else { (403, "not_permitted") };
            refused(call(&centre, line, &here, &token).await, expected);
        }
    }
}

#[tokio::test]
async fn a_contractor_s_people_have_no_role_of_the_hospital_s_own() {
    let mut centre = centre().await;
    let order = centre.hospital.dispatched_order().to_string();
    for (number, role) in Role::OF_PEOPLE.iter().enumerate().filter(|(_, role)| !OF_CONTRACTORS.contains(role)) {
        let person = format!("W9{number:03}");
        centre.hospital.import_rows("staff.csv", &[&format!("{person},外包某,001094,{},W01,,2018-01-01,", role.as_str())]);
        let token = token(&mut centre, &person);
        assert_eq!(centre.get(&token, "/api/session").await.1["roles"], json!([]), "{role:?}");
        assert!(!sees(&mut centre, &person, &order).await, "{role:?}");
        for line in ROUTES.iter().filter(|line| asks_for_session(line) && line.asks != RouteAsks::AnySession) {
            refused(call(&centre, line, &order, &token).await, (403, "not_permitted"));
        }
    }
}

#[tokio::test]
async fn a_contractor_s_people_see_their_own_work_only() {
    let mut centre = centre().await;
    let dispatcher = token(&mut centre, DISPATCHER);
    centre.hospital.import_rows("staff.csv", &["W9100,外包某,001002,clinical,W01,,2018-01-01,"]);
    let of_t01 = centre.hospital.dispatched_order().to_string();
    let of_t04 = centre.order(&dispatcher).await;
    assert_eq!(centre.post(&dispatcher, &format!("/api/orders/{of_t04}/dispatch"), json!({ "team": "T04" })).await.0, 200);
    let own_report = centre.hospital.reported_order_of("W9100").to_string();
    let cases = [
        (LEADER_OF_CONTRACTOR, &of_t04, true),
        (LEADER_OF_CONTRACTOR, &of_t01, false),
        ("W5588", &of_t04, true),
        ("W5588", &of_t01, false),
        ("W9100", &of_t01, false),
        ("W9100", &own_report, true),
    ];
    for (person, order, expected) in cases {
        assert_eq!(sees(&mut centre, person, order).await, expected, "{person}");
    }
    let leader = token(&mut centre, LEADER_OF_CONTRACTOR);
    assert_eq!(centre.post(&leader, &format!("/api/orders/{of_t04}/accept-for-team"), json!({})).await.0, 200);
    refused(centre.post(&leader, &format!("/api/orders/{of_t01}/accept-for-team"), json!({})).await, (404, "order_unknown"));
    let reporter = token(&mut centre, "W9100");
    let (_, list) = centre.get(&reporter, "/api/orders?department=001002").await;
    assert_eq!(list["orders"].as_array().map(Vec::len), Some(1), "{list}");
}

/// Teams whose people the person is told.
async fn teams_with_members(centre: &mut Centre, person: &str) -> Vec<String> {
    let token = token(centre, person);
    let (_, teams) = centre.get(&token, "/api/teams").await;
    let with_members = teams.as_array().unwrap().iter().filter(|team| !team["members"].as_array().unwrap().is_empty());
    with_members.map(|team| team["team"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_team_s_people_are_told_to_whoever_gives_them_orders() {
    let mut centre = centre().await;
    // Three more are of a contractor whose contract has ended.
    assert_eq!(teams_with_members(&mut centre, DISPATCHER).await.len(), 25);
    assert_eq!(teams_with_members(&mut centre, LEADER).await, ["T01"]);
    assert_eq!(teams_with_members(&mut centre, LEADER_OF_CONTRACTOR).await, ["T04"]);
    for (role, person) in PEOPLE.into_iter().filter(|(role, _)| ![Role::Dispatcher, Role::TeamLeader].contains(role)) {
        assert_eq!(teams_with_members(&mut centre, person).await, Vec::<String>::new(), "{role:?}");
    }
}

/// Every source file of the server.
fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of_entry = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![std::fs::read_to_string(path).unwrap()] };
    entries.flat_map(of_entry).collect()
}

#[test]
fn routes_come_from_the_table_alone() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let uses = |call: &str| sources.iter().map(|source| source.matches(call).count()).sum::<usize>();
    assert_eq!(uses(".route("), 1, "a route needs a line in domain::permissions::ROUTES");
    for call in [".route_service(", ".nest(", ".nest_service(", ".merge(", ".fallback_service("] {
        assert_eq!(uses(call), 0, "{call} passes by the table");
    }
}

#[tokio::test]
async fn the_table_and_the_openapi_document_name_the_same_routes_and_who_has_to_sign_in() {
    let centre = centre().await;
    let (_, document) = centre.get("", "/api/openapi.json").await;
    let mut documented = 0;
    for line in ROUTES.iter().filter(|line| line.path.starts_with("/api/")) {
        let operation = &document["paths"][line.path][line.method.as_str().to_lowercase()];
        let needs_no_session = operation["security"].as_array().is_some_and(|security| security.iter().all(|one| one == &json!({})));
        assert!(operation.is_object() && needs_no_session != asks_for_session(line), "{line:?}: {}", operation["security"]);
        let answers = operation["responses"].as_object().unwrap();
        for status in ["400", "401", "403", "404", "default"] {
            assert!(answers.contains_key(status), "{line:?} says nothing of {status}");
        }
        documented += 1;
    }
    let operations = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len());
    assert_eq!(documented, operations.sum::<usize>());
}
