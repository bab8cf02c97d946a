//! Signing in and out of the centre.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::fault::Fault;
use domain::identity::{DepartmentCode, StaffNo, TeamCode};
use domain::permissions::{ROUTES, RouteLine};
use domain::role::Role;
use domain::time::UtcMillis;
use serde::{Deserialize, Serialize};
use store::server::accounts;
use utoipa::ToSchema;

use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::{App, PasswordTurn};
use crate::http::request::{Body, SignedIn, bearer};
use crate::http::source::Source;
use crate::occasion::sha256;
use crate::people::{Person, password, session};

/// Number and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    staff_no: StaffNo,
    password: String,
}

/// An open session.
#[derive(Serialize, ToSchema)]
pub struct SessionAnswer {
    /// For `Authorization: Bearer`.
    token: String,
    /// Until when.
    expires_at: UtcMillis,
    /// Whose.
    person: PersonView,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct PersonView {
    staff_no: StaffNo,
    name: String,
    roles: Vec<Role>,
    department: DepartmentCode,
    /// The own team, or the teams that the person leads.
    teams: Vec<TeamCode>,
    /// The routes that these roles may call, as `POST /api/orders`: what a page need not offer is not offered.
    may: Vec<String>,
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        Self {
            teams: person.team_codes(),
            may: permitted(&person.roles),
            roles: person.roles,
            staff_no: person.entry.staff_no,
            name: person.entry.name,
            department: person.entry.department_code,
        }
    }
}

/// By the table from which the routes are made.
fn permitted(roles: &[Role]) -> Vec<String> {
    let permits = |line: &&RouteLine| roles.iter().any(|role| line.asks.permits(*role) == Some(true));
    ROUTES.iter().filter(permits).map(|line| format!("{} {}", line.method.as_str(), line.path)).collect()
}

/// Signs in. After several wrong passwords, and while very many sign in, the answer is 429 with `Retry-After`.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn, security(()),
    responses((status = 200, body = SessionAnswer), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub async fn sign_in(State(app): State<App>, Source(source): Source, body: Body<SignIn>) -> Result<Json<SessionAnswer>, Refusal> {
    let SignIn { staff_no, password } = body.value;
    let (number, from) = (staff_no.clone(), source.clone());
    app.read(move |database, occasion| session::may_try(database, &number, &from, occasion)).await?;
    let turn = app.password_turn().await?.ok_or_else(|| session::too_many_at_once(app.now()))?;
    let checking = proven(app.clone(), turn, staff_no.clone(), source.clone(), password);
    let phc = app.to_its_end(checking).await?.ok_or_else(session::wrong)?;
    let opened = app.write(move |database, occasion| session::open(database, &staff_no, &phc, &source, occasion)).await?;
    Ok(Json(SessionAnswer { token: opened.token, expires_at: opened.expires_at, person: opened.person.into() }))
}

/// Counts the attempt, then looks at the password. Gives what the password was found to be, in PHC notation; `None` where it is wrong.
async fn proven(app: App, _turn: PasswordTurn, staff_no: StaffNo, source: String, password: String) -> Result<Option<String>, Fault> {
    let (number, from) = (staff_no.clone(), source.clone());
    let phc = app.write(move |database, occasion| session::attempt(database, &number, &from, occasion)).await?;
    let checked = app.off_the_async_threads(move || {
        let is_right = password::verify(&password, phc.as_deref())?;
        Ok(phc.filter(|_| is_right))
    });
    let right = checked.await?;
    if right.is_none() {
        app.write(move |database, occasion| session::refused(database, &staff_no, &source, occasion)).await?;
    }
    Ok(right)
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = PersonView), (status = 401, body = ErrorBody)))]
pub async fn who_am_i(SignedIn(person): SignedIn) -> Json<PersonView> {
    Json(person.into())
}

/// Signs out.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204), (status = 401, body = ErrorBody)))]
pub async fn sign_out(State(app): State<App>, _person: SignedIn, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    let token_sha256 = sha256(bearer(&headers).unwrap_or_default().as_bytes());
    app.write(move |database, _| Ok(accounts::close_session(database, &token_sha256)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}
