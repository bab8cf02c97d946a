//! Stores as they are before anything has happened. Making their tables takes longer than a good part of the story, so they
//! are made once in a process and copied.

use std::ffi::OsString;
use std::path::Path;
use std::sync::OnceLock;

use super::broken::Promise;

/// The files of a folder.
#[derive(Debug)]
pub struct Template(Vec<(OsString, Vec<u8>)>);

/// A template that is made when it is needed first.
pub type KeptTemplate = OnceLock<Template>;

/// Puts the files of `kept` into the new folder, after `make` has made them in a folder beside it, once.
pub fn lay(kept: &KeptTemplate, folder: &Path, make: impl FnOnce(&Path) -> Result<(), Promise>) -> Result<(), Promise> {
    if kept.get().is_none() {
        let beside = folder.with_extension("template");
        std::fs::create_dir_all(&beside)?;
        make(&beside)?;
        // Somebody else may have been faster: both made the same.
        let _ = kept.set(Template::of(&beside)?);
    }
    let template = kept.get().ok_or_else(|| Promise::broken("a template that was made is gone"))?;
    std::fs::create_dir_all(folder)?;
    template.0.iter().try_for_each(|(name, bytes)| Ok(std::fs::write(folder.join(name), bytes)?))
}

impl Template {
    fn of(folder: &Path) -> Result<Self, Promise> {
        let mut files = Vec::new();
        for file in std::fs::read_dir(folder)? {
            let file = file?;
            files.push((file.file_name(), std::fs::read(file.path())?));
        }
        Ok(Self(files))
    }
}
