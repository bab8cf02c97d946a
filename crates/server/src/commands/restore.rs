//! `restore`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::fault::{Fault, FaultCodeName};
use server::occasion::Host;
use server::verifying::{Finding, Verified};
use store::StoreError;
use store::server::backup::end_sessions_and_codes;
use store::server::digest::{check_sealed_copy, unseal};
use store::server::{FILE_NAME, ServerStore, counters};

use super::copy::Copy;
use super::verify::{FOUND, or_found, tell};
use super::{Data, complain, fault, lasting, say};

/// More than a hospital gives on a day. Which numbers were given after the backup nobody knows, and people wrote them down.
const NUMBERS_LEFT_UNUSED: u32 = 1_000;

/// What the engineer has to know once the data is back.
const WHAT_FOLLOWS: &str = "\
restored 已恢复; now start the server at the address that the phones know. What happened after the backup was made:
- phones notice it by themselves, begin anew and send again what they had sent since and still have; have every phone synchronise
- phones enrolled since are unknown to the server; they keep their work, and it comes once they are enrolled with a new code for the same person
- what was decided at the centre since is gone: reports, dispatches, assignments, cancellations have to be made again
- passwords set, devices revoked and files imported since are as before: set, revoke and import again
- order numbers of today go on 1000 higher, so that none is given twice
- everybody signs in to the centre again, and enrolment codes that were not used have to be made anew";

/// Puts a backup into an empty folder, after checking it.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    data: Data,
    /// The file that `backup` made; it stays as it is 备份文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Restore {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        or_found(self.restored())
    }

    fn restored(self) -> Result<ExitCode, Fault> {
        self.check_file()?;
        let was_there = self.data.folder.is_dir();
        let folder = self.data.folder()?;
        let copy = self.restored_into(folder).inspect_err(|_| {
            // Only what was made here, and only while it is empty.
            if !was_there {
                let _ = fs::remove_dir(folder);
            }
        })?;
        copy.verified.findings.iter().for_each(tell);
        complain(WHAT_FOLLOWS);
        say(copy.line())?;
        if copy.verified.findings.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        complain("some orders in the backup are not sound, as said above; run verify --rebuild, and compare with an older backup");
        Ok(ExitCode::from(FOUND))
    }

    fn restored_into(&self, folder: &Path) -> Result<Copy, Fault> {
        let unfinished = lasting::unfinished(&folder.join(FILE_NAME));
        check_empty(folder, &unfinished)?;
        self.put_back(folder, &unfinished).inspect_err(|_| lasting::abandon(&unfinished))
    }

    /// A file with its journal beside it was copied from a folder in use: alone it is not what was committed.
    fn check_file(&self) -> Result<(), Fault> {
        let shown = self.file.display();
        if !self.file.is_file() {
            return Err(fault(format!("{shown} is no file; nothing was restored")));
        }
        let mut journal = self.file.as_os_str().to_owned();
        journal.push("-wal");
        if fs::metadata(&journal).is_ok_and(|journal| journal.len() > 0) {
            return Err(fault(format!(
                "{shown} has a journal beside it, so it was not made by backup; nothing was restored; \
                 copy both into an empty folder under the names {FILE_NAME} and {FILE_NAME}-wal, and make a backup of that"
            )));
        }
        Ok(())
    }

    fn put_back(&self, folder: &Path, unfinished: &Path) -> Result<Copy, Fault> {
        let failed = |error: std::io::Error| {
            fault(format!("{} cannot be copied to {}: {error}; nothing was restored", self.file.display(), folder.display()))
        };
        let mut written = lasting::begin(unfinished).map_err(failed)?;
        let mut read = fs::File::open(&self.file).map_err(failed)?;
        std::io::copy(&mut read, &mut written).map_err(failed)?;
        check_sealed_copy(unfinished).map_err(|error| self.refused(error.into()))?;
        let copy = Copy::checked(unfinished, settle).map_err(|fault| self.refused(fault))?;
        lasting::finish(unfinished, &folder.join(FILE_NAME)).map_err(failed)?;
        lasting::bring_to_disk(lasting::folder_of(folder)).map_err(failed)?;
        Ok(copy)
    }

    fn refused(&self, fault: Fault) -> Fault {
        let advice = match fault.code {
            FaultCodeName::StoreDamaged => "; take an older backup",
            _ => "",
        };
        let message = format!("{}: {}; nothing was restored{advice}", self.file.display(), fault.message);
        Fault { message, ..fault }
    }
}

/// A folder of its own, so that nothing is ever replaced by something older.
fn check_empty(folder: &Path, unfinished: &Path) -> Result<(), Fault> {
    lasting::abandon(unfinished);
    let mut inside = fs::read_dir(folder).map_err(|error| fault(format!("{} cannot be read: {error}", folder.display())))?;
    if inside.next().is_none() {
        return Ok(());
    }
    let folder = folder.display();
    Err(fault(format!(
        "{folder} is not empty; nothing was restored and nothing in it was changed; stop the server, move the folder away and keep it \
         (mv {folder} {folder}.old), then restore again"
    )))
}

fn settle(store: &mut ServerStore, verified: &Verified) -> Result<(), Fault> {
    let of_the_file: Vec<&str> = verified.findings.iter().filter(|finding| is_of_the_file(finding)).map(said).collect();
    if !of_the_file.is_empty() {
        return Err(StoreError::Damaged(of_the_file.join("; ")).into());
    }
    let today = Host::system().occasion().today();
    Ok(store.write(|database| {
        unseal(database)?;
        end_sessions_and_codes(database)?;
        counters::skip_order_numbers(database, today, NUMBERS_LEFT_UNUSED)
    })?)
}

/// What is derived can be made again, so it is no reason to refuse the file.
fn is_of_the_file(finding: &Finding) -> bool {
    finding.order.is_none() && !finding.can_be_rebuilt
}

fn said(finding: &Finding) -> &str {
    &finding.what
}
