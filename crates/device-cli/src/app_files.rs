//! The built worker's app: inside the program in a release build, read from `ui/worker/dist` in a debug build.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../ui/worker/dist"]
struct AppFiles;

/// The file of an address; the app itself where there is none, because its screens have addresses of their own.
pub async fn app_file(uri: Uri) -> Response {
    let wanted = uri.path().trim_start_matches('/');
    match AppFiles::get(wanted) {
        Some(file) => file_response(wanted, file.data.into_owned()),
        None if wanted.starts_with("assets/") => StatusCode::NOT_FOUND.into_response(),
        None => the_app(),
    }
}

fn the_app() -> Response {
    match AppFiles::get("index.html") {
        Some(page) => file_response("index.html", page.data.into_owned()),
        None => {
            (StatusCode::SERVICE_UNAVAILABLE, "The worker's app (ui/worker) has not been built: run `npm run build` in ui, then reload.\n")
                .into_response()
        }
    }
}

fn file_response(name: &str, content: Vec<u8>) -> Response {
    // Names under assets/ carry a hash of their content.
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(CONTENT_TYPE, content_type(name)), (CACHE_CONTROL, keep)], content).into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        _ => "application/octet-stream",
    }
}
