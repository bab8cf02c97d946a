//! The centre: somebody who reports, dispatches, accepts and assigns, and gives a request again under its own key until the
//! server has answered it.

use std::time::Duration;

use reqwest::blocking::Client;
use serde_json::{Value, json};

use super::Failure;
use super::chaos::{Round, pause};
use super::figures::Figures;
use super::hospital::{DEPARTMENT, DISPATCHER, FAULT, PASSWORD, PLACE, TEAM, TEAM_LEADER, TECHNICIANS, code_of};
use super::ledger::text;
use super::process::PATIENCE;
use crate::simulation::random::Chance;

/// Open orders beyond which none is reported.
const ENOUGH_OPEN: usize = 12;
/// Between two requests: the centre's people think.
const THINKING: Duration = Duration::from_millis(40);
/// Between two tries of one request.
const AGAIN: Duration = Duration::from_millis(15);

/// Both people of the centre.
pub struct Desk {
    client: Client,
    dispatcher: String,
    leader: String,
    chance: Chance,
    /// Given, and not answered yet.
    pending: Option<Request>,
}

#[derive(Debug, Clone)]
struct Request {
    path: String,
    body: Value,
    of_the_leader: bool,
    key: String,
}

impl Desk {
    /// Signs both in; the server runs.
    ///
    /// # Errors
    /// When the centre refuses.
    pub fn open(server_url: &str, chance: Chance) -> Result<Self, Failure> {
        let client = Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let sign_in = |staff_no: &str| -> Result<String, Failure> {
            let body = json!({ "staff_no": staff_no, "password": PASSWORD });
            let session: Value = client.post(format!("{server_url}/api/session")).json(&body).send()?.error_for_status()?.json()?;
            Ok(text(&session, "token"))
        };
        Ok(Self { dispatcher: sign_in(DISPATCHER)?, leader: sign_in(TEAM_LEADER)?, client, chance, pending: None })
    }

    /// Works until the round is over.
    pub fn work(&mut self, round: &Round<'_>) {
        while round.goes_on() {
            if self.pending.is_none() {
                self.pending = self.next_request(round);
                pause(THINKING);
            }
            self.give(round);
        }
    }

    /// Gives what is not answered once more; the server is let be.
    pub fn settle(&mut self, round: &Round<'_>) {
        self.give(round);
        if self.pending.is_some() {
            round.figures.fail(format!("the centre gets no answer to {:?}", self.pending));
        }
    }

    /// An order as the centre shows it.
    ///
    /// # Errors
    /// When it does not.
    pub fn order(&self, round: &Round<'_>, order: &str) -> Result<Value, Failure> {
        self.get(round, &format!("/api/orders/{order}"))
    }

    /// Something as the centre shows it.
    ///
    /// # Errors
    /// When it does not.
    pub fn get(&self, round: &Round<'_>, path: &str) -> Result<Value, Failure> {
        let url = format!("{}{path}", round.hospital.server_url());
        Ok(self.client.get(url).bearer_auth(&self.dispatcher).send()?.error_for_status()?.json()?)
    }

    fn give(&mut self, round: &Round<'_>) {
        let Some(request) = self.pending.take() else { return };
        let token = if request.of_the_leader { &self.leader } else { &self.dispatcher };
        let url = format!("{}{}", round.hospital.server_url(), request.path);
        let sent = self.client.post(url).bearer_auth(token).header("idempotency-key", &request.key).json(&request.body).send();
        let answer = sent.and_then(|response| Ok((response.status().as_u16(), response.bytes()?)));
        match answer {
            Ok((status, body)) => self.take(round, request, status, &serde_json::from_slice(&body).unwrap_or_default()),
            Err(_) => {
                Figures::count(&round.figures.centre_requests_unanswered);
                self.pending = Some(request);
                pause(AGAIN);
            }
        }
    }

    fn take(&mut self, round: &Round<'_>, request: Request, status: u16, answer: &Value) {
        let code = code_of(answer);
        if (200..300).contains(&status) {
            Figures::count(&round.figures.centre_requests_acknowledged);
            round.ledger.centre_showed(answer, &request.path);
        } else if status >= 500 && round.hospital.server.was_full() {
            Figures::count(&round.figures.refused_for_a_full_disk);
            self.pending = Some(request);
            pause(AGAIN);
        } else if !["transition_not_allowed", "not_permitted"].contains(&code.as_str()) {
            // Workers go on meanwhile, so that a decision may come too late; nothing else is refused here.
            round.figures.fail(format!("the centre answers {status} to {request:?}: {answer}"));
        }
    }

    /// What the centre's people do next; nothing while they cannot see how orders stand.
    fn next_request(&mut self, round: &Round<'_>) -> Option<Request> {
        let page = self.get(round, &format!("/api/orders?team={TEAM}&limit=200")).ok()?;
        let others = self.get(round, "/api/orders?node=reported&limit=50").ok()?;
        let rows = [page, others].into_iter().flat_map(|page| page.get("orders").and_then(Value::as_array).cloned().unwrap_or_default());
        let open: Vec<Value> = rows.filter(|row| !["confirmed", "cancelled", "completed"].contains(&text(row, "node").as_str())).collect();
        if open.len() < ENOUGH_OPEN && self.chance.percent(50) {
            return Some(self.report());
        }
        let row = self.chance.one_of(&open)?.clone();
        let technician = self.chance.one_of(&TECHNICIANS).copied().unwrap_or_default();
        let (action, body, of_the_leader) = match text(&row, "node").as_str() {
            "reported" => ("dispatch", json!({ "team": TEAM }), false),
            "dispatched" => ("accept-for-team", json!({}), true),
            "team_accepted" => ("assign", json!({ "staff_no": technician }), true),
            "assigned" if self.chance.percent(5) => ("reassign", json!({ "staff_no": technician }), true),
            "return_requested" => ("return", json!({ "reason": "请重新派工" }), true),
            _ => return None,
        };
        Some(self.request(&format!("/api/orders/{}/{action}", text(&row, "id")), body, of_the_leader))
    }

    fn report(&mut self) -> Request {
        let body = json!({
            "location": PLACE, "fault": FAULT, "urgency": "urgent", "department": DEPARTMENT, "description": "护士站洗手池水龙头滴水",
            "caller": { "name": "刘护士", "number": "8123" },
        });
        self.request("/api/orders", body, false)
    }

    fn request(&mut self, path: &str, body: Value, of_the_leader: bool) -> Request {
        Request { path: path.to_owned(), body, of_the_leader, key: self.chance.id().to_string() }
    }
}
