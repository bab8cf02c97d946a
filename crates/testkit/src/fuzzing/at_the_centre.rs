//! Requests to the server, through its real routes on a real store.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use domain::permissions::{self, ROUTES, Route, RouteLine};
use server::http::app::App;
use server::http::router;
use tower::ServiceExt;

use super::bodies::packed;
use super::workplace::{Moment, host, moment};

/// The most bytes of an answer that is looked at.
const MOST_OF_AN_ANSWER: usize = 64 << 20;

/// Any request. The first byte chooses the route, the second who asks and what the rest is: the body of a request that has one,
/// else what follows the `?`.
pub fn centre_request(bytes: &[u8]) {
    let [route, asker, rest @ ..] = bytes else { return };
    let Some(line) = usize::from(*route).checked_rem(ROUTES.len()).and_then(|index| ROUTES.get(index)) else { return };
    at_a_server(async |server| {
        server.ask(line, usize::from(*asker), rest).await;
    });
}

/// What a device with a valid credential says, before its compression; afterwards the centre looks at everything.
pub fn taken_up_request(bytes: &[u8]) {
    at_a_server(async |server| {
        let exchange = request(Method::POST, "/sync/v1/exchange").header("authorization", format!("Bearer {}", server.moment.credential));
        if server.send(exchange.body(Body::from(packed(bytes)))).await == StatusCode::OK {
            for path in [format!("/api/orders/{}", server.moment.order), "/api/set-aside".to_owned(), "/api/orders".to_owned()] {
                let look = request(Method::GET, &path).header("authorization", format!("Bearer {}", server.token(0)));
                assert_eq!(server.send(look.body(Body::empty())).await, StatusCode::OK, "the centre cannot look at {path}");
            }
        }
    });
}

struct Server {
    moment: &'static Moment,
    router: Router,
}

fn at_a_server(work: impl AsyncFnOnce(&Server)) {
    let moment = moment();
    let folder = moment.server();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
    runtime.block_on(async {
        let app = App::open(folder.path(), host()).unwrap_or_else(|error| panic!("the server's store does not open: {error}"));
        work(&Server { moment, router: router(app) }).await;
    });
}

impl Server {
    async fn ask(&self, line: &RouteLine, asker: usize, rest: &[u8]) {
        let method = match line.method {
            permissions::Method::Get => Method::GET,
            permissions::Method::Post => Method::POST,
            permissions::Method::Delete => Method::DELETE,
        };
        let path = line.path.replace("{id}", &self.moment.order.to_string());
        let query = std::str::from_utf8(rest).ok().filter(|_| method == Method::GET).map(|query| format!("?{query}"));
        let credential = if line.route == Route::Exchange { &self.moment.credential } else { self.token(asker) };
        let asked = request(method.clone(), &format!("{path}{}", query.unwrap_or_default()));
        let asked = asked.header("authorization", format!("Bearer {credential}"));
        self.send(asked.body(if method == Method::POST { Body::from(rest.to_vec()) } else { Body::empty() })).await;
    }

    fn token(&self, asker: usize) -> &str {
        let index = asker.checked_rem(self.moment.tokens.len());
        index.and_then(|index| self.moment.tokens.get(index)).map_or("", String::as_str)
    }

    /// The status; a mistake of the server's is none that anybody may cause from outside.
    async fn send(&self, request: axum::http::Result<Request<Body>>) -> StatusCode {
        // An address that is none never comes so far.
        let Ok(request) = request else { return StatusCode::BAD_REQUEST };
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let status = response.status();
        let body = to_bytes(response.into_body(), MOST_OF_AN_ANSWER).await.unwrap_or_default();
        assert!(!status.is_server_error(), "{status}: {}", String::from_utf8_lossy(&body));
        if status.is_client_error() {
            let said: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
            let code = said.as_ref().and_then(|said| said.get("error")?.get("code")?.as_str());
            assert!(code.is_some(), "{status} without a code: {}", String::from_utf8_lossy(&body));
        }
        status
    }
}

fn request(method: Method, address: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(address)
}
