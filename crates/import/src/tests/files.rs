//! Files as a whole: encodings, headers, separators, and files that are not whole.

use encoding_rs::GB18030;

use super::{HOSPITAL, check, check_bytes, checked, file, folder};
use crate::{Reason, Rows};

const CAMPUSES: &str = "campus_code,name,address\nC8,西山院区,西山路1号\nC9,南湖院区,南湖路2号\n";

#[test]
fn encodings() {
    check("campuses.csv", CAMPUSES, &[], 2);
    check("campuses.csv", &format!("\u{feff}{CAMPUSES}"), &[], 2);
    check_bytes("campuses.csv", &GB18030.encode(CAMPUSES).0, &[(1, "", Reason::OtherEncoding)], 2);
    let tabs = format!("\u{feff}{}", CAMPUSES.replace(',', "\t"));
    let unicode_text: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_bytes("campuses.csv", &unicode_text, &[(1, "", Reason::OtherEncoding), (1, "", Reason::OtherSeparator)], 2);
    check_bytes("campuses.csv", b"PK\x03\x04rest", &[(1, "", Reason::Workbook)], 0);
    check_bytes("campuses.csv", b"\x80\xff\xff\x00\xff\x01\xff", &[(1, "", Reason::UnknownEncoding)], 0);
    let one_broken = [CAMPUSES.as_bytes(), b"C7,\xc4\xe3,x\n"].concat();
    check_bytes("campuses.csv", &one_broken, &[(4, "name", Reason::BrokenCharacter)], 2);
}

#[test]
fn separators() {
    for separator in ["\t", ";", "，"] {
        check("campuses.csv", &CAMPUSES.replace(',', separator), &[(1, "", Reason::OtherSeparator)], 2);
    }
}

#[test]
fn a_file_cut_at_any_byte_is_refused_whole_or_complete_up_to_there() {
    let department = "department_code,name,campus_code,area_m2,valid_from,valid_to\n009001,新科一,C1,10.0,2026-01-01,2027-01-15\n";
    for text in [department.to_owned(), department.replace('\n', "\r\n")] {
        for encoded in [text.as_bytes().to_vec(), GB18030.encode(&text).0.into_owned()] {
            let header = text.find('\n').unwrap() + 1;
            let row_end = encoded.len() - if text.contains('\r') { 2 } else { 1 };
            for length in header + 1..row_end {
                let outcome =
                    checked(&super::Folder { files: vec![("departments.csv".to_owned(), encoded[..length].to_vec())] }, &HOSPITAL);
                let outcome = file(&outcome, "departments.csv");
                let undetectable = encoded[..length].ends_with(b"2026-01-01,");
                assert_eq!(outcome.refused_whole, !undetectable, "{length}: {outcome:#?}");
            }
        }
    }
}

#[test]
fn a_quote_open_at_the_end_refuses_the_file() {
    check("campuses.csv", &format!("{CAMPUSES}C7,\"甲,x\nC6,乙,x\n"), &[(4, "", Reason::EndsInsideRow)], 0);
}

#[test]
fn empty_files() {
    for nothing in ["", "\u{feff}", "\r\n\r\n", "  \n"] {
        check("campuses.csv", nothing, &[(1, "", Reason::EmptyFile)], 0);
        check("whatever.csv", nothing, &[(1, "", Reason::EmptyFile)], 0);
    }
    check("campuses.csv", "campus_code,name,address\n", &[(1, "", Reason::NoRows)], 0);
}

#[test]
fn headers() {
    check("campuses.csv", "address,campus_code,name\nx,C8,甲\n", &[], 1);
    check("campuses.csv", "\n\ncampus_code,name,address\nC8,,x\n", &[(4, "name", Reason::EmptyRequired)], 0);
    check(
        "campuses.csv",
        " Campus_Code ,name,address,remark\nC8,甲,x,y\n",
        &[(1, "Campus_Code", Reason::HeaderUnderstood), (1, "remark", Reason::UnknownColumn)],
        1,
    );
    check("campuses.csv", "campus_code,name,address,,\nC8,甲,x\nC9,乙,x,,\nC7,丙,x,,,\n", &[(4, "", Reason::ExtraEmptyCells)], 3);
    check("campuses.csv", "campus_code,name\nC8,甲\n", &[(1, "address", Reason::MissingColumn)], 0);
    check("campuses.csv", "campus_code,name,address,name\nC8,甲,x,乙\n", &[(1, "name", Reason::DuplicateColumn)], 0);
    check(
        "campuses.csv",
        "院区编码,名称,地址\nC8,甲,x\n",
        &[
            (1, "campus_code", Reason::MissingColumn),
            (1, "name", Reason::MissingColumn),
            (1, "address", Reason::MissingColumn),
            (1, "院区编码", Reason::UnknownColumn),
            (1, "名称", Reason::UnknownColumn),
            (1, "地址", Reason::UnknownColumn),
        ],
        0,
    );
}

#[test]
fn what_says_nothing_is_passed_over() {
    check("campuses.csv", &format!("{CAMPUSES}\n\n\n"), &[], 2);
    check("campuses.csv", &format!("{CAMPUSES},,\n , ,\u{3000}\n"), &[(4, "", Reason::BlankRow), (5, "", Reason::BlankRow)], 2);
    check("campuses.csv", &format!("{CAMPUSES}\u{feff}campus_code,name,address\nC7,甲,x\n"), &[(4, "", Reason::RepeatedHeader)], 3);
    check("campuses.csv", &format!("{CAMPUSES}\u{1a}"), &[], 2);
    check("campuses.csv", CAMPUSES.trim_end(), &[(3, "", Reason::NoFinalLineEnd)], 2);
}

#[test]
fn names_of_files() {
    check("Campuses.CSV", CAMPUSES, &[], 2);
    check("员工.csv", CAMPUSES, &[(1, "", Reason::UnknownFile)], 0);
    let twice = checked(&folder(&[("campuses.csv", CAMPUSES), ("CAMPUSES.csv", CAMPUSES)]), &HOSPITAL);
    assert_eq!(file(&twice, "CAMPUSES.csv").findings[0].code, Reason::DuplicateFile);
    assert_eq!(file(&twice, "CAMPUSES.csv").rows, Rows::Unknown);
    assert_eq!(file(&twice, "campuses.csv").added, 2);
}

#[test]
fn a_file_beyond_64_mib_is_refused() {
    check_bytes("campuses.csv", &vec![b'a'; (64 << 20) + 1], &[(1, "", Reason::FileTooLarge)], 0);
}
