//! The worker's app for a browser on this machine: its files, one address for commands, and sync in the background.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use device::reply::Reply;
use device::{App, Device, PageId, read_command};
use domain::fault::{Fault, FaultCodeName};
use tokio::net::TcpListener;

use crate::app_files::app_file;
use crate::call::written;
use crate::lines::LARGEST_COMMAND_BYTES;
use crate::print::{print_line, print_reply};
use crate::web_guard::guard;

/// What every request needs.
#[derive(Clone)]
struct Served {
    app: Arc<App>,
}

/// Header by which a page names itself, so that it alone is open once it has given the PIN.
const PAGE: &str = "plantroom-page";

/// What is asked when the program is told to stop has so long to be answered.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or Ctrl-C; prints `{"url":…}` when ready.
pub fn serve(device: Device, listen: SocketAddr) -> ExitCode {
    if !listen.ip().is_loopback() {
        return mistaken("the app is served to this machine only: listen on 127.0.0.1");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_keep_alive(device::UNTIL_THE_END).build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the system gives no threads: {error}")),
    };
    let app = match App::start(device) {
        Ok(app) => Arc::new(app),
        Err(fault) => return print_reply(&Reply::Error(fault)),
    };
    let outcome = runtime.block_on(serve_on(Arc::clone(&app), listen));
    // An exchange that waits for a slow server is not waited for long: what it had stored is durable. No thread may end beside the process
    // (`App::rest`), so that those of the runtime stay, too.
    app.rest();
    std::mem::forget(runtime);
    match outcome {
        Ok(ended) => ended,
        Err(error) => mistaken(&format!("{listen} cannot be served: {error}; name another address, or port 0 for a free one")),
    }
}

async fn serve_on(app: Arc<App>, listen: SocketAddr) -> std::io::Result<ExitCode> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let router = router(Served { app });
    // Who has read the line may ask to stop in the same moment.
    let stop = Stop::listen()?;
    if print_line(&serde_json::json!({ "url": format!("http://{address}") }).to_string()).is_err() {
        // It was said on standard error; whoever does not know the address asks for nothing.
        return Ok(ExitCode::FAILURE);
    }
    let (asked, mut was_asked) = tokio::sync::watch::channel(false);
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.wait().await;
        let _ = asked.send(true);
    });
    tokio::select! {
        served = serving => served?,
        () = too_late(&mut was_asked) => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn router(served: Served) -> Router {
    let calls = post(call).layer(DefaultBodyLimit::max(LARGEST_COMMAND_BYTES));
    Router::new().route("/call", calls).fallback(get(app_file).fallback(unknown)).layer(from_fn(guard)).with_state(served)
}

/// Only files are to be had elsewhere: whoever sends something has mistaken the address, and must not take the app for an answer.
async fn unknown() -> Response {
    let reply = Reply::Error(Fault::new(FaultCodeName::NotFound, "there is nothing at this address; commands go to /call"));
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "application/json")], written(&reply)).into_response()
}

/// The store is worked on away from the threads that serve.
async fn call(State(served): State<Served>, headers: HeaderMap, command: String) -> Response {
    let page = headers.get(PAGE).and_then(|word| word.to_str().ok()).and_then(PageId::read);
    let answered = tokio::task::spawn_blocking(move || answer(&served, page.as_ref(), &command)).await;
    let reply = answered.unwrap_or_else(|_| {
        Reply::Error(Fault::new(
            FaultCodeName::Internal,
            "the command failed by a mistake of ours; what was saved before is safe; try again",
        ))
    });
    ([(CONTENT_TYPE, "application/json")], written(&reply)).into_response()
}

fn answer(served: &Served, page: Option<&PageId>, command: &str) -> Reply {
    match read_command(command) {
        Ok(command) => served.app.handle(page, &command),
        Err(fault) => Reply::Error(fault),
    }
}

/// Waits until stopping was asked for and the last requests have had their time.
async fn too_late(was_asked: &mut tokio::sync::watch::Receiver<bool>) {
    let _ = was_asked.wait_for(|asked| *asked).await;
    tokio::time::sleep(LAST_REQUESTS).await;
}

/// SIGTERM or Ctrl-C.
#[cfg(unix)]
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn wait(self) {
        // Where it cannot be listened for, the program is ended by other means.
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// An address that cannot be served is for whoever named it to change.
fn mistaken(message: &str) -> ExitCode {
    print_reply(&Reply::Error(Fault::new(FaultCodeName::BadRequest, message)))
}

fn fail(message: &str) -> ExitCode {
    print_reply(&Reply::Error(Fault::new(FaultCodeName::Internal, message)))
}
