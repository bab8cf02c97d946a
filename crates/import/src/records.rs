//! Text to records of cells (RFC 4180, with what spreadsheets really write).
//!
//! Written here because the usual CSV reader accepts an unclosed quote without a word, passes over blank rows and does not count
//! lone carriage returns: a wrong line number sends the engineer to the wrong row (docs/decisions/006).

use std::ops::RangeInclusive;

/// The most line ends in the quotes of one record. A quote that stays open for longer is a stray one: without an end to looking for
/// the other, a file of stray quotes would be read to its end from each of its lines.
const MOST_LINE_ENDS_INSIDE: u64 = 50;

/// How the quotes of a record were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    Sound,
    TextAfterQuote,
    NotClosed,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Line on which it starts, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
    pub(crate) quoting: Quoting,
    /// Whether a line end follows it; without, it is the last.
    pub(crate) has_line_end: bool,
}

/// Reads records one after the other; `LF`, `CRLF` and a lone `CR` end a line.
pub(crate) struct Records<'text> {
    rest: &'text str,
    line: u64,
    separator: char,
    /// Numbers of cells of a sound record, once the header is known.
    pub(crate) widths: Option<RangeInclusive<usize>>,
}

impl<'text> Records<'text> {
    pub(crate) fn new(text: &'text str, separator: char) -> Self {
        Self { rest: text, line: 1, separator, widths: None }
    }

    /// A record of several lines that does not come out well is most likely one line with a stray quote that swallowed
    /// the rows after it: then only that line is bad, and reading goes on at the next.
    fn next_scan(&self) -> Scan {
        let scan = Scan::of(self.rest, self.separator);
        if scan.is_too_long() {
            return Scan::of(first_line(self.rest), self.separator);
        }
        let misshapen = scan.quoting != Quoting::Sound || self.widths.as_ref().is_some_and(|widths| !widths.contains(&scan.cells.len()));
        let closes_somewhere = scan.quoting != Quoting::NotClosed;
        if scan.line_ends_inside > 0 && misshapen && closes_somewhere { Scan::of(first_line(self.rest), self.separator) } else { scan }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.rest.is_empty() {
            return None;
        }
        let scan = self.next_scan();
        let record = Record { line: self.line, cells: scan.cells, quoting: scan.quoting, has_line_end: scan.has_line_end };
        let line_ends = scan.line_ends_inside.saturating_add(u64::from(scan.has_line_end && scan.quoting != Quoting::NotClosed));
        self.line = self.line.saturating_add(line_ends);
        self.rest = self.rest.get(scan.length..).unwrap_or_default();
        Some(record)
    }
}

/// The first line with its line end.
fn first_line(text: &str) -> &str {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let after = text.get(end..).unwrap_or_default();
    let line_end = if after.starts_with("\r\n") { 2 } else { usize::from(!after.is_empty()) };
    text.get(..end.saturating_add(line_end)).unwrap_or(text)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    CellStart,
    Bare,
    Quoted,
    QuoteInQuoted,
}

/// The work of reading one record.
struct Scan {
    separator: char,
    place: Place,
    cell: String,
    after_carriage_return: bool,
    cells: Vec<String>,
    quoting: Quoting,
    has_line_end: bool,
    line_ends_inside: u64,
    /// Bytes read.
    length: usize,
}

impl Scan {
    fn of(text: &str, separator: char) -> Self {
        let mut scan = Self {
            separator,
            place: Place::CellStart,
            cell: String::new(),
            after_carriage_return: false,
            cells: Vec::new(),
            quoting: Quoting::Sound,
            has_line_end: false,
            line_ends_inside: 0,
            length: 0,
        };
        scan.read(text);
        scan
    }

    fn read(&mut self, text: &str) {
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            self.length = self.length.saturating_add(character.len_utf8());
            if self.place != Place::Quoted && matches!(character, '\r' | '\n') {
                let pair = character == '\r' && characters.peek() == Some(&'\n');
                self.length = self.length.saturating_add(usize::from(pair));
                self.has_line_end = true;
                break;
            }
            self.take(character);
            if self.is_too_long() {
                break;
            }
        }
        if self.place == Place::Quoted {
            self.quoting = Quoting::NotClosed;
            self.has_line_end = text.ends_with(['\r', '\n']);
        }
        self.end_cell();
    }

    fn is_too_long(&self) -> bool {
        self.line_ends_inside > MOST_LINE_ENDS_INSIDE
    }

    fn take(&mut self, character: char) {
        match self.place {
            Place::Quoted => self.take_quoted(character),
            Place::QuoteInQuoted => self.take_after_quote(character),
            Place::CellStart | Place::Bare if character == self.separator => self.end_cell(),
            Place::CellStart if character == '"' => self.open_quote(),
            Place::CellStart | Place::Bare => self.take_bare(character),
        }
    }

    /// Space before an opening quote is dropped, as hand-written files have it.
    fn open_quote(&mut self) {
        self.cell.clear();
        self.place = Place::Quoted;
    }

    fn take_bare(&mut self, character: char) {
        if self.place == Place::CellStart && !character.is_whitespace() {
            self.place = Place::Bare;
        }
        self.cell.push(character);
    }

    fn take_quoted(&mut self, character: char) {
        if character == '"' {
            self.place = Place::QuoteInQuoted;
            return;
        }
        let second_half = character == '\n' && self.after_carriage_return;
        if matches!(character, '\r' | '\n') && !second_half {
            self.line_ends_inside = self.line_ends_inside.saturating_add(1);
        }
        self.after_carriage_return = character == '\r';
        self.cell.push(character);
    }

    fn take_after_quote(&mut self, character: char) {
        match character {
            '"' => {
                self.after_carriage_return = false;
                self.cell.push('"');
                self.place = Place::Quoted;
            }
            separator if separator == self.separator => self.end_cell(),
            space if space.is_whitespace() => {}
            other => {
                self.quoting = Quoting::TextAfterQuote;
                self.place = Place::Bare;
                self.cell.push(other);
            }
        }
    }

    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.place = Place::CellStart;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u64, &[&str], Quoting)]) {
        let mut records = Records::new(text, ',');
        records.widths = Some(2..=2);
        let found: Vec<_> = records.map(|record| (record.line, record.cells, record.quoting)).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, cells, quoting)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>(), *quoting))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn line_numbers_stay_right() {
        use Quoting::Sound;
        check("a,b\nc,d", &[(1, &["a", "b"], Sound), (2, &["c", "d"], Sound)]);
        check("a,b\r\nc,d\r\n", &[(1, &["a", "b"], Sound), (2, &["c", "d"], Sound)]);
        check("a,b\rc,d\r", &[(1, &["a", "b"], Sound), (2, &["c", "d"], Sound)]);
        check("a,\"b\r\nb\nb\rb\"\r\nc,d", &[(1, &["a", "b\r\nb\nb\rb"], Sound), (5, &["c", "d"], Sound)]);
        check("a,b\n\n\nc,d", &[(1, &["a", "b"], Sound), (2, &[""], Sound), (3, &[""], Sound), (4, &["c", "d"], Sound)]);
    }

    #[test]
    fn quotes_are_read_as_people_write_them() {
        use Quoting::{Sound, TextAfterQuote};
        check("a,\"b \"\"c\"\", d\"", &[(1, &["a", "b \"c\", d"], Sound)]);
        check("3/4\" 角阀,b", &[(1, &["3/4\" 角阀", "b"], Sound)]);
        check("a, \"b\" ", &[(1, &["a", "b"], Sound)]);
        check("a,\"b\"c", &[(1, &["a", "bc"], TextAfterQuote)]);
    }

    #[test]
    fn a_stray_quote_spoils_its_own_line_only() {
        use Quoting::{NotClosed, Sound};
        check(
            "a,\"b\nc,d\ne,\"f\"\ng,h",
            &[(1, &["a", "b\n"], NotClosed), (2, &["c", "d"], Sound), (3, &["e", "f"], Sound), (4, &["g", "h"], Sound)],
        );
    }

    /// However often it happens, the file is read through in one go.
    #[test]
    fn a_quote_is_not_looked_for_through_the_whole_file() {
        let of_lines = |lines: usize| format!("a,\"b\n{}", "c,d\n".repeat(lines));
        let long = of_lines(10_000);
        assert!(Scan::of(&long, ',').length < 300);
        let mut records = Records::new(&long, ',');
        records.widths = Some(2..=2);
        assert_eq!(records.next().unwrap().cells, ["a", "b\n"]);
        assert!(records.all(|record| record.cells == ["c", "d"]));
        let sound = format!("a,\"{}\",\nc,d", "b\n".repeat(50));
        assert_eq!(Records::new(&sound, ',').map(|record| (record.line, record.quoting)).collect::<Vec<_>>()[1], (52, Quoting::Sound));
    }

    #[test]
    fn a_quote_open_at_the_end_is_told() {
        check("a,\"b\nc,d\n", &[(1, &["a", "b\nc,d\n"], Quoting::NotClosed)]);
    }
}
