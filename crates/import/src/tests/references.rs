//! Rows that name each other, within a folder and against the store.

use super::{Folder, Known, checked, clean, file, folder, told};
use crate::Reason;

fn replaced(name: &str, from: &str, to: &str) -> Folder {
    let mut folder = clean();
    let (_, bytes) = folder.files.iter_mut().find(|(file, _)| file == name).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "{from}");
    *bytes = text.replacen(from, to, 1).into_bytes();
    folder
}

#[test]
fn a_refused_campus_takes_along_what_lies_in_it() {
    let checked = checked(&replaced("campuses.csv", "C3,江北院区", "C3,=江北院区"), &Known::default());
    let first = file(&checked, "warehouses.csv").findings.first().unwrap();
    assert_eq!(first.code, Reason::UnknownCampus);
    assert!(first.reason.contains("campuses.csv line 4"), "{}", first.reason);
    assert_eq!(file(&checked, "warehouses.csv").added, 2);
    assert!(
        told(&checked, "opening_stock.csv")
            .iter()
            .all(|(_, column, code)| (column.as_str(), *code) == ("warehouse_code", Reason::UnknownWarehouse))
    );
}

#[test]
fn teams_and_staff_fall_together() {
    let checked = checked(&replaced("staff.csv", "025514,", "025514,="), &Known::default());
    assert!(told(&checked, "teams.csv").contains(&(2, "leader_staff_no".to_owned(), Reason::UnknownStaff)));
    let technicians =
        told(&checked, "staff.csv").into_iter().filter(|(_, column, code)| (column.as_str(), *code) == ("role", Reason::UnknownTeam));
    assert_eq!(technicians.count(), 3);
}

#[test]
fn a_stored_team_holds_when_its_row_is_refused() {
    let checked = checked(&replaced("staff.csv", "025514,", "025514,="), &super::HOSPITAL);
    assert_eq!(told(&checked, "teams.csv"), []);
    assert_eq!(file(&checked, "staff.csv").refused_rows, 1);
}

#[test]
fn a_code_of_another_case_is_suggested() {
    let checked = checked(&folder(&[("warehouses.csv", "warehouse_code,name,campus_code\nK9,新库,c1\n")]), &super::HOSPITAL);
    assert_eq!(file(&checked, "warehouses.csv").findings[0].suggestion.as_deref(), Some("C1"));
}

#[test]
fn the_cell_is_quoted_as_it_stands() {
    let text = "staff_no,name,department_code,role,contractor_code,mobile,valid_from,valid_to\n029998,新人,００１９９９,technician:T77,,,2026-11-01,\n";
    let checked = checked(&folder(&[("staff.csv", text)]), &super::HOSPITAL);
    let values: Vec<_> = file(&checked, "staff.csv").findings.iter().map(|finding| (finding.code, finding.value.as_str())).collect();
    assert_eq!(
        values,
        [(Reason::FullWidth, "００１９９９"), (Reason::UnknownDepartment, "００１９９９"), (Reason::UnknownTeam, "technician:T77")]
    );
}

#[test]
fn trades_come_from_fault_classes_and_teams() {
    let price = "item_code,trade,name,unit,unit_price_yuan,standard_hours,includes_material,valid_from,valid_to,document_no\nS1,glazing,x,次,1,1,否,2026-01-01,,\n";
    let fault = "fault_code,name,trade,trade_name,default_urgency\nF901,玻璃破,glazing,玻璃,normal\n";
    let team = "team_code,name,campus_code,trade,contractor_code,leader_staff_no,deputy_staff_no\nT90,玻璃班,C1,glazing,,025514,\n";
    for (files, added) in [
        (vec![("price_list.csv", price)], 0),
        (vec![("price_list.csv", price), ("fault_classes.csv", fault)], 1),
        (vec![("price_list.csv", price), ("teams.csv", team)], 1),
    ] {
        assert_eq!(file(&checked(&folder(&files), &super::HOSPITAL), "price_list.csv").added, added);
    }
}

#[test]
fn a_contract_is_spoken_of_from_thirty_days_before_its_end() {
    for (until, spoken_of) in [("2026-11-20", true), ("2026-11-21", true), ("2026-12-21", true), ("2026-12-22", false), ("", false)] {
        let rows = format!("contractor_code,name,scope,contract_from,contract_to\nW01,安康物业服务有限公司,机电维修,2024-01-01,{until}\n");
        let expected: &[_] = if spoken_of { &[(2, "contract_to", Reason::ContractEnds)] } else { &[] };
        super::check("contractors.csv", &rows, expected, 1);
    }
}
