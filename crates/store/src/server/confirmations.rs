//! Judged confirmations as rows: what happened around one, and which of them somebody has to look at.

use domain::event::Standing;
use domain::identity::{EventId, OrderId, StaffNo};
use domain::scrutiny::Doubt;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};

use crate::Database;
use crate::shared::column::{Id, from_identifier, identifier, unreadable, unsigned, uuid};
use crate::shared::error::StoreError;

/// One judged confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmationRow {
    /// The confirmation.
    pub event: EventId,
    /// Of which order.
    pub order: OrderId,
    /// The number that confirmed.
    pub confirmer: StaffNo,
    /// The worker who recorded it.
    pub recorder: StaffNo,
    /// Done, or not done.
    pub accepted: bool,
    /// When, corrected time.
    pub occurred_at: UtcMillis,
    /// When the server received it.
    pub received_at: UtcMillis,
    /// What it is worth.
    pub standing: Standing,
    /// Why somebody has to look at it; empty for most.
    pub doubts: Vec<Doubt>,
    /// The event by which somebody said that they have looked at it as it stands.
    pub review: Option<EventId>,
}

/// Confirmations of one number in some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByDepartment {
    /// For other departments than its person's.
    pub other: u32,
    /// For its person's own.
    pub own: u32,
}

const COLUMNS: &str = "event_id, order_id, confirmer, recorder, accepted, occurred_at, received_at, standing, doubts, review_id";

const WITH_AN_END: &str = "SELECT staff_no FROM (
     SELECT staff_no FROM staff WHERE valid_to IS NOT NULL
     UNION SELECT staff_no FROM staff_particulars JOIN contractors USING (contractor_code) WHERE contract_to IS NOT NULL
 ) WHERE EXISTS (SELECT 1 FROM confirmations WHERE confirmer = staff_no) ORDER BY staff_no";

/// Makes `rows` those of the order.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn put_of_order(database: &Database, order: OrderId, rows: &[ConfirmationRow]) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM confirmations WHERE order_id = ?1")?.execute([Id(order.0)])?;
    let mut statement =
        database.prepare_cached(&format!("INSERT INTO confirmations ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"))?;
    for row in rows {
        statement.execute(params![
            Id(row.event.0),
            Id(row.order.0),
            row.confirmer.as_str(),
            row.recorder.as_str(),
            row.accepted,
            row.occurred_at.0,
            row.received_at.0,
            identifier(&row.standing),
            serde_json::to_string(&row.doubts).unwrap_or_else(|_| "[]".to_owned()),
            row.review.map(|review| Id(review.0))
        ])?;
    }
    Ok(())
}

/// The confirmations of an order, by id.
///
/// # Errors
/// As the database fails.
pub fn of_order(database: &Database, order: OrderId) -> Result<Vec<ConfirmationRow>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM confirmations WHERE order_id = ?1 ORDER BY event_id"))?;
    let rows = statement.query_map([Id(order.0)], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A confirmation by its event.
///
/// # Errors
/// As the database fails.
pub fn find(database: &Database, event: EventId) -> Result<Option<ConfirmationRow>, StoreError> {
    let mut statement = database.prepare_cached(&format!("SELECT {COLUMNS} FROM confirmations WHERE event_id = ?1"))?;
    Ok(statement.query_row([Id(event.0)], read).optional()?)
}

/// At most `limit` of what one number confirmed as done of one worker's orders from `from` to `to`, in their order.
///
/// # Errors
/// As the database fails.
pub fn of_pair(
    database: &Database,
    (confirmer, recorder): (&StaffNo, &StaffNo),
    (from, to): (UtcMillis, UtcMillis),
    limit: u32,
) -> Result<Vec<ConfirmationRow>, StoreError> {
    let mut statement = database.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM confirmations WHERE confirmer = ?1 AND recorder = ?2 AND occurred_at BETWEEN ?3 AND ?4 AND accepted
         ORDER BY occurred_at LIMIT ?5"
    ))?;
    let rows = statement.query_map(params![confirmer.as_str(), recorder.as_str(), from.0, to.0, limit], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The numbers that confirmed and of which the staff list, or the contract with their employer, knows an end; sorted. Each number of the
/// list is asked for in the index, none of the confirmations is gone through.
///
/// # Errors
/// As the database fails.
pub fn confirmers_with_an_end(database: &Database) -> Result<Vec<StaffNo>, StoreError> {
    let mut statement = database.prepare_cached(WITH_AN_END)?;
    let rows = statement.query_map([], |row| Ok(StaffNo(row.get(0)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What a number confirmed as done from `from` to `to`, in their order.
///
/// # Errors
/// As the database fails.
pub fn of_confirmer(
    database: &Database,
    confirmer: &StaffNo,
    (from, to): (UtcMillis, UtcMillis),
) -> Result<Vec<ConfirmationRow>, StoreError> {
    let mut statement = database.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM confirmations WHERE confirmer = ?1 AND occurred_at BETWEEN ?2 AND ?3 AND accepted ORDER BY occurred_at"
    ))?;
    let rows = statement.query_map(params![confirmer.as_str(), from.0, to.0], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// For whom a number confirmed from `from` to `to`, the confirmations of `except` left out.
///
/// # Errors
/// As the database fails.
pub fn by_department(
    database: &Database,
    confirmer: &StaffNo,
    (from, to): (UtcMillis, UtcMillis),
    except: OrderId,
) -> Result<ByDepartment, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT count(*) FILTER (WHERE standing = ?5), count(*) FILTER (WHERE standing = ?6) FROM confirmations
         WHERE confirmer = ?1 AND occurred_at BETWEEN ?2 AND ?3 AND order_id <> ?4 AND accepted",
    )?;
    let (other, own) = (identifier(&Standing::OtherDepartment), identifier(&Standing::Verified));
    let values = params![confirmer.as_str(), from.0, to.0, Id(except.0), other, own];
    Ok(statement.query_row(values, |row| Ok(ByDepartment { other: row.get(0)?, own: row.get(1)? }))?)
}

/// At most `limit` that somebody has to look at, the latest received first, from `after` on; with what was looked at, or without.
///
/// # Errors
/// As the database fails.
pub fn doubtful(
    database: &Database,
    after: Option<(UtcMillis, EventId)>,
    with_seen: bool,
    limit: usize,
) -> Result<Vec<ConfirmationRow>, StoreError> {
    let mut statement = database.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM confirmations WHERE doubts <> '[]' AND (?1 OR review_id IS NULL)
         AND (?2 IS NULL OR (received_at, event_id) < (?2, ?3)) ORDER BY received_at DESC, event_id DESC LIMIT ?4"
    ))?;
    let (received_at, event) = (after.map(|(received_at, _)| received_at.0), after.map(|(_, event)| Id(event.0)));
    let rows = statement.query_map(params![with_seen, received_at, event, i64::try_from(limit).unwrap_or(i64::MAX)], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many there are that nobody has looked at.
///
/// # Errors
/// As the database fails.
pub fn count_open(database: &Database) -> Result<u64, StoreError> {
    let mut statement = database.prepare_cached("SELECT count(*) FROM confirmations WHERE doubts <> '[]' AND review_id IS NULL")?;
    Ok(statement.query_row([], |row| unsigned(row, 0))?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ConfirmationRow> {
    let doubts: String = row.get(8)?;
    Ok(ConfirmationRow {
        event: EventId(uuid(row, 0)?),
        order: OrderId(uuid(row, 1)?),
        confirmer: StaffNo(row.get(2)?),
        recorder: StaffNo(row.get(3)?),
        accepted: row.get(4)?,
        occurred_at: UtcMillis(row.get(5)?),
        received_at: UtcMillis(row.get(6)?),
        standing: from_identifier(row, 7)?,
        doubts: serde_json::from_str(&doubts).map_err(|error| unreadable(8, error))?,
        review: row.get::<_, Option<Id>>(9)?.map(|review| EventId(review.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::plan::plan_of;

    /// The cost of judging one must not grow with the years.
    #[test]
    fn every_question_is_answered_from_an_index() {
        let questions = [
            (
                "confirmer = '1' AND recorder = '2' AND occurred_at BETWEEN 1 AND 2 AND accepted ORDER BY occurred_at",
                "confirmations_of_pair",
            ),
            ("confirmer = '1' AND occurred_at BETWEEN 1 AND 2 AND order_id <> x'00' AND accepted", "confirmations_of_confirmer"),
            ("confirmer = '1' AND occurred_at BETWEEN 1 AND 2 AND accepted ORDER BY occurred_at", "confirmations_of_confirmer"),
            ("order_id = x'00' ORDER BY event_id", "confirmations_of_order"),
            ("doubts <> '[]' AND (0 OR review_id IS NULL) ORDER BY received_at DESC, event_id DESC", "confirmations_doubtful"),
        ];
        for (condition, index) in questions {
            let plan = plan_of(&format!("SELECT {COLUMNS} FROM confirmations WHERE {condition}"));
            assert!(
                plan.contains(index) && !plan.contains("SCAN confirmations USING INDEX sqlite_auto") && !plan.contains("TEMP B-TREE"),
                "{plan}"
            );
        }
        let plan = plan_of(WITH_AN_END);
        assert!(plan.contains("confirmations_of_confirmer (confirmer=?)") && !plan.contains("SCAN confirmations"), "{plan}");
    }
}
