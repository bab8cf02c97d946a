//! Files of the hospital.

use chrono::NaiveDate;
use import::{Folder, Known, check_folder, report_csv};

use crate::hospital::{CLEAN, File};

/// Rows that stand at the beginning of each of the other files, so that there is something to refer to.
const ROWS_OF_OTHERS: usize = 4;

/// A file of any kind, beside some rows of all others. The first byte chooses the kind, and whether a right first line goes
/// before the rest.
pub fn import_file(bytes: &[u8]) {
    let Some((choice, content)) = bytes.split_first() else { return };
    let (kind, headed) = (usize::from(choice >> 1), choice & 1 == 1);
    let Some(meant) = kind.checked_rem(CLEAN.len()) else { return };
    let file = |(index, (name, clean)): (usize, &File)| {
        let header = if headed { lines(clean, 1) } else { Vec::new() };
        let text = if index == meant { [&header, content].concat() } else { lines(clean, ROWS_OF_OTHERS) };
        ((*name).to_owned(), text)
    };
    let folder = Folder { files: CLEAN.iter().enumerate().map(file).collect() };
    let checked = check_folder(&folder, &Known::default(), NaiveDate::from_ymd_opt(2026, 11, 21).unwrap_or_default());
    for file in &checked.files {
        assert!(file.findings.iter().all(|finding| finding.line >= 1), "a finding is of no line");
        report_csv(&file.findings);
    }
}

/// The bytes of an example: the first rows of a file under its own first line.
pub fn example(index: usize, (_, clean): &File) -> Vec<u8> {
    let choice = u8::try_from(index.saturating_mul(2)).unwrap_or(0) | 1;
    let rows = clean.split_inclusive(|byte| *byte == b'\n').skip(1).take(ROWS_OF_OTHERS).collect::<Vec<_>>().concat();
    [vec![choice], rows].concat()
}

/// So many lines from the beginning.
fn lines(bytes: &[u8], most: usize) -> Vec<u8> {
    bytes.split_inclusive(|byte| *byte == b'\n').take(most).collect::<Vec<_>>().concat()
}
