//! Connections: how many are open at once, and how long each of them may keep the server waiting. A client that sends a byte a
//! minute, never reads its answer, or opens connections and says nothing costs a place for a while, and nobody else's request.

mod impatient;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower_http::add_extension::AddExtension;

use impatient::Impatient;

/// The most that connections may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Open at once; whoever comes beyond waits in the system's queue. Below the 1024 files that a process usually may open,
    /// with room for the store's.
    pub most_connections: usize,
    /// Until the whole head of a request is there, and between two requests.
    pub head_within: Duration,
    /// Until the small body of a request is there, which needs no credential to be sent: the exchange of a phone, which does, has its
    /// own time.
    pub small_body_within: Duration,
    /// Both for those who come when only a few places are free: whoever opens connections and says nothing, or half of something,
    /// then gives each place back soon.
    pub within_when_crowded: Duration,
    /// For a piece of an answer to be taken.
    pub answer_moves_within: Duration,
    /// Bytes of all headers of a request.
    pub largest_head: usize,
    /// Headers of a request.
    pub most_headers: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            most_connections: 512,
            head_within: Duration::from_secs(30),
            small_body_within: Duration::from_secs(10),
            within_when_crowded: Duration::from_secs(2),
            answer_moves_within: Duration::from_secs(30),
            largest_head: 32 * 1024,
            most_headers: 64,
        }
    }
}

impl ConnectionLimits {
    /// What somebody is given who comes when so many places are left.
    fn when_left(self, places: usize) -> Self {
        if places >= self.most_connections.div_ceil(CROWDED_BELOW_ONE_IN) {
            return self;
        }
        let soon = |within: Duration| within.min(self.within_when_crowded);
        Self { head_within: soon(self.head_within), small_body_within: soon(self.small_body_within), ..self }
    }
}

/// How long the small body of a request may take, said to whoever reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SmallBodyWithin(pub Duration);

/// The routes, with what they are told of a connection.
type Told = AddExtension<AddExtension<Router, ConnectInfo<SocketAddr>>, SmallBodyWithin>;

/// Crowded is when fewer places than one in so many are free.
const CROWDED_BELOW_ONE_IN: usize = 4;

/// How long is waited when the system gives no connections, for example because too many files are open.
const BREATH: Duration = Duration::from_millis(200);

/// Serves until `stop` is ready, and then until the requests under way are answered.
pub async fn listen(listener: TcpListener, router: Router, limits: ConnectionLimits, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.most_connections));
    let (stopping, _) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        if let Some((stream, peer, place)) = accepted {
            let limits = limits.when_left(places.available_permits());
            // Where a request comes from is asked by `http::source`.
            let router = AddExtension::new(router.clone(), ConnectInfo(peer));
            let router = AddExtension::new(router, SmallBodyWithin(limits.small_body_within));
            tokio::spawn(serve(stream, router, limits, stopping.subscribe(), place));
        }
    }
    drop(listener);
    stopping.send_replace(true);
    // All places are free when nobody is served any more.
    let _ = places.acquire_many(u32::try_from(limits.most_connections).unwrap_or(u32::MAX)).await;
}

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            // Somebody who has hung up already is no reason to wait.
            if !matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused) {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::time::sleep(BREATH).await;
            }
            None
        }
    }
}

async fn serve(
    stream: TcpStream,
    router: Told,
    limits: ConnectionLimits,
    mut stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    // Small answers go at once; where the system knows no such wish they come a little later.
    let _ = stream.set_nodelay(true);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head_within);
    http.max_header_size(limits.largest_head).max_headers(limits.most_headers);
    let stream = TokioIo::new(Impatient::new(stream, limits.answer_moves_within));
    let mut connection = pin!(http.serve_connection(stream, TowerToHyperService::new(router)));
    // What breaks off is the client's to try again.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stopping| *stopping) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
