//! The fictional hospital, whole and spoiled.

use super::{HOSPITAL, checked, clean, file, folder_of, told};
use crate::{Known, Reason, Severity};

#[test]
fn the_clean_hospital_goes_in_whole() {
    let checked = checked(&clean(), &Known::default());
    let refused: Vec<_> = checked.findings().filter(|finding| finding.severity == Severity::Refused).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let rows = |name| file(&checked, name).added;
    assert_eq!(rows("staff.csv"), 1863);
    assert_eq!(rows("departments.csv"), 199);
    assert_eq!(rows("locations.csv"), 608);
    assert_eq!(rows("price_list.csv"), 94);
    assert_eq!(rows("opening_stock.csv"), 256);
}

#[test]
fn the_clean_hospital_raises_only_the_closed_department_and_the_ended_contract() {
    let checked = checked(&clean(), &Known::default());
    let codes: Vec<_> = checked.findings().map(|finding| (finding.file.as_str(), finding.code)).collect();
    let closed = std::iter::repeat_n(("staff.csv", Reason::DepartmentClosed), 10);
    let expected: Vec<_> = std::iter::once(("contractors.csv", Reason::ContractEnds)).chain(closed).collect();
    assert_eq!(codes, expected);
}

#[test]
fn the_clean_hospital_again_changes_nothing() {
    let checked = checked(&clean(), &HOSPITAL);
    for file in &checked.files {
        assert_eq!((file.added, file.updated, file.has_refusals()), (0, 0, false), "{}", file.file);
        assert!(file.unchanged > 0, "{}", file.file);
    }
}

#[test]
fn the_spoiled_hospital_is_named_line_by_line() {
    let checked = checked(&folder_of(testkit::hospital::DIRTY), &HOSPITAL);
    let refused = |name: &str| -> Vec<_> {
        let findings = file(&checked, name).findings.iter().filter(|finding| finding.severity == Severity::Refused);
        findings.map(|finding| (finding.line, finding.column.as_str(), finding.code)).collect()
    };
    assert_eq!(refused("departments.csv"), [(72, "", Reason::EndsInsideRow)]);
    assert_eq!(refused("empty.csv"), [(1, "", Reason::EmptyFile)]);
    assert_eq!(
        refused("price_list.csv"),
        [
            (22, "unit_price_yuan", Reason::Negative),
            (23, "unit_price_yuan", Reason::TooManyDecimals),
            (24, "unit_price_yuan", Reason::NotANumber),
            (25, "valid_from", Reason::OverlappingPeriod),
            (26, "", Reason::RowTooShort),
            (26, "trade", Reason::UnknownTrade),
            (27, "unit_price_yuan", Reason::ThousandsSeparator),
        ]
    );
    assert_eq!(
        refused("spare_parts.csv"),
        [(22, "supplier_barcode", Reason::BadCheckDigit), (24, "name", Reason::Formula), (25, "name", Reason::TooLong),]
    );
    assert_eq!(
        refused("staff.csv"),
        [
            (42, "staff_no", Reason::LostLeadingZero),
            (43, "valid_from", Reason::OverlappingPeriod),
            (44, "staff_no", Reason::DuplicateKey),
            (45, "department_code", Reason::UnknownDepartment),
            (46, "valid_to", Reason::DatesReversed),
            (47, "name", Reason::EmptyRequired),
            (48, "role", Reason::UnknownRole),
            (49, "staff_no", Reason::EmptyRequired),
        ]
    );
    assert_eq!(file(&checked, "staff.csv").unchanged, 40);
    assert!(told(&checked, "spare_parts.csv").contains(&(23, "supplier_barcode".to_owned(), Reason::SharedBarcode)));
}

#[test]
fn the_spoiled_hospital_alone_has_nothing_to_refer_to() {
    let checked = checked(&folder_of(testkit::hospital::DIRTY), &Known::default());
    for name in ["price_list.csv", "spare_parts.csv", "staff.csv"] {
        let file = file(&checked, name);
        assert_eq!((file.added, file.refused_whole), (0, false), "{name}");
    }
}
