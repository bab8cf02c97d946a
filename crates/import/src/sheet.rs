//! A file of one kind as drafts: rows that were read, with everything noted about them, before they are compared with each other.

use crate::cells::Cells;
use crate::finding::{Finding, Reason, Remark, Severity};
use crate::kinds::Kind;
use crate::table::{self, Table};
use crate::target::Reference;

/// A row on its way.
#[derive(Debug)]
pub(crate) struct Draft<T> {
    pub(crate) line: u64,
    /// `None` when a cell could not be understood.
    pub(crate) row: Option<T>,
    /// The values of [`Kind::KEY`], where all could be understood.
    pub(crate) key: Option<Vec<String>>,
    pub(crate) references: Vec<Reference>,
    pub(crate) findings: Vec<Finding>,
}

impl<T> Draft<T> {
    /// Whether the row can go in as far as is known.
    pub(crate) fn stands(&self) -> bool {
        self.row.is_some() && self.findings.iter().all(|finding| finding.severity != Severity::Refused)
    }

    /// The row, if it stands.
    pub(crate) fn standing(&self) -> Option<&T> {
        self.row.as_ref().filter(|_| self.stands())
    }

    /// The code in the key, under which others refer to the row.
    pub(crate) fn code(&self) -> Option<&str> {
        self.key.as_ref()?.first().map(String::as_str)
    }
}

/// A file of one kind.
#[derive(Debug)]
pub(crate) struct Sheet<T> {
    /// `None` when the folder has no such file.
    pub(crate) file: Option<String>,
    pub(crate) drafts: Vec<Draft<T>>,
    /// What there is to say about the file.
    pub(crate) findings: Vec<Finding>,
    pub(crate) refused_whole: bool,
}

impl<T> Default for Sheet<T> {
    fn default() -> Self {
        Self { file: None, drafts: Vec::new(), findings: Vec::new(), refused_whole: false }
    }
}

impl<T: Kind> Sheet<T> {
    /// Reads a file as rows of `T`.
    pub(crate) fn read(file: &str, bytes: &[u8]) -> Self {
        match table::read_table(file, bytes, T::COLUMNS) {
            Ok(table) => Self::of_table(file, table),
            Err(findings) => Self::refused(file, findings),
        }
    }

    /// A file of which nothing goes in.
    pub(crate) fn refused(file: &str, findings: Vec<Finding>) -> Self {
        Self { file: Some(file.to_owned()), drafts: Vec::new(), findings, refused_whole: true }
    }

    fn of_table(file: &str, table: Table) -> Self {
        let drafts: Vec<Draft<T>> = table.rows.iter().map(|row| draft(file, &table, row)).collect();
        match drafts.last().and_then(|last| cut_in_last_cell(last, &table)) {
            Some(cut) => Self::refused(file, vec![cut]),
            None => Self { file: Some(file.to_owned()), drafts, findings: table.findings, refused_whole: false },
        }
    }

    /// Adds a finding to the row at `index`, quoting `value`.
    pub(crate) fn remark(&mut self, index: usize, column: &str, value: &str, remark: Remark) {
        let file = self.file.as_deref().unwrap_or_default();
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.findings.push(remark.at(file, draft.line, column, value));
        }
    }

    /// Adds several, as (index, column, value, remark).
    pub(crate) fn remark_all(&mut self, remarks: Vec<(usize, &str, String, Remark)>) {
        for (index, column, value, remark) in remarks {
            self.remark(index, column, &value, remark);
        }
    }

    /// How many rows can go in as far as is known.
    pub(crate) fn count_standing(&self) -> usize {
        self.drafts.iter().filter(|draft| draft.stands()).count()
    }
}

fn draft<T: Kind>(file: &str, table: &Table, row: &table::Row) -> Draft<T> {
    let mut cells = Cells::new(file, &table.header, row);
    let read = T::read(&mut cells);
    let noted = cells.noted();
    let key = T::KEY.iter().map(|column| noted.names.get(column).cloned()).collect();
    Draft { line: row.line, row: read, key, references: noted.references, findings: noted.findings }
}

/// A last row without line end whose last cell is the beginning of something valid: the file was cut inside that cell.
fn cut_in_last_cell<T>(last: &Draft<T>, table: &Table) -> Option<Finding> {
    let column = table.header.last_column().filter(|_| !table.has_final_line_end)?;
    let cut = last.findings.iter().find(|finding| finding.column == column && looks_cut(finding))?;
    Some(Finding { column: column.to_owned(), value: cut.value.clone(), ..table::ends_inside_row().at(&cut.file, cut.line, "", "") })
}

fn looks_cut(finding: &Finding) -> bool {
    match finding.code {
        Reason::NotADate | Reason::ImpossibleDate => crate::cell::date::could_be_cut(&finding.value),
        Reason::DateUnderstood => crate::cell::date::could_lack_a_digit(&finding.value),
        Reason::UnknownUrgency => crate::cell::choice::could_be_cut_urgency(&finding.value),
        _ => false,
    }
}
