//! Codes that name other rows: they must be in the store or in a row of the same folder that itself goes in.

use std::collections::{HashMap, HashSet};

use crate::finding::{Reason, Remark};
use crate::kinds::Kind;
use crate::sheet::Sheet;
use crate::target::{Reference, Target};

/// Which codes exist.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    codes: HashMap<Target, HashSet<String>>,
    /// Codes by what is left of them without case and leading zeros, for suggestions.
    alike: HashMap<(Target, String), String>,
    /// Codes that only a refused row has, and where that is.
    refused: HashMap<(Target, String), String>,
}

impl Directory {
    /// Makes `code` known.
    pub(crate) fn add(&mut self, target: Target, code: &str) {
        if self.codes.entry(target).or_default().insert(code.to_owned()) {
            self.alike.entry((target, simplified(code))).or_insert_with(|| code.to_owned());
        }
    }

    /// Makes the codes of stored rows and of the rows that stand known.
    pub(crate) fn add_rows<T: Kind>(&mut self, sheet: &Sheet<T>, stored: &[T]) {
        for row in stored.iter().chain(sheet.drafts.iter().filter_map(|draft| draft.standing())) {
            row.names().into_iter().for_each(|(target, code)| self.add(target, &code));
        }
        let Some((target, file)) = T::TARGET.zip(sheet.file.as_ref()) else { return };
        for draft in sheet.drafts.iter().filter(|draft| !draft.stands()) {
            if let Some(code) = draft.code() {
                self.refused.insert((target, code.to_owned()), format!("{file} line {}", draft.line));
            }
        }
    }

    fn contains(&self, reference: &Reference) -> bool {
        self.codes.get(&reference.target).is_some_and(|codes| codes.contains(&reference.code))
    }

    /// What is wrong with `reference`, if anything.
    pub(crate) fn judge(&self, reference: &Reference) -> Option<Remark> {
        if self.contains(reference) {
            return None;
        }
        let Reference { target, code, .. } = reference;
        let own_row =
            self.refused.get(&(*target, code.clone())).map(|place| format!(": its own row was refused ({place})")).unwrap_or_default();
        let reason = format!("There is no {} {code}{own_row}", target.noun());
        Some(match self.alike.get(&(*target, simplified(code))) {
            Some(alike) if alike.len() > code.len() => {
                Remark::refused(Reason::LostLeadingZero, format!("{reason}; a leading zero seems lost")).suggest(alike)
            }
            alike => Remark::refused(target.reason(), reason).suggest_if(alike.cloned().or_else(|| advice(*target, own_row.is_empty()))),
        })
    }
}

fn advice(target: Target, no_row: bool) -> Option<String> {
    let noun = target.noun();
    Some(if no_row { format!("Correct the code, or import the {noun} first") } else { "Correct that row first".to_owned() })
}

/// Two codes that a person would take for one.
fn simplified(code: &str) -> String {
    code.trim_start_matches('0').to_ascii_lowercase()
}

/// Refuses the rows whose references, of those that `which` chooses, name nothing. Rows already refused are told too, once.
pub(crate) fn check_references<T: Kind>(sheet: &mut Sheet<T>, directory: &Directory, which: impl Fn(Target) -> bool) {
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        for reference in draft.references.iter().filter(|reference| which(reference.target)) {
            let told =
                |remark: &Remark| draft.findings.iter().any(|finding| finding.column == reference.column && finding.code == remark.code);
            if let Some(remark) = directory.judge(reference).filter(|remark| !told(remark)) {
                remarks.push((index, reference.column, reference.value.clone(), remark));
            }
        }
    }
    sheet.remark_all(remarks);
}
