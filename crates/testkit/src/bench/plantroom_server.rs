//! The real server, in a process of its own, with the routes that `plantroom-server serve` has.

use std::io::Write;
use std::path::Path;

use axum::Router;
use server::http::app::App;
use server::http::router;
use server::occasion::Host;

use super::Failure;

/// Serves the folder on a free port of loopback and prints the address.
///
/// # Errors
/// When the folder or the port cannot be used.
pub fn serve(folder: &Path) -> Result<(), Failure> {
    let app = App::open(folder, Host::system())?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(listen(router(app)))
}

async fn listen(router: Router) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{{\"url\":\"http://{}\"}}", listener.local_addr()?)?;
    Ok(axum::serve(listener, router).await?)
}
