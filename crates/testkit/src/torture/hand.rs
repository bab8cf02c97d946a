//! A worker's hand at one device: commands to a program that is killed at any moment, given again until it replies.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::time::Duration;

use serde_json::{Value, json};

use super::Failure;
use super::chaos::{Round, between, pause};
use super::disk::AtWork;
use super::figures::Figures;
use super::hospital::{DEPARTMENT, FAULT, NURSES, PARTS, PLACE, code_of};
use super::ledger::text;
use super::process::Ended;
use crate::simulation::random::Chance;

/// After so many events nothing more is added to an order but its end.
const MANY_EVENTS: usize = 30;
/// Refusals that say that something is wrong with the device or with us, and not with the command.
const NEVER: [&str; 9] = [
    "internal",
    "store_damaged",
    "store_newer",
    "id_reused",
    "bad_request",
    "order_damaged",
    "not_enrolled",
    "order_unknown",
    "not_permitted",
];
/// What a device says whose file system is full.
const FULL: [&str; 2] = ["disk_full", "store_failed"];

/// How long a worker waits whose device has no lists yet.
const WITHOUT_LISTS: Duration = Duration::from_millis(50);

/// A worker at a device.
pub struct Hand {
    device: usize,
    chance: Chance,
    /// Given, and not answered yet.
    pending: Option<Value>,
    /// Acknowledged, with the reply.
    acknowledged: Vec<(Value, Value)>,
}

/// A running program that takes commands.
struct Talk<'a> {
    program: AtWork<'a>,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Hand {
    /// A worker who has done nothing yet.
    pub fn new(device: usize, chance: Chance) -> Self {
        Self { device, chance, pending: None, acknowledged: Vec::new() }
    }

    /// Works until the round is over.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn work(&mut self, round: &Round<'_>) -> Result<(), Failure> {
        while round.goes_on() {
            let lifetime = between(&mut self.chance, 2, 1_200);
            let ended = self.talk(round, Some(lifetime), usize::MAX)?;
            if ended.killed {
                Figures::count(&round.figures.kills_of_devices_at_commands);
            } else if ended.lost_power {
                // It is started again when the power is back.
            } else if ended.code != Some(0) && !self.was_full(round) {
                round.figures.fail(format!("device {}: the program ended by itself: {ended:?}", self.device));
            }
        }
        Ok(())
    }

    /// Gives what is not answered once more, to a program that is let be.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn settle(&mut self, round: &Round<'_>) -> Result<(), Failure> {
        if self.pending.is_some() {
            let ended = self.talk(round, None, 1)?;
            if self.pending.is_some() {
                round.figures.fail(format!("device {}: a command gets no reply: {ended:?} {:?}", self.device, self.pending));
            }
        }
        Ok(())
    }

    /// So many commands to one program, or as many as it lives for.
    fn talk(&mut self, round: &Round<'_>, lifetime: Option<Duration>, most: usize) -> Result<Ended, Failure> {
        let mut talk = Talk::begin(round, self.device, lifetime)?;
        for _ in 0..most {
            if !round.goes_on() && self.pending.is_none() {
                break;
            }
            if self.one_command(round, &mut talk).is_none() {
                break;
            }
        }
        talk.end()
    }

    /// `None` when the program is gone, or nothing is to be done.
    fn one_command(&mut self, round: &Round<'_>, talk: &mut Talk<'_>) -> Option<()> {
        if self.pending.is_none() && !self.acknowledged.is_empty() && self.chance.percent(10) {
            return self.repeat(round, talk);
        }
        let command = match self.pending.take() {
            Some(command) => command,
            None => self.next_command(round, talk)?,
        };
        let Some(reply) = talk.ask(&command) else {
            Figures::count(&round.figures.commands_unanswered);
            self.pending = Some(command);
            return None;
        };
        self.take(round, command, reply);
        Some(())
    }

    fn take(&mut self, round: &Round<'_>, command: Value, reply: Value) {
        let code = code_of(&reply);
        if let Some(order) = reply.get("ok") {
            let what = text(&command, "do");
            round.ledger.device_said(self.device, &text(&command, "id"), &text(order, "id"), &what);
            Figures::count(&round.figures.commands_acknowledged);
            self.acknowledged.push((command, reply));
        } else if self.is_without_power(round) {
            // Who is dead says nothing: the last words of a program that could do nothing any more are none.
            self.pending = Some(command);
        } else if self.was_full(round) && FULL.contains(&code.as_str()) {
            Figures::count(&round.figures.refused_for_a_full_disk);
            // Nothing was kept of it: it is given again when there is room.
            self.pending = Some(command);
        } else if !self.is_wrong(round, &command, &reply) {
            if code == "location_unknown" {
                // It has no lists yet: the worker waits for an exchange.
                pause(WITHOUT_LISTS);
            }
            round.figures.refused(format!("{}: {code}", text(&command, "do")));
        }
    }

    /// Whether a refusal is no answer to a command that a worker may give.
    fn is_wrong(&self, round: &Round<'_>, command: &Value, reply: &Value) -> bool {
        let code = code_of(reply);
        let is_wrong = NEVER.contains(&code.as_str()) || FULL.contains(&code.as_str());
        let is_excused = self.is_without_power(round) || (FULL.contains(&code.as_str()) && self.was_full(round));
        if is_wrong && !is_excused {
            round.figures.fail(format!("device {}: {command} is refused: {reply}", self.device));
        }
        is_wrong
    }

    /// Something that changes nothing.
    fn look(&self, round: &Round<'_>, talk: &mut Talk<'_>, command: &Value) -> Option<Value> {
        let reply = talk.ask(command)?;
        let shown = reply.get("ok").cloned();
        if shown.is_none() {
            self.is_wrong(round, command, &reply);
        }
        shown
    }

    /// The same command gives the same reply, whatever happened in between.
    fn repeat(&mut self, round: &Round<'_>, talk: &mut Talk<'_>) -> Option<()> {
        let (command, first) = self.chance.one_of(&self.acknowledged)?.clone();
        let again = talk.ask(&command)?;
        Figures::count(&round.figures.commands_repeated);
        let is_excused = self.is_without_power(round) || (self.was_full(round) && FULL.contains(&code_of(&again).as_str()));
        if again != first && !is_excused {
            round.figures.fail(format!("device {}: {command} given again gets another reply: {again} instead of {first}", self.device));
        }
        Some(())
    }

    /// What a worker may do next with some order; a new one where there is nothing to do.
    fn next_command(&mut self, round: &Round<'_>, talk: &mut Talk<'_>) -> Option<Value> {
        let filter = if self.chance.percent(85) { "mine" } else { "team" };
        let listed = self.look(round, talk, &json!({ "do": "list_orders", "filter": filter, "limit": 20 }))?;
        let orders: Vec<String> = listed.get("orders")?.as_array()?.iter().map(|row| text(row, "id")).collect();
        let chosen = if self.chance.percent(4) { None } else { self.chance.one_of(&orders).cloned() };
        let mut command = match chosen {
            None => json!({
                "do": "create_order", "location": PLACE, "fault": FAULT, "urgency": "urgent", "department": DEPARTMENT,
                "description": "护士站洗手池水龙头滴水",
            }),
            Some(order) => self.on_order(round, talk, &order)?,
        };
        set(&mut command, "id", json!(self.chance.id().to_string()));
        Some(command)
    }

    fn on_order(&mut self, round: &Round<'_>, talk: &mut Talk<'_>, order: &str) -> Option<Value> {
        let shown = self.look(round, talk, &json!({ "do": "get_order", "order": order }))?;
        let is_long = shown.get("events")?.as_array()?.len() > MANY_EVENTS;
        let actions: Vec<String> =
            shown.get("next_actions")?.as_array()?.iter().filter_map(|action| Some(action.as_str()?.to_owned())).collect();
        let ends: Vec<String> = actions.iter().filter(|action| ["complete", "confirm"].contains(&action.as_str())).cloned().collect();
        let choices = if ends.is_empty() || !(is_long || self.chance.percent(15)) { &actions } else { &ends };
        let action = self.chance.one_of(choices).cloned().unwrap_or_else(|| "arrive".to_owned());
        let mut command = self.command(&action, &shown);
        set(&mut command, "order", json!(order));
        Some(command)
    }

    fn command(&mut self, action: &str, shown: &Value) -> Value {
        let quantity = self.chance.below(3).saturating_add(1);
        let part = self.chance.one_of(&PARTS).copied().unwrap_or_default();
        match action {
            "suspend" => json!({ "do": action, "cause": "parts", "note": "等配件" }),
            "request_return" => json!({ "do": action, "reason": "不是本班组的工作" }),
            "issue_part" | "return_part" => json!({ "do": action, "scan": part, "quantity": quantity, "again": true }),
            "add_labour" => json!({ "do": action, "item": "S0001", "quantity": quantity }),
            "withdraw" => json!({ "do": action, "event": self.some_line(shown) }),
            "complete" => json!({ "do": action, "cause": "阀芯磨损", "remedy": "更换角阀，试水不漏" }),
            "confirm" => {
                let nurse = self.chance.one_of(&NURSES).copied().unwrap_or_default();
                json!({ "do": action, "staff_no": nurse, "accepted": self.chance.percent(80), "reason": "还在滴水" })
            }
            _ => json!({ "do": action }),
        }
    }

    /// The latest event, which may be a line that can be taken back.
    fn some_line(&mut self, shown: &Value) -> String {
        let events = super::ledger::events_of(shown);
        self.chance.one_of(&events).cloned().unwrap_or_default()
    }

    fn is_without_power(&self, round: &Round<'_>) -> bool {
        round.hospital.is_without_power(self.device)
    }

    fn was_full(&self, round: &Round<'_>) -> bool {
        round.hospital.devices.get(self.device).is_some_and(super::disk::Disk::was_full)
    }
}

impl<'a> Talk<'a> {
    fn begin(round: &Round<'a>, device: usize, lifetime: Option<Duration>) -> Result<Self, Failure> {
        let mut command = round.hospital.device_program(round.programs, device);
        let mut program = round.hospital.device(device)?.start(command.args(["call", "-"]), lifetime)?;
        let input = program.input.take().ok_or("a program has no input")?;
        let output = BufReader::new(program.output.take().ok_or("a program has no output")?);
        Ok(Self { program, input, output })
    }

    /// The whole reply; `None` when the program is gone before all of it was there.
    fn ask(&mut self, command: &Value) -> Option<Value> {
        self.input.write_all(format!("{command}\n").as_bytes()).ok()?;
        let mut line = String::new();
        self.output.read_line(&mut line).ok()?;
        if line.ends_with('\n') { serde_json::from_str(&line).ok() } else { None }
    }

    fn end(self) -> Result<Ended, Failure> {
        let Self { program, input, output } = self;
        drop((input, output));
        program.end()
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
