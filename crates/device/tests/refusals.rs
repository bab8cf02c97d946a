//! What a worker may get wrong: each with its code, and nothing saved.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use domain::confirmer::{is_maintenance_staff, standing_of};
use domain::fault::FaultCodeName::{self, *};
use domain::identity::OrderId;
use domain::reference::{Campus, DirectoryEntry, Validity};
use domain::role::Role;
use fixture::{Fixture, NURSE, WORKER, order_id};
use serde_json::{Value, json};
use sync::wire::{Down, ReferenceDelta};

/// A device whose order is accepted.
fn at_work() -> (Fixture, OrderId) {
    let (fixture, order) = Fixture::with_assigned_order();
    fixture.ok(json!({"do": "accept", "order": order}));
    (fixture, order)
}

/// A device whose order waits for the department.
fn completed() -> (Fixture, OrderId) {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "complete", "order": order, "cause": "垫片老化", "remedy": "更换"}));
    (fixture, order)
}

/// Every command of the table is refused with its code, and the order is as before.
fn check(situation: (Fixture, OrderId), table: &[(Value, FaultCodeName)]) {
    let (fixture, order) = situation;
    let before = fixture.order(order);
    for (command, code) in table {
        let mut command = command.clone();
        if command["order"].is_null() {
            command["order"] = json!(order);
        }
        fixture.refused(command, *code);
    }
    assert_eq!(fixture.order(order), before);
}

#[test]
fn quantities_are_whole_and_reasonable() {
    let quantities = [json!(0), json!(-1), json!(1.5), json!(1_000_000), json!(1e300), json!(10_000), json!(-0.0)];
    let table: Vec<_> = quantities
        .iter()
        .flat_map(|quantity| {
            [
                (json!({"do": "issue_part", "scan": "BJ000001", "quantity": quantity}), QuantityInvalid),
                (json!({"do": "return_part", "scan": "BJ000001", "quantity": quantity}), QuantityInvalid),
                (json!({"do": "add_labour", "item": "S0001", "quantity": quantity}), QuantityInvalid),
            ]
        })
        .collect();
    check(at_work(), &table);
}

#[test]
fn codes_have_to_be_known() {
    check(
        at_work(),
        &[
            (json!({"do": "issue_part", "scan": "9999999999999", "quantity": 1}), PartUnknown),
            (json!({"do": "issue_part", "scan": "   ", "quantity": 1}), FieldInvalid),
            (json!({"do": "issue_part", "scan": "6901677643207", "quantity": 1}), PartAmbiguous),
            (json!({"do": "issue_part", "scan": "BJ000001", "quantity": 1, "warehouse": "K9"}), WarehouseUnknown),
            (json!({"do": "add_labour", "item": "S9999", "quantity": 1}), ItemUnknown),
            (json!({"do": "arrive", "location": "L99999"}), LocationUnknown),
            (json!({"do": "withdraw", "event": fixture::event_id(999_999)}), EventUnknown),
            (json!({"do": "return_part", "scan": "BJ000001", "quantity": 1}), MoreThanIssued),
            (json!({"do": "complete", "cause": " ", "remedy": "更换"}), FieldInvalid),
            (json!({"do": "complete", "cause": "老化", "remedy": "长".repeat(1_001)}), FieldInvalid),
            (json!({"do": "request_return", "reason": " "}), ReasonRequired),
            (json!({"do": "accept", "order": order_id(77)}), OrderUnknown),
        ],
    );
}

#[test]
fn commands_that_do_not_read_are_refused_by_name() {
    let (fixture, order) = at_work();
    for command in [
        json!({"do": "dance"}),
        json!({"order": order}),
        json!({"do": "accept", "order": order, "oder": 1}),
        json!({"do": "accept", "order": "not an id"}),
        json!({"do": "issue_part", "order": order, "scan": "BJ000001", "quantity": "2"}),
        json!({"do": "sync_status", "more": true}),
        json!([]),
    ] {
        fixture.refused(command, BadRequest);
    }
    let details = fixture.refused(json!({"do": "accept", "order": order, "oder": 1}), BadRequest);
    assert!(details["reason"].as_str().unwrap().contains("oder"), "{details}");
}

#[test]
fn an_ambiguous_scan_names_its_candidates_and_a_chosen_code_goes_through() {
    let (fixture, order) = at_work();
    let details = fixture.refused(json!({"do": "issue_part", "order": order, "scan": "6901677643207", "quantity": 1}), PartAmbiguous);
    let candidates: Vec<&str> =
        details["candidates"].as_array().unwrap().iter().map(|candidate| candidate["part"].as_str().unwrap()).collect();
    assert_eq!(candidates, ["BJ000002", "BJ000003"]);
    fixture.ok(json!({"do": "issue_part", "order": order, "scan": "bj000003", "quantity": 1}));
    // What goes back can only be what went out.
    let view = fixture.ok(json!({"do": "return_part", "order": order, "scan": "6901677643207", "quantity": 1}));
    assert_eq!(view["parts"], json!([]));
}

#[test]
fn an_identical_scan_at_once_is_asked_about() {
    let (fixture, order) = at_work();
    let scan = json!({"do": "issue_part", "order": order, "scan": "BJ000001", "quantity": 1});
    let with = |more: Value| {
        let mut command = scan.clone();
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        command
    };
    fixture.ok(scan.clone());
    fixture.clock.advance(4_999);
    fixture.refused(scan.clone(), RepeatedScan);
    fixture.ok(with(json!({"quantity": 2})));
    fixture.ok(with(json!({"scan": "6904965695674"})));
    fixture.ok(with(json!({"id": fixture::event_id(500)})));
    fixture.ok(with(json!({"again": true})));
    fixture.refused(scan.clone(), RepeatedScan);
    fixture.clock.advance(5_000);
    let view = fixture.ok(scan.clone());
    assert_eq!(view["parts"][0]["quantity"], 7);
    // Taken back, it may be scanned at once.
    let last = view["events"].as_array().unwrap().last().unwrap()["id"].clone();
    fixture.ok(json!({"do": "withdraw", "order": order, "event": last}));
    fixture.ok(scan);
}

#[test]
fn a_whole_number_is_one_however_json_writes_it() {
    let (fixture, order) = at_work();
    let issue = |quantity: serde_json::Value| json!({"do": "issue_part", "id": "0192f000-0000-7000-8000-00000000aa01", "order": order, "scan": "BJ000001", "quantity": quantity});
    assert_eq!(fixture.ok(issue(json!(2.0)))["parts"][0]["quantity"], 2);
    assert_eq!(fixture.ok(issue(json!(2)))["parts"][0]["quantity"], 2, "the same command once more");
    assert_eq!(fixture.ok(json!({"do": "add_labour", "order": order, "item": "S0001", "quantity": 1.0}))["labour"][0]["quantity"], 1);
}

#[test]
fn only_own_standing_lines_are_taken_back() {
    let (fixture, order) = at_work();
    let view = fixture.ok(json!({"do": "issue_part", "order": order, "scan": "BJ000001", "quantity": 2}));
    let issue = view["events"].as_array().unwrap().last().unwrap()["id"].clone();
    let accepted = view["events"][4]["id"].clone();
    fixture.refused(json!({"do": "withdraw", "event": accepted}), NotWithdrawable);
    fixture.ok(json!({"do": "return_part", "order": order, "scan": "BJ000001", "quantity": 1}));
    assert_eq!(fixture.refused(json!({"do": "withdraw", "event": issue}), MoreThanIssued)["net"], 1);
    let view = fixture.order(order);
    fixture.ok(json!({"do": "withdraw", "event": view.events.last().unwrap().id}));
    fixture.ok(json!({"do": "withdraw", "event": issue}));
    fixture.refused(json!({"do": "withdraw", "event": issue}), NotWithdrawable);
    assert!(fixture.order(order).parts.is_empty());
}

#[test]
fn confirming_asks_where_the_number_is_not_as_expected() {
    check(
        completed(),
        &[
            (json!({"do": "confirm", "staff_no": WORKER, "accepted": true}), OwnStaffNo),
            (
                json!({"do": "confirm", "staff_no": " ０２５ ５１８", "accepted": true, "unverified": true, "other_department": true}),
                OwnStaffNo,
            ),
            (json!({"do": "confirm", "staff_no": "020031", "accepted": true}), OtherDepartment),
            (json!({"do": "confirm", "staff_no": "025519", "accepted": true}), OtherDepartment),
            (json!({"do": "confirm", "staff_no": "999999", "accepted": true}), StaffUnknown),
            (json!({"do": "confirm", "staff_no": "020040", "accepted": true}), StaffNotValid),
            (json!({"do": "confirm", "staff_no": "020040", "accepted": true, "other_department": true}), StaffNotValid),
            (json!({"do": "confirm", "staff_no": NURSE, "accepted": false}), ReasonRequired),
            (json!({"do": "confirm", "staff_no": "", "accepted": true}), FieldInvalid),
        ],
    );
}

#[test]
fn a_flag_takes_each_confirmation_further() {
    let table = [
        (json!({"staff_no": "０２０００７", "accepted": true}), "verified", "confirmed"),
        (json!({"staff_no": "w0012", "accepted": true}), "verified", "confirmed"),
        (json!({"staff_no": "020031", "accepted": true, "other_department": true}), "other_department", "confirmed"),
        (json!({"staff_no": "025519", "accepted": true, "other_department": true}), "maintenance_staff", "confirmed"),
        (json!({"staff_no": "999999", "accepted": true, "unverified": true}), "unverified", "confirmed"),
        (json!({"staff_no": "020040", "accepted": true, "unverified": true}), "unverified", "confirmed"),
        (json!({"staff_no": NURSE, "accepted": false, "reason": "还在漏"}), "verified", "in_progress"),
    ];
    for (fields, standing, node) in table {
        let (fixture, order) = completed();
        let mut command = json!({"do": "confirm", "order": order});
        command.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let view = fixture.ok(command);
        assert_eq!(
            (view["node"].as_str().unwrap(), view["events"].as_array().unwrap().last().unwrap()["body"]["standing"].as_str().unwrap()),
            (node, standing),
            "{fields}"
        );
    }
}

#[test]
fn a_number_is_looked_up_with_what_the_directory_says() {
    let fixture = Fixture::enrolled();
    for (typed, name, standing) in [
        (NURSE, json!("潘勇"), "valid"),
        ("０２０００７ ", json!("潘勇"), "valid"),
        ("025519", json!("钱进"), "maintenance_staff"),
        (WORKER, json!("赵强"), "own"),
        ("020040", json!("旧人"), "not_valid"),
        ("999999", Value::Null, "unknown"),
    ] {
        let answer = fixture.ok(json!({"do": "look_up_staff", "staff_no": typed}));
        assert_eq!((&answer["name"], answer["standing"].as_str().unwrap()), (&name, standing), "{typed}");
    }
    assert_eq!(fixture.ok(json!({"do": "look_up_staff", "staff_no": NURSE}))["department_name"], "心血管内科");
}

/// Somebody in this role on a ward, with a team and without, confirms an order of the first ward.
fn check_confirmer(role: Role, team: Option<&str>, department: &str) {
    let (fixture, order) = completed();
    let validity = Validity { valid_from: chrono::NaiveDate::from_ymd_opt(2015, 1, 1).unwrap(), valid_to: None };
    let team_code = team.map(Into::into);
    let person =
        DirectoryEntry { staff_no: "020050".into(), name: "某人".into(), department_code: department.into(), role, team_code, validity };
    let delta = ReferenceDelta { revision: 6, staff: vec![person.clone()], ..fixture::reference_data() };
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, Some(delta));
    let looked_up = fixture.ok(json!({"do": "look_up_staff", "staff_no": "020050"}));
    assert_eq!(looked_up["standing"] == "maintenance_staff", is_maintenance_staff(&person), "{person:?}");
    let confirm = json!({"do": "confirm", "order": order, "staff_no": "020050", "accepted": true, "other_department": true});
    let recorded = fixture.ok(confirm)["events"].as_array().unwrap().last().unwrap()["body"]["standing"].clone();
    assert_eq!(recorded, json!(standing_of(&person, Some(&"001002".into()))), "{person:?}");
}

#[test]
fn a_confirmer_of_any_role_counts_as_at_the_server() {
    for role in Role::OF_PEOPLE {
        check_confirmer(*role, None, "001002");
        check_confirmer(*role, None, "001003");
        check_confirmer(*role, Some("T01"), "001002");
    }
}

#[test]
fn on_another_campus_whoever_is_not_of_it_ends_and_leads_nobody() {
    let (fixture, _) = completed();
    let there = ReferenceDelta { revision: 6, whole: true, staff: Vec::new(), teams: Vec::new(), ..fixture::reference_data() };
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, Some(there));
    let looked_up = |fixture: &Fixture| fixture.ok(json!({"do": "look_up_staff", "staff_no": NURSE}));
    assert_eq!((&looked_up(&fixture)["name"], &looked_up(&fixture)["standing"]), (&json!("潘勇"), &json!("not_valid")));
    // Back again, as the lists of the first campus say it.
    let here = ReferenceDelta { revision: 7, whole: true, ..fixture::reference_data() };
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, Some(here));
    assert_eq!(looked_up(&fixture)["standing"], "valid");
}

#[test]
fn places_and_departments_are_said_with_their_campus_where_there_are_several() {
    let (fixture, order) = Fixture::with_assigned_order();
    let campus = |code: &str, name: &str| Campus { campus_code: code.into(), name: name.into(), address: String::new() };
    for (campuses, said) in [(vec![campus("C1", "本部院区")], ""), (vec![campus("C1", "本部院区"), campus("C2", "东湖院区")], "本部 · ")]
    {
        let delta = ReferenceDelta { revision: 5 + campuses.len() as u64, campuses, ..fixture::reference_data() };
        fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, Some(delta));
        let (place, department) = (json!(format!("{said}外科楼 B2 空调机房")), json!(format!("{said}心血管内科")));
        let shown = fixture.ok(json!({"do": "get_order", "order": order}));
        let listed = fixture.ok(json!({"do": "list_orders", "filter": "mine"}))["orders"][0].clone();
        for shown in [&shown, &listed] {
            assert_eq!((&shown["location_label"], &shown["department_name"]), (&place, &department));
        }
        assert_eq!(fixture.ok(json!({"do": "search_locations", "text": "机房"}))["locations"][0]["label"], place);
        assert_eq!(fixture.ok(json!({"do": "search_departments", "text": "心血管"}))["departments"][0]["name"], department);
        assert_eq!(fixture.ok(json!({"do": "look_up_staff", "staff_no": NURSE}))["department_name"], department);
    }
}

#[test]
fn a_new_order_is_checked_field_by_field() {
    let fixture = Fixture::enrolled();
    let good = json!({"do": "create_order", "location": "L00001", "fault": "F001", "urgency": "urgent", "department": "001002", "description": "漏水"});
    for (field, value, code) in [
        ("location", json!("L9"), LocationUnknown),
        ("fault", json!("F9"), FaultUnknown),
        ("department", json!("9"), DepartmentUnknown),
        ("description", json!(""), FieldInvalid),
        ("description", json!("长".repeat(1_001)), FieldInvalid),
        ("urgency", json!("soon"), BadRequest),
        ("caller", json!({"name": " "}), FieldInvalid),
        ("caller", json!(["潘勇", "8123"]), BadRequest),
    ] {
        let mut command = good.clone();
        command[field] = value;
        fixture.refused(command, code);
    }
    assert!(fixture.listed("mine").is_empty());
    fixture.ok(good);
}

#[test]
fn a_command_is_an_object() {
    for line in ["", "[]", r#"["sync_status"]"#, r#"["list_orders","mine"]"#, "\"sync_status\"", "null"] {
        assert_eq!(device::read_command(line).unwrap_err().code, BadRequest, "{line}");
    }
    assert!(device::read_command(" {\"do\":\"sync_status\"}").is_ok());
}

#[test]
fn without_an_enrolment_only_the_status_answers() {
    let fixture = Fixture::fresh();
    fixture.refused(json!({"do": "list_orders", "filter": "mine"}), NotEnrolled);
    fixture.refused(json!({"do": "accept", "order": order_id(1)}), NotEnrolled);
    fixture.refused(json!({"do": "sync_now"}), NotEnrolled);
    assert_eq!(fixture.ok(json!({"do": "device_status"}))["enrolled"], false);
    assert_eq!(fixture.ok(json!({"do": "sync_status"}))["unsent"], 0);
}

#[test]
fn logging_out_with_unsent_work_is_asked_about_and_keeps_it() {
    let (fixture, order) = at_work();
    assert_eq!(fixture.refused(json!({"do": "log_out"}), UnsentWork)["unsent"], 1);
    let status = fixture.ok(json!({"do": "log_out", "confirmed": true}));
    assert_eq!((&status["logged_out"], &status["unsent"]), (&json!(true), &json!(1)));
    fixture.refused(json!({"do": "get_order", "order": order}), NotEnrolled);
    fixture::enrol(&fixture.device);
    assert_eq!(fixture.order(order).events.len(), 5);
}

#[test]
fn a_next_date_lies_within_five_years() {
    let (fixture, order) = at_work();
    fixture.ok(json!({"do": "arrive", "order": order}));
    let suspend = |until: i64| json!({"do": "suspend", "order": order, "cause": "parts", "until": until});
    for until in [fixture::MORNING.0, fixture::MORNING.0 + 1_831 * domain::time::DAY_MS, i64::MAX] {
        fixture.refused(suspend(until), FieldInvalid);
    }
    fixture.ok(suspend(fixture::MORNING.0 + 1_825 * domain::time::DAY_MS));
}

#[test]
fn every_word_of_a_search_has_to_match() {
    let fixture = Fixture::enrolled();
    for (what, text, list, expected) in [
        ("search_parts", "角阀 公牛", "parts", 2),
        ("search_parts", "公牛\u{3000}dn20", "parts", 1),
        ("search_parts", "6901677643207 软管", "parts", 1),
        ("search_parts", "角阀 正泰", "parts", 0),
        ("search_parts", "100%", "parts", 0),
        ("search_parts", "", "parts", 3),
        ("search_locations", "机房 外科楼", "locations", 1),
        ("search_locations", "外科楼B2", "locations", 1),
        ("search_departments", "内科 001002", "departments", 1),
        ("search_labour", "更换 水龙头", "items", 1),
    ] {
        let found = fixture.ok(json!({"do": what, "text": text}));
        assert_eq!(found[list].as_array().unwrap().len(), expected, "{what} {text}");
    }
    for what in ["search_parts", "search_locations", "search_departments", "search_labour"] {
        fixture.refused(json!({"do": what, "text": "长".repeat(201)}), FieldInvalid);
    }
}

#[test]
fn a_leader_is_offered_what_the_device_can_do() {
    let fixture = Fixture::fresh();
    let request = fixture.device.prepare_enrolment("K7QF").unwrap();
    let mut answer = fixture::enrol_answer("025514");
    answer.person.role = domain::role::Role::TeamLeader;
    fixture.device.accept_enrolment("http://127.0.0.1:1", &request, answer).unwrap();
    fixture.first_sync(vec![fixture::assigned_order(order_id(1))]);
    let mut offered: Vec<serde_json::Value> =
        fixture.ok(json!({"do": "get_order", "order": order_id(1)}))["next_actions"].as_array().unwrap().clone();
    let refused = fixture.refused(json!({"do": "complete", "order": order_id(1), "cause": "a", "remedy": "b"}), TransitionNotAllowed);
    offered.extend(refused["next_actions"].as_array().unwrap().clone());
    for action in offered {
        let known =
            device::read_command(&json!({"do": action}).to_string()).err().is_none_or(|fault| !fault.message.contains("unknown variant"));
        assert!(known, "{action}");
    }
}

#[test]
fn a_full_order_can_still_be_ended() {
    let (fixture, order) = at_work();
    let issue = json!({"do": "issue_part", "order": order, "scan": "BJ000001", "quantity": 1, "again": true});
    let own = fixture.order(order).events.iter().filter(|event| event.recorder.as_str() == fixture::WORKER).count();
    for _ in own..domain::event::MOST_EVENTS_OF_A_PERSON {
        fixture.ok(issue.clone());
    }
    fixture.refused(issue, OrderFull);
    fixture.ok(json!({"do": "complete", "order": order, "cause": "垫片老化", "remedy": "更换"}));
}
