//! The header: which position holds which column, and by what the columns are parted.

use crate::finding::{Finding, Reason, Remark, Severity};
use crate::records::Records;

/// Where each column stands.
#[derive(Debug)]
pub(crate) struct Header {
    positions: Vec<(&'static str, usize)>,
    width: usize,
    unnamed_after: usize,
}

impl Header {
    /// Cells that a sound row has at least: up to the last column with a name.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Cells that a sound row has at most: with the nameless columns after the last name.
    pub(crate) fn full_width(&self) -> usize {
        self.width.saturating_add(self.unnamed_after)
    }

    /// The position of `column`.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.positions.iter().find(|(name, _)| *name == column).map(|(_, position)| *position)
    }

    /// The column that stands last in the rows, where a cut would show.
    pub(crate) fn last_column(&self) -> Option<&'static str> {
        self.positions.iter().find(|(_, position)| position.saturating_add(1) == self.width).map(|(name, _)| *name)
    }

    /// Finds `columns` among `cells`, in any order.
    ///
    /// # Errors
    /// All findings when a column is missing or twice there.
    pub(crate) fn read(
        file: &str,
        line: u64,
        cells: &[String],
        columns: &'static [&'static str],
    ) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let names: Vec<String> = cells.iter().map(|cell| understood_name(cell)).collect();
        let mut remarks = missing_columns(&names, columns);
        remarks.extend(names.iter().zip(cells).enumerate().filter_map(|(position, (name, cell))| {
            let earlier = || names.iter().take(position).any(|other| other == name);
            column_remark(name, cell, columns, earlier).map(|remark| (cell.clone(), remark))
        }));
        let findings: Vec<Finding> = remarks.into_iter().map(|(name, remark)| remark.at(file, line, name.trim(), "")).collect();
        if findings.iter().any(|finding| finding.severity == Severity::Refused) {
            return Err(findings);
        }
        let position_of = |column: &&'static str| names.iter().position(|name| name == column).map(|position| (*column, position));
        let unnamed_after = names.iter().rev().take_while(|name| name.is_empty()).count();
        let width = names.len().saturating_sub(unnamed_after);
        Ok((Self { positions: columns.iter().filter_map(position_of).collect(), width, unnamed_after }, findings))
    }
}

fn understood_name(cell: &str) -> String {
    cell.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}').to_ascii_lowercase()
}

fn missing_columns(names: &[String], columns: &'static [&'static str]) -> Vec<(String, Remark)> {
    let missing = columns.iter().filter(|column| !names.iter().any(|name| name == *column));
    missing
        .map(|column| {
            let reason = format!("The column {column} is missing in the header; nothing of the file was taken in");
            (
                (*column).to_owned(),
                Remark::refused(Reason::MissingColumn, reason).suggest(format!("Expected columns: {}", columns.join(","))),
            )
        })
        .collect()
}

fn column_remark(name: &str, cell: &str, columns: &'static [&'static str], earlier: impl Fn() -> bool) -> Option<Remark> {
    if !columns.contains(&name) {
        let unknown = || Remark::note(Reason::UnknownColumn, "This column is not known and is passed over");
        return (!name.is_empty()).then(unknown);
    }
    match earlier() {
        true => Some(
            Remark::refused(Reason::DuplicateColumn, format!("The column {name} is twice in the header; nothing of the file was taken in"))
                .suggest("Remove one of the two"),
        ),
        false => (name != cell).then(|| Remark::note(Reason::HeaderUnderstood, format!("Understood as {name}"))),
    }
}

/// The separator with which most of `columns` are found; the comma where it does as well as any.
pub(crate) fn detect_separator(text: &str, columns: &[&str]) -> char {
    let found = |separator: char| {
        let header = Records::new(text, separator).find(|record| record.cells.iter().any(|cell| !cell.trim().is_empty()));
        let cells = header.map(|record| record.cells).unwrap_or_default();
        cells.iter().filter(|cell| columns.contains(&understood_name(cell).as_str())).count()
    };
    let comma = (',', found(','));
    ['\t', ';', '，', '|']
        .into_iter()
        .map(|separator| (separator, found(separator)))
        .fold(comma, |best, next| if next.1 > best.1 { next } else { best })
        .0
}

/// For people.
pub(crate) fn separator_name(separator: char) -> &'static str {
    match separator {
        '\t' => "tabs",
        ';' => "semicolons",
        '，' => "full-width commas",
        '|' => "bars",
        _ => "commas",
    }
}
