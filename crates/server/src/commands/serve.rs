//! `serve`

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use domain::fault::Fault;
use server::deriving;
use server::http::app::App;
use server::http::router;
use server::listening::{ConnectionLimits, listen};
use server::occasion::Host;
use server::review::unknown_kinds;
use store::server::{checks, counters, meta};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Data, complain, fault, say};

/// How long requests under way may take to end once the server is asked to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Serves devices and the centre.
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen; port 0 takes a free one 监听地址
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Listen on an address that other machines reach, although the connections are not encrypted: where the reverse proxy that
    /// speaks HTTPS is on another machine of a closed network 允许明文 HTTP
    #[arg(long)]
    allow_plain_http: bool,
    /// Address of a reverse proxy in front, whose X-Forwarded-For is believed; may be given several times 反向代理
    #[arg(long = "trusted-proxy", value_name = "IP")]
    trusted_proxies: Vec<IpAddr>,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| fault(format!("no threads: {error}")))?;
        let served = runtime.block_on(self.serve());
        runtime.shutdown_timeout(LAST_REQUESTS);
        served.map(|()| ExitCode::SUCCESS)
    }

    async fn serve(&self) -> Result<(), Fault> {
        self.refuse_plain_http()?;
        let is_new = !self.data.is_there();
        let app = self.data.open_as(|folder| App::open(folder, Host::system()))?.behind(&self.trusted_proxies);
        if is_new {
            // A disk that was not mounted looks like this, and phones would be told that nobody knows them.
            complain(format_args!(
                "there was no server's data in {}: a new, empty hospital was made there; if this hospital has data, stop, and see that \
                 its disk is mounted or restore the newest backup",
                self.data.folder.display()
            ));
        }
        catch_up(&app).await?;
        judge_unknown_kinds_again(&app).await?;
        derive_anew_after_an_upgrade(&app).await?;
        // Before the ready line: whoever reads it may stop the server at once.
        let stop = Stop::listen()?;
        let listener =
            TcpListener::bind(self.listen).await.map_err(|error| fault(format!("{} cannot be listened at: {error}", self.listen)))?;
        let address = listener.local_addr().map_err(|error| fault(error.to_string()))?;
        let url = format!("http://{address}");
        remember(&app, url.clone()).await?;
        say(serde_json::json!({ "url": url }))?;
        let (asked, mut was_asked) = tokio::sync::watch::channel(false);
        let serving = listen(listener, router(app), ConnectionLimits::default(), async move {
            stop.wait().await;
            let _ = asked.send(true);
        });
        tokio::select! {
            () = serving => {}
            () = too_late(&mut was_asked) => complain("some requests did not end in time and were cut off; nothing acknowledged is lost"),
        }
        Ok(())
    }

    /// Passwords and telephone numbers cross the network as they are, unless something before the server encrypts them.
    fn refuse_plain_http(&self) -> Result<(), Fault> {
        if self.listen.ip().is_loopback() || self.allow_plain_http {
            return Ok(());
        }
        Err(fault(format!(
            "{} is reached by other machines, and the server speaks plain HTTP; nothing was started; listen on 127.0.0.1 behind a \
             reverse proxy that speaks HTTPS, or, where that proxy is on another machine of a closed network, add --allow-plain-http",
            self.listen
        )))
    }
}

async fn remember(app: &App, url: String) -> Result<(), Fault> {
    app.write(move |database, _| Ok(meta::put(database, meta::LAST_URL, &url)?)).await
}

/// A counter behind its log, as after a repair by hand, would give a position twice, and phones would never reach the end.
async fn catch_up(app: &App) -> Result<(), Fault> {
    let was_behind = app.write(|database, _| {
        let (counter, last) = (counters::log_end(database)?, checks::last_position(database)?);
        checks::catch_up(database)?;
        Ok((counter < last).then_some((counter, last)))
    });
    if let Some((counter, last)) = was_behind.await? {
        complain(format_args!(
            "the counter of the log said {counter} and was set to its last entry, {last}; run verify, and see what else is wrong"
        ));
    }
    Ok(())
}

/// After an upgrade: what an earlier program did not know.
async fn judge_unknown_kinds_again(app: &App) -> Result<(), Fault> {
    let judged = app.with_writer(unknown_kinds::judge_again).await?;
    if judged > 0 {
        complain(format_args!("{judged} entries of kinds that the program did not know before were judged again"));
    }
    Ok(())
}

/// After an upgrade: what an earlier program derived by other rules.
async fn derive_anew_after_an_upgrade(app: &App) -> Result<(), Fault> {
    let anew = app.with_writer(|store, _| deriving::derive_anew_after_an_upgrade(store)).await?;
    if anew > 0 {
        complain(format_args!("{anew} orders stand in lists as this version derives them; another one derived them differently"));
    }
    Ok(())
}

/// Waits until stopping was asked for and the last requests have had their time.
async fn too_late(was_asked: &mut tokio::sync::watch::Receiver<bool>) {
    let _ = was_asked.wait_for(|asked| *asked).await;
    tokio::time::sleep(LAST_REQUESTS).await;
}

/// SIGTERM or SIGINT.
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    fn listen() -> Result<Self, Fault> {
        let listen = |kind| signal(kind).map_err(|error| fault(format!("signals cannot be listened for: {error}")));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
