//! The centre over REST: the real server in this process on a free port, a real client.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

mod harness;

use std::collections::BTreeSet;

use domain::event::{EventBody, Reason};
use harness::centre::{ADMIN, Centre, DISPATCHER, LEADER, NURSE, OTHER_LEADER, TECHNICIAN, new_order, read, refused};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_order_goes_from_the_call_to_the_technician() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let leader = centre.sign_in(LEADER).await;
    let (status, order) = centre.post(&dispatcher, "/api/orders", new_order()).await;
    assert_eq!((status.as_u16(), &order["node"], &order["urgency"]), (201, &json!("reported"), &json!("urgent")));
    assert_eq!((&order["number"], &order["next_actions"]), (&json!("GD20261121-0001"), &json!(["dispatch", "cancel", "merge"])));
    let id = order["id"].as_str().unwrap();
    let steps = [
        (&dispatcher, "dispatch", json!({ "team": "T01" }), "dispatched"),
        (&leader, "accept-for-team", json!({}), "team_accepted"),
        (&leader, "assign", json!({ "staff_no": TECHNICIAN }), "assigned"),
        (&leader, "reassign", json!({ "staff_no": "025519" }), "assigned"),
        (&leader, "return", json!({ "reason": "等人手" }), "team_accepted"),
        (&dispatcher, "reassign", json!({ "team": "T02" }), "dispatched"),
        (&dispatcher, "cancel", json!({ "reason": "误报" }), "cancelled"),
    ];
    for (token, action, body, node) in steps {
        let (status, order) = centre.post(token, &format!("/api/orders/{id}/{action}"), body).await;
        assert_eq!((status.as_u16(), &order["node"]), (200, &json!(node)), "{action}: {order}");
    }
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{id}")).await;
    let kinds: Vec<_> = order["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    let expected = ["reported", "numbered", "dispatched", "team_accepted", "assigned", "reassigned", "returned", "reassigned", "cancelled"];
    assert_eq!(kinds, expected);
    assert_eq!(order["events"][2]["recorder_name"], "李明杰");
}

#[tokio::test]
async fn a_granted_return_takes_the_order_from_who_gave_it_back() {
    let mut centre = Centre::start().await;
    let leader = centre.sign_in(LEADER).await;
    let mut device = centre.hospital.enrol(TECHNICIAN);
    let order = centre.hospital.team_accepted_order();
    let heads = centre.hospital.heads(order);
    let request = EventBody::ReturnRequested(Reason { reason: "派错班组".to_owned() });
    let bodies = vec![device.accepted(), request];
    let uploads = device.chain(&centre.hospital, order, &heads, bodies);
    centre.hospital.push(&device, &uploads);
    let (_, order) = centre.post(&leader, &format!("/api/orders/{order}/return"), json!({ "reason": "同意" })).await;
    assert_eq!((&order["node"], &order["assignee"]), (&json!("team_accepted"), &Value::Null), "{order}");
}

#[tokio::test]
async fn who_may_not_is_told_so_and_nothing_changes() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let leader = centre.sign_in(LEADER).await;
    let other_leader = centre.sign_in(OTHER_LEADER).await;
    let technician = centre.sign_in(TECHNICIAN).await;
    let nurse = centre.sign_in(NURSE).await;
    let admin = centre.sign_in(ADMIN).await;
    let id = centre.order(&dispatcher).await;
    let path = |action: &str| format!("/api/orders/{id}/{action}");

    refused(centre.post("", &path("dispatch"), json!({ "team": "T01" })).await, (401, "session_required"));
    refused(centre.post(&leader, &path("dispatch"), json!({ "team": "T01" })).await, (403, "not_permitted"));
    refused(centre.post(&leader, &path("accept-for-team"), json!({})).await, (404, "order_unknown"));
    refused(centre.post(&nurse, &path("dispatch"), json!({ "team": "T01" })).await, (403, "not_permitted"));
    refused(centre.post(&technician, "/api/orders", new_order()).await, (403, "not_permitted"));
    refused(centre.post(&admin, "/api/orders", new_order()).await, (403, "not_permitted"));
    refused(centre.get(&admin, "/api/orders").await, (403, "not_permitted"));
    refused(centre.get(&dispatcher, "/api/devices").await, (403, "not_permitted"));
    refused(centre.post(&dispatcher, &path("dispatch"), json!({ "team": "T99" })).await, (422, "team_unknown"));
    refused(centre.post(&dispatcher, &path("accept-for-team"), json!({})).await, (403, "not_permitted"));
    assert_eq!(centre.post(&dispatcher, &path("dispatch"), json!({ "team": "T01" })).await.0, 200);
    refused(centre.post(&dispatcher, &path("dispatch"), json!({ "team": "T01" })).await, (409, "transition_not_allowed"));
    refused(centre.post(&other_leader, &path("accept-for-team"), json!({})).await, (404, "order_unknown"));
    refused(centre.post(&leader, &path("assign"), json!({ "staff_no": TECHNICIAN })).await, (409, "transition_not_allowed"));
    assert_eq!(centre.post(&leader, &path("accept-for-team"), json!({})).await.0, 200);
    refused(centre.post(&leader, &path("assign"), json!({ "staff_no": "025536" })).await, (422, "staff_not_valid"));
    refused(centre.post(&leader, &path("assign"), json!({ "staff_no": "999999" })).await, (422, "staff_unknown"));
    refused(centre.post(&leader, &path("reassign"), json!({ "team": "T02" })).await, (403, "not_permitted"));
    refused(centre.post(&leader, &path("return"), json!({ "reason": " " })).await, (422, "reason_required"));
    refused(centre.post(&dispatcher, &path("cancel"), json!({})).await, (422, "reason_required"));
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{id}")).await;
    assert_eq!((&order["node"], order["events"].as_array().unwrap().len()), (&json!("team_accepted"), 4));
}

#[tokio::test]
async fn bad_input_is_refused_with_what_is_wrong() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let with = |field: &str, value: Value| {
        let mut order = new_order();
        order[field] = value;
        order
    };
    let cases = [
        (with("location", json!("L99999")), (422, "location_unknown")),
        (with("fault", json!("F999")), (422, "fault_unknown")),
        (with("department", json!("999999")), (422, "department_unknown")),
        (with("description", json!("  ")), (422, "field_invalid")),
        (with("description", json!("长".repeat(1_001))), (422, "field_invalid")),
        (with("urgency", json!("soon")), (400, "bad_request")),
        (with("colour", json!("red")), (400, "bad_request")),
        (with("description", json!("a\u{0}b")), (422, "field_invalid")),
        (with("caller", json!({ "name": "长".repeat(51) })), (422, "field_invalid")),
        (with("caller", json!({ "name": "潘勇", "colour": "red" })), (400, "bad_request")),
        (with("caller", json!(["潘勇", "8123"])), (400, "bad_request")),
        (json!([]), (400, "bad_request")),
        (json!(["L00001", "F001", "normal", "001002", "x", null]), (400, "bad_request")),
    ];
    for (body, expected) in cases {
        refused(centre.post(&dispatcher, "/api/orders", body).await, expected);
    }
    refused(centre.get(&dispatcher, "/api/orders?node=nowhere").await, (400, "bad_request"));
    refused(centre.get(&dispatcher, "/api/orders?after=rubbish").await, (400, "bad_request"));
    refused(centre.get(&dispatcher, "/api/orders/rubbish").await, (404, "order_unknown"));
    refused(centre.get(&dispatcher, "/api/orders/%ff").await, (400, "bad_request"));
    refused(centre.get(&dispatcher, "/api/nothing").await, (404, "not_found"));
    let huge = centre.post(&dispatcher, "/api/orders", with("description", json!("长".repeat(100_000)))).await;
    refused(huge, (400, "bad_request"));
    let (_, page) = centre.get(&dispatcher, "/api/orders").await;
    assert_eq!(page, json!({ "orders": [], "next": null }));
}

#[tokio::test]
async fn a_page_has_one_to_two_hundred_items_and_a_search_no_control_characters() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    for list in ["/api/orders", "/api/set-aside", "/api/flagged-confirmations"] {
        for (limit, status) in [("0", 400), ("1", 200), ("200", 200), ("201", 400), ("-1", 400), ("x", 400)] {
            let (found, body) = centre.get(&dispatcher, &format!("{list}?limit={limit}")).await;
            assert_eq!(found.as_u16(), status, "{list} {limit}: {body}");
        }
    }
    for search in ["/api/orders?q=", "/api/locations?q=", "/api/departments?q="] {
        refused(centre.get(&dispatcher, &format!("{search}%00")).await, (400, "bad_request"));
        refused(centre.get(&dispatcher, &format!("{search}a%0ab")).await, (400, "bad_request"));
        assert_eq!(centre.get(&dispatcher, search).await.0, 200);
    }
}

#[tokio::test]
async fn the_scheme_of_a_token_is_written_in_any_case() {
    let centre = Centre::start().await;
    let token = centre.sign_in(DISPATCHER).await;
    for (header, status) in [("bearer", 200), ("BEARER", 200), ("Bearer ", 200), ("Basic", 401), ("Bearer2", 401)] {
        let request = centre.client.get(format!("{}/api/session", centre.url)).header("Authorization", format!("{header} {token}"));
        assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{header}");
    }
}

#[tokio::test]
async fn a_repeated_post_is_done_once() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let post = |body: Value| centre.send(Method::POST, "/api/orders", &dispatcher, Some(body), Some("call-17"));
    let first = read(post(new_order()).await).await;
    let second = read(post(new_order()).await).await;
    assert_eq!((first.0.as_u16(), &first), (201, &second));
    let mut other = new_order();
    other["description"] = json!("另一件事");
    refused(read(post(other).await).await, (409, "id_reused"));
    let (_, page) = centre.get(&dispatcher, "/api/orders").await;
    assert_eq!(page["orders"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn lists_are_scoped_narrowed_and_paged_to_the_last_order() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let leader = centre.sign_in(LEADER).await;
    let nurse = centre.sign_in(NURSE).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(centre.order(&dispatcher).await);
    }
    centre.post(&dispatcher, &format!("/api/orders/{}/dispatch", ids[0]), json!({ "team": "T01" })).await;
    let cases = [
        (&dispatcher, "", 5),
        (&dispatcher, "?node=reported", 4),
        (&dispatcher, "?team=T01", 1),
        (&dispatcher, "?department=001002", 5),
        (&dispatcher, "?department=001003", 0),
        (&dispatcher, "?q=-0003", 1),
        (&dispatcher, "?q=%E6%B0%B4%E9%BE%99%E5%A4%B4", 5),
        (&dispatcher, "?q=%25", 0),
        (&leader, "", 1),
        (&leader, "?team=T02", 0),
        (&nurse, "", 5),
        (&nurse, "?department=001003", 0),
    ];
    for (token, query, expected) in cases {
        let (status, page) = centre.get(token, &format!("/api/orders{query}")).await;
        assert_eq!((status.as_u16(), page["orders"].as_array().map(Vec::len)), (200, Some(expected)), "{query}: {page}");
    }
    for limit in 1..=6 {
        let seen = pages(&centre, &dispatcher, limit).await;
        assert_eq!(seen.iter().collect::<BTreeSet<_>>(), ids.iter().collect(), "limit {limit}");
        assert_eq!(seen.len(), 5, "limit {limit}");
    }
}

async fn pages(centre: &Centre, token: &str, limit: usize) -> Vec<String> {
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let (_, page) = centre.get(token, &format!("/api/orders?limit={limit}{after}")).await;
        seen.extend(page["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn the_openapi_document_names_every_route() {
    let centre = Centre::start().await;
    let (_, document) = centre.get("", "/api/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let documented: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let routes = domain::permissions::ROUTES.iter().map(|line| line.path).filter(|path| path.starts_with("/api/"));
    assert_eq!(documented, routes.map(str::to_owned).collect());
    assert!(document["components"]["schemas"]["OrderView"]["properties"]["next_actions"].is_object());
}

#[tokio::test]
async fn devices_are_listed_and_revoked_by_an_administrator() {
    let mut centre = Centre::start().await;
    let device = centre.hospital.enrol(TECHNICIAN).id.to_string();
    let admin = centre.sign_in(ADMIN).await;
    let (_, list) = centre.get(&admin, "/api/devices").await;
    assert_eq!((&list["devices"][0]["id"], &list["devices"][0]["revoked_at"]), (&json!(device), &Value::Null));
    let (status, revoked) = centre.post(&admin, &format!("/api/devices/{device}/revoke"), json!({})).await;
    assert_eq!((status.as_u16(), revoked["revoked_at"].is_i64()), (200, true));
    refused(centre.post(&admin, "/api/devices/rubbish/revoke", json!({})).await, (404, "not_found"));
}

#[tokio::test]
async fn the_exchange_refuses_what_it_cannot_read() {
    let mut centre = Centre::start().await;
    let device = centre.hospital.enrol(TECHNICIAN);
    let credential = format!("{}.{}", device.id, "ab".repeat(32));
    let wrong = format!("{}.{}", device.id, "cd".repeat(32));
    let newer = rmp_bytes(json!({ "protocol": 9 }));
    let cases: [(&str, Vec<u8>, u16); 5] = [
        ("", Vec::new(), 401),
        (&wrong, Vec::new(), 401),
        (&credential, b"rubbish".to_vec(), 400),
        (&credential, newer, 426),
        (&credential, vec![0; sync::wire::LARGEST_REQUEST_BYTES + 1], 413),
    ];
    for (token, body, expected) in cases {
        let request = centre.client.post(format!("{}/sync/v1/exchange", centre.url)).bearer_auth(token).body(body);
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!((status.as_u16(), body["error"]["code"].is_string()), (expected, true), "{body}");
    }
    let request = sync::wire::ExchangeRequest {
        protocol: 1,
        uploads: Vec::new(),
        progress: sync::wire::Progress::Nothing,
        log_mark: None,
        reference_revision: 0,
        checks: Vec::new(),
    };
    let body = sync::codec::encode_request(&request).unwrap();
    let answer = centre.client.post(format!("{}/sync/v1/exchange", centre.url)).bearer_auth(&credential).body(body).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], sync::codec::CONTENT_TYPE);
    let answer = sync::codec::decode_answer(&answer.bytes().await.unwrap()).unwrap();
    assert!(answer.reference.is_some());
}

/// A map with one small number, as MessagePack inside zstd.
fn rmp_bytes(value: Value) -> Vec<u8> {
    let protocol = u8::try_from(value["protocol"].as_u64().unwrap()).unwrap();
    let mut bytes = vec![0x81, 0xa8];
    bytes.extend(b"protocol");
    bytes.push(protocol);
    // A zstd frame with one raw block: magic, single segment with its size, last block of that size.
    let length = u8::try_from(bytes.len()).unwrap();
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, length, (length << 3) | 1, length >> 5, 0];
    frame.extend(bytes);
    frame
}

#[tokio::test]
async fn a_code_enrols_one_device_which_may_ask_again() {
    let mut centre = Centre::start().await;
    let occasion = centre.hospital.host.occasion();
    let mut new_code =
        || centre.hospital.store.write(|database| server::enrolment::new_code_for(database, &TECHNICIAN.into(), &occasion)).unwrap();
    let (code, late) = (new_code(), new_code());
    let enrol = |device: &str, secret: &str, code: &str| {
        let body = json!({ "code": code, "device": device, "secret": secret.repeat(32) });
        centre.post("", "/sync/v1/enroll", body)
    };
    let (one, two) = ("01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002");
    refused(enrol(one, "ab", "WRONG-CODES").await, (403, "code_invalid"));
    refused(enrol(one, "a", &code).await, (400, "bad_request"));
    let (status, answer) = enrol(one, "ab", &code.to_lowercase()).await;
    assert_eq!((status.as_u16(), &answer["person"]["name"], &answer["team"]["team_code"]), (200, &json!("袁佳静"), &json!("T01")));
    assert_eq!(enrol(one, "ab", &code).await.0, 200);
    refused(enrol(one, "cd", &code).await, (403, "code_invalid"));
    refused(enrol(two, "ab", &code).await, (403, "code_invalid"));
    centre.hospital.advance(25 * domain::time::HOUR_MS);
    refused(enrol(two, "ab", &late).await, (403, "code_invalid"));
}

#[tokio::test]
async fn the_page_and_its_parts_are_served() {
    let centre = Centre::start().await;
    let page = centre.send(Method::GET, "/", "", None, None).await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    let page = page.text().await.unwrap();
    let parts: Vec<&str> = page.split('"').filter(|part| part.ends_with(".css") || part.ends_with(".js")).collect();
    assert!(!parts.is_empty());
    for part in parts {
        let response = centre.send(Method::GET, &format!("/{}", part.trim_start_matches('/')), "", None, None).await;
        assert_eq!(response.status(), 200, "{part}");
    }
}

#[tokio::test]
async fn an_order_is_found_by_what_people_say_on_the_telephone() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let id = centre.order(&dispatcher).await;
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{id}")).await;
    let place = order["location_label"].as_str().unwrap().split(" · ").last().unwrap().to_owned();
    let found = async |query: &str| {
        let (status, page) = centre.get(&dispatcher, &format!("/api/orders?{query}")).await;
        assert_eq!(status, 200, "{page}");
        page["orders"].as_array().unwrap().len()
    };
    for (q, expected) in
        [(order["number"].as_str().unwrap(), 1), ("关不住", 1), ("L00001", 1), (&place, 1), ("潘护士", 1), ("8123", 1), ("无此人", 0)]
    {
        assert_eq!(found(&format!("q={q}")).await, expected, "{q}");
    }
    // As the centre shows it, and as it is typed in a hurry.
    for shown in [&order["location_label"], &order["department_name"], &order["fault_name"]] {
        assert_eq!(found(&format!("q={}", shown.as_str().unwrap())).await, 1, "{shown}");
    }
    let number = order["number"].as_str().unwrap().replace('-', "");
    for q in [
        "本部",
        "本部院区",
        "外科楼B2空调机房",
        "本部外科楼B2",
        "空调 外科楼",
        "心血管 漏水",
        "潘护士 外科楼 b2",
        "ｂ２",
        "Ｂ２　外科楼",
        &number,
    ] {
        assert_eq!(found(&format!("q={q}")).await, 1, "{q}");
    }
    for q in ["东湖", "外科楼 B3", "心血管 堵塞", "本部楼"] {
        assert_eq!(found(&format!("q={q}")).await, 0, "{q}");
    }
    // What is late, and what has to be looked at.
    assert_eq!((found("late=true").await, found("attention=true").await), (0, 0));
    centre.hospital.advance(20 * 60_000);
    assert_eq!((found("late=true").await, found("late=true&node=dispatched").await, found("attention=true").await), (1, 0, 0));
    refused(centre.get(&dispatcher, "/api/orders?late=perhaps").await, (400, "bad_request"));
}

/// Three campuses have departments of one name.
#[tokio::test]
async fn a_place_and_a_department_are_said_with_their_campus() {
    let centre = Centre::start().await;
    let dispatcher = centre.sign_in(DISPATCHER).await;
    let id = centre.order(&dispatcher).await;
    let (_, order) = centre.get(&dispatcher, &format!("/api/orders/{id}")).await;
    let (_, page) = centre.get(&dispatcher, "/api/orders").await;
    for shown in [&order, &page["orders"][0]] {
        for label in ["location_label", "department_name"] {
            assert!(shown[label].as_str().unwrap().starts_with("本部 · "), "{label}: {shown}");
        }
        assert_eq!((&shown["location"], &shown["department"]), (&json!("L00001"), &json!("001002")), "codes stay codes");
    }
    let (_, places) = centre.get(&dispatcher, "/api/locations?q=L00001").await;
    assert!(places[0]["label"].as_str().unwrap().starts_with("本部 · ") && places[0]["campus"] == "本部院区", "{places}");
    // Those of the campus where the work is come first.
    for (place, first) in [("L00001", "本部 · 消化内科一病区"), ("L00323", "东湖 · 消化内科一病区")] {
        let (_, found) = centre.get(&dispatcher, &format!("/api/departments?q=消化内科一病区&location={place}")).await;
        assert_eq!(found[0]["name"], first, "{found}");
        assert!(found.as_array().unwrap().len() > 1, "{found}");
    }
}

#[tokio::test]
async fn a_session_says_what_it_may_do() {
    let centre = Centre::start().await;
    for (person, route, expected) in [
        (DISPATCHER, "POST /api/orders", true),
        (DISPATCHER, "GET /api/set-aside", true),
        (NURSE, "POST /api/orders", true),
        (NURSE, "GET /api/set-aside", false),
        (LEADER, "POST /api/orders/{id}/assign", true),
        (TECHNICIAN, "POST /api/orders", false),
    ] {
        let token = centre.sign_in(person).await;
        let (_, session) = centre.get(&token, "/api/session").await;
        let may = session["may"].as_array().unwrap().contains(&json!(route));
        assert_eq!(may, expected, "{person} {route}: {session}");
    }
}
