//! Running other programs: once to the end, for their output, or line by line.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;

use crate::failure::Failure;

/// A program with its arguments, not started yet.
pub struct Program {
    command: Command,
    shown: String,
}

impl Program {
    /// The program of this name or path.
    pub fn new(name: impl AsRef<OsStr>) -> Self {
        let shown = Path::new(name.as_ref()).file_name().unwrap_or(name.as_ref()).to_string_lossy().into_owned();
        Self { command: Command::new(name), shown }
    }

    /// Adds arguments.
    pub fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        for argument in arguments {
            self.shown = format!("{} {}", self.shown, argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets the folder it runs in.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets one variable of its environment.
    pub fn environment(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The command as a person would type it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The command itself, for whoever keeps it running.
    pub fn into_command(self) -> Command {
        self.command
    }

    /// Runs to the end; its output goes to the terminal.
    ///
    /// # Errors
    /// When it cannot be started or says that it failed.
    pub fn run(mut self) -> Result<(), Failure> {
        let status = self.command.status();
        self.judge(status)
    }

    /// Runs to the end with nothing shown; true when it can be started and succeeds.
    pub fn succeeds(mut self) -> bool {
        let silent = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        silent.status().is_ok_and(|status| status.success())
    }

    /// Runs to the end with nothing shown and returns what it wrote to standard output.
    ///
    /// # Errors
    /// As [`Program::run`], with everything it wrote: there it says why.
    pub fn output(mut self) -> Result<String, Failure> {
        let output = self.command.output();
        let written = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (text, complaints) = output.as_ref().map(|output| (written(&output.stdout), written(&output.stderr))).unwrap_or_default();
        let judged = self.judge(output.map(|output| output.status));
        judged.map_err(|failure| Failure::new(format!("{failure}\n{text}{complaints}").trim_end())).map(|()| text)
    }

    /// Runs to the end with `input` on its standard input and nothing of its standard output shown.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub fn run_with_input(mut self, input: &str) -> Result<(), Failure> {
        let started = self.command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        let status = started.and_then(|mut child| {
            if let Some(mut standard_input) = child.stdin.take() {
                standard_input.write_all(input.as_bytes())?;
            }
            child.wait()
        });
        self.judge(status)
    }

    /// Runs to the end and hands over every line of standard output and standard error as it comes.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub fn run_by_line(mut self, mut each: impl FnMut(&str)) -> Result<(), Failure> {
        let started = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let status = started.and_then(|mut child| {
            let (sender, lines) = mpsc::channel();
            if let Some(output) = child.stdout.take() {
                send_lines(output, sender.clone());
            }
            if let Some(errors) = child.stderr.take() {
                send_lines(errors, sender);
            }
            lines.iter().for_each(|line: String| each(&line));
            child.wait()
        });
        self.judge(status)
    }

    fn judge(&self, status: std::io::Result<ExitStatus>) -> Result<(), Failure> {
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::new(format!("`{}` failed ({status})", self.shown))),
            Err(error) => Err(Failure::new(format!("`{}` could not be started: {error}", self.shown))),
        }
    }
}

fn send_lines(source: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
            if lines.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
}

/// The first of these names that is a program on the search path.
pub fn find(names: &[&str], search_path: Option<OsString>) -> Option<PathBuf> {
    let search_path = search_path?;
    let folders: Vec<PathBuf> = std::env::split_paths(&search_path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_outputs_arrive_and_failure_is_told() {
        let mut lines = Vec::new();
        let program = Program::new("sh").arguments(["-c", "echo out; echo err >&2; exit 3"]);
        let failure = program.run_by_line(|line| lines.push(line.to_owned())).expect_err("exit 3 is a failure");
        lines.sort();
        assert_eq!(lines, ["err", "out"]);
        assert!(failure.to_string().contains("exit status: 3"), "{failure}");
    }

    #[test]
    fn a_program_that_is_not_there_is_told_by_name() {
        let failure = Program::new("no-such-program-anywhere").run().expect_err("it does not exist");
        assert!(failure.to_string().contains("no-such-program-anywhere"), "{failure}");
    }

    #[test]
    fn programs_are_found_in_the_order_of_their_names() {
        assert_eq!(find(&["no-such-program", "sh"], Some("/nowhere:/bin".into())), Some("/bin/sh".into()));
        assert_eq!(find(&["sh"], Some("/nowhere".into())), None);
    }
}
