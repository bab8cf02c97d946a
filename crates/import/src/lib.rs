//! The hospital's CSV files to checked rows: bytes come in, rows of [`domain::reference`] and findings by line go out
//! (requirement H7).
//!
//! Invariants
//! - Every row is looked at; good rows go in, each bad one is named with file, line, column, value, reason and suggestion,
//!   and everything that is wrong with it is told at once.
//! - Nothing is mended in silence: what was understood although written otherwise leaves a note, what could be meant in two
//!   ways is refused with a suggestion.
//! - A file that is not whole is refused whole.
//! - The same bytes against the same store give the same outcome, and no bytes make it panic.
//!
//! This crate does not know about storage, files on disk or the current day, and never may: the bytes, what is stored and
//! the effective day are passed in, and the caller stores what was decided.

mod cell;
mod cells;
mod checked;
mod decode;
mod finding;
mod folder;
mod header;
mod keys;
mod kinds;
mod outcome;
mod periods;
mod records;
mod references;
mod report;
mod sheet;
mod table;
mod target;
#[cfg(test)]
mod tests;

pub use checked::{Checked, CheckedFile, Known, Rows};
pub use finding::{Finding, Reason, Severity};
pub use folder::{Folder, check_folder};
pub use report::report_csv;
