//! Confirmations of people of whom a staff list says, after the confirmations were judged, that they had left by then: they stand, and
//! somebody looks at them (`docs/decisions/014`).

use domain::fault::Fault;
use domain::holder::times_after_leaving;
use domain::identity::StaffNo;
use domain::scrutiny::is_leaving_news;
use store::server::confirmations::{self, ConfirmationRow};
use store::{Database, StoreError};

use crate::occasion::Occasion;
use crate::orders::settle::flag_as_left;
use crate::people::person::periods;

/// More are not flagged in one import, as everybody waits for it; the next one goes on. Only a last day that is wrong by years comes to it.
pub const MOST_AT_ONCE: usize = 1_000;

/// Flags what the staff list of now makes doubtful, `most` confirmations at most; says how many those were.
///
/// # Errors
/// As the database fails.
pub fn flag_those_who_had_left(database: &Database, most: usize, occasion: &Occasion<'_>) -> Result<usize, Fault> {
    let mut flagged = 0_usize;
    for confirmer in confirmations::confirmers_with_an_end(database)? {
        for row in after_leaving(database, &confirmer, occasion)? {
            if flagged >= most {
                return Ok(flagged);
            }
            flag_as_left(database, row.order, row.event, occasion)?;
            flagged = flagged.saturating_add(1);
        }
    }
    Ok(flagged)
}

/// What the number confirmed when it was nobody's any more, where nobody was told yet.
fn after_leaving(database: &Database, confirmer: &StaffNo, occasion: &Occasion<'_>) -> Result<Vec<ConfirmationRow>, StoreError> {
    let mut found = Vec::new();
    for times in times_after_leaving(&periods(database, confirmer)?, occasion.zone) {
        found.extend(confirmations::of_confirmer(database, confirmer, times)?);
    }
    found.retain(|row| is_leaving_news(row.standing, &row.doubts));
    Ok(found)
}
