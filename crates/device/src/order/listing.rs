//! The place of an order in its list.

use domain::identity::StaffNo;
use domain::row::{Listing, OrderRow};
use domain::view::Upload;
use store::device::ListedOrder;

/// Added to the time of the report for orders without a limit: they come after all that have one, oldest first.
const AFTER_EVERYTHING_DUE_MS: i64 = 1 << 48;

/// The row with its place in the list of `worker`.
pub fn listed(row: OrderRow, worker: &StaffNo, upload: Upload) -> ListedOrder {
    let listing = row.listing(worker);
    let sort_at = match listing {
        // Latest first.
        Listing::Done => row.done_at.unwrap_or(row.reported_at).0.saturating_neg(),
        // What is due first on top.
        Listing::Mine | Listing::Team => row.due_at.map_or(row.reported_at.0.saturating_add(AFTER_EVERYTHING_DUE_MS), |due| due.0),
    };
    ListedOrder { row, listing, sort_at, upload }
}
