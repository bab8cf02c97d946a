//! Who may pass to a route: its line in the table says what it asks (`domain::permissions::ROUTES`). Asked before anything
//! is read or looked up, so that an answer says nothing about what is behind it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::fault::FaultCodeName;
use domain::permissions::{RouteAsks, RouteLine};

use crate::http::answer::Refusal;
use crate::http::app::App;
use crate::http::request::bearer;
use crate::people::{Person, session};

/// The gate of one route.
#[derive(Clone)]
pub(super) struct Gate {
    /// Knows the sessions.
    pub(super) app: App,
    /// What the route asks.
    pub(super) line: &'static RouteLine,
}

/// Lets a request pass, with its person where the route asks for a session. A code or a device's credential is checked by
/// the handler, which alone can read it.
pub(super) async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Result<Response, Refusal> {
    match gate.line.asks {
        RouteAsks::Nothing | RouteAsks::Code | RouteAsks::Credential => {}
        RouteAsks::AnySession | RouteAsks::Session(_) | RouteAsks::RecorderOf(_) | RouteAsks::ViewerOfOrders => {
            let token = bearer(request.headers()).unwrap_or_default().to_owned();
            let person = person_of(&gate.app, token).await?;
            check(gate.line, &person)?;
            request.extensions_mut().insert(person);
        }
    }
    Ok(next.run(request).await)
}

async fn person_of(app: &App, token: String) -> Result<Person, Refusal> {
    let asked = token.clone();
    let lasting = app.read(move |database, occasion| session::of_token(database, &asked, occasion)).await?;
    if lasting.use_is_to_be_noted {
        app.write(move |database, occasion| session::note_use(database, &token, occasion)).await?;
    }
    Ok(lasting.person)
}

fn check(line: &RouteLine, person: &Person) -> Result<(), Refusal> {
    if line.asks == RouteAsks::AnySession || person.roles.iter().any(|role| line.asks.permits(*role) == Some(true)) {
        return Ok(());
    }
    let message =
        format!("{} {} is not for your role; nothing was changed; ask a person whose role it is", line.method.as_str(), line.path);
    Err(Refusal::new(FaultCodeName::NotPermitted, message))
}
