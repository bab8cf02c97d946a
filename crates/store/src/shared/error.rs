//! What can go wrong with a store, told apart by what a person can do about it.

use domain::fault::{Fault, FaultCodeName};
use rusqlite::ErrorCode;

/// A store that cannot do what it was asked. Nothing that was committed before is affected.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk, or the allowed size is reached.
    #[error("no room left on the disk; everything saved before is safe; free some space and try again")]
    DiskFull,
    /// The file is no database, is damaged, or the key does not fit.
    #[error("the database cannot be read: {0}")]
    Damaged(String),
    /// A newer program wrote it.
    #[error("the database has schema {found}, this program knows up to {known}; install the newer program, nothing was changed")]
    Newer {
        /// `user_version` of the file.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// Another process held the database too long.
    #[error("the database is in use by another process; try again")]
    Busy,
    /// The file or its folder may not be opened or written.
    #[error(
        "the database file cannot be opened or written ({0}); nothing was changed; \
         check that its folder is there, belongs to this user and is not read-only"
    )]
    NotAccessible(String),
    /// A stored value does not read as what it must be.
    #[error("a stored value cannot be read: {0}")]
    Unreadable(String),
    /// Anything else.
    #[error("the database failed: {0}; everything saved before is safe; try again, and tell the engineer if it fails again")]
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error().is_some_and(|failure| is_lack_of_room(failure.extended_code)) {
            return Self::DiskFull;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::NotAccessible(error.to_string()),
            _ => Self::Failed(error),
        }
    }
}

/// A write that fails, or shared memory that cannot grow, has no room left: a disk that is broken fails at reading as well.
fn is_lack_of_room(extended_code: i32) -> bool {
    matches!(extended_code, rusqlite::ffi::SQLITE_IOERR_WRITE | rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

impl StoreError {
    /// What is stored cannot be read: asking again will not help, looking at the rest may.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::Unreadable(_) | Self::Failed(_))
    }

    /// The stable code for people.
    pub fn code(&self) -> FaultCodeName {
        match self {
            Self::DiskFull => FaultCodeName::DiskFull,
            Self::Damaged(_) => FaultCodeName::StoreDamaged,
            Self::Newer { .. } => FaultCodeName::StoreNewer,
            Self::Busy | Self::NotAccessible(_) | Self::Unreadable(_) | Self::Failed(_) => FaultCodeName::StoreFailed,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(extended_code: i32, expected: FaultCodeName) {
        let failure = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended_code), None);
        assert_eq!(StoreError::from(failure).code(), expected, "{extended_code}");
    }

    #[test]
    fn a_failure_is_told_by_what_can_be_done_about_it() {
        check(rusqlite::ffi::SQLITE_FULL, FaultCodeName::DiskFull);
        check(rusqlite::ffi::SQLITE_IOERR_WRITE, FaultCodeName::DiskFull);
        check(rusqlite::ffi::SQLITE_IOERR_SHMSIZE, FaultCodeName::DiskFull);
        check(rusqlite::ffi::SQLITE_IOERR_READ, FaultCodeName::StoreFailed);
        check(rusqlite::ffi::SQLITE_CANTOPEN, FaultCodeName::StoreFailed);
        check(rusqlite::ffi::SQLITE_NOTADB, FaultCodeName::StoreDamaged);
        check(rusqlite::ffi::SQLITE_CORRUPT, FaultCodeName::StoreDamaged);
    }
}
