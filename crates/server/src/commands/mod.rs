//! The commands of the command line.

mod backup;
mod copy;
mod enroll_code;
mod import;
mod lasting;
mod permissions;
mod restore;
mod serve;
mod set_password;
mod verify;

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::fault::{Fault, FaultCodeName};
use store::StoreError;
use store::server::{FILE_NAME, ServerStore};

/// What can be asked for.
#[derive(Subcommand)]
pub enum Command {
    /// Serves devices and the centre; prints one JSON line {"url":…} when ready 启动服务
    Serve(serve::Serve),
    /// Imports the hospital's CSV files; exit 0 all good, 2 some refused, 1 nothing done 导入基础数据
    Import(import::Import),
    /// Prints a one-time code (24 h) alone on the last line 生成登记码
    EnrollCode(enroll_code::EnrollCode),
    /// Sets a password for the centre, read from standard input 设置密码
    SetPassword(set_password::SetPassword),
    /// Checks every order against its events; exit 0 all good, 2 something is wrong 核对数据
    Verify(verify::Verify),
    /// Copies the data into one checked file, beside the running server; exit codes as verify 备份
    Backup(backup::Backup),
    /// Puts a backup into an empty folder, after checking it; exit codes as verify 恢复
    Restore(restore::Restore),
    /// Prints who may do what: kinds of events, commands, routes and orders by role 权限表
    Permissions(permissions::Permissions),
}

/// Where the server's data is.
#[derive(Args)]
pub struct Data {
    /// Folder of the server's data; serve and import make it when it is missing 数据目录
    #[arg(long = "data", value_name = "DIR")]
    folder: PathBuf,
}

impl Data {
    /// The folder, made and kept from other users when it is missing.
    fn folder(&self) -> Result<&Path, Fault> {
        let failed = |error| fault(format!("the folder {} cannot be made: {error}", self.folder.display()));
        if !self.folder.is_dir() {
            let missing: Vec<&Path> = self.folder.ancestors().take_while(|folder| !folder.is_dir()).collect();
            std::fs::create_dir_all(&self.folder).map_err(failed)?;
            keep_private(&self.folder).map_err(failed)?;
            // After a power failure everything would else be gone with the name of its folder.
            missing.into_iter().try_for_each(|folder| lasting::bring_to_disk(lasting::folder_of(folder))).map_err(failed)?;
        }
        Ok(&self.folder)
    }

    fn open(&self) -> Result<ServerStore, Fault> {
        self.open_as(ServerStore::open)
    }

    /// Opens a store that is there: a folder that was mistyped must not become an empty hospital. Only `serve` and `import` make one.
    fn open_existing(&self) -> Result<ServerStore, Fault> {
        if self.is_there() {
            return self.open();
        }
        let message = format!(
            "there is no server's data in {}, and nothing was made; name the folder that the server serves (a new one begins with import or serve)",
            self.folder.display()
        );
        Err(fault(message))
    }

    fn is_there(&self) -> bool {
        self.folder.join(FILE_NAME).is_file()
    }

    fn open_as<T>(&self, open: impl FnOnce(&Path) -> Result<T, StoreError>) -> Result<T, Fault> {
        let folder = self.folder()?;
        open(folder).map_err(|error| with_advice(error.into(), folder))
    }
}

/// A store that does not open is left as it is: what to do about it is the engineer's decision.
fn with_advice(fault: Fault, folder: &Path) -> Fault {
    let advice = match fault.code {
        FaultCodeName::StoreDamaged => "keep the damaged file, and put the newest backup in its place",
        FaultCodeName::StoreFailed => "see that this user may read and write the folder and that no other program holds it, then try again",
        _ => return fault,
    };
    let message = format!("{}; nothing in {} was changed; {advice}", fault.message, folder.display());
    Fault { message, ..fault }
}

#[cfg(unix)]
fn keep_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn keep_private(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Runs a command; a failure is said on standard error with its code.
pub fn run(command: Command) -> ExitCode {
    let result = match command {
        Command::Serve(serve) => serve.run(),
        Command::Import(import) => import.run(),
        Command::EnrollCode(enroll_code) => enroll_code.run(),
        Command::SetPassword(set_password) => set_password.run(),
        Command::Verify(verify) => verify.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Permissions(permissions) => permissions.run(),
    };
    result.unwrap_or_else(|fault| {
        complain(format_args!("{}: {}", fault.code.as_str(), fault.message));
        ExitCode::FAILURE
    })
}

/// A line on standard output.
fn say(line: impl Display) -> Result<(), Fault> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).map_err(|error| fault(format!("standard output is closed: {error}")))
}

/// A line on standard error, which may be closed.
fn complain(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn fault(message: impl Into<String>) -> Fault {
    Fault::new(FaultCodeName::BadRequest, message)
}
