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
    /// A stored value does not read as what it must be.
    #[error("a stored value cannot be read: {0}")]
    Unreadable(String),
    /// Anything else.
    #[error("the database failed: {0}")]
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Failed(error),
        }
    }
}

impl StoreError {
    /// The stable code for people.
    pub fn code(&self) -> FaultCodeName {
        match self {
            Self::DiskFull => FaultCodeName::DiskFull,
            Self::Damaged(_) => FaultCodeName::StoreDamaged,
            Self::Newer { .. } => FaultCodeName::StoreNewer,
            Self::Busy | Self::Unreadable(_) | Self::Failed(_) => FaultCodeName::StoreFailed,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
