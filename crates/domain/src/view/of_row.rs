//! A line of a list, from the row of an order.

use super::{OrderSummary, Upload};
use crate::holder::HeldNumber;
use crate::row::OrderRow;

/// Names for the codes of one row, found by the caller in the reference data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SummaryNames {
    /// The place in words.
    pub location: Option<String>,
    /// The fault class.
    pub fault: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The technician who has it.
    pub assignee: Option<String>,
}

impl OrderSummary {
    /// The line of a row, for the `reader` whose own list it stands in; at the centre there is none. What no row
    /// knows, its caller fills in: [`OrderSummary::undecided`].
    pub fn of(row: OrderRow, names: SummaryNames, upload: Upload, reader: Option<&HeldNumber>) -> Self {
        let attention = reader.map_or(row.attention, |person| row.attention_of(person));
        let has_it = reader.is_some_and(|person| row.is_had_by(person));
        Self {
            attention,
            has_it,
            id: row.order,
            number: row.number.unwrap_or_else(|| row.order.temporary_number()),
            node: row.node,
            urgency: row.urgency,
            location: row.location,
            location_label: names.location,
            fault: row.fault,
            fault_name: names.fault,
            department: row.department,
            department_name: names.department,
            description: row.description,
            team: row.team,
            assignee: row.assignee,
            assignee_name: names.assignee,
            reported_at: row.reported_at,
            due_at: row.due_at,
            done_at: row.done_at,
            confirmed_by: row.confirmed_by,
            needs_attention: row.needs_attention,
            upload,
            undecided: false,
        }
    }
}
