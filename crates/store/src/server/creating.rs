//! Making the server's database: under another name, so that the file with its name is whole from its first moment. What is
//! empty under that name was emptied, and is never taken for a hospital that begins.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{MIGRATIONS, ServerStore};
use crate::shared::connection;
use crate::shared::error::StoreError;
use crate::shared::migration::migrate;

/// The fewest bytes of a database: one page of the smallest size. SQLite takes a file of a single byte for a new one, and writes into it.
const FEWEST_BYTES: u64 = 512;

/// Makes the database where there is none yet, and looks whether what is there can be one.
///
/// # Errors
/// [`StoreError::Damaged`] for an empty file, and for a journal whose database is gone; as the file system fails.
pub(super) fn make_where_missing(file: &Path) -> Result<(), StoreError> {
    match fs::metadata(file) {
        Ok(found) if found.len() < FEWEST_BYTES => {
            Err(StoreError::Damaged(format!("{} is empty, or nearly so: what it held is lost", file.display())))
        }
        Ok(_) => Ok(()),
        Err(_) if has_journal(file) => {
            Err(StoreError::Damaged(format!("{} is gone, and its journal alone is not what it held", file.display())))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(file),
        Err(error) => Err(inaccessible(&error)),
    }
}

/// Makes it beside its place and gives it its name, unless another process was faster.
fn make(file: &Path) -> Result<(), StoreError> {
    let begun = beside(file, &format!(".begun-{}", std::process::id()));
    remove(&begun);
    let made = fill(&begun).and_then(|()| match fs::hard_link(&begun, file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(inaccessible(&error)),
        _ => Ok(()),
    });
    remove(&begun);
    made
}

fn fill(begun: &Path) -> Result<(), StoreError> {
    let mut database = connection::open(begun, None)?;
    migrate(&mut database, MIGRATIONS)?;
    ServerStore { database }.close_as_one_file()
}

fn has_journal(file: &Path) -> bool {
    fs::metadata(beside(file, "-wal")).is_ok_and(|journal| journal.len() > 0)
}

fn remove(begun: &Path) {
    for ending in ["", "-journal", "-wal", "-shm"] {
        // What is not there need not be removed.
        let _ = fs::remove_file(beside(begun, ending));
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn inaccessible(error: &io::Error) -> StoreError {
    StoreError::NotAccessible(error.to_string())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::FILE_NAME;
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_folder_gets_a_database_and_nothing_stays_beside_it() {
        let folder = tempfile::TempDir::new().unwrap();
        drop(ServerStore::open(folder.path()).unwrap());
        assert_eq!(names_in(folder.path()), [FILE_NAME]);
        drop(ServerStore::open(folder.path()).unwrap());
    }

    #[test]
    fn many_who_begin_at_once_have_the_same_database() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join(FILE_NAME);
        make(&file).unwrap();
        ServerStore::open(folder.path()).unwrap().database.execute("UPDATE counters SET log_end = 7", []).unwrap();
        make(&file).unwrap();
        let kept = ServerStore::open(folder.path()).unwrap().read(super::super::counters::log_end).unwrap();
        assert_eq!((kept, names_in(folder.path())), (7, vec![FILE_NAME.to_owned()]));
    }

    /// What is there is refused, and stays as it is.
    #[track_caller]
    fn check_damaged(make: impl Fn(&Path)) {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join(FILE_NAME);
        make(&file);
        let before = names_in(folder.path());
        assert!(matches!(ServerStore::open(folder.path()), Err(StoreError::Damaged(_))));
        assert_eq!(names_in(folder.path()), before);
    }

    #[test]
    fn what_was_emptied_is_not_taken_for_new() {
        check_damaged(|file| fs::write(file, b"").unwrap());
        check_damaged(|file| fs::write(file, [0; 8_192]).unwrap());
        check_damaged(|file| fs::write(beside(file, "-wal"), b"journal").unwrap());
        check_damaged(|file| Connection::open(file).unwrap().execute_batch("PRAGMA application_id = 1").unwrap());
    }
}
