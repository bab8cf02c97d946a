//! A power cut without pulling a plug: the stores lie on a file system of our own, which knows what was synchronised.

pub mod filesystem;
pub mod tree;

use std::path::{Path, PathBuf};

use fuser::BackgroundSession;

use crate::simulation::random::Chance;
use filesystem::{Shared, mount};
use tree::Tree;

/// A disk that loses what was not synchronised when its power goes.
pub struct LosingDisk {
    place: PathBuf,
    files: Shared,
    mounted: Option<BackgroundSession>,
}

impl LosingDisk {
    /// An empty one. This process serves it, so it may open no store there: a store maps files into memory, and a page that is
    /// missing would wait for a thread that waits for the same memory. Other programs may.
    ///
    /// # Errors
    /// When this may not mount anything, or the system has no FUSE.
    pub fn make(place: &Path) -> std::io::Result<Self> {
        let files = Shared::new(Tree::new());
        let mounted = Some(mount(&files, place)?);
        Ok(Self { place: place.to_owned(), files, mounted })
    }

    /// The power goes: from now on nothing that anybody writes is written.
    pub fn cut(&self) {
        self.files.cut();
    }

    /// The power comes back, when nobody has a file open any more: what is left is there.
    ///
    /// # Errors
    /// When it cannot be mounted again.
    pub fn come_back(&mut self, chance: &mut Chance) -> std::io::Result<()> {
        if let Some(mounted) = self.mounted.take() {
            mounted.umount_and_join()?;
        }
        let left = std::mem::take(&mut *self.files.tree()).after_a_power_cut(chance);
        self.files = Shared::new(left);
        self.mounted = Some(mount(&self.files, &self.place)?);
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Read, Seek, SeekFrom, Write};

    /// Files as programs use them; where nothing may be mounted, the tree's own tests are all there is.
    #[test]
    fn programs_use_it_and_find_what_they_synchronised() {
        let place = tempfile::tempdir().unwrap();
        let Ok(mut disk) = LosingDisk::make(place.path()) else { return };
        let path = |name: &str| place.path().join(name);
        std::fs::create_dir(path("data")).unwrap();
        let mut kept = File::options().read(true).write(true).create_new(true).open(path("data/kept")).unwrap();
        kept.write_all(b"written").unwrap();
        kept.seek(SeekFrom::Start(0)).unwrap();
        kept.sync_all().unwrap();
        std::fs::rename(path("data/kept"), path("data/moved")).unwrap();
        for folder in ["data", "."] {
            File::open(path(folder)).unwrap().sync_all().unwrap();
        }
        let mut seen = String::new();
        kept.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "written");
        disk.cut();
        assert!(kept.write_all(b"lost").is_err() && File::create(path("data/lost")).is_err());
        drop(kept);
        disk.come_back(&mut Chance::of(1)).unwrap();
        assert_eq!(std::fs::read(path("data/moved")).unwrap(), b"written");
        assert_eq!(std::fs::read_dir(path("data")).unwrap().count(), 1);
    }
}
