//! The room from outside: folders in, findings out.

mod again;
mod cells;
mod files;
mod hospital;
mod never_panics;
mod references;

use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::{Checked, CheckedFile, Folder, Known, Reason, Rows, check_folder};

/// The clean hospital, stored.
static HOSPITAL: LazyLock<Known> = LazyLock::new(|| stored(&Known::default(), &checked(&clean(), &Known::default())));

fn effective() -> NaiveDate {
    day("2026-11-21")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn clean() -> Folder {
    folder_of(testkit::hospital::CLEAN)
}

fn folder_of(files: &[testkit::hospital::File]) -> Folder {
    Folder { files: files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect() }
}

fn folder(files: &[(&str, &str)]) -> Folder {
    Folder { files: files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect() }
}

fn checked(folder: &Folder, known: &Known) -> Checked {
    check_folder(folder, known, effective())
}

fn file<'a>(checked: &'a Checked, name: &str) -> &'a CheckedFile {
    checked.files.iter().find(|file| file.file == name).unwrap()
}

/// Lines, columns and codes of what is said about `name`.
fn told(checked: &Checked, name: &str) -> Vec<(u64, String, Reason)> {
    file(checked, name).findings.iter().map(|finding| (finding.line, finding.column.clone(), finding.code)).collect()
}

/// One file against the clean hospital: everything that is said about it, and how many rows go in or are there already.
fn check_bytes(name: &str, bytes: &[u8], expected: &[(u64, &str, Reason)], rows_accepted: usize) {
    let folder = Folder { files: vec![(name.to_owned(), bytes.to_vec())] };
    let checked = checked(&folder, &HOSPITAL);
    let expected: Vec<_> = expected.iter().map(|(line, column, code)| (*line, (*column).to_owned(), *code)).collect();
    let text = String::from_utf8_lossy(bytes);
    assert_eq!(told(&checked, name), expected, "{text}\n{:#?}", file(&checked, name).findings);
    let outcome = file(&checked, name);
    assert_eq!([outcome.added, outcome.updated, outcome.unchanged].iter().sum::<usize>(), rows_accepted, "{text}");
}

fn check(name: &str, text: &str, expected: &[(u64, &str, Reason)], rows_accepted: usize) {
    check_bytes(name, text.as_bytes(), expected, rows_accepted);
}

/// What a store holds after it took `checked` in.
fn stored(known: &Known, checked: &Checked) -> Known {
    let mut known = known.clone();
    for file in &checked.files {
        match file.rows.clone() {
            Rows::Unknown => {}
            Rows::Campuses(rows) => upsert(&mut known.campuses, rows, |row| row.campus_code.clone()),
            Rows::Contractors(rows) => upsert(&mut known.contractors, rows, |row| row.contractor_code.clone()),
            Rows::Departments(rows) => upsert(&mut known.departments, rows, |row| row.department_code.clone()),
            Rows::Locations(rows) => upsert(&mut known.locations, rows, |row| row.location_code.clone()),
            Rows::FaultClasses(rows) => upsert(&mut known.fault_classes, rows, |row| row.fault_code.clone()),
            Rows::ServiceLevels(rows) => upsert(&mut known.service_levels, rows, |row| row.urgency),
            Rows::Teams(rows) => upsert(&mut known.teams, rows, |row| row.team_code.clone()),
            Rows::Staff { rows, replaced } => {
                known.staff.retain(|row| !replaced.contains(&(row.staff_no.clone(), row.validity.valid_from)));
                upsert(&mut known.staff, rows, |row| (row.staff_no.clone(), row.validity.valid_from));
            }
            Rows::SpareParts(rows) => upsert(&mut known.parts, rows, |row| row.part_code.clone()),
            Rows::PriceItems(rows) => upsert(&mut known.price_items, rows, |row| (row.item_code.clone(), row.validity.valid_from)),
            Rows::Warehouses(rows) => upsert(&mut known.warehouses, rows, |row| row.warehouse_code.clone()),
            Rows::OpeningStock(rows) => upsert(&mut known.opening_stock, rows, |row| (row.warehouse_code.clone(), row.part_code.clone())),
        }
    }
    known
}

fn upsert<T, K: PartialEq>(stored: &mut Vec<T>, rows: Vec<T>, key: impl Fn(&T) -> K) {
    for row in rows {
        stored.retain(|other| key(other) != key(&row));
        stored.push(row);
    }
}
