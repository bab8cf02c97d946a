//! What a form at the centre offers to choose from.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use domain::fault::Fault;
use domain::identity::{CampusCode, DepartmentCode, FaultCode, LocationCode, StaffNo, TeamCode};
use domain::permissions::{OrderScope, may_record_at_centre};
use domain::reference::{Campus, Department, FaultClass, Location, Team};
use domain::urgency::Urgency;
use serde::{Deserialize, Serialize};
use store::Database;
use store::server::reference::out_of_contract;
use store::shared::reference;
use utoipa::{IntoParams, ToSchema};

use crate::http::answer::{ErrorBody, Refusal};
use crate::http::app::App;
use crate::http::request::{Asked, SignedIn};
use crate::occasion::Occasion;
use crate::orders::fields::search_text;
use crate::people::Person;

/// The most that is found.
const MOST_FOUND: u32 = 50;

/// What is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Contained in the code or the name.
    #[serde(default)]
    q: String,
}

/// What is looked for, and for where.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DepartmentQuery {
    /// Contained in the code or the name.
    #[serde(default)]
    q: String,
    /// Code of the place where the work is.
    #[serde(default)]
    location: Option<LocationCode>,
}

/// A team with its people.
#[derive(Serialize, ToSchema)]
pub struct TeamChoice {
    team: TeamCode,
    name: String,
    members: Vec<MemberChoice>,
}

/// Somebody to assign.
#[derive(Serialize, ToSchema)]
pub struct MemberChoice {
    staff_no: StaffNo,
    name: String,
}

/// A fault class.
#[derive(Serialize, ToSchema)]
pub struct FaultChoice {
    fault: FaultCode,
    name: String,
    default_urgency: Urgency,
}

/// A place.
#[derive(Serialize, ToSchema)]
pub struct LocationChoice {
    location: LocationCode,
    /// In words, with the campus where there are several: 本部 · 外科楼 B2 空调机房.
    label: String,
    /// Name of its campus.
    campus: Option<String>,
}

/// A department.
#[derive(Serialize, ToSchema)]
pub struct DepartmentChoice {
    department: DepartmentCode,
    /// With the campus where there are several, because one of them is charged: 本部 · 消化内科一病区.
    name: String,
    /// Name of its campus.
    campus: Option<String>,
}

/// Every team, with its technicians of today for whoever gives them orders: the dispatcher, and the team's leader or deputy.
#[utoipa::path(get, path = "/api/teams", tag = "lookups", responses((status = 200, body = Vec<TeamChoice>), (status = 401, body = ErrorBody)))]
pub async fn list_teams(State(app): State<App>, SignedIn(person): SignedIn) -> Result<Json<Vec<TeamChoice>>, Refusal> {
    let teams = app.read(move |database, occasion| {
        // They are in the list, but cannot be given an order.
        let out_of_contract = out_of_contract(database, occasion.today())?;
        let choice = |team: Team| {
            let gives_orders = gives_orders_to(&person, &team);
            let members = if gives_orders { members(database, &team, &out_of_contract, occasion)? } else { Vec::new() };
            Ok(TeamChoice { team: team.team_code, name: team.name, members })
        };
        reference::all::<Team>(database)?.into_iter().map(choice).collect()
    });
    Ok(Json(teams.await?))
}

fn gives_orders_to(person: &Person, team: &Team) -> bool {
    let gives_orders = person.roles.iter().any(|role| may_record_at_centre(*role, "reassigned"));
    gives_orders && (person.scopes().contains(&OrderScope::Hospital) || person.led.contains(&team.team_code))
}

fn members(
    database: &Database,
    team: &Team,
    out_of_contract: &BTreeSet<(StaffNo, NaiveDate)>,
    occasion: &Occasion<'_>,
) -> Result<Vec<MemberChoice>, Fault> {
    let staff = reference::staff_of_team(database, &team.team_code, occasion.today())?;
    let of_today = staff.into_iter().filter(|entry| !out_of_contract.contains(&(entry.staff_no.clone(), entry.validity.valid_from)));
    Ok(of_today.map(|entry| MemberChoice { staff_no: entry.staff_no, name: entry.name }).collect())
}

/// Every fault class.
#[utoipa::path(get, path = "/api/faults", tag = "lookups", responses((status = 200, body = Vec<FaultChoice>), (status = 401, body = ErrorBody)))]
pub async fn list_faults(State(app): State<App>, _person: SignedIn) -> Result<Json<Vec<FaultChoice>>, Refusal> {
    let faults: Vec<FaultClass> = app.read(|database, _| Ok(reference::all(database)?)).await?;
    let choice = |fault: FaultClass| FaultChoice { fault: fault.fault_code, name: fault.name, default_urgency: fault.default_urgency };
    Ok(Json(faults.into_iter().map(choice).collect()))
}

/// Places that match, at most 50.
#[utoipa::path(get, path = "/api/locations", tag = "lookups", params(SearchQuery),
    responses((status = 200, body = Vec<LocationChoice>), (status = 401, body = ErrorBody)))]
pub async fn search_locations(
    State(app): State<App>,
    _person: SignedIn,
    Asked(query): Asked<SearchQuery>,
) -> Result<Json<Vec<LocationChoice>>, Refusal> {
    let choices = app.read(move |database, _| {
        let campuses = campuses(database)?;
        let found = reference::search_locations(database, search_text(&query.q)?.unwrap_or_default(), MOST_FOUND)?;
        let choice = |one: Location| LocationChoice {
            label: said_in(&campuses, &one.campus_code, one.label()),
            campus: campuses.get(&one.campus_code).map(|campus| campus.name.clone()),
            location: one.location_code,
        };
        Ok(found.into_iter().map(choice).collect())
    });
    Ok(Json(choices.await?))
}

type Campuses = BTreeMap<CampusCode, Campus>;

fn campuses(database: &Database) -> Result<Campuses, Fault> {
    Ok(reference::all::<Campus>(database)?.into_iter().map(|campus| (campus.campus_code.clone(), campus)).collect())
}

/// As [`reference::in_campus`], for many at once.
fn said_in(campuses: &Campuses, campus: &CampusCode, words: String) -> String {
    let campus = campuses.get(campus).filter(|_| campuses.len() > 1);
    campus.map_or(words.clone(), |campus| campus.said(&words))
}

/// Departments of today that match, at most 50; those of the campus of a place first, where one is given.
#[utoipa::path(get, path = "/api/departments", tag = "lookups", params(DepartmentQuery),
    responses((status = 200, body = Vec<DepartmentChoice>), (status = 401, body = ErrorBody)))]
pub async fn search_departments(
    State(app): State<App>,
    _person: SignedIn,
    Asked(query): Asked<DepartmentQuery>,
) -> Result<Json<Vec<DepartmentChoice>>, Refusal> {
    let choices = app.read(move |database, occasion| {
        let campuses = campuses(database)?;
        let mut found = reference::search_departments(database, search_text(&query.q)?.unwrap_or_default(), occasion.today(), MOST_FOUND)?;
        if let Some(place) = query.location.map(|code| reference::location(database, &code)).transpose()?.flatten() {
            found.sort_by_key(|one| one.campus_code != place.campus_code);
        }
        let choice = |one: Department| DepartmentChoice {
            name: said_in(&campuses, &one.campus_code, one.name),
            campus: campuses.get(&one.campus_code).map(|campus| campus.name.clone()),
            department: one.department_code,
        };
        Ok(found.into_iter().map(choice).collect())
    });
    Ok(Json(choices.await?))
}
