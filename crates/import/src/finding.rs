//! What the check has to say about a file, a row or a cell: where, what is wrong, and what to do about it.

use serde::Serialize;

/// How long a quoted value may become in a finding; a whole page in a cell helps nobody.
const LONGEST_QUOTED_VALUE: usize = 120;

/// What a finding means for the row (or, where it speaks of the file, for the whole file).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Not taken in. Correct it and import again.
    Refused,
    /// Taken in, but somebody should look at it.
    Warning,
    /// Taken in; tells how it was understood.
    Note,
}

impl Severity {
    /// Stable word for scripts and the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Makes an enum whose stable spelling is written once.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// Stable reason of a finding; the sentence beside it may change, this does not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl Reason {
            /// Stable spelling for scripts and the report.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

codes! {
    /// The file has no content.
    EmptyFile = "empty_file",
    /// The file is larger than 64 MiB.
    FileTooLarge = "file_too_large",
    /// An Excel workbook, not CSV.
    Workbook = "workbook",
    /// Neither UTF-8, GB18030 nor UTF-16.
    UnknownEncoding = "unknown_encoding",
    /// The file was cut off.
    EndsInsideRow = "ends_inside_row",
    /// A column of this kind of file is not in its header.
    MissingColumn = "missing_column",
    /// A column is twice in the header.
    DuplicateColumn = "duplicate_column",
    /// Two files of the folder are of the same kind.
    DuplicateFile = "duplicate_file",
    /// Only a header.
    NoRows = "no_rows",
    /// No file of this name is known.
    UnknownFile = "unknown_file",
    /// A column that nobody asked for.
    UnknownColumn = "unknown_column",
    /// A header that was understood although written otherwise.
    HeaderUnderstood = "header_understood",
    /// Columns parted by something else than a comma.
    OtherSeparator = "other_separator",
    /// Text in another encoding than UTF-8.
    OtherEncoding = "other_encoding",
    /// The last line has no line end.
    NoFinalLineEnd = "no_final_line_end",
    /// Fewer cells than the header.
    RowTooShort = "row_too_short",
    /// More cells than the header.
    RowTooLong = "row_too_long",
    /// More cells than the header, but empty ones.
    ExtraEmptyCells = "extra_empty_cells",
    /// A quote opens and does not close in its row.
    QuoteNotClosed = "quote_not_closed",
    /// Text between a closing quote and the next separator.
    TextAfterQuote = "text_after_quote",
    /// A row of separators only.
    BlankRow = "blank_row",
    /// The header again.
    RepeatedHeader = "repeated_header",
    /// Space around a value was dropped.
    Trimmed = "trimmed",
    /// Full-width characters were read as plain ones.
    FullWidth = "full_width",
    /// A date in another form was understood.
    DateUnderstood = "date_understood",
    /// A yes or no in another form was understood.
    YesNoUnderstood = "yes_no_understood",
    /// A number was rounded to the precision that is kept.
    Rounded = "rounded",
    /// A cell that must be filled.
    EmptyRequired = "empty_required",
    /// A spreadsheet would run this cell.
    Formula = "formula",
    /// A spreadsheet's error value such as #N/A.
    SpreadsheetError = "spreadsheet_error",
    /// A line break, NUL or other control character.
    ControlCharacter = "control_character",
    /// A character that shows nothing.
    InvisibleCharacter = "invisible_character",
    /// A character that was lost in an earlier conversion.
    BrokenCharacter = "broken_character",
    /// More characters than allowed.
    TooLong = "too_long",
    /// A character that codes do not have.
    BadCode = "bad_code",
    /// A number that a spreadsheet shortened, 6.90497E+12.
    ScientificNotation = "scientific_notation",
    /// Not a number.
    NotANumber = "not_a_number",
    /// 1,200.00
    ThousandsSeparator = "thousands_separator",
    /// Below zero.
    Negative = "negative",
    /// More decimals than allowed.
    TooManyDecimals = "too_many_decimals",
    /// A fraction where whole numbers are counted.
    NotWhole = "not_whole",
    /// A number outside what is plausible.
    NumberTooLarge = "number_too_large",
    /// Not a date of the form YYYY-MM-DD.
    NotADate = "not_a_date",
    /// A date that the calendar does not have.
    ImpossibleDate = "impossible_date",
    /// The last day lies before the first.
    DatesReversed = "dates_reversed",
    /// Neither 是 nor 否.
    NotYesNo = "not_yes_no",
    /// Neither a barcode of goods nor anything that a scanner reads.
    NotABarcode = "not_a_barcode",
    /// A supplier's own barcode in another spelling was understood.
    BarcodeUnderstood = "barcode_understood",
    /// The last digit of a barcode does not fit the others.
    BadCheckDigit = "bad_check_digit",
    /// Not a telephone number.
    NotATelephoneNumber = "not_a_telephone_number",
    /// No such role.
    UnknownRole = "unknown_role",
    /// A technician without a team.
    TeamMissing = "team_missing",
    /// No such urgency.
    UnknownUrgency = "unknown_urgency",
    /// No such campus.
    UnknownCampus = "unknown_campus",
    /// No such contractor.
    UnknownContractor = "unknown_contractor",
    /// No such department.
    UnknownDepartment = "unknown_department",
    /// No such team.
    UnknownTeam = "unknown_team",
    /// No such employee number.
    UnknownStaff = "unknown_staff",
    /// No such part.
    UnknownPart = "unknown_part",
    /// No such store of parts.
    UnknownWarehouse = "unknown_warehouse",
    /// A trade that neither a fault class nor a team has.
    UnknownTrade = "unknown_trade",
    /// A number that a spreadsheet stripped of its leading zeros.
    LostLeadingZero = "lost_leading_zero",
    /// The key of an earlier line.
    DuplicateKey = "duplicate_key",
    /// Two rows of one code hold on the same day.
    OverlappingPeriod = "overlapping_period",
    /// Stock changes by moves and counts only.
    OpeningStockChanged = "opening_stock_changed",
    /// A new code that differs from another in upper and lower case only.
    SimilarCode = "similar_code",
    /// Two parts carry one supplier barcode.
    SharedBarcode = "shared_barcode",
    /// A price that is stored for a later day takes over on it.
    LaterPriceStands = "later_price_stands",
    /// The name under a stored number is another one now.
    NameChanged = "name_changed",
    /// A person of a department that no longer exists.
    DepartmentClosed = "department_closed",
    /// A contract that has ended or ends soon, and the accounts of the contractor's people with it.
    ContractEnds = "contract_ends",
    /// A role that a contractor's people cannot have.
    RoleNotForContractors = "role_not_for_contractors",
}

/// One thing the check has to say, with the place it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// File name within the folder.
    pub file: String,
    /// Line in the file on which the row starts, the first line being 1. A finding about the file as a whole has 1.
    pub line: u64,
    /// Column name as in the header; empty when the row or file is meant.
    pub column: String,
    /// The value as found, at most 120 characters of it, control characters shown as pictures.
    pub value: String,
    /// What it means.
    pub severity: Severity,
    /// Stable code.
    pub code: Reason,
    /// One English sentence.
    pub reason: String,
    /// What to write instead or to do.
    pub suggestion: Option<String>,
}

/// A finding that does not know its place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) severity: Severity,
    pub(crate) code: Reason,
    pub(crate) reason: String,
    pub(crate) suggestion: Option<String>,
}

impl Remark {
    pub(crate) fn refused(code: Reason, reason: impl Into<String>) -> Self {
        Self { severity: Severity::Refused, code, reason: reason.into(), suggestion: None }
    }

    pub(crate) fn warning(code: Reason, reason: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::refused(code, reason) }
    }

    pub(crate) fn note(code: Reason, reason: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::refused(code, reason) }
    }

    pub(crate) fn suggest(self, suggestion: impl Into<String>) -> Self {
        Self { suggestion: Some(suggestion.into()), ..self }
    }

    pub(crate) fn suggest_if(self, suggestion: Option<String>) -> Self {
        Self { suggestion, ..self }
    }

    pub(crate) fn at(self, file: &str, line: u64, column: &str, value: &str) -> Finding {
        Finding {
            file: file.to_owned(),
            line,
            column: column.to_owned(),
            value: shortened(value),
            severity: self.severity,
            code: self.code,
            reason: self.reason,
            suggestion: self.suggestion,
        }
    }
}

fn shortened(value: &str) -> String {
    let visible = value.chars().map(visible);
    if value.chars().nth(LONGEST_QUOTED_VALUE).is_none() {
        return visible.collect();
    }
    visible.take(LONGEST_QUOTED_VALUE.saturating_sub(1)).chain(['…']).collect()
}

/// Control characters as their pictures (␀, ␉, ␛): a quoted value must not steer the terminal it is printed on.
fn visible(character: char) -> char {
    const PICTURES: u32 = 0x2400;
    match u32::from(character) {
        code @ 0..0x20 => PICTURES.checked_add(code).and_then(char::from_u32).unwrap_or(' '),
        0x7f..0xa0 => '␡',
        _ => character,
    }
}
