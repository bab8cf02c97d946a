//! Who may speak to the app: this machine, from the app's own pages. A page of another site that a browser on this machine
//! shows must neither read orders nor record work.

use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; \
    connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/// Refuses what does not come from the app's own pages on this machine, and guards the pages themselves.
pub async fn guard(request: Request, next: Next) -> Response {
    if !is_own(request.method(), request.headers()) {
        return (StatusCode::FORBIDDEN, "Only the app's own pages on this machine may ask.\n").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn is_own(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(host) = text(HOST).filter(|host| is_loopback(host)) else { return false };
    let same_origin = text(ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
    // A form of another site cannot send this type, and its scripts have to ask first.
    let json = text(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"));
    same_origin && (method != Method::POST || json)
}

/// A name that resolves to this machine is not enough: it may be another site's.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], accepted: bool) {
        let map =
            headers.iter().map(|(name, value)| (axum::http::HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
        assert_eq!(is_own(&Method::POST, &map), accepted, "{headers:?}");
    }

    #[test]
    fn only_own_pages_on_this_machine_may_ask() {
        let json = ("content-type", "application/json");
        check(&[("host", "127.0.0.1:4000"), json], true);
        check(&[("host", "localhost:4000"), ("origin", "http://localhost:4000"), json], true);
        check(&[("host", "[::1]:4000"), ("origin", "http://[::1]:4000"), json], true);
        check(&[("host", "127.0.0.1:4000"), ("origin", "http://evil.example"), json], false);
        check(&[("host", "127.0.0.1:4000"), ("origin", "http://127.0.0.1:5000"), json], false);
        check(&[("host", "127.0.0.1:4000"), ("origin", "null"), json], false);
        check(&[("host", "evil.example"), json], false);
        check(&[("host", "127.0.0.1.evil.example:80"), json], false);
        check(&[("host", "127.0.0.1:4000"), ("content-type", "text/plain")], false);
        check(&[("host", "127.0.0.1:4000")], false);
        check(&[json], false);
    }
}
