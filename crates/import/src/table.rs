//! Records to a table with the columns of its kind: which cell belongs to which column, and whether the file is whole.

use crate::decode::{self, Decoded, Encoding, Undecodable};
use crate::finding::{Finding, Reason, Remark};
use crate::header::{self, Header};
use crate::records::{Quoting, Record, Records};

/// A row before its cells are understood.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
    /// What is wrong with its shape.
    pub(crate) remarks: Vec<Remark>,
}

/// A whole file.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) header: Header,
    pub(crate) rows: Vec<Row>,
    pub(crate) findings: Vec<Finding>,
    /// Whether a line end follows the last row: without one it may have been cut inside its last cell.
    pub(crate) has_final_line_end: bool,
}

/// Reads the file as a table with `columns`.
///
/// # Errors
/// The findings for which the file is refused whole.
pub(crate) fn read_table(file: &str, bytes: &[u8], columns: &'static [&'static str]) -> Result<Table, Vec<Finding>> {
    let whole_file = |remark: Remark| remark.at(file, 1, "", "");
    let decoded = decode::decode(bytes).map_err(|reason| vec![whole_file(undecodable(reason))])?;
    let text = decoded.text.trim_end_matches(['\u{1a}', '\u{feff}']);
    let separator = header::detect_separator(text, columns);
    let mut records = Records::new(text, separator);
    let header_record = records.by_ref().find(|record| !is_blank(&record.cells)).unwrap_or_else(no_record);
    let (header, mut findings) = Header::read(file, header_record.line, &header_record.cells, columns)?;
    records.widths = Some(header.width()..=header.full_width());
    let records: Vec<Record> = records.collect();
    if let Some(cut) = cut_at(&records, &header_record, &decoded, header.width()) {
        return Err(vec![cut_inside(cut).at(file, cut.line, "", cut.cells.last().map_or("", String::as_str))]);
    }
    findings.extend(how_written(decoded.encoding, separator).into_iter().map(whole_file));
    let has_final_line_end = records.last().unwrap_or(&header_record).has_line_end;
    let rows = rows(file, &header, &header_record, records, &mut findings);
    findings.extend(how_it_ends(&rows, has_final_line_end).into_iter().map(|(line, remark)| remark.at(file, line, "", "")));
    Ok(Table { header, rows, findings, has_final_line_end })
}

/// A stray quote looks like a cut file: the sentence says so, that the engineer looks at the quote first.
fn cut_inside(record: &Record) -> Remark {
    if record.quoting != Quoting::NotClosed {
        return ends_inside_row();
    }
    Remark::refused(Reason::EndsInsideRow, "A quote opens in this row and the file ends before it closes; nothing of the file was taken in")
        .suggest("Close or remove the quote, or export the whole file again")
}

pub(crate) fn ends_inside_row() -> Remark {
    Remark::refused(Reason::EndsInsideRow, "The file ends inside this row, so it was cut off on its way; nothing of the file was taken in")
        .suggest("Export or copy the whole file again")
}

pub(crate) fn undecodable(reason: Undecodable) -> Remark {
    match reason {
        Undecodable::Empty => {
            Remark::refused(Reason::EmptyFile, "The file is empty; nothing of it was taken in").suggest("Export the file again")
        }
        Undecodable::TooLarge => Remark::refused(Reason::FileTooLarge, "The file is larger than 64 MiB; nothing of it was taken in")
            .suggest("Split it into several imports"),
        Undecodable::Workbook => {
            Remark::refused(Reason::Workbook, "This is a spreadsheet workbook and not a CSV file; nothing of it was taken in")
                .suggest("Save it as \"CSV UTF-8\"")
        }
        Undecodable::UnknownEncoding => Remark::refused(
            Reason::UnknownEncoding,
            "The file is neither UTF-8 nor GBK/GB18030 nor UTF-16 text; nothing of it was taken in",
        )
        .suggest("Save it as \"CSV UTF-8\""),
    }
}

fn no_record() -> Record {
    Record { line: 1, cells: Vec::new(), quoting: Quoting::Sound, has_line_end: true }
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.chars().all(|character| character.is_whitespace() || character == '\u{feff}'))
}

/// The record inside which the file ends: an open quote, half a character, or a last row without line end and too few cells.
fn cut_at<'a>(records: &'a [Record], header: &'a Record, decoded: &Decoded, width: usize) -> Option<&'a Record> {
    let last = records.last().unwrap_or(header);
    let too_short = !last.has_line_end && last.cells.len() < width && !is_blank(&last.cells);
    (decoded.cut || last.quoting == Quoting::NotClosed || too_short).then_some(last)
}

fn how_written(encoding: Encoding, separator: char) -> Vec<Remark> {
    let encoding = match encoding {
        Encoding::Utf8 => None,
        Encoding::Gb18030 => Some("Read as GBK/GB18030"),
        Encoding::Utf16 => Some("Read as UTF-16"),
    };
    let encoding = encoding.map(|sentence| Remark::note(Reason::OtherEncoding, sentence));
    let separator = (separator != ',').then(|| {
        Remark::note(Reason::OtherSeparator, format!("Columns are parted by {} instead of commas", header::separator_name(separator)))
    });
    encoding.into_iter().chain(separator).collect()
}

fn how_it_ends(rows: &[Row], has_final_line_end: bool) -> Option<(u64, Remark)> {
    let Some(last) = rows.last() else {
        return Some((1, Remark::note(Reason::NoRows, "The file has a header and no rows")));
    };
    let unsure = Remark::note(Reason::NoFinalLineEnd, "The last line has no line end").suggest("Check that the file is complete");
    (!has_final_line_end).then_some((last.line, unsure))
}

/// The rows that say something; others leave a note.
fn rows(file: &str, header: &Header, header_record: &Record, records: Vec<Record>, findings: &mut Vec<Finding>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        match without_content(&record, header_record) {
            Some(remark) => findings.extend(remark.map(|remark| remark.at(file, record.line, "", ""))),
            None => rows.push(row(record, header)),
        }
    }
    rows
}

/// `Some` when the record is no row: with a note, or without one for an empty line.
fn without_content(record: &Record, header: &Record) -> Option<Option<Remark>> {
    if is_blank(&record.cells) {
        let note = Remark::note(Reason::BlankRow, "A row without any value was passed over");
        return Some((record.cells.len() > 1).then_some(note));
    }
    let bare = |cells: &[String]| cells.iter().map(|cell| cell.trim_matches(is_padding).to_owned()).collect::<Vec<_>>();
    let again = bare(&record.cells) == bare(&header.cells);
    again.then(|| Some(Remark::note(Reason::RepeatedHeader, "The header stands here again and was passed over")))
}

fn is_padding(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}

/// An unclosed quote hides the separators after it, so the number of cells says nothing then.
fn row(mut record: Record, header: &Header) -> Row {
    let not_closed = record.quoting == Quoting::NotClosed;
    if let Some(last) = record.cells.last_mut().filter(|_| not_closed) {
        last.truncate(last.trim_end_matches(['\r', '\n']).len());
    }
    let width_remark = width_remark(&record.cells, header).filter(|_| !not_closed);
    let remarks = quoting_remark(record.quoting).into_iter().chain(width_remark).collect();
    Row { line: record.line, cells: record.cells, remarks }
}

fn quoting_remark(quoting: Quoting) -> Option<Remark> {
    match quoting {
        Quoting::Sound => None,
        Quoting::TextAfterQuote => Some(
            Remark::refused(Reason::TextAfterQuote, "There is text between a closing quote and the next separator")
                .suggest("Write a quote inside a quoted cell twice"),
        ),
        Quoting::NotClosed => Some(
            Remark::refused(Reason::QuoteNotClosed, "A quote opens in this row and does not close in it")
                .suggest("Close the quote or remove it"),
        ),
    }
}

fn width_remark(cells: &[String], header: &Header) -> Option<Remark> {
    let (found, width) = (cells.len(), header.width());
    if found < width {
        return Some(
            Remark::refused(Reason::RowTooShort, format!("The row has {found} cells and the header {width}"))
                .suggest("Add the missing separators"),
        );
    }
    let beyond = cells.get(width..).unwrap_or_default();
    if beyond.is_empty() {
        return None;
    }
    if is_blank(beyond) {
        return (found > header.full_width())
            .then(|| Remark::note(Reason::ExtraEmptyCells, "Empty cells beyond the header were passed over"));
    }
    let reason = format!("The row has {found} cells and the header {width}");
    Some(Remark::refused(Reason::RowTooLong, reason).suggest("Put a value that contains the separator in quotes"))
}
