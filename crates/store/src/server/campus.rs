//! Whose reference data a row was: what an import takes out of a campus is said to the devices there once more, because they get
//! the rows of their campus only and would keep it as it was.
//!
//! Somebody of the staff list ends there on the day before the import: a number says who it is, so nothing of what comes later
//! travels to a campus where the person is not. The earlier holders of a number are of every campus in which it was held later. Departments, places, teams and stores stay known by name, with every later change.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::identity::{CampusCode, StaffNo};
use domain::reference::{Department, DirectoryEntry, Location, Team, Validity, Warehouse};
use rusqlite::params;

use crate::Database;
use crate::shared::column::signed;
use crate::shared::error::StoreError;
use crate::shared::reference::table::many;
use crate::shared::reference::{ReferenceRow, all};

/// One period of a number in the directory of a campus.
type Member = (CampusCode, StaffNo, NaiveDate);

/// The rows that have a campus in a column, by table, key and campus.
type Places = BTreeSet<(&'static str, String, String)>;

/// Who and what is of which campus at a moment.
#[derive(Debug)]
pub struct Campuses {
    staff: BTreeMap<Member, DirectoryEntry>,
    places: Places,
}

impl Campuses {
    /// As it is now.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn of(database: &Database) -> Result<Self, StoreError> {
        Ok(Self { staff: members(database)?, places: places(database)? })
    }
}

/// Notes what is of another campus than `before`, under the revision of what changed it. People who left a campus end there with
/// `last_day`; those who came because their department or team did are of this revision, so that devices there get them.
///
/// # Errors
/// As the database fails.
pub fn note_moves(database: &Database, before: &Campuses, last_day: NaiveDate, revision: u64) -> Result<(), StoreError> {
    let now = Campuses::of(database)?;
    for (table, key, campus) in before.places.difference(&now.places) {
        note_place(database, (table, key, campus))?;
    }
    for member in now.staff.keys().filter(|member| !before.staff.contains_key(*member)) {
        note_came(database, member, revision)?;
    }
    for (member, entry) in &before.staff {
        if !now.staff.contains_key(member) && !is_replaced(&now, member, entry) {
            note_left(database, member, entry, last_day, revision)?;
        }
    }
    Ok(())
}

/// Those who left a campus after a revision, as they are to be known there.
pub(super) fn left_since(database: &Database, campus: &CampusCode, revision: u64) -> Result<Vec<DirectoryEntry>, StoreError> {
    let rows: Vec<LeftStaff> =
        many(database, "campus_code = ?1 AND revision > ?2 ORDER BY staff_no, valid_from", params![campus.as_str(), signed(revision)])?;
    Ok(rows.into_iter().map(|left| left.0).collect())
}

/// The same person with a corrected first day takes the row's place on devices (`ReferenceRow::remove_replaced`).
fn is_replaced(now: &Campuses, (campus, number, _): &Member, entry: &DirectoryEntry) -> bool {
    let first = (campus.clone(), number.clone(), NaiveDate::MIN);
    now.staff
        .range(first..)
        .take_while(|((its_campus, its_number, _), _)| its_campus == campus && its_number == number)
        .any(|(_, other)| other.name == entry.name && other.validity.overlaps(&entry.validity))
}

fn note_place(database: &Database, (table, key, campus): (&str, &str, &str)) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("INSERT OR IGNORE INTO was_in_campus (campus_code, kind, code) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![campus, table, key])?;
    Ok(())
}

fn note_came(database: &Database, (campus, number, from): &Member, revision: u64) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("DELETE FROM left_staff WHERE campus_code = ?1 AND staff_no = ?2 AND valid_from = ?3")?;
    statement.execute(params![campus.as_str(), number.as_str(), from.to_string()])?;
    let mut statement = database.prepare_cached("UPDATE staff SET revision = ?3 WHERE staff_no = ?1 AND valid_from = ?2")?;
    statement.execute(params![number.as_str(), from.to_string(), signed(revision)])?;
    Ok(())
}

fn note_left(
    database: &Database,
    (campus, ..): &Member,
    entry: &DirectoryEntry,
    last_day: NaiveDate,
    revision: u64,
) -> Result<(), StoreError> {
    let last_day = entry.validity.valid_to.map_or(last_day, |own| own.min(last_day));
    let ended = DirectoryEntry { validity: Validity { valid_to: Some(last_day), ..entry.validity }, ..entry.clone() };
    let mut statement = database.prepare_cached(
        "INSERT OR REPLACE INTO left_staff (campus_code, revision, staff_no, valid_from, name, department_code, role, team_code, valid_to)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let values = [campus.as_str().to_owned().into(), signed(revision).into()].into_iter().chain(ended.values());
    statement.execute(rusqlite::params_from_iter(values))?;
    Ok(())
}

fn members(database: &Database) -> Result<BTreeMap<Member, DirectoryEntry>, StoreError> {
    let entries: BTreeMap<(StaffNo, NaiveDate), DirectoryEntry> =
        all::<DirectoryEntry>(database)?.into_iter().map(|entry| ((entry.staff_no.clone(), entry.validity.valid_from), entry)).collect();
    let mut statement = database.prepare_cached(
        "WITH own AS (
           SELECT campus_code, staff_no, staff.valid_from FROM staff JOIN departments USING (department_code)
           UNION SELECT campus_code, staff_no, staff.valid_from FROM staff JOIN teams USING (team_code)
           UNION SELECT campus_code, staff_no, staff.valid_from FROM teams JOIN staff ON staff_no IN (leader_staff_no, deputy_staff_no))
         SELECT campus_code, staff_no, valid_from FROM own
         UNION SELECT campus_code, staff_no, earlier.valid_from FROM own JOIN staff AS earlier USING (staff_no)
           WHERE earlier.valid_from < own.valid_from",
    )?;
    let mut members = BTreeMap::new();
    let rows = statement.query_map([], |row| Ok((CampusCode(row.get(0)?), StaffNo(row.get(1)?), crate::shared::column::day(row, 2)?)))?;
    for row in rows {
        let (campus, number, from) = row?;
        if let Some(entry) = entries.get(&(number.clone(), from)) {
            members.insert((campus, number, from), entry.clone());
        }
    }
    Ok(members)
}

fn places(database: &Database) -> Result<Places, StoreError> {
    let mut places = Places::new();
    places_of::<Department>(database, &mut places)?;
    places_of::<Location>(database, &mut places)?;
    places_of::<Team>(database, &mut places)?;
    places_of::<Warehouse>(database, &mut places)?;
    Ok(places)
}

/// Of a table whose key is one code.
fn places_of<R: ReferenceRow>(database: &Database, places: &mut Places) -> Result<(), StoreError> {
    let code = R::COLUMNS.first().copied().unwrap_or_default();
    let mut statement = database.prepare_cached(&format!("SELECT {code}, campus_code FROM {}", R::TABLE))?;
    for row in statement.query_map([], |row| Ok((R::TABLE, row.get(0)?, row.get(1)?)))? {
        places.insert(row?);
    }
    Ok(())
}

/// A row of the directory in the table of those who left.
struct LeftStaff(DirectoryEntry);

impl ReferenceRow for LeftStaff {
    const TABLE: &'static str = "left_staff";
    const COLUMNS: &'static [&'static str] = DirectoryEntry::COLUMNS;
    const KEY: usize = DirectoryEntry::KEY;

    fn values(&self) -> Vec<rusqlite::types::Value> {
        self.0.values()
    }

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        DirectoryEntry::read(row).map(Self)
    }
}
