//! Rows and cells: every spoiled one is named with its line and column.

use super::{HOSPITAL, check, checked, file, folder};
use crate::{Reason, Severity, report_csv};

const STAFF: &str = "staff_no,name,department_code,role,contractor_code,mobile,valid_from,valid_to\n";
const PARTS: &str = "part_code,name,brand,unit,trade,unit_price_yuan,supplier_barcode,serialised\n";
const CAMPUSES: &str = "campus_code,name,address\n";

fn check_staff(row: &str, expected: &[(u64, &str, Reason)]) {
    check_row("staff.csv", STAFF, row, expected);
}

fn check_part(row: &str, expected: &[(u64, &str, Reason)]) {
    check_row("spare_parts.csv", PARTS, row, expected);
}

fn check_row(name: &str, header: &str, row: &str, expected: &[(u64, &str, Reason)]) {
    let refused = checked(&folder(&[(name, &format!("{header}{row}\n"))]), &HOSPITAL);
    let accepted = usize::from(!file(&refused, name).has_refusals());
    check(name, &format!("{header}{row}\n"), expected, accepted);
}

#[test]
fn a_good_row_needs_no_word() {
    check_staff("029998,新人,001002,clinical,,13642181363,2026-11-01,", &[]);
    check_staff("029998,新人,001002,technician:T07,W01,,2026-11-01,2027-11-01", &[]);
    check_part("BJ000999,角阀,,只,plumbing,0,,否", &[]);
}

#[test]
fn a_role_that_is_not_for_contractors_is_said_and_taken() {
    let not_for_them = [(2, "role", Reason::RoleNotForContractors)];
    for (role, expected) in [("dispatcher", &not_for_them[..]), ("cost_auditor", &not_for_them), ("team_leader", &[]), ("clinical", &[])] {
        check_staff(&format!("W9998,新人,001002,{role},W01,,2026-11-01,"), expected);
        check_staff(&format!("029998,新人,001002,{role},,,2026-11-01,"), &[]);
    }
}

#[test]
fn what_can_be_understood_leaves_a_note() {
    check_staff(
        "029998, 新人\u{3000},001002,clinical,,,2026/11/1,",
        &[(2, "name", Reason::Trimmed), (2, "valid_from", Reason::DateUnderstood)],
    );
    check_staff("０２９９９８,新人,001002,clinical,,,2026-11-01,", &[(2, "staff_no", Reason::FullWidth)]);
    check_part(
        "BJ000999,角阀,,只,plumbing,２．５０,,N",
        &[(2, "unit_price_yuan", Reason::FullWidth), (2, "serialised", Reason::YesNoUnderstood)],
    );
    check_staff("029998,新人,001002,clinical,,,2026-11-01,,,", &[(2, "", Reason::ExtraEmptyCells)]);
    check_staff("029998,\u{feff}新人,001002,clinical,,,2026-11-01,", &[(2, "name", Reason::Trimmed)]);
}

#[test]
fn every_problem_of_a_row_is_told() {
    check_staff(
        "029998,,999999,superuser,W99,x,2026-13-01,2026.1.5",
        &[
            (2, "name", Reason::EmptyRequired),
            (2, "role", Reason::UnknownRole),
            (2, "mobile", Reason::NotATelephoneNumber),
            (2, "valid_from", Reason::ImpossibleDate),
            (2, "valid_to", Reason::NotADate),
            (2, "department_code", Reason::UnknownDepartment),
            (2, "contractor_code", Reason::UnknownContractor),
        ],
    );
    check_part(
        "BJ000001,=1,@x,只,水管,-1,6.90497E+12,maybe",
        &[
            (2, "name", Reason::Formula),
            (2, "brand", Reason::Formula),
            (2, "unit_price_yuan", Reason::Negative),
            (2, "supplier_barcode", Reason::ScientificNotation),
            (2, "serialised", Reason::NotYesNo),
            (2, "trade", Reason::UnknownTrade),
        ],
    );
}

#[test]
fn cells_hold_no_hidden_characters() {
    check_staff("029998,新\u{200b}人,001002,clinical,,,2026-11-01,", &[(2, "name", Reason::InvisibleCharacter)]);
    check_staff("029998,新\0人,001002,clinical,,,2026-11-01,", &[(2, "name", Reason::ControlCharacter)]);
    check_staff("029998,\"新\n人\",001002,clinical,,,2026-11-01,", &[(2, "name", Reason::ControlCharacter)]);
    check_staff("029998,新\u{fffd},001002,clinical,,,2026-11-01,", &[(2, "name", Reason::BrokenCharacter)]);
    check_staff("029998,\t新人,001002,clinical,,,2026-11-01,", &[(2, "name", Reason::Trimmed), (2, "name", Reason::Formula)]);
}

#[test]
fn a_row_has_as_many_cells_as_the_header() {
    check_staff("029998,新人,001002", &[(2, "", Reason::RowTooShort)]);
    check(
        "staff.csv",
        &format!("{STAFF}029998,新人,001002\n029999,新人,001002,clinical,,,2026-11-01,\n"),
        &[(2, "", Reason::RowTooShort)],
        1,
    );
    check_staff(
        "029998,新,人,001002,clinical,,,2026-11-01,x",
        &[
            (2, "", Reason::RowTooLong),
            (2, "role", Reason::UnknownRole),
            (2, "valid_from", Reason::EmptyRequired),
            (2, "department_code", Reason::UnknownDepartment),
            (2, "contractor_code", Reason::UnknownContractor),
        ],
    );
}

#[test]
fn line_numbers_survive_line_breaks_in_cells() {
    let rows = "C7,\"甲\n乙\",x\r\nC8,好,x\r\n\r\n,,\r\nC9,,x\r\n";
    check(
        "campuses.csv",
        &format!("{CAMPUSES}{rows}"),
        &[(2, "name", Reason::ControlCharacter), (6, "", Reason::BlankRow), (7, "name", Reason::EmptyRequired)],
        1,
    );
    check("campuses.csv", "campus_code,name,address\rC8,好,x\rC9,,x\r", &[(3, "name", Reason::EmptyRequired)], 1);
}

#[test]
fn a_stray_quote_costs_one_row() {
    check("campuses.csv", &format!("{CAMPUSES}C7,\"甲,x\nC8,乙,x\nC9,\"丙\",x\n"), &[(2, "", Reason::QuoteNotClosed)], 2);
    check("campuses.csv", &format!("{CAMPUSES}C7,\"甲\"乙,x\nC8,乙,x\n"), &[(2, "", Reason::TextAfterQuote)], 1);
}

#[test]
fn lost_zeros_are_suggested_and_never_mended() {
    let text = format!("{STAFF}20007,潘勇,1002,clinical,,13642181363,2018-01-01,\n29998,新人,001002,clinical,,,2026-11-01,\n");
    let checked = checked(&folder(&[("staff.csv", &text)]), &HOSPITAL);
    let suggested: Vec<_> = file(&checked, "staff.csv")
        .findings
        .iter()
        .map(|finding| (finding.line, finding.code, finding.suggestion.as_deref().unwrap()))
        .collect();
    assert_eq!(
        suggested,
        [(2, Reason::LostLeadingZero, "020007"), (2, Reason::LostLeadingZero, "001002"), (3, Reason::LostLeadingZero, "029998")]
    );
}

#[test]
fn a_finding_quotes_the_value_and_suggests() {
    let checked = checked(&folder(&[("spare_parts.csv", &format!("{PARTS}BJ000999,角阀,,只,plumbing,\"1,200.00\",,否\n"))]), &HOSPITAL);
    let finding = &file(&checked, "spare_parts.csv").findings[0];
    assert_eq!((finding.value.as_str(), finding.suggestion.as_deref()), ("1,200.00", Some("1200.00")));
    assert_eq!(finding.severity, Severity::Refused);
    let report = report_csv(&file(&checked, "spare_parts.csv").findings);
    assert!(report.contains("spare_parts.csv,2,unit_price_yuan,\"1,200.00\",refused,thousands_separator,"), "{report}");
}
