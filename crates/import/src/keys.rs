//! Keys: the same one twice in a file, and numbers that a spreadsheet stripped of their leading zeros.

use std::collections::{HashMap, HashSet};

use crate::finding::{Reason, Remark};
use crate::kinds::Kind;
use crate::sheet::Sheet;

/// Refuses the later of two lines with one key.
pub(crate) fn refuse_duplicates<T: Kind>(sheet: &mut Sheet<T>) {
    let mut first_lines: HashMap<&[String], u64> = HashMap::new();
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(key) = draft.key.as_deref() else { continue };
        match first_lines.get(key) {
            Some(line) => remarks.push((index, T::KEY.first().copied().unwrap_or_default(), key.join(" "), duplicate::<T>(*line))),
            None if draft.stands() => {
                first_lines.insert(key, draft.line);
            }
            None => {}
        }
    }
    sheet.remark_all(remarks);
}

fn duplicate<T: Kind>(line: u64) -> Remark {
    let reason = format!("Line {line} has the same {}", T::KEY.join(" and "));
    Remark::refused(Reason::DuplicateKey, reason).suggest(format!("Keep one of the two lines; line {line} was used"))
}

/// Refuses numbers that are shorter than their siblings for want of leading zeros, and suggests the whole number.
pub(crate) fn refuse_lost_zeros<T: Kind>(sheet: &mut Sheet<T>, stored: &[T]) {
    let stored_codes: HashSet<String> = stored.iter().filter_map(|row| row.key().into_iter().next()).collect();
    let codes: HashSet<String> =
        stored_codes.iter().cloned().chain(sheet.drafts.iter().filter_map(|draft| draft.code().map(str::to_owned))).collect();
    let siblings = Siblings::of(&codes);
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate() {
        let Some(code) = draft.code().filter(|code| !stored_codes.contains(*code)) else { continue };
        if let Some(whole) = siblings.with_lost_zeros(code) {
            let reason = format!("{code} seems to have lost its leading zero (前导零): the others are written like {whole}");
            remarks.push((
                index,
                T::KEY.first().copied().unwrap_or_default(),
                code.to_owned(),
                Remark::refused(Reason::LostLeadingZero, reason).suggest(whole),
            ));
        }
    }
    sheet.remark_all(remarks);
}

/// Refuses a new code that another has in other letters: what people type and scan is read in large letters, so nobody
/// could ever reach `bj000001` beside `BJ000001`.
pub(crate) fn refuse_similar_codes<T: Kind>(sheet: &mut Sheet<T>, stored: &[T]) {
    let stored_codes: HashSet<String> = stored.iter().filter_map(|row| row.key().into_iter().next()).collect();
    let mut spellings: HashMap<String, String> = stored_codes.iter().map(|code| (code.to_lowercase(), code.clone())).collect();
    let mut remarks = Vec::new();
    for (index, draft) in sheet.drafts.iter().enumerate().filter(|(_, draft)| draft.stands()) {
        let Some(code) = draft.code().filter(|code| !stored_codes.contains(*code)) else { continue };
        let other = spellings.entry(code.to_lowercase()).or_insert_with(|| code.to_owned());
        if other != code {
            let remark = Remark::refused(Reason::SimilarCode, format!("{code} and {other} differ in upper and lower case only"));
            remarks.push((index, T::KEY.first().copied().unwrap_or_default(), code.to_owned(), remark.suggest(other.clone())));
        }
    }
    sheet.remark_all(remarks);
}

/// How the numbers of a kind are written.
struct Siblings<'a> {
    /// Numbers with leading zeros, by what is left without them.
    with_zeros: HashMap<&'a str, &'a str>,
    /// Usual length, if most numbers have leading zeros.
    usual_length: Option<usize>,
}

impl<'a> Siblings<'a> {
    fn of(codes: &'a HashSet<String>) -> Self {
        let numbers: Vec<&str> = codes.iter().map(String::as_str).filter(|code| is_number(code)).collect();
        let with_zeros: HashMap<&str, &str> =
            numbers.iter().filter(|code| code.starts_with('0')).map(|code| (code.trim_start_matches('0'), *code)).collect();
        let most_have_zeros = with_zeros.len().saturating_mul(2) > numbers.len() && with_zeros.len() > 1;
        Self { usual_length: most_common_length(with_zeros.values()).filter(|_| most_have_zeros), with_zeros }
    }

    fn with_lost_zeros(&self, code: &str) -> Option<String> {
        if !is_number(code) || code.starts_with('0') {
            return None;
        }
        let usual = || self.usual_length.filter(|length| code.len() < *length).map(|length| format!("{code:0>length$}"));
        self.with_zeros.get(code).map(|whole| (*whole).to_owned()).or_else(usual)
    }
}

fn is_number(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_digit())
}

fn most_common_length<'a>(codes: impl Iterator<Item = &'a &'a str>) -> Option<usize> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for code in codes {
        let count = counts.entry(code.len()).or_default();
        *count = count.saturating_add(1);
    }
    counts.into_iter().max_by_key(|(length, count)| (*count, *length)).map(|(length, _)| length)
}
