//! The trail of deeds that the auditor reads. Nothing is removed from it.

use domain::audit::Deed;
use domain::identity::StaffNo;
use domain::time::UtcMillis;
use rusqlite::{Row, params};

use crate::Database;
use crate::shared::column::{from_identifier, identifier, signed, unsigned};
use crate::shared::error::StoreError;

/// A deed that is to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// When.
    pub at: UtcMillis,
    /// How many at once.
    pub times: u64,
    /// What.
    pub deed: Deed,
    /// Who; `None` for the program on the server's machine, and for whoever is not known.
    pub by: Option<StaffNo>,
    /// A staff number, or the id of a device or event; empty where there is none.
    pub about: String,
    /// From where.
    pub place: String,
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands: later ones have a higher number.
    pub position: u64,
    /// The last time that it happened again within the hour; the first where it did not.
    pub last_at: UtcMillis,
    /// The deed, at its first time, with how often it happened.
    pub deed: NewLine,
}

/// Notes a deed. One whose repeats are counted goes into the line of the same deed since `counted_since`, where there is one.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn note(database: &Database, new: &NewLine, counted_since: UtcMillis) -> Result<(), StoreError> {
    if new.deed.repeats_are_counted() && count(database, new, counted_since)? {
        return Ok(());
    }
    let mut statement = database
        .prepare_cached("INSERT INTO audit_trail (at, last_at, times, deed, by_staff, about, place) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6)")?;
    statement.execute(params![new.at.0, signed(new.times), identifier(&new.deed), by(new), new.about, new.place])?;
    Ok(())
}

/// Says whether there was a line to count it in.
fn count(database: &Database, new: &NewLine, since: UtcMillis) -> Result<bool, StoreError> {
    let mut statement = database.prepare_cached(COUNT)?;
    Ok(statement.execute(params![new.at.0, by(new), new.about, new.place, identifier(&new.deed), since.0])? > 0)
}

/// The condition on the deeds repeats that of the index, or SQLite does not use it.
const COUNT: &str = "UPDATE audit_trail SET times = times + 1, last_at = max(last_at, ?1) WHERE position = (
    SELECT position FROM audit_trail WHERE deed IN ('signed_in', 'sign_in_refused', 'locked_out')
    AND by_staff = ?2 AND about = ?3 AND place = ?4 AND deed = ?5 AND at > ?6 ORDER BY at DESC LIMIT 1)";

/// At most `limit` lines, newest first, from before a position on.
///
/// # Errors
/// As the database fails.
pub fn page(database: &Database, before: Option<u64>, limit: usize) -> Result<Vec<Line>, StoreError> {
    let mut statement = database.prepare_cached(
        "SELECT position, at, last_at, times, deed, by_staff, about, place FROM audit_trail WHERE position < ?1 ORDER BY position DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![before.map_or(i64::MAX, signed), limit], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn by(new: &NewLine) -> &str {
    new.by.as_ref().map_or("", StaffNo::as_str)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Line> {
    let by: String = row.get(5)?;
    let deed = NewLine {
        at: UtcMillis(row.get(1)?),
        times: unsigned(row, 3)?,
        deed: from_identifier(row, 4)?,
        by: Some(by).filter(|by| !by.is_empty()).map(StaffNo),
        about: row.get(6)?,
        place: row.get(7)?,
    };
    Ok(Line { position: unsigned(row, 0)?, last_at: UtcMillis(row.get(2)?), deed })
}

#[cfg(test)]
mod tests {
    use super::COUNT;
    use crate::server::plan::plan_of;

    #[test]
    fn a_repeat_is_found_by_an_index() {
        let plan = plan_of(COUNT);
        assert!(plan.contains("audit_trail_of_sign_ins"), "{plan}");
    }
}
