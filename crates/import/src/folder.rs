//! The files of a folder by kind, and the order in which they are checked.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::identity::{DepartmentCode, StaffNo};
use domain::reference::{
    Campus, Contractor, Department, FaultClass, Location, OpeningStock, PriceItem, ServiceLevel, SparePart, StaffMember, Team, Warehouse,
};

use crate::checked::{Checked, CheckedFile, Known, Rows};
use crate::decode::{self, Undecodable};
use crate::finding::{Reason, Remark, Severity};
use crate::keys::{refuse_duplicates, refuse_lost_zeros, refuse_similar_codes};
use crate::kinds::{Kind, contractors, opening_stock, spare_parts, staff};
use crate::outcome::{checked_file, outcome_by_key, outcome_by_period};
use crate::periods::refuse_overlaps;
use crate::references::{Directory, check_references};
use crate::sheet::Sheet;
use crate::table::undecodable;
use crate::target::Target;

/// The files of a folder, with names inside it and bytes as the caller read them.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// (file name, bytes)
    pub files: Vec<(String, Vec<u8>)>,
}

/// Checks the files of `folder` against each other and against what is stored. `effective` is the day from which the
/// import holds. Decides only: the caller stores [`CheckedFile::rows`], each file in one transaction.
pub fn check_folder(folder: &Folder, known: &Known, effective: NaiveDate) -> Checked {
    let mut sheets = Sheets::default();
    for (name, bytes) in &folder.files {
        sheets.read(name, bytes);
    }
    sheets.settle(known, effective);
    Checked { files: sheets.outcomes(known) }
}

#[derive(Default)]
struct Sheets {
    campuses: Sheet<Campus>,
    contractors: Sheet<Contractor>,
    departments: Sheet<Department>,
    locations: Sheet<Location>,
    fault_classes: Sheet<FaultClass>,
    service_levels: Sheet<ServiceLevel>,
    teams: Sheet<Team>,
    staff: Sheet<StaffMember>,
    parts: Sheet<SparePart>,
    price_items: Sheet<PriceItem>,
    warehouses: Sheet<Warehouse>,
    opening_stock: Sheet<OpeningStock>,
    /// Files of no known kind, and second files of one kind.
    others: Vec<CheckedFile>,
}

impl Sheets {
    fn read(&mut self, name: &str, bytes: &[u8]) {
        let other = match name.to_ascii_lowercase().as_str() {
            Campus::FILE => read_once(&mut self.campuses, name, bytes),
            Contractor::FILE => read_once(&mut self.contractors, name, bytes),
            Department::FILE => read_once(&mut self.departments, name, bytes),
            Location::FILE => read_once(&mut self.locations, name, bytes),
            FaultClass::FILE => read_once(&mut self.fault_classes, name, bytes),
            ServiceLevel::FILE => read_once(&mut self.service_levels, name, bytes),
            Team::FILE => read_once(&mut self.teams, name, bytes),
            StaffMember::FILE => read_once(&mut self.staff, name, bytes),
            SparePart::FILE => read_once(&mut self.parts, name, bytes),
            PriceItem::FILE => read_once(&mut self.price_items, name, bytes),
            Warehouse::FILE => read_once(&mut self.warehouses, name, bytes),
            OpeningStock::FILE => read_once(&mut self.opening_stock, name, bytes),
            lower_case => Some(unknown_file(lower_case, bytes)),
        };
        self.others.extend(other.map(|remark| not_read(name, remark)));
    }

    /// What is referred to is settled before what refers to it.
    fn settle(&mut self, known: &Known, effective: NaiveDate) {
        let mut directory = Directory::default();
        settle(&mut self.campuses, &known.campuses, &mut directory);
        settle(&mut self.contractors, &known.contractors, &mut directory);
        settle(&mut self.fault_classes, &known.fault_classes, &mut directory);
        settle(&mut self.service_levels, &known.service_levels, &mut directory);
        settle(&mut self.departments, &known.departments, &mut directory);
        settle(&mut self.locations, &known.locations, &mut directory);
        settle(&mut self.warehouses, &known.warehouses, &mut directory);
        self.settle_staff_and_teams(known, &mut directory);
        settle(&mut self.parts, &known.parts, &mut directory);
        settle(&mut self.price_items, &known.price_items, &mut directory);
        refuse_overlaps(&mut self.price_items, &known.price_items);
        opening_stock::refuse_changed_quantities(&mut self.opening_stock, &known.opening_stock);
        settle(&mut self.opening_stock, &known.opening_stock, &mut directory);
        self.warn(known, effective);
    }

    /// Teams name leaders and technicians name teams: all are believed until one is found wrong, then those who named it
    /// are asked again, until nothing changes.
    fn settle_staff_and_teams(&mut self, known: &Known, directory: &mut Directory) {
        check_alone(&mut self.staff, &known.staff, directory, |target| target != Target::Team);
        check_alone(&mut self.teams, &known.teams, directory, |target| target != Target::Staff);
        loop {
            let before = self.staff.count_standing().saturating_add(self.teams.count_standing());
            let mut mutual = Directory::default();
            mutual.add_rows(&self.staff, &known.staff);
            mutual.add_rows(&self.teams, &known.teams);
            check_references(&mut self.staff, &mutual, |target| target == Target::Team);
            check_references(&mut self.teams, &mutual, |target| target == Target::Staff);
            refuse_overlaps(&mut self.staff, &known.staff);
            if self.staff.count_standing().saturating_add(self.teams.count_standing()) == before {
                break;
            }
        }
        directory.add_rows(&self.teams, &known.teams);
    }

    fn warn(&mut self, known: &Known, effective: NaiveDate) {
        spare_parts::warn_of_shared_barcodes(&mut self.parts, &known.parts);
        spare_parts::warn_of_later_prices(&mut self.parts, &known.parts, &known.part_prices_to_come);
        contractors::warn_of_ending_contracts(&mut self.contractors, effective);
        staff::warn_of_changed_names(&mut self.staff, &known.staff);
        let departments = known.departments.iter().chain(self.departments.drafts.iter().filter_map(|draft| draft.standing()));
        let mut ends: HashMap<DepartmentCode, NaiveDate> = HashMap::new();
        for department in departments {
            match department.validity.valid_to {
                Some(end) => ends.insert(department.department_code.clone(), end),
                None => ends.remove(&department.department_code),
            };
        }
        staff::warn_of_closed_departments(&mut self.staff, &ends, effective);
    }

    fn outcomes(self, known: &Known) -> Vec<CheckedFile> {
        let files = [
            checked_file(self.campuses, |sheet| outcome_by_key(sheet, &known.campuses, Rows::Campuses)),
            checked_file(self.contractors, |sheet| outcome_by_key(sheet, &known.contractors, Rows::Contractors)),
            checked_file(self.fault_classes, |sheet| outcome_by_key(sheet, &known.fault_classes, Rows::FaultClasses)),
            checked_file(self.service_levels, |sheet| outcome_by_key(sheet, &known.service_levels, Rows::ServiceLevels)),
            checked_file(self.departments, |sheet| outcome_by_key(sheet, &known.departments, Rows::Departments)),
            checked_file(self.locations, |sheet| outcome_by_key(sheet, &known.locations, Rows::Locations)),
            checked_file(self.warehouses, |sheet| outcome_by_key(sheet, &known.warehouses, Rows::Warehouses)),
            checked_file(self.teams, |sheet| outcome_by_key(sheet, &known.teams, Rows::Teams)),
            checked_file(self.staff, |sheet| outcome_by_period(sheet, &known.staff, staff_rows)),
            checked_file(self.parts, |sheet| outcome_by_key(sheet, &known.parts, Rows::SpareParts)),
            checked_file(self.price_items, |sheet| outcome_by_period(sheet, &known.price_items, |rows, _| Rows::PriceItems(rows))),
            checked_file(self.opening_stock, |sheet| outcome_by_key(sheet, &known.opening_stock, Rows::OpeningStock)),
        ];
        files.into_iter().flatten().chain(self.others).collect()
    }
}

fn staff_rows(rows: Vec<StaffMember>, replaced: Vec<(String, NaiveDate)>) -> Rows {
    Rows::Staff { rows, replaced: replaced.into_iter().map(|(staff_no, day)| (StaffNo(staff_no), day)).collect() }
}

/// Everything about a kind whose references are known by now; then its rows are known too.
fn settle<T: Kind>(sheet: &mut Sheet<T>, stored: &[T], directory: &mut Directory) {
    check_alone(sheet, stored, directory, |_| true);
    directory.add_rows(sheet, stored);
}

fn check_alone<T: Kind>(sheet: &mut Sheet<T>, stored: &[T], directory: &Directory, which: impl Fn(Target) -> bool) {
    refuse_lost_zeros(sheet, stored);
    check_references(sheet, directory, which);
    refuse_duplicates(sheet);
    refuse_similar_codes(sheet, stored);
}

fn read_once<T: Kind>(sheet: &mut Sheet<T>, name: &str, bytes: &[u8]) -> Option<Remark> {
    if let Some(first) = &sheet.file {
        let reason = format!("{first} is the same file in another spelling; nothing of this one was taken in");
        return Some(Remark::refused(Reason::DuplicateFile, reason).suggest("Keep one of the two"));
    }
    *sheet = Sheet::read(name, bytes);
    None
}

/// An empty CSV file is refused whatever its name: something went wrong when it was written.
fn unknown_file(lower_case_name: &str, bytes: &[u8]) -> Remark {
    let is_table = lower_case_name.ends_with(".csv") || lower_case_name.ends_with(".txt");
    if is_table && bytes.len() <= decode::LARGEST_FILE && decode::decode(bytes) == Err(Undecodable::Empty) {
        return undecodable(Undecodable::Empty);
    }
    Remark::note(Reason::UnknownFile, "No file of this name is known, it was not read")
        .suggest(format!("Known names: {}", FILES.join(", ")))
}

const FILES: [&str; 12] = [
    Campus::FILE,
    Contractor::FILE,
    Department::FILE,
    FaultClass::FILE,
    Location::FILE,
    OpeningStock::FILE,
    PriceItem::FILE,
    ServiceLevel::FILE,
    SparePart::FILE,
    StaffMember::FILE,
    Team::FILE,
    Warehouse::FILE,
];

fn not_read(name: &str, remark: Remark) -> CheckedFile {
    let refused_whole = remark.severity == Severity::Refused;
    let findings = vec![remark.at(name, 1, "", "")];
    CheckedFile { file: name.to_owned(), rows: Rows::Unknown, findings, refused_whole, unchanged: 0, added: 0, updated: 0, refused_rows: 0 }
}
