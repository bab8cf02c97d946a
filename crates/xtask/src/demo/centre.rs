//! The centre as its people use it: signed in, over REST.

use serde_json::{Value, json};
use ureq::Agent;

use crate::failure::Failure;

/// Somebody signed in at the centre.
pub struct Session {
    agent: Agent,
    url: String,
    token: String,
}

impl Session {
    /// Signs in.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn sign_in(url: &str, staff_no: &str, password: &str) -> Result<Self, Failure> {
        // The server is on this machine: a proxy of the surroundings has nothing to do with it.
        let agent = Agent::new_with_config(Agent::config_builder().http_status_as_error(false).proxy(None).build());
        let mut session = Self { agent, url: url.trim_end_matches('/').to_owned(), token: String::new() };
        let reply = session.post("/api/session", &json!({ "staff_no": staff_no, "password": password }))?;
        session.token = text(&reply, "token")?;
        Ok(session)
    }

    /// Files a report; the reply is the order.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn report(&self, report: &Value) -> Result<String, Failure> {
        text(&self.post("/api/orders", report)?, "id")
    }

    /// Does something with an order, for example `dispatch`.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn act(&self, order: &str, action: &str, body: &Value) -> Result<(), Failure> {
        self.post(&format!("/api/orders/{order}/{action}"), body).map(drop)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let failed = |told: String| Failure::new(format!("POST {path}: {told}"));
        let request = self.agent.post(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {}", self.token));
        let mut response = request.send_json(body).map_err(|error| failed(error.to_string()))?;
        let reply: Value = response.body_mut().read_json().map_err(|error| failed(format!("{} and {error}", response.status())))?;
        if response.status().is_success() { Ok(reply) } else { Err(failed(reply.to_string())) }
    }
}

fn text(reply: &Value, field: &str) -> Result<String, Failure> {
    let value = reply.get(field).and_then(Value::as_str);
    value.map(str::to_owned).ok_or_else(|| Failure::new(format!("the server's reply has no `{field}`: {reply}")))
}
