//! Importing over what is stored: keys, periods, opening stock, barcodes.

use domain::identity::PartCode;
use domain::money::Fen;
use domain::reference::PartPriceFrom;

use super::{HOSPITAL, Known, check, checked, day, file, folder, stored};
use crate::{Reason, Rows};

const STAFF: &str = "staff_no,name,department_code,role,contractor_code,mobile,valid_from,valid_to\n";
const PRICES: &str = "item_code,trade,name,unit,unit_price_yuan,standard_hours,includes_material,valid_from,valid_to,document_no\n";
const STOCK: &str = "warehouse_code,part_code,quantity,safety_stock,storage_bin\n";
const PARTS: &str = "part_code,name,brand,unit,trade,unit_price_yuan,supplier_barcode,serialised\n";

/// How many rows are (added, updated, unchanged, refused) when `rows` come over the clean hospital.
fn check_counts(name: &str, header: &str, rows: &str, expected: (usize, usize, usize, usize)) -> Known {
    let checked = checked(&folder(&[(name, &format!("{header}{rows}"))]), &HOSPITAL);
    let outcome = file(&checked, name);
    let counts = (outcome.added, outcome.updated, outcome.unchanged, outcome.refused_rows);
    assert_eq!(counts, expected, "{rows}\n{:#?}", outcome.findings);
    stored(&HOSPITAL, &checked)
}

#[test]
fn staff_are_updated_by_number_and_first_day() {
    check_counts("staff.csv", STAFF, "020007,潘勇,001002,clinical,,13642181363,2018-01-01,\n", (0, 0, 1, 0));
    check_counts("staff.csv", STAFF, "020007,潘勇,001003,clinical,,13642181363,2018-01-01,\n", (0, 1, 0, 0));
}

#[test]
fn a_corrected_first_day_moves_the_row() {
    let after = check_counts("staff.csv", STAFF, "020007,潘勇,001002,clinical,,13642181363,2017-09-01,\n", (0, 1, 0, 0));
    let days: Vec<_> = after.staff.iter().filter(|row| row.staff_no.as_str() == "020007").map(|row| row.validity.valid_from).collect();
    assert_eq!(days, [day("2017-09-01")]);
}

#[test]
fn a_number_is_reissued_only_after_it_was_given_back() {
    let newcomer = "020007,新人,001002,clinical,,,2026-12-01,\n";
    let leaver = "020007,潘勇,001002,clinical,,13642181363,2018-01-01,2026-11-30\n";
    check_counts("staff.csv", STAFF, newcomer, (0, 0, 0, 1));
    check_counts("staff.csv", STAFF, &format!("{leaver}{newcomer}"), (1, 1, 0, 0));
    check_counts("staff.csv", STAFF, &format!("{newcomer}{leaver}"), (1, 1, 0, 0));
    check_counts("staff.csv", STAFF, &format!("{}{newcomer}", leaver.replace("2026-11-30", "2026-12-01")), (0, 1, 0, 1));
}

#[test]
fn somebody_who_comes_back_has_two_periods() {
    let after = check_counts("staff.csv", STAFF, "020622,薛秀俊,001026,clinical,,,2026-12-01,\n", (1, 0, 0, 0));
    assert_eq!(after.staff.iter().filter(|row| row.staff_no.as_str() == "020622").count(), 2);
}

#[test]
fn a_new_name_under_a_stored_number_is_warned_of() {
    check("staff.csv", &format!("{STAFF}020007,潘永,001002,clinical,,13642181363,2018-01-01,\n"), &[(2, "name", Reason::NameChanged)], 1);
}

#[test]
fn the_later_of_two_lines_with_one_key_is_refused() {
    let row = "029998,新人,001002,clinical,,,2026-11-01,\n";
    check("staff.csv", &format!("{STAFF}{row}{row}"), &[(3, "staff_no", Reason::DuplicateKey)], 1);
    check("staff.csv", &format!("{STAFF}{}{row}", row.replace("001002", "")), &[(2, "department_code", Reason::EmptyRequired)], 1);
}

#[test]
fn a_price_period_is_closed_by_its_own_row_only() {
    let closed = "S0001,plumbing,水龙头漏水-检修,次,40.00,2.0,否,2025-01-01,2026-12-31,后勤〔2024〕18号\n";
    let next = "S0001,plumbing,水龙头漏水-检修,次,46.00,2.0,否,2027-01-01,,\n";
    check("price_list.csv", &format!("{PRICES}{next}"), &[(2, "valid_from", Reason::OverlappingPeriod)], 0);
    check("price_list.csv", &format!("{PRICES}{next}{closed}"), &[], 2);
    check_counts("price_list.csv", PRICES, &format!("{closed}{next}"), (1, 1, 0, 0));
    let unclosed = closed.replace("2026-12-31", "");
    check("price_list.csv", &format!("{PRICES}{next}{unclosed}"), &[(2, "valid_from", Reason::OverlappingPeriod)], 1);
    check(
        "price_list.csv",
        &format!("{PRICES}{}{}", next.replace("S0001", "S9"), next.replace("S0001", "S9").replace("2027-01-01,", "2027-05-01,")),
        &[(3, "valid_from", Reason::OverlappingPeriod)],
        1,
    );
}

#[test]
fn a_refused_closing_leaves_the_stored_period_open() {
    let closed = "S0001,plumbing,,次,40.00,2.0,否,2025-01-01,2026-12-31,x\n";
    let next = "S0001,plumbing,水龙头漏水-检修,次,46.00,2.0,否,2027-01-01,,\n";
    check(
        "price_list.csv",
        &format!("{PRICES}{closed}{next}"),
        &[(2, "name", Reason::EmptyRequired), (3, "valid_from", Reason::OverlappingPeriod)],
        0,
    );
}

#[test]
fn opening_stock_is_counted_and_not_imported_again() {
    check("opening_stock.csv", &format!("{STOCK}K1,BJ000001,1,2,B-5-05\n"), &[], 1);
    check("opening_stock.csv", &format!("{STOCK}K1,BJ000001,9,2,B-5-05\n"), &[(2, "quantity", Reason::OpeningStockChanged)], 0);
    check_counts("opening_stock.csv", STOCK, "K1,BJ000001,1,3,B-5-06\n", (0, 1, 0, 0));
    check(
        "opening_stock.csv",
        &format!("{STOCK}K1,BJ000001,1.5,-2,B-5-05\n"),
        &[(2, "quantity", Reason::NotWhole), (2, "safety_stock", Reason::Negative)],
        0,
    );
}

#[test]
fn a_shared_barcode_is_warned_of() {
    let other = "BJ000999,角阀,,只,plumbing,1,6904965695674,否\n";
    check("spare_parts.csv", &format!("{PARTS}{other}"), &[(2, "supplier_barcode", Reason::SharedBarcode)], 1);
    let freed = "BJ000001,角阀 DN15,公牛,只,plumbing,2.50,,否\n";
    check("spare_parts.csv", &format!("{PARTS}{freed}{other}"), &[], 2);
}

#[test]
fn a_changed_price_that_another_one_follows_is_warned_of() {
    let to_come = |price: i64, day_from: &str| PartPriceFrom {
        part_code: PartCode::from("BJ000001"),
        unit_price_fen: Fen(price),
        valid_from: day(day_from),
    };
    let mut known = HOSPITAL.clone();
    known.part_prices_to_come = vec![to_come(400, "2027-01-01"), to_come(300, "2026-12-01")];
    for (price, warned) in [("2.50", false), ("2.80", true), ("3.00", false)] {
        let row = format!("{PARTS}BJ000001,角阀 DN15,公牛,只,plumbing,{price},6904965695674,否\n");
        let checked = checked(&folder(&[("spare_parts.csv", &row)]), &known);
        let findings = &file(&checked, "spare_parts.csv").findings;
        assert_eq!(
            findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
            vec![Reason::LaterPriceStands; usize::from(warned)],
            "{price}"
        );
        assert!(findings.iter().all(|finding| finding.suggestion.as_deref().is_some_and(|text| text.ends_with("--effective 2026-12-01"))));
    }
}

#[test]
fn a_code_in_other_letters_is_refused() {
    check("spare_parts.csv", &format!("{PARTS}bj000001,角阀,,只,plumbing,1,,否\n"), &[(2, "part_code", Reason::SimilarCode)], 0);
    let two = "BJ000999,角阀,,只,plumbing,1,,否\nbj000999,角阀,,只,plumbing,1,,否\n";
    check("spare_parts.csv", &format!("{PARTS}{two}"), &[(3, "part_code", Reason::SimilarCode)], 1);
    let known = [refused_suggestion("bj000001"), refused_suggestion("BJ000001")];
    assert_eq!(known, [Some("BJ000001".to_owned()), None]);
}

fn refused_suggestion(code: &str) -> Option<String> {
    let parts = format!("{PARTS}{code},角阀,,只,plumbing,1,,否\n");
    let checked = checked(&folder(&[("spare_parts.csv", &parts)]), &HOSPITAL);
    file(&checked, "spare_parts.csv").findings.first().and_then(|finding| finding.suggestion.clone())
}

#[test]
fn only_changed_rows_are_stored() {
    let checked = checked(
        &folder(&[(
            "spare_parts.csv",
            &format!(
                "{PARTS}BJ000001,角阀 DN15,公牛,只,plumbing,2.60,6904965695674,否\nBJ000002,角阀 DN15,正泰,个,plumbing,120.00,6901677643207,否\n"
            ),
        )]),
        &HOSPITAL,
    );
    let Rows::SpareParts(rows) = &file(&checked, "spare_parts.csv").rows else { panic!() };
    assert_eq!(rows.iter().map(|row| (row.part_code.as_str(), row.unit_price_fen.0)).collect::<Vec<_>>(), [("BJ000001", 260)]);
}
