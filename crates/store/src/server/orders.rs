//! Rows of orders: what lists, searches and limits are read from.

use domain::identity::{DepartmentCode, OrderId, StaffNo, TeamCode};
use domain::node::Node;
use domain::row::OrderRow;
use domain::time::UtcMillis;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params, params_from_iter};

use crate::Database;
use crate::shared::column::{Id, identifier};
use crate::shared::error::StoreError;
use crate::shared::read_order_row;

const COLUMNS: &str = "order_id, number, node, urgency, location_code, fault_code, department_code, description, team_code, assignee,
    helpers, reporter, reported_at, due_at, done_at, needs_attention, attention, withdrawn_from, since, confirmed_by";

/// Writes the row of an order. Most events leave alone what the list is sorted and narrowed by; then only the indexes of
/// what moves are written: on a push of many orders that is most of the pages.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn put(database: &Database, row: &OrderRow) -> Result<(), StoreError> {
    if execute(database, UPDATE_WHAT_MOVES, row)? == 0 {
        execute(database, REPLACE, row)?;
    }
    Ok(())
}

/// `number`, `department_code`, `team_code` and `reported_at` stay as they are: their indexes are not touched.
const UPDATE_WHAT_MOVES: &str =
    "UPDATE orders SET node = ?3, urgency = ?4, location_code = ?5, fault_code = ?6, description = ?8, assignee = ?10,
     helpers = ?11, reporter = ?12, due_at = ?14, done_at = ?15, needs_attention = ?16, attention = ?17,
     withdrawn_from = ?18, since = ?19, confirmed_by = ?20
     WHERE order_id = ?1 AND number IS ?2 AND department_code = ?7 AND team_code IS ?9 AND reported_at = ?13";

const REPLACE: &str =
    "INSERT OR REPLACE INTO orders (order_id, number, node, urgency, location_code, fault_code, department_code, description,
     team_code, assignee, helpers, reporter, reported_at, due_at, done_at, needs_attention, attention, withdrawn_from, since,
     confirmed_by)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";

fn execute(database: &Database, statement: &str, row: &OrderRow) -> Result<usize, StoreError> {
    let mut statement = database.prepare_cached(statement)?;
    Ok(statement.execute(params![
        Id(row.order.0),
        row.number,
        row.node.as_str(),
        identifier(&row.urgency),
        row.location.as_str(),
        row.fault.as_str(),
        row.department.as_str(),
        row.description,
        row.team.as_ref().map(TeamCode::as_str),
        row.assignee.as_ref().map(StaffNo::as_str),
        serde_json::to_string(&row.helpers).unwrap_or_default(),
        row.reporter.as_str(),
        row.reported_at.0,
        row.due_at.map(|at| at.0),
        row.done_at.map(|at| at.0),
        row.needs_attention,
        row.attention.map(|attention| identifier(&attention)),
        serde_json::to_string(&row.withdrawn_from).unwrap_or_default(),
        row.since.map(|at| at.0),
        row.confirmed_by,
    ])?)
}

/// Removes the row of an order that has no events.
///
/// # Errors
/// As the database fails.
pub fn remove(database: &Database, order: OrderId) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM orders WHERE order_id = ?1")?.execute([Id(order.0)])?;
    Ok(())
}

/// The row of an order.
///
/// # Errors
/// As the database fails.
pub fn find(database: &Database, order: OrderId) -> Result<Option<OrderRow>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM orders WHERE order_id = ?1"))?;
    Ok(statement.query_row([Id(order.0)], read_order_row).optional()?)
}

/// Where a page of a list begins: after this order, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageStart {
    /// When the last order of the page before was reported.
    pub reported_at: UtcMillis,
    /// The last order of the page before.
    pub order: OrderId,
}

/// Which orders a list holds; what is `None` does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Where they stand.
    pub node: Option<Node>,
    /// Of any of these teams.
    pub teams: Option<Vec<TeamCode>>,
    /// Of this department.
    pub department: Option<DepartmentCode>,
    /// Reported by this person, whatever [`OrderFilter::department`] says.
    pub or_reporter: Option<StaffNo>,
    /// Reported by this person.
    pub reporter: Option<StaffNo>,
    /// Contained in the number, the description or the code of the place.
    pub text: Option<String>,
    /// Where the page begins.
    pub after: Option<PageStart>,
}

/// A page of a list, newest first.
///
/// # Errors
/// As the database fails.
pub fn list(database: &Database, filter: &OrderFilter, limit: usize) -> Result<Vec<OrderRow>, StoreError> {
    let mut conditions = Conditions::default();
    add_conditions(&mut conditions, filter);
    conditions.parameters.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let statement = format!(
        "SELECT {COLUMNS} FROM orders WHERE {} ORDER BY reported_at DESC, order_id DESC LIMIT ?",
        if conditions.texts.is_empty() { "TRUE".to_owned() } else { conditions.texts.join(" AND ") }
    );
    let mut statement = database.prepare_cached(&statement)?;
    let rows = statement.query_map(params_from_iter(conditions.parameters), read_order_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Conditions and their parameters, in the same order.
#[derive(Default)]
struct Conditions {
    texts: Vec<&'static str>,
    parameters: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, text: &'static str, parameters: impl IntoIterator<Item = Value>) {
        self.texts.push(text);
        self.parameters.extend(parameters);
    }
}

fn add_conditions(conditions: &mut Conditions, filter: &OrderFilter) {
    if let Some(node) = filter.node {
        conditions.add("node = ?", [Value::Text(node.as_str().to_owned())]);
    }
    if let Some(teams) = &filter.teams {
        conditions.add("team_code IN (SELECT value FROM json_each(?))", [Value::Text(serde_json::to_string(teams).unwrap_or_default())]);
    }
    match (&filter.department, &filter.or_reporter) {
        (Some(department), Some(reporter)) => {
            conditions.add("(department_code = ? OR reporter = ?)", [Value::Text(department.0.clone()), Value::Text(reporter.0.clone())]);
        }
        (Some(department), None) => conditions.add("department_code = ?", [Value::Text(department.0.clone())]),
        (None, Some(reporter)) => conditions.add("reporter = ?", [Value::Text(reporter.0.clone())]),
        (None, None) => {}
    }
    if let Some(reporter) = &filter.reporter {
        conditions.add("reporter = ?", [Value::Text(reporter.0.clone())]);
    }
    if let Some(text) = &filter.text {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = Value::Text(format!("%{escaped}%"));
        conditions.add(
            "(number LIKE ? ESCAPE '\\' OR description LIKE ? ESCAPE '\\' OR location_code LIKE ? ESCAPE '\\')",
            [pattern.clone(), pattern.clone(), pattern],
        );
    }
    if let Some(after) = filter.after {
        let order = Value::Blob(after.order.0.as_bytes().to_vec());
        conditions.add("(reported_at, order_id) < (?, ?)", [Value::Integer(after.reported_at.0), order]);
    }
}
