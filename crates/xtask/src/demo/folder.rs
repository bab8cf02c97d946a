//! The folder of a demo: the server's data, the device's data, what the programs said, and the server's address.

use std::env;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process;

use crate::failure::Failure;

/// Written last, so a demo that was not finished is not taken for one: the address the device is enrolled with.
const ADDRESS_FILE: &str = "server-address";

/// A demo's folder; one that nobody asked to keep is removed at the end.
pub struct Folder {
    whole: PathBuf,
    temporary: bool,
}

impl Folder {
    /// The folder to keep, or a temporary one.
    ///
    /// # Errors
    /// When it cannot be made, or holds something that is not a demo.
    pub fn open(keep: Option<PathBuf>) -> Result<Self, Failure> {
        let temporary = keep.is_none();
        let whole = keep.map_or_else(|| new_temporary("demo"), |whole| make(&whole).map(|()| whole))?;
        let whole = whole.canonicalize().map_err(|error| unusable(&whole, &error))?;
        let folder = Self { whole, temporary };
        folder.refuse_strangers()?;
        Ok(folder)
    }

    fn refuse_strangers(&self) -> Result<(), Failure> {
        let mut entries = fs::read_dir(&self.whole).map_err(|error| unusable(&self.whole, &error))?;
        if entries.next().is_none() || self.whole.join(ADDRESS_FILE).is_file() {
            return Ok(());
        }
        let whole = self.whole.display();
        Err(Failure::new(format!("{whole} is neither empty nor a finished demo. Nothing in it was touched: name another folder.")))
    }

    /// The folder itself.
    pub fn whole(&self) -> &Path {
        &self.whole
    }

    /// The server's data.
    pub fn server(&self) -> PathBuf {
        self.whole.join("server")
    }

    /// The device's data.
    pub fn device(&self) -> PathBuf {
        self.whole.join("device")
    }

    /// Where a program says what it does.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn log(&self, name: &str) -> Result<File, Failure> {
        let file = self.whole.join(format!("{}.log", name.replace([' ', '\''], "-")));
        File::options().create(true).append(true).open(&file).map_err(|error| unusable(&file, &error))
    }

    /// `host:port` of the server when the demo was made; a device finds its server there the next time too.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn server_address(&self) -> Result<Option<String>, Failure> {
        let file = self.whole.join(ADDRESS_FILE);
        if !file.is_file() {
            return Ok(None);
        }
        fs::read_to_string(&file).map(|text| Some(text.trim().to_owned())).map_err(|error| unusable(&file, &error))
    }

    /// Keeps the address out of the server's URL: from now on this is a finished demo.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_server_address(&self, url: &str) -> Result<(), Failure> {
        let file = self.whole.join(ADDRESS_FILE);
        fs::write(&file, host_and_port(url)).map_err(|error| unusable(&file, &error))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            // Left behind in the system's temporary folder at worst, where the system clears it.
            let _ = fs::remove_dir_all(&self.whole);
        }
    }
}

fn make(whole: &Path) -> Result<(), Failure> {
    fs::create_dir_all(whole).map_err(|error| unusable(whole, &error))
}

/// A temporary folder that is new: a program of the same number that was killed may have left one.
fn new_temporary(name: &str) -> Result<PathBuf, Failure> {
    let named = |count: u32| env::temp_dir().join(format!("plantroom-{name}-{}-{count}", process::id()));
    let mut count = 0_u32;
    loop {
        let whole = named(count);
        match fs::create_dir(&whole) {
            Ok(()) => return Ok(whole),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => count = count.saturating_add(1),
            Err(error) => return Err(unusable(&whole, &error)),
        }
    }
}

fn host_and_port(url: &str) -> &str {
    url.trim_start_matches("http://").trim_end_matches('/')
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be used: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_demo_leaves_nothing() {
        let folder = Folder::open(None).expect("the temporary folder can be written");
        let whole = folder.whole().to_path_buf();
        assert_eq!(folder.server_address().expect("it is empty"), None);
        folder.keep_server_address("http://127.0.0.1:4711/").expect("it can be written");
        assert_eq!(folder.server_address().expect("it was written").as_deref(), Some("127.0.0.1:4711"));
        drop(folder);
        // The test beside this one may have made a folder of the same name since: an empty one.
        assert!(!whole.join(ADDRESS_FILE).exists());
    }

    #[test]
    fn what_an_ended_program_of_the_same_number_left_is_not_taken_for_a_temporary_folder() {
        let [first, second] = [(); 2].map(|()| Folder::open(None).expect("the temporary folder can be written"));
        assert_ne!(first.whole(), second.whole());
    }

    #[test]
    fn a_folder_with_other_things_is_refused_and_kept() {
        let whole = new_temporary("stranger").expect("the temporary folder can be written");
        fs::write(whole.join("letter.txt"), "dear").expect("the temporary folder can be written");
        let refused = Folder::open(Some(whole.clone())).err().map(|failure| failure.to_string());
        assert!(refused.is_some_and(|sentence| sentence.contains("neither empty nor a finished demo")));
        assert!(whole.join("letter.txt").is_file());
        fs::remove_dir_all(&whole).expect("it is ours");
    }
}
