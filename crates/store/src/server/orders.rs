//! Rows of orders: what lists, searches and limits are read from.

use std::borrow::Cow;

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
use crate::shared::reference::search::{containing, words};

const COLUMNS: &str = "order_id, number, node, urgency, location_code, fault_code, department_code, description, team_code, assignee,
    helpers, reporter, reported_at, due_at, done_at, needs_attention, attention, withdrawn_from, since, confirmed_by, parts_with, took_part";

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

/// `number`, `department_code`, `team_code`, `reporter` and `reported_at` stay as they are: their indexes are not touched.
const UPDATE_WHAT_MOVES: &str =
    "UPDATE orders SET node = ?3, urgency = ?4, location_code = ?5, fault_code = ?6, description = ?8, assignee = ?10,
     helpers = ?11, due_at = ?14, done_at = ?15, needs_attention = ?16, attention = ?17,
     withdrawn_from = ?18, since = ?19, confirmed_by = ?20, parts_with = ?21, took_part = ?22
     WHERE order_id = ?1 AND number IS ?2 AND department_code = ?7 AND team_code IS ?9 AND reporter = ?12 AND reported_at = ?13";

const REPLACE: &str =
    "INSERT OR REPLACE INTO orders (order_id, number, node, urgency, location_code, fault_code, department_code, description,
     team_code, assignee, helpers, reporter, reported_at, due_at, done_at, needs_attention, attention, withdrawn_from, since,
     confirmed_by, parts_with, took_part)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";

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
        serde_json::to_string(&row.parts_with).unwrap_or_default(),
        serde_json::to_string(&row.took_part).unwrap_or_default(),
    ])?)
}

/// Notes who called about an order, by name and number, so that it is found by them.
///
/// # Errors
/// As the database fails.
pub fn put_caller(database: &Database, order: OrderId, caller: &str) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached(
        "INSERT INTO callers (order_id, caller) VALUES (?1, ?2)
         ON CONFLICT (order_id) DO UPDATE SET caller = excluded.caller WHERE caller <> excluded.caller",
    )?;
    statement.execute(params![Id(order.0), caller])?;
    Ok(())
}

/// Who called about an order, as it is found by.
///
/// # Errors
/// As the database fails.
pub fn caller(database: &Database, order: OrderId) -> Result<Option<String>, StoreError> {
    let mut statement = database.prepare_cached("SELECT caller FROM callers WHERE order_id = ?1")?;
    Ok(statement.query_row([Id(order.0)], |row| row.get(0)).optional()?)
}

/// Forgets who called about an order.
///
/// # Errors
/// As the database fails.
pub fn remove_caller(database: &Database, order: OrderId) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM callers WHERE order_id = ?1")?.execute([Id(order.0)])?;
    Ok(())
}

/// Removes the row of an order that has no events.
///
/// # Errors
/// As the database fails.
pub fn remove(database: &Database, order: OrderId) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM orders WHERE order_id = ?1")?.execute([Id(order.0)])?;
    remove_caller(database, order)
}

/// The row of an order.
///
/// # Errors
/// As the database fails.
pub fn find(database: &Database, order: OrderId) -> Result<Option<OrderRow>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM orders WHERE order_id = ?1"))?;
    Ok(statement.query_row([Id(order.0)], read_order_row).optional()?)
}

/// The order that has a number.
///
/// # Errors
/// As the database fails.
pub fn numbered(database: &Database, number: &str) -> Result<Option<OrderId>, StoreError> {
    let mut statement = database.prepare_cached("SELECT order_id FROM orders WHERE number = ?1")?;
    Ok(statement.query_row([number], |row| Ok(OrderId(row.get::<_, Id>(0)?.0))).optional()?)
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
    /// Of what a person reported: since then, because the number was another's before.
    pub reported_since: Option<UtcMillis>,
    /// Each word is in the number, the description, the place (code or words), the department, their campuses, the fault, or the
    /// caller's name and number: in any order, and letters and digits of full width as those of a keyboard.
    pub text: Option<String>,
    /// With something that was due before this instant.
    pub due_before: Option<UtcMillis>,
    /// Somebody at the centre has to look.
    pub needs_attention: bool,
    /// Where the page begins.
    pub after: Option<PageStart>,
}

/// A page of a list, newest first.
///
/// # Errors
/// As the database fails.
pub fn list(database: &Database, filter: &OrderFilter, limit: usize) -> Result<Vec<OrderRow>, StoreError> {
    let (statement, parameters) = listing(filter, limit);
    let mut statement = database.prepare_cached(&statement)?;
    let rows = statement.query_map(params_from_iter(parameters), read_order_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The statement of a list, which reads no more rows than it gives: each of two reasons to be in it has its own index.
fn listing(filter: &OrderFilter, limit: usize) -> (String, Vec<Value>) {
    let limit = Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX));
    let Some(reporter) = filter.or_reporter.clone().filter(|_| filter.department.is_some()) else {
        return one_listing(filter, &limit);
    };
    let (first, mut parameters) = one_listing(&OrderFilter { or_reporter: None, ..filter.clone() }, &limit);
    let reported = OrderFilter { department: None, or_reporter: None, reporter: Some(reporter), ..filter.clone() };
    let (second, more) = one_listing(&reported, &limit);
    parameters.extend(more);
    parameters.push(limit);
    (format!("SELECT * FROM ({first}) UNION SELECT * FROM ({second}) ORDER BY reported_at DESC, order_id DESC LIMIT ?"), parameters)
}

fn one_listing(filter: &OrderFilter, limit: &Value) -> (String, Vec<Value>) {
    let mut conditions = Conditions::default();
    add_conditions(&mut conditions, filter);
    conditions.parameters.push(limit.clone());
    let condition = if conditions.texts.is_empty() { "TRUE".to_owned() } else { conditions.texts.join(" AND ") };
    let statement = format!("SELECT {COLUMNS} FROM orders WHERE {condition} ORDER BY reported_at DESC, order_id DESC LIMIT ?");
    (statement, conditions.parameters)
}

/// What somebody on the telephone says of an order: its number, what is wrong in their words or the hospital's, where, for whom, who
/// called. People type building, floor and room in one, the campus short or long, and numbers without their strokes. What does not
/// depend on the order is looked up once.
const CONTAINS: &str = "(number || ' ' || replace(number, '-', '') LIKE ? ESCAPE '\\' OR description LIKE ? ESCAPE '\\'
    OR location_code LIKE ? ESCAPE '\\' OR location_code IN (SELECT location_code FROM locations LEFT JOIN campuses USING (campus_code)
        WHERE coalesce(name, '') || ' ' || replace(coalesce(name, ''), '院区', '') || replace(building || floor || room, ' ', '')
        LIKE ? ESCAPE '\\')
    OR department_code IN (SELECT department_code FROM departments LEFT JOIN campuses USING (campus_code)
        WHERE coalesce(campuses.name, '') || ' ' || replace(coalesce(campuses.name, ''), '院区', '') || departments.name LIKE ? ESCAPE '\\')
    OR fault_code IN (SELECT fault_code FROM fault_classes WHERE name LIKE ? ESCAPE '\\')
    OR order_id IN (SELECT order_id FROM callers WHERE caller || ' ' || replace(caller, '-', '') LIKE ? ESCAPE '\\'))";

/// Conditions and their parameters, in the same order.
#[derive(Default)]
struct Conditions {
    texts: Vec<Cow<'static, str>>,
    parameters: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, text: impl Into<Cow<'static, str>>, parameters: impl IntoIterator<Item = Value>) {
        self.texts.push(text.into());
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
    if let Some(department) = &filter.department {
        conditions.add("department_code = ?", [Value::Text(department.0.clone())]);
    }
    for reporter in filter.or_reporter.iter().chain(&filter.reporter) {
        conditions.add("reporter = ?", [Value::Text(reporter.0.clone())]);
        if let Some(since) = filter.reported_since {
            conditions.add("reported_at >= ?", [Value::Integer(since.0)]);
        }
    }
    if let Some(instant) = filter.due_before {
        conditions.add("due_at IS NOT NULL AND due_at < ?", [Value::Integer(instant.0)]);
    }
    if filter.needs_attention {
        conditions.add("needs_attention = 1", []);
    }
    if let Some(text) = &filter.text {
        for word in words(text) {
            add_word(conditions, word);
        }
    }
    if let Some(after) = filter.after {
        let order = Value::Blob(after.order.0.as_bytes().to_vec());
        // Few are late: those are sorted, and not all the others looked through (`+` keeps SQLite from their index).
        let begins = if filter.due_before.is_some() { "(+reported_at, order_id) < (?, ?)" } else { "(reported_at, order_id) < (?, ?)" };
        conditions.add(begins, [Value::Integer(after.reported_at.0), order]);
    }
}

/// The hospital's own words have the width of a keyboard's; a description is as it was typed.
fn add_word(conditions: &mut Conditions, word: &str) {
    let plain: String = word.chars().map(of_a_keyboard).collect();
    let mut looked_for = vec![plain.as_str()];
    if plain != word {
        looked_for.push(word);
    }
    let parameters = looked_for.iter().flat_map(|word| std::iter::repeat_n(containing(word), CONTAINS.matches('?').count()));
    conditions.add(format!("({})", vec![CONTAINS; looked_for.len()].join(" OR ")), parameters);
}

/// A letter, digit or sign of full width as the one of usual width.
fn of_a_keyboard(character: char) -> char {
    const FULL_WIDTH_OFFSET: u32 = 0xfee0;
    match character {
        '！'..='～' => u32::from(character).checked_sub(FULL_WIDTH_OFFSET).and_then(char::from_u32).unwrap_or(character),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::plan::plan_of;

    /// How SQLite reads a list.
    #[track_caller]
    fn check(filter: OrderFilter, indexes: &[&str]) {
        let plan = plan_of(&listing(&filter, 50).0);
        for index in indexes {
            assert!(plan.contains(&format!("SEARCH orders USING INDEX {index} ")), "{index} is not used:\n{plan}");
        }
        assert!(!plan.contains("SCAN orders"), "{plan}");
    }

    #[test]
    fn whoever_sees_a_part_of_the_orders_reads_that_part() {
        let (department, reporter) = (Some(DepartmentCode::from("001002")), Some(StaffNo::from("020007")));
        let after = Some(PageStart { reported_at: UtcMillis(1), order: OrderId(uuid::Uuid::nil()) });
        for after in [None, after] {
            let all = OrderFilter { after, ..OrderFilter::default() };
            check(OrderFilter { reporter: reporter.clone(), ..all.clone() }, &["orders_by_reporter"]);
            check(OrderFilter { department: department.clone(), ..all.clone() }, &["orders_by_department"]);
            let either = OrderFilter { department: department.clone(), or_reporter: reporter.clone(), ..all };
            check(either, &["orders_by_department", "orders_by_reporter"]);
            check(OrderFilter { needs_attention: true, after, ..OrderFilter::default() }, &["orders_by_attention"]);
            check(OrderFilter { due_before: Some(UtcMillis(9)), after, ..OrderFilter::default() }, &["orders_by_due"]);
        }
    }
}
