//! The centre as its people and scripts use it: signed in, over REST.

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::PATIENCE;

/// A reply of the centre.
#[derive(Debug)]
pub struct CentreReply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// Somebody signed in at the centre.
pub struct Desk {
    client: Client,
    url: String,
    token: String,
}

impl Desk {
    /// Signs in.
    ///
    /// # Panics
    /// When the centre refuses.
    pub fn sign_in(url: &str, staff_no: &str, password: &str) -> Self {
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client can be made");
        let mut desk = Self { client, url: url.to_owned(), token: String::new() };
        let session = desk.done(desk.post("/api/session", &json!({ "staff_no": staff_no, "password": password })));
        desk.token = session["token"].as_str().expect("a session has a token").to_owned();
        desk
    }

    /// Reports a fault; the reply is the order.
    ///
    /// # Panics
    /// When the centre refuses, as everywhere below.
    pub fn report(&self, report: &Value) -> Value {
        self.done(self.post("/api/orders", report))
    }

    /// An order with its whole history.
    pub fn order(&self, id: &str) -> Value {
        self.done(self.ask(Method::GET, &format!("/api/orders/{id}"), None))
    }

    /// Rows of orders.
    pub fn orders(&self, query: &str) -> Value {
        self.done(self.ask(Method::GET, &format!("/api/orders?{query}"), None))["orders"].clone()
    }

    /// Does something with an order, for example `dispatch`; the reply is the order.
    pub fn act(&self, order: &str, action: &str, body: &Value) -> Value {
        self.done(self.post(&format!("/api/orders/{order}/{action}"), body))
    }

    /// What was set aside and what is held; of an order what came first stands first.
    pub fn set_aside(&self) -> Vec<Value> {
        let page = self.done(self.ask(Method::GET, "/api/set-aside?limit=200", None));
        let items = page["items"].as_array().cloned().unwrap_or_default();
        assert_eq!(page["open"], items.len(), "as many are counted as are listed: {page}");
        items
    }

    /// Admits or leaves what was set aside or is held.
    pub fn review(&self, event: &str, outcome: &str) -> Value {
        self.done(self.post(&format!("/api/set-aside/{event}/{outcome}"), &json!({ "reason": "电话问过本人" })))
    }

    /// Admits everything that is held of the sender of `event` for its order.
    pub fn admit_together(&self, event: &str) -> Value {
        self.done(self.post(&format!("/api/set-aside/{event}/admit"), &json!({ "reason": "电话问过本人", "together": true })))
    }

    /// The enrolled devices.
    pub fn devices(&self) -> Value {
        let body = self.done(self.ask(Method::GET, "/api/devices", None));
        body.get("devices").cloned().unwrap_or(body)
    }

    /// Revokes a device.
    pub fn revoke(&self, device: &str) {
        self.done(self.post(&format!("/api/devices/{device}/revoke"), &json!({})));
    }

    /// Sends something and gives back what was answered, refusals too.
    pub fn post(&self, path: &str, body: &Value) -> CentreReply {
        self.ask(Method::POST, path, Some(body))
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> CentreReply {
        let request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        let request = body.into_iter().fold(request, RequestBuilder::json);
        let response = request.send().unwrap_or_else(|error| panic!("{path}: the centre does not answer: {error:?}"));
        let status = response.status().as_u16();
        let text = response.text().unwrap_or_default();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        CentreReply { status, body }
    }

    fn done(&self, reply: CentreReply) -> Value {
        assert!((200..300).contains(&reply.status), "the centre refuses: {reply:?}");
        reply.body
    }
}
