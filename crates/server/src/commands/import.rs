//! `import`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use domain::fault::Fault;
use import::{CheckedFile, Finding, Folder, Severity, report_csv};
use server::importing::{Imported, import_folder};
use server::occasion::Host;
use server::orders::leavers::MOST_AT_ONCE;

use super::{Data, complain, fault, say};

/// Some rows or files were refused.
const SOME_REFUSED: u8 = 2;
/// No file of a hospital is near this; a larger one is not read into memory.
const LARGEST_FILE_BYTES: u64 = 65 * 1024 * 1024;

/// Imports the CSV files of a folder; what is absent stays, the same again changes nothing.
#[derive(Args)]
pub struct Import {
    #[command(flatten)]
    data: Data,
    /// Folder with the CSV files 文件夹
    #[arg(id = "csv_folder", value_name = "FOLDER")]
    folder: PathBuf,
    /// First day of changed part prices; today where not given 生效日期
    #[arg(long, value_name = "YYYY-MM-DD")]
    effective: Option<NaiveDate>,
    /// Writes every finding to this file 导入报告
    #[arg(long, value_name = "FILE.csv")]
    report: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        let folder = read_folder(&self.folder)?;
        if let Some(report) = &self.report {
            refuse_to_overwrite(report)?;
            // Known before anything is stored: a report that cannot be written must not be missed afterwards.
            write_report(report, &[])?;
        }
        let host = Host::system();
        let occasion = host.occasion();
        let mut store = self.data.open()?;
        let imported = import_folder(&mut store, &folder, self.effective.unwrap_or_else(|| occasion.today()), &occasion)?;
        if let Err(unheard) = self.tell(&imported) {
            // Whoever reads the exit code acts on what is stored, not on what could be said of it.
            complain(format_args!("{}; the import itself is stored as its exit code says", unheard.message));
        }
        Ok(exit_code(&imported.checked.files))
    }

    fn tell(&self, imported: &Imported) -> Result<(), Fault> {
        let findings: Vec<Finding> = imported.checked.findings().cloned().collect();
        for finding in &findings {
            complain(sentence(finding));
        }
        if let Some(report) = &self.report {
            write_report(report, &findings)?;
        }
        for file in &imported.checked.files {
            say(summary(file))?;
        }
        let Imported { revision, confirmations_settled, confirmations_flagged, .. } = imported;
        say(format_args!("revision {revision} · {confirmations_settled} confirmations settled · {}", of_leavers(*confirmations_flagged)))
    }
}

fn read_folder(path: &Path) -> Result<Folder, Fault> {
    let unreadable = |error: std::io::Error| fault(format!("{} cannot be read: {error}; nothing was imported", path.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let is_file = std::fs::metadata(entry.path()).map_err(unreadable)?.is_file();
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_file && !name.starts_with('.') {
            files.push((name, read_file(&entry.path()).map_err(unreadable)?));
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(fault(format!("{} holds no files; nothing was imported", path.display())));
    }
    Ok(Folder { files })
}

/// One byte too many is enough for the check to refuse the file.
fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST_FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A slip of the hand may name one of the hospital's own files: only an earlier report, or an empty file, makes room for a new one.
fn refuse_to_overwrite(report: &Path) -> Result<(), Fault> {
    use std::io::Read;
    let mut beginning = Vec::new();
    let Ok(file) = std::fs::File::open(report) else { return Ok(()) };
    let wanted = report_csv(&[]);
    let length = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
    file.take(length)
        .read_to_end(&mut beginning)
        .map_err(|error| fault(format!("{} cannot be read: {error}; nothing was imported", report.display())))?;
    if beginning.is_empty() || beginning == wanted.as_bytes() {
        return Ok(());
    }
    Err(fault(format!("{} is no report of an import and stays as it is; nothing was imported; give another name", report.display())))
}

fn write_report(file: &Path, findings: &[Finding]) -> Result<(), Fault> {
    std::fs::write(file, report_csv(findings)).map_err(|error| fault(format!("the report {} cannot be written: {error}", file.display())))
}

fn sentence(finding: &Finding) -> String {
    let place =
        if finding.column.is_empty() { format!("line {}", finding.line) } else { format!("line {}, {}", finding.line, finding.column) };
    let value = if finding.value.is_empty() { String::new() } else { format!(" \"{}\"", finding.value) };
    let suggestion = finding.suggestion.as_deref().map(|suggestion| format!(" → {suggestion}")).unwrap_or_default();
    let severity = match finding.severity {
        Severity::Refused => "refused 拒绝",
        Severity::Warning => "warning 警告",
        Severity::Note => "note 提示",
    };
    format!("{}, {place}: {severity}{value}: {}{suggestion}", finding.file, finding.reason)
}

fn summary(file: &CheckedFile) -> String {
    if file.refused_whole {
        return format!("{}: refused whole 整个文件拒绝", file.file);
    }
    format!(
        "{}: {} added 新增, {} updated 更新, {} unchanged 未变, {} refused 拒绝",
        file.file, file.added, file.updated, file.unchanged, file.refused_rows
    )
}

fn of_leavers(flagged: usize) -> String {
    let more = if flagged >= MOST_AT_ONCE { ", more may follow with the next import 如有其余，下次导入时再标" } else { "" };
    format!("{flagged} to look at, whose confirmer had left 待核查（确认人工号当时已停用）{more}")
}

/// 0 all good, 2 some refused, 1 nothing done.
fn exit_code(files: &[CheckedFile]) -> ExitCode {
    let refused = files.iter().any(|file| file.refused_whole || file.has_refusals());
    let taken = files.iter().any(|file| file.added > 0 || file.updated > 0 || file.unchanged > 0);
    match (refused, taken) {
        (false, true) => ExitCode::SUCCESS,
        (true, true) => ExitCode::from(SOME_REFUSED),
        (_, false) => ExitCode::FAILURE,
    }
}
