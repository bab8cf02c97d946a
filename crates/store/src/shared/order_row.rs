//! The row of an order, whose columns are the same on a device and on the server.

use domain::identity::{DepartmentCode, FaultCode, LocationCode, OrderId, StaffNo, TeamCode};
use domain::row::OrderRow;
use domain::time::UtcMillis;
use rusqlite::Row;

use super::column::{from_identifier, unreadable, uuid};

/// Reads a row whose first columns are order, number, node, urgency, location, fault, department, description, team, assignee,
/// helpers, reporter, reported at, due at, done at, needs attention, attention, withdrawn from, since,
/// confirmed by, parts with, took part.
///
/// # Errors
/// When a column holds what nobody of this program writes there.
pub fn read_order_row(row: &Row<'_>) -> rusqlite::Result<OrderRow> {
    Ok(OrderRow {
        order: OrderId(uuid(row, 0)?),
        number: row.get(1)?,
        node: from_identifier(row, 2)?,
        urgency: from_identifier(row, 3)?,
        location: LocationCode(row.get(4)?),
        fault: FaultCode(row.get(5)?),
        department: DepartmentCode(row.get(6)?),
        description: row.get(7)?,
        team: row.get::<_, Option<String>>(8)?.map(TeamCode),
        assignee: row.get::<_, Option<String>>(9)?.map(StaffNo),
        helpers: serde_json::from_str(&row.get::<_, String>(10)?).map_err(|error| unreadable(10, error))?,
        reporter: StaffNo(row.get(11)?),
        reported_at: UtcMillis(row.get(12)?),
        due_at: row.get::<_, Option<i64>>(13)?.map(UtcMillis),
        done_at: row.get::<_, Option<i64>>(14)?.map(UtcMillis),
        needs_attention: row.get(15)?,
        attention: row.get::<_, Option<String>>(16)?.map(|_| from_identifier(row, 16)).transpose()?,
        withdrawn_from: serde_json::from_str(&row.get::<_, String>(17)?).map_err(|error| unreadable(17, error))?,
        since: row.get::<_, Option<i64>>(18)?.map(UtcMillis),
        confirmed_by: row.get(19)?,
        parts_with: serde_json::from_str(&row.get::<_, String>(20)?).map_err(|error| unreadable(20, error))?,
        took_part: serde_json::from_str(&row.get::<_, String>(21)?).map_err(|error| unreadable(21, error))?,
    })
}
