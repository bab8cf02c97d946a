//! Findings as a CSV file that a spreadsheet opens as it is.

use crate::finding::Finding;

/// Header of the report.
const HEADER: &str = "file,line,column,value,severity,code,reason,suggestion\r\n";

/// The findings as CSV: UTF-8 with a byte order mark so that Excel reads Chinese, one row a finding, CRLF.
///
/// A cell that a spreadsheet would take for a formula is prefixed with `'`: the report quotes what it warns of and must not run it.
pub fn report_csv(findings: &[Finding]) -> String {
    let mut report = format!("\u{feff}{HEADER}");
    for finding in findings {
        report.push_str(&report_row(finding));
    }
    report
}

fn report_row(finding: &Finding) -> String {
    let line = finding.line.to_string();
    let suggestion = finding.suggestion.as_deref().unwrap_or_default();
    let cells = [
        finding.file.as_str(),
        &line,
        &finding.column,
        &finding.value,
        finding.severity.as_str(),
        finding.code.as_str(),
        &finding.reason,
        suggestion,
    ];
    format!("{}\r\n", cells.map(report_cell).join(","))
}

fn report_cell(value: &str) -> String {
    let harmless = if starts_like_a_formula(value) { format!("'{value}") } else { value.to_owned() };
    if harmless.contains([',', '"', '\r', '\n', '\'']) { format!("\"{}\"", harmless.replace('"', "\"\"")) } else { harmless }
}

/// Spreadsheets run cells that begin so; the full-width forms too in East Asian versions.
fn starts_like_a_formula(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Reason, Remark};

    #[test]
    fn report_opens_in_excel_and_runs_nothing() {
        let finding = Remark::refused(Reason::Formula, "a formula").suggest("=1").at("a.csv", 3, "name", "=HYPERLINK(\"x\",\"y\")");
        assert_eq!(
            report_csv(&[finding]),
            "\u{feff}file,line,column,value,severity,code,reason,suggestion\r\n\
             a.csv,3,name,\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\",refused,formula,a formula,\"'=1\"\r\n"
        );
    }
}
