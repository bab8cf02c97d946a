//! The cells of one row, asked for by column: each answer is checked, and everything wrong with it is noted down.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::reference::Validity;

use crate::cell::{Meaning, Parse, Understood, date, formula, text};
use crate::finding::{Finding, Reason, Remark};
use crate::header::Header;
use crate::table::Row;
use crate::target::{Reference, Target};

/// Reads one row and collects what there is to say about it.
pub(crate) struct Cells<'a> {
    file: &'a str,
    header: &'a Header,
    row: &'a Row,
    findings: Vec<Finding>,
    references: Vec<Reference>,
    /// Values as understood, of the columns that name this row or another.
    names: BTreeMap<&'static str, String>,
}

/// What was noted down about a row.
pub(crate) struct Noted {
    pub(crate) findings: Vec<Finding>,
    pub(crate) references: Vec<Reference>,
    pub(crate) names: BTreeMap<&'static str, String>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(file: &'a str, header: &'a Header, row: &'a Row) -> Self {
        let shape = row.remarks.iter().cloned().map(|remark| remark.at(file, row.line, "", &row.cells.join(","))).collect();
        Self { file, header, row, findings: shape, references: Vec::new(), names: BTreeMap::new() }
    }

    pub(crate) fn noted(self) -> Noted {
        Noted { findings: self.findings, references: self.references, names: self.names }
    }

    /// A cell that must be filled; `None` when it is not, or not well.
    pub(crate) fn required<T>(&mut self, column: &'static str, parse: Parse<T>) -> Option<T> {
        let value = self.optional(column, parse)?;
        let is_there = self.header.position(column).is_some_and(|position| self.row.cells.len() > position);
        if value.is_none() && is_there {
            self.remark(column, Remark::refused(Reason::EmptyRequired, format!("{column} is empty and must be filled")));
        }
        value
    }

    /// A cell that may be empty (`Some(None)`); `None` when it is not well.
    pub(crate) fn optional<T>(&mut self, column: &'static str, parse: Parse<T>) -> Option<Option<T>> {
        let raw = self.raw(column);
        let (trimmed, remarks) = clean(raw);
        let refused = !remarks.is_empty();
        let meaning = if trimmed.is_empty() { None } else { Some(parse(trimmed)) };
        self.note_trimming(column, raw, trimmed);
        remarks.into_iter().for_each(|remark| self.remark(column, remark));
        let value = meaning.map(|meaning| self.settle(column, meaning));
        if refused { None } else { value.map_or(Some(None), |value| value.map(Some)) }
    }

    fn settle<T>(&mut self, column: &'static str, meaning: Meaning<T>) -> Option<T> {
        let (value, remarks) = match meaning {
            Ok(Understood { value, notes }) => (Some(value), notes),
            Err(remarks) => (None, remarks),
        };
        for remark in remarks {
            let told = self.findings.iter().any(|finding| finding.column == column && finding.code == remark.code);
            if !told {
                self.remark(column, remark);
            }
        }
        value
    }

    /// A code that is, or is part of, this row's own key.
    pub(crate) fn code(&mut self, column: &'static str) -> Option<String> {
        let code = self.required(column, text::code)?;
        self.names.insert(column, code.clone());
        Some(code)
    }

    /// An employee number that is part of this row's own key.
    pub(crate) fn staff_number(&mut self, column: &'static str) -> Option<String> {
        let number = self.required(column, text::staff_number)?;
        self.names.insert(column, number.clone());
        Some(number)
    }

    /// A name or other text that must be there.
    pub(crate) fn text(&mut self, column: &'static str) -> Option<String> {
        self.required(column, text::text)
    }

    /// Text that may be missing; then it is empty.
    pub(crate) fn optional_text(&mut self, column: &'static str) -> Option<String> {
        self.optional(column, text::text).map(Option::unwrap_or_default)
    }

    /// The code of another row, which must exist.
    pub(crate) fn reference(&mut self, column: &'static str, target: Target) -> Option<String> {
        let code = self.code(column)?;
        self.refers_to(column, target, &code);
        Some(code)
    }

    /// The code of another row, or nothing.
    pub(crate) fn optional_reference(&mut self, column: &'static str, target: Target) -> Option<Option<String>> {
        let code = self.optional(column, text::code)?;
        if let Some(code) = &code {
            self.refers_to(column, target, code);
        }
        Some(code)
    }

    /// Notes down what names this row, where that is no code.
    pub(crate) fn named(&mut self, column: &'static str, name: String) {
        self.names.insert(column, name);
    }

    /// Notes down that `column` names another row.
    pub(crate) fn refers_to(&mut self, column: &'static str, target: Target, code: &str) {
        let value = self.raw(column).to_owned();
        self.references.push(Reference { column, target, code: code.to_owned(), value });
    }

    /// From when until when, both days included and the last one optional.
    pub(crate) fn validity(&mut self, from: &'static str, to: &'static str) -> Option<Validity> {
        let valid_from = self.required(from, date::date);
        let valid_to = self.optional(to, date::date);
        if let Some(day) = valid_from {
            self.names.insert(from, day.to_string());
        }
        let validity = Validity { valid_from: valid_from?, valid_to: valid_to? };
        validity
            .valid_to
            .is_none_or(|last| last >= validity.valid_from)
            .then_some(validity)
            .or_else(|| self.reversed(from, to, validity.valid_from))
    }

    fn reversed(&mut self, from: &str, to: &'static str, first: NaiveDate) -> Option<Validity> {
        let reason = format!("{to} lies before {from}, {first}");
        self.remark(to, Remark::refused(Reason::DatesReversed, reason).suggest("Exchange the two dates, or correct one"));
        None
    }

    /// The cell as it stands in the file; empty where the row is too short.
    fn raw(&self, column: &str) -> &'a str {
        self.header.position(column).and_then(|position| self.row.cells.get(position)).map_or("", String::as_str)
    }

    fn note_trimming(&mut self, column: &'static str, raw: &str, trimmed: &str) {
        if raw != trimmed && !trimmed.is_empty() {
            self.remark(column, Remark::note(Reason::Trimmed, "Space around the value was dropped"));
        }
    }

    /// Something to say about a cell, as it stands in the file.
    pub(crate) fn remark(&mut self, column: &'static str, remark: Remark) {
        let value = self.raw(column);
        self.findings.push(remark.at(self.file, self.row.line, column, value));
    }
}

/// The value without the space around it, and what no cell may contain.
fn clean(raw: &str) -> (&str, Vec<Remark>) {
    let trimmed = raw.trim_matches(|character: char| character.is_whitespace() || is_invisible(character));
    let hidden_formula = raw.starts_with('\t') && !trimmed.is_empty();
    let remarks = [
        hidden_formula.then(|| formula(trimmed)),
        trimmed.contains(char::is_control).then(|| control_character(trimmed)),
        trimmed.contains(is_invisible).then(|| invisible_character(trimmed)),
        trimmed.contains('\u{fffd}').then(|| {
            Remark::refused(Reason::BrokenCharacter, "A character was lost when the file was converted")
                .suggest("Enter the value again, or export the file as UTF-8")
        }),
    ];
    (trimmed, remarks.into_iter().flatten().collect())
}

fn control_character(value: &str) -> Remark {
    let visible: String = value.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let visible = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    Remark::refused(Reason::ControlCharacter, "The cell contains a line break or another control character").suggest(visible)
}

fn invisible_character(value: &str) -> Remark {
    let visible: String = value.chars().filter(|character| !is_invisible(*character)).collect();
    Remark::refused(Reason::InvisibleCharacter, "The cell contains a character that shows nothing").suggest(visible)
}

/// Byte order mark, zero-width and direction characters: two values that look the same must be the same.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{ad}')
}
