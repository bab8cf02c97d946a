//! Every command with every role, by the table: what a person may not record is refused before it is, and what the own device
//! knows stays to be seen.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected fails"
)]

mod fixture;

use device::command::Command;
use domain::fault::FaultCodeName;
use domain::identity::OrderId;
use domain::permissions::{COMMANDS, CommandAsks, may_command};
use domain::role::Role;
use fixture::{Fixture, NURSE, WORKER, event_id, reference_data};
use serde_json::{Value, json};
use sync::wire::{Down, ReferenceDelta};

/// The command with everything that it has to say.
fn full(command: &str, order: OrderId) -> Value {
    let said = match command {
        "list_orders" => json!({ "filter": "mine" }),
        "create_order" => {
            json!({ "location": "L00001", "fault": "F001", "urgency": "normal", "department": "001002", "description": "水龙头漏水" })
        }
        "get_order" | "accept" | "arrive" | "resume" => json!({ "order": order }),
        "suspend" => json!({ "order": order, "cause": "parts" }),
        "request_return" => json!({ "order": order, "reason": "派错班组" }),
        "issue_part" | "return_part" => json!({ "order": order, "scan": "BJ000001", "quantity": 1 }),
        "add_labour" => json!({ "order": order, "item": "S0001", "quantity": 1 }),
        "withdraw" => json!({ "order": order, "event": event_id(1) }),
        "complete" => json!({ "order": order, "cause": "阀芯老化", "remedy": "更换阀芯" }),
        "look_up_staff" => json!({ "staff_no": NURSE }),
        "confirm" => json!({ "order": order, "staff_no": NURSE, "accepted": true }),
        "search_parts" | "search_locations" | "search_departments" | "search_labour" => json!({ "text": "" }),
        "set_pin" => json!({ "pin": "2580" }),
        "acknowledge_lost_numbers" => json!({ "numbers": [] }),
        "unlock" => json!({ "pin": "2580" }),
        "enroll" => json!({ "url": "http://127.0.0.1:1", "code": "K7QF-2MXD" }),
        _ => json!({}),
    };
    let mut command = json!({ "do": command });
    command.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
    command
}

/// The staff list says that the worker of the device has another role.
fn becomes(fixture: &Fixture, role: Role, leads: bool) {
    let mut delta = ReferenceDelta { revision: 6, ..reference_data() };
    delta.staff.retain(|person| person.staff_no == WORKER.into());
    delta.staff[0].role = role;
    if leads {
        delta.teams[0].deputy_staff_no = Some(WORKER.into());
    }
    fixture.exchange(Down::Log { entries: Vec::new(), cursor: 1_000, more: false }, Some(delta));
}

/// Logging out last: afterwards nothing works.
fn in_a_useful_order() -> Vec<&'static str> {
    let (last, others): (Vec<&str>, Vec<&str>) = COMMANDS.iter().map(|line| line.command).partition(|command| *command == "log_out");
    others.into_iter().chain(last).collect()
}

#[test]
fn every_command_answers_every_role_as_the_table_says() {
    for role in Role::OF_PEOPLE.iter().copied() {
        let (fixture, order) = Fixture::with_assigned_order();
        becomes(&fixture, role, false);
        for command in in_a_useful_order() {
            let reply = fixture.call(full(command, order));
            let refused = reply["error"]["code"] == FaultCodeName::NotPermitted.as_str();
            assert_eq!(refused, !may_command(role, command), "{command} {role:?} gave {reply}");
            assert_ne!(reply["error"]["code"], FaultCodeName::BadRequest.as_str(), "{command}: {reply}");
        }
    }
}

#[test]
fn what_asks_for_a_person_is_refused_while_there_is_none() {
    let fixture = Fixture::fresh();
    for line in COMMANDS.iter().filter(|line| line.asks != CommandAsks::Nothing) {
        fixture.refused(full(line.command, fixture::order_id(1)), FaultCodeName::NotEnrolled);
    }
}

#[test]
fn the_table_has_the_commands_of_the_device_and_no_other() {
    for line in COMMANDS {
        let command: Command = serde_json::from_value(full(line.command, fixture::order_id(1))).unwrap();
        assert_eq!(command.name(), line.command);
        assert_eq!(command.writes(), matches!(line.asks, CommandAsks::RecorderOf(_)) && line.command != "look_up_staff");
    }
    let unknown = serde_json::from_value::<Command>(json!({ "do": "made_up" })).unwrap_err().to_string();
    let known = unknown.split('`').filter(|word| COMMANDS.iter().any(|line| line.command == *word)).count();
    assert_eq!(known, unknown.matches("`, `").count() + 1, "{unknown}");
}

#[test]
fn whoever_leads_a_team_as_deputy_works_as_its_leader() {
    let (fixture, order) = Fixture::with_assigned_order();
    becomes(&fixture, Role::Storekeeper, true);
    fixture.ok(full("accept", order));
    let event = fixture.order(order).events.pop().unwrap();
    assert_eq!((event.kind.as_str(), event.role), ("accepted", Role::TeamLeader));
}
