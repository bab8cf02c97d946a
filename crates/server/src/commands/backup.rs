//! `backup`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::fault::Fault;
use store::server::{ServerStore, counters};

use super::copy::Copy;
use super::verify::{FOUND, tell};
use super::{Data, complain, fault, lasting, say};

/// Copies the data into one file, beside the running server, and checks what was written.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    data: Data,
    /// The file to make; one that is there is never overwritten 备份文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        let mut store = self.data.open_existing()?;
        if self.file.exists() {
            return Err(self.is_there());
        }
        self.refuse_an_empty_hospital(&mut store)?;
        let unfinished = lasting::unfinished(&self.file);
        let made = self.make(&store, &unfinished);
        if made.is_err() {
            lasting::abandon(&unfinished);
        }
        let copy = made?;
        copy.verified.findings.iter().for_each(tell);
        say(copy.line())?;
        if copy.verified.findings.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        complain("the backup was made, with what is wrong in the data itself; run verify on the data, and keep an older backup as well");
        Ok(ExitCode::from(FOUND))
    }

    /// What is made when a server starts without its disk must not count as a backup: older ones are deleted for it.
    fn refuse_an_empty_hospital(&self, store: &mut ServerStore) -> Result<(), Fault> {
        let imported = store.read(|database| Ok::<_, Fault>(counters::reference_revision(database)?))?;
        if imported > 0 {
            return Ok(());
        }
        let folder = self.data.folder.display();
        Err(fault(format!("nothing was ever imported into {folder}: it is no hospital's data; no backup was made; keep the older ones")))
    }

    fn make(&self, store: &ServerStore, unfinished: &Path) -> Result<Copy, Fault> {
        lasting::begin(unfinished).map_err(|error| self.failed(&error))?;
        store.copy_to(unfinished).map_err(|error| self.said_of_the_file(error.into()))?;
        let copy = Copy::checked(unfinished, |store, _| Ok(store.seal_copy()?)).map_err(|fault| self.said_of_the_file(fault))?;
        lasting::finish(unfinished, &self.file).map_err(|error| self.failed(&error))?;
        Ok(copy)
    }

    fn failed(&self, error: &std::io::Error) -> Fault {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => self.is_there(),
            _ => fault(format!("{} cannot be written: {error}; no backup was made; the data is as it was", self.file.display())),
        }
    }

    fn is_there(&self) -> Fault {
        fault(format!("{} is there already and stays as it is; no backup was made; give another name", self.file.display()))
    }

    fn said_of_the_file(&self, fault: Fault) -> Fault {
        let message = format!("{}: {}; no backup was made; the data is as it was", self.file.display(), fault.message);
        Fault { message, ..fault }
    }
}
