//! Lists of orders, from their rows, in the scope of whoever asks.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DepartmentCode, OrderId, TeamCode};
use domain::node::Node;
use domain::permissions::OrderScope;
use domain::row::OrderRow;
use domain::time::{HospitalZone, UtcMillis};
use domain::view::{OrderSummary, Upload};
use serde::{Deserialize, Serialize};
use store::Database;
use store::server::orders::{self, OrderFilter, PageStart};
use store::server::review::undecided_among;
use store::shared::reference::{self, Holding};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::occasion::Occasion;
use crate::orders::fields::{page_limit, search_text};
use crate::people::Person;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Where the orders stand.
    pub node: Option<Node>,
    /// Which team has them.
    pub team: Option<TeamCode>,
    /// Who is charged.
    pub department: Option<DepartmentCode>,
    /// Each word is in the number, the description, the place (code or words), the department, their campuses, the fault, or the
    /// caller's name and number, in any order.
    pub q: Option<String>,
    /// Whether something of the order was due before now.
    #[serde(default)]
    pub late: bool,
    /// Whether somebody at the centre has to look (待核实处理).
    #[serde(default)]
    pub attention: bool,
    /// Rows of the page, 1 to 200; 50 where not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// A page of orders, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderPage {
    /// The rows.
    pub orders: Vec<OrderSummary>,
    /// For `after`; `null` at the end.
    pub next: Option<String>,
}

/// The page of a list that a person may see.
///
/// # Errors
/// [`FaultCodeName::BadRequest`] for a `limit` out of its bounds, a `q` with control characters, or an `after` that is none.
pub fn list(database: &Database, query: &ListQuery, person: &Person, occasion: &Occasion<'_>) -> Result<OrderPage, Fault> {
    let limit = page_limit(query.limit)?;
    let Some(filter) = scoped_filter(query, person, occasion)? else { return Ok(OrderPage { orders: Vec::new(), next: None }) };
    let mut rows = orders::list(database, &filter, limit.saturating_add(1))?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(page_after);
    let undecided = undecided_among(database, &rows.iter().map(|row| row.order).collect::<Vec<_>>())?;
    let listed = |row| {
        let summary = summary(database, row, occasion.zone)?;
        Ok(OrderSummary { undecided: undecided.contains(&summary.id), ..summary })
    };
    let orders = rows.into_iter().map(listed).collect::<Result<_, Fault>>()?;
    Ok(OrderPage { orders, next })
}

/// The filter inside the person's scope (`domain::permissions::SCOPES`), of which the list shows the widest; without one it is what
/// the person reported. `None` when nothing can be inside both.
fn scoped_filter(query: &ListQuery, person: &Person, occasion: &Occasion<'_>) -> Result<Option<OrderFilter>, Fault> {
    let mut filter = asked_for(query, occasion.now)?;
    filter.reported_since = person.since.map(|day| occasion.zone.begins(day));
    let scopes = person.scopes();
    if scopes.contains(&OrderScope::Hospital) {
        return Ok(Some(filter));
    }
    if scopes.contains(&OrderScope::OwnTeams) && !person.teams.is_empty() {
        let own = person.team_codes();
        let teams = query.team.as_ref().map_or(own.clone(), |team| own.into_iter().filter(|own| own == team).collect());
        filter.teams = Some(teams);
        return Ok(Some(filter));
    }
    if scopes.contains(&OrderScope::OwnDepartment) {
        let elsewhere = query.department.as_ref().is_some_and(|department| department != person.department());
        filter.department = Some(person.department().clone());
        filter.or_reporter = query.department.is_none().then(|| person.staff_no().clone());
        return Ok((!elsewhere).then_some(filter));
    }
    filter.reporter = Some(person.staff_no().clone());
    Ok(Some(filter))
}

/// What was asked for, whoever asks.
fn asked_for(query: &ListQuery, now: UtcMillis) -> Result<OrderFilter, Fault> {
    Ok(OrderFilter {
        node: query.node,
        teams: query.team.clone().map(|team| vec![team]),
        department: query.department.clone(),
        text: query.q.as_deref().map(search_text).transpose()?.flatten().map(str::to_owned),
        due_before: query.late.then_some(now),
        needs_attention: query.attention,
        after: query.after.as_deref().map(page_start).transpose()?,
        ..OrderFilter::default()
    })
}

fn summary(database: &Database, row: OrderRow, zone: HospitalZone) -> Result<OrderSummary, Fault> {
    let assignee = Holding::of_assignee(&row, zone);
    let names = reference::summary_names(database, &row.location, &row.fault, &row.department, assignee)?;
    Ok(OrderSummary::of(row, names, Upload::Stored, None))
}

fn page_after(row: &OrderRow) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", row.reported_at.0, row.order))
}

fn page_start(after: &str) -> Result<PageStart, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(after).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let start = text.as_deref().and_then(|text| {
        let (reported_at, order) = text.split_once('.')?;
        Some(PageStart { reported_at: UtcMillis(reported_at.parse().ok()?), order: OrderId(Uuid::parse_str(order).ok()?) })
    });
    start.ok_or_else(|| Fault::new(FaultCodeName::BadRequest, "after is not the next of a page; begin the list anew"))
}
