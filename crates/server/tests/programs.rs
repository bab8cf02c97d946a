//! The program itself: importing, codes, passwords, serving and stopping.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the unexpected has to fail"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

fn program(command: &str, data: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_plantroom-server"));
    program.args([command, "--data"]).arg(data).stdin(Stdio::piped());
    program
}

fn hospital(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit").join(folder)
}

fn import(data: &Path, folder: &Path) -> Output {
    program("import", data).arg(folder).output().unwrap()
}

#[track_caller]
fn check_import(data: &Path, folder: &Path, exit: i32, said: &[&str]) -> Output {
    let output = import(data, folder);
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{out}{}", String::from_utf8_lossy(&output.stderr));
    for expected in said {
        assert!(out.contains(expected), "{expected} is missing in:\n{out}");
    }
    output
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn a_hospital_goes_in_once_and_again_changes_nothing() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &["staff.csv: 1863 added", "price_list.csv: 94 added", "revision 1 "]);
    let again =
        check_import(data.path(), &hospital("hospital"), 0, &["staff.csv: 0 added 新增, 0 updated 更新, 1863 unchanged", "revision 1 "]);
    assert!(!String::from_utf8(again.stdout).unwrap().contains("1 added"));
}

#[test]
fn a_spoiled_hospital_goes_in_as_far_as_it_is_good() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    let report = data.path().join("report.csv");
    let output = program("import", data.path()).arg(hospital("hospital-dirty")).arg("--report").arg(&report).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{out}{errors}");
    assert!(out.contains("departments.csv: refused whole") && out.contains("empty.csv: refused whole"), "{out}");
    assert!(errors.contains("staff.csv, line "), "{errors}");
    assert!(std::fs::read_to_string(report).unwrap().starts_with("\u{feff}file,line,column,value,severity,code,reason,suggestion\r\n"));
}

#[test]
fn nothing_done_is_said_by_the_exit_code() {
    let data = TempDir::new().unwrap();
    let folder = TempDir::new().unwrap();
    check_import(data.path(), folder.path(), 1, &[]);
    check_import(data.path(), &folder.path().join("missing"), 1, &[]);
    write(folder.path(), "campuses.csv", "");
    check_import(data.path(), folder.path(), 1, &["campuses.csv: refused whole"]);
    write(folder.path(), "campuses.csv", "campus_code,name,address\nC1,本部院区,解放路108号\n,无号,\n");
    check_import(data.path(), folder.path(), 2, &["campuses.csv: 1 added"]);
    let report = folder.path().join("missing/report.csv");
    let output = program("import", data.path()).arg(hospital("hospital")).arg("--report").arg(report).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    check_import(data.path(), &hospital("hospital"), 0, &["staff.csv: 1863 added"]);
}

#[test]
fn a_report_overwrites_nothing_but_reports() {
    let data = TempDir::new().unwrap();
    let folder = TempDir::new().unwrap();
    let campuses = "campus_code,name,address\nC1,本部院区,解放路108号\n";
    write(folder.path(), "campuses.csv", campuses);
    let reported =
        |name: &str| program("import", data.path()).arg(folder.path()).arg("--report").arg(folder.path().join(name)).output().unwrap();
    assert_eq!(reported("campuses.csv").status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(folder.path().join("campuses.csv")).unwrap(), campuses);
    let elsewhere = TempDir::new().unwrap();
    write(elsewhere.path(), "empty.csv", "");
    for expected in [0, 0] {
        let report = elsewhere.path().join("empty.csv");
        let output = program("import", data.path()).arg(folder.path()).arg("--report").arg(report).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{output:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_said_does_not_change_what_the_exit_code_says_of_the_store() {
    let data = TempDir::new().unwrap();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = program("import", data.path()).arg(hospital("hospital")).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("the import itself is stored"), "{output:?}");
    check_import(data.path(), &hospital("hospital"), 0, &["1863 unchanged"]);
}

#[test]
fn a_hospital_that_was_never_imported_is_said_and_not_backed_up() {
    let data = TempDir::new().unwrap();
    let (mut child, _) = serve_saying(data.path(), Stdio::piped());
    let backup = data.path().join("backup");
    let output = program("backup", data.path()).arg(&backup).output().unwrap();
    assert!(output.status.code() == Some(1) && !backup.exists(), "{output:?}");
    child.kill().unwrap();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    child.wait().unwrap();
    assert!(said.contains("a new, empty hospital was made"), "{said}");
}

#[test]
fn a_damaged_store_stays_where_it_is_and_is_said() {
    let data = TempDir::new().unwrap();
    write(data.path(), store::server::FILE_NAME, &"rubbish ".repeat(1_000));
    let output = import(data.path(), &hospital("hospital"));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors.starts_with("store_damaged: ") && errors.contains("was changed; keep the damaged file, and put the newest backup"),
        "{errors}"
    );
    assert!(std::fs::read_to_string(data.path().join(store::server::FILE_NAME)).unwrap().starts_with("rubbish"));
}

#[test]
fn the_code_stands_alone_on_the_last_line() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    let qr = data.path().join("code.svg");
    let output = program("enroll-code", data.path())
        .args(["--staff", "025518", "--url", "https://10.0.0.5:8080", "--qr"])
        .arg(&qr)
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let code = out.lines().last().unwrap();
    assert!(
        output.status.success() && code.len() == 11 && code.chars().all(|character| character.is_ascii_alphanumeric() || character == '-'),
        "{out}"
    );
    assert!(std::fs::read_to_string(qr).unwrap().contains("<svg"));
    for (staff, code) in [("999999", "staff_unknown"), ("020007", "not_permitted")] {
        let output = program("enroll-code", data.path()).args(["--staff", staff]).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && errors.starts_with(code), "{errors}");
    }
}

#[test]
fn a_picture_never_has_an_address_that_phones_refuse() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    let qr = data.path().join("code.svg");
    for url in ["notaurl", "http://10.0.0.5:8080", "ftp://10.0.0.5"] {
        let output = program("enroll-code", data.path()).args(["--staff", "025518", "--url", url, "--qr"]).arg(&qr).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.is_empty(), qr.exists()), (Some(1), true, false), "{errors}");
        assert!(errors.contains(url) && errors.contains("no code was made"), "{errors}");
        let without_picture = program("enroll-code", data.path()).args(["--staff", "025518", "--url", url]).output().unwrap();
        assert_eq!((without_picture.status.code(), without_picture.stdout.is_empty()), (Some(1), true), "{url}");
    }
}

/// The picture is worth as much as the code.
#[test]
fn a_picture_is_for_its_owner_alone_and_never_written_over_another_file() {
    use std::os::unix::fs::PermissionsExt;
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    let [precious, qr] = ["precious.csv", "code.svg"].map(|name| data.path().join(name));
    std::fs::write(&precious, "precious").unwrap();
    let enroll = |file: &Path| {
        let program = &mut program("enroll-code", data.path());
        program.args(["--staff", "025518", "--url", "https://plantroom.hospital.example", "--qr"]).arg(file).output().unwrap()
    };
    let refused = enroll(&precious);
    let errors = String::from_utf8(refused.stderr).unwrap();
    assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(1), true), "{errors}");
    assert!(errors.contains("stays as it is") && errors.contains("no code was made"), "{errors}");
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
    assert!(enroll(&qr).status.success());
    assert_eq!(std::fs::metadata(&qr).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn a_wrong_command_line_is_no_outcome_of_anything() {
    let data = TempDir::new().unwrap();
    let folder = hospital("hospital");
    let folder = folder.to_str().unwrap();
    for (command, arguments) in [
        ("import", vec![folder, "--effective", "2026-13-01"]),
        ("import", vec![folder, "--efective", "2026-11-21"]),
        ("import", vec![]),
        ("verify", vec!["--rebild"]),
        ("backup", vec![]),
        ("made-up", vec![]),
    ] {
        let output = program(command, data.path()).args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(64), "{command} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    for asked in ["--help", "--version"] {
        let output = Command::new(env!("CARGO_BIN_EXE_plantroom-server")).arg(asked).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(0), false), "{asked}");
    }
}

#[test]
fn a_picture_has_the_address_last_served_with_a_warning_where_phones_cannot_use_it() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    let qr = data.path().join("code.svg");
    let check = |said: &str, (exit, is_made): (i32, bool)| {
        let output = program("enroll-code", data.path()).args(["--staff", "025518", "--qr"]).arg(&qr).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.is_empty(), qr.exists()), (Some(exit), !is_made, is_made), "{errors}");
        assert!(errors.contains(said) && errors.contains("--url"), "{errors}");
    };
    check("was never served here", (1, false));
    let (mut child, url) = serve(data.path());
    check(&format!("warning: only this machine itself reaches {url}"), (0, true));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_folder_that_was_mistyped_becomes_no_empty_hospital() {
    let data = TempDir::new().unwrap();
    for (command, arguments) in [
        ("enroll-code", vec!["--staff", "025518"]),
        ("set-password", vec!["--staff", "026149"]),
        ("verify", vec![]),
        ("backup", vec!["monday.backup"]),
    ] {
        let folder = data.path().join("typo");
        let output = program(command, &folder).args(&arguments).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), folder.exists()), (Some(1), false), "{command}: {errors}");
        assert!(errors.starts_with("bad_request: there is no server's data in "), "{command}: {errors}");
    }
}

#[test]
fn a_password_has_a_length_and_belongs_to_somebody() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    for (staff, password, good) in
        [("026149", "后勤维修-2026", true), ("026149", "short", false), ("026149", "", false), ("999999", "后勤维修-2026", false)]
    {
        let mut child = program("set-password", data.path()).args(["--staff", staff]).stderr(Stdio::null()).spawn().unwrap();
        // A refused number may have ended the program before it reads.
        let _ = writeln!(child.stdin.take().unwrap(), "{password}");
        assert_eq!(child.wait().unwrap().success(), good, "{staff} {password}");
    }
}

/// A serving program and its ready line.
fn serve(data: &Path) -> (Child, String) {
    serve_saying(data, Stdio::null())
}

fn serve_saying(data: &Path, errors: Stdio) -> (Child, String) {
    let mut child = program("serve", data).args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    (child, ready["url"].as_str().unwrap().to_owned())
}

#[test]
fn it_serves_while_an_import_runs_and_stops_when_asked() {
    let data = TempDir::new().unwrap();
    let (mut child, url) = serve(data.path());
    let health = || reqwest::blocking::get(format!("{url}/sync/v1/health")).unwrap().json::<serde_json::Value>().unwrap();
    assert_eq!(health()["ok"], true);
    check_import(data.path(), &hospital("hospital"), 0, &["staff.csv: 1863 added"]);
    assert_eq!(health()["protocol"], 1);
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// The log lies on the disk that is full, as with `2>>` beside the data.
#[test]
fn a_log_that_cannot_be_written_costs_no_answer() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (mut child, url) = serve_saying(data.path(), full.into());
    let mut store = store::server::ServerStore::open(data.path()).unwrap();
    let without_codes = "ALTER TABLE enrolment_codes RENAME TO gone";
    store.write(|database| database.execute_batch(without_codes).map_err(store::StoreError::from)).unwrap();
    let request = serde_json::json!({ "code": "ABC-DEF-GHJ", "device": uuid::Uuid::from_u128(1), "secret": "ab".repeat(32) });
    for _ in 0..3 {
        let answer = reqwest::blocking::Client::new().post(format!("{url}/sync/v1/enroll")).json(&request).send().unwrap();
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().unwrap();
        assert_eq!((status, body["error"]["code"].as_str()), (503, Some("store_failed")), "{body}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_emptied_store_is_not_taken_for_a_new_one() {
    let data = TempDir::new().unwrap();
    for content in ["", "S", "what is no database, and longer than the first bytes of one are: nothing of it can be read"] {
        write(data.path(), store::server::FILE_NAME, content);
        for (command, exit) in [("verify", 2), ("serve", 1)] {
            let output = program(command, data.path()).output().unwrap();
            assert_eq!(output.status.code(), Some(exit), "{command} {content}");
            assert!(String::from_utf8(output.stderr).unwrap().starts_with("store_damaged: "), "{command} {content}");
        }
        assert!(std::fs::read(data.path().join(store::server::FILE_NAME)).unwrap() == content.as_bytes(), "{content}");
    }
}

#[test]
fn a_counter_behind_its_log_is_set_right_before_anybody_is_served() {
    let data = TempDir::new().unwrap();
    check_import(data.path(), &hospital("hospital"), 0, &[]);
    let behind = |database: &store::Database| database.execute_batch("UPDATE counters SET log_end = 0").map_err(store::StoreError::from);
    let mut store = store::server::ServerStore::open(data.path()).unwrap();
    let before = store.read(store::server::counters::log_end).unwrap();
    store.write(behind).unwrap();
    let (mut child, _) = serve(data.path());
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!((child.wait().unwrap().code(), store.read(store::server::counters::log_end).unwrap()), (Some(0), before));
    assert!(before > 0);
}

#[test]
fn the_table_of_permissions_is_printed_for_people_and_for_programs() {
    let printed = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_plantroom-server")).arg("permissions").args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let text = printed(&[]);
    let json: serde_json::Value = serde_json::from_str(&printed(&["--json"])).unwrap();
    for (table, name) in [("kinds", "kind"), ("commands", "command"), ("routes", "path")] {
        let lines = json[table].as_array().unwrap();
        assert!(!lines.is_empty() && lines.iter().all(|line| text.contains(line[name].as_str().unwrap())), "{table}");
    }
    let confirm = json["commands"].as_array().unwrap().iter().find(|line| line["command"] == "confirm").unwrap();
    assert_eq!(confirm["roles"], serde_json::json!(["team_leader", "technician"]));
    let confirmed = text.lines().find(|line| line.starts_with("confirmed ")).unwrap();
    assert_eq!(confirmed.split_whitespace().filter(|word| *word == "device").count(), 2, "{confirmed}");
}

#[test]
fn plain_http_to_other_machines_needs_a_word() {
    let data = TempDir::new().unwrap();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let output = program("serve", data.path()).args(["--listen", address]).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{errors}");
        assert!(errors.contains("--allow-plain-http"), "{errors}");
    }
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "nothing was begun");
}

#[test]
fn with_that_word_it_serves() {
    let data = TempDir::new().unwrap();
    let mut command = program("serve", data.path());
    // Every address of this machine is one more than loopback, and the only one that a test may ask is that.
    let mut child = command.args(["--listen", "0.0.0.0:0", "--allow-plain-http"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.contains("http://0.0.0.0:"), "{line}");
}
