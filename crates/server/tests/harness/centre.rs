//! A serving centre on a free port and who signs in to it.

use std::net::{IpAddr, SocketAddr};

use domain::identity::StaffNo;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use server::http::app::App;
use server::http::router;
use server::people::account::set_password;
use server::people::password;
use tokio::net::TcpListener;

use super::Hospital;
use super::documented;

pub const PASSWORD: &str = "后勤维修-2026";
pub const DISPATCHER: &str = "026149";
pub const LEADER: &str = "025514";
pub const OTHER_LEADER: &str = "025522";
pub const TECHNICIAN: &str = "025518";
pub const NURSE: &str = "020007";
pub const ADMIN: &str = "026219";
pub const SECURITY: &str = "026226";
pub const AUDITOR: &str = "026233";

/// A running server and who is signed in.
pub struct Centre {
    pub url: String,
    pub client: Client,
    pub hospital: Hospital,
    /// What serves it.
    pub app: App,
    /// What it says of itself.
    document: Value,
}

impl Centre {
    pub async fn start() -> Self {
        Self::start_behind(&[]).await
    }

    /// As [`Self::start`], behind proxies at these addresses.
    pub async fn start_behind(proxies: &[IpAddr]) -> Self {
        let mut hospital = Hospital::new();
        let occasion = hospital.host.occasion();
        let phc = password::hash(PASSWORD, &occasion).unwrap();
        for person in [DISPATCHER, LEADER, OTHER_LEADER, TECHNICIAN, NURSE, ADMIN, SECURITY, AUDITOR] {
            let staff_no = StaffNo::from(person);
            hospital.store.write(|database| set_password(database, &staff_no, phc.clone(), &occasion)).unwrap();
        }
        let app = App::open(hospital.folder.path(), hospital.host.clone()).unwrap().behind(proxies);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let document = serde_json::to_value(server::http::documentation::openapi().await.0).unwrap();
        Self { url, client: Client::builder().no_proxy().build().unwrap(), hospital, app, document }
    }

    pub async fn send(&self, method: Method, path: &str, token: &str, body: Option<Value>, key: Option<&str>) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        request.send().await.unwrap()
    }

    pub async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        let (status, body) = read(self.send(Method::GET, path, token, None, None).await).await;
        documented::check(&self.document, "get", path, status, &body);
        (status, body)
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let (status, body) = read(self.send(Method::POST, path, token, Some(body), None).await).await;
        documented::check(&self.document, "post", path, status, &body);
        (status, body)
    }

    pub async fn sign_in(&self, staff_no: &str) -> String {
        let (status, body) = self.post("", "/api/session", json!({ "staff_no": staff_no, "password": PASSWORD })).await;
        assert_eq!(status, 200, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }

    /// An order filed by the dispatcher; its id.
    pub async fn order(&self, token: &str) -> String {
        let (status, body) = self.post(token, "/api/orders", new_order()).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }
}

pub async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

pub fn new_order() -> Value {
    json!({ "location": "L00001", "fault": "F001", "department": "001002", "description": "水龙头关不住", "caller": { "name": "潘护士", "number": "8123" } })
}

#[track_caller]
pub fn refused((status, body): (StatusCode, Value), expected: (u16, &str)) {
    assert_eq!((status.as_u16(), body["error"]["code"].as_str()), (expected.0, Some(expected.1)), "{body}");
}
